"""The public face of configuration templates, and of how a client begins."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import strawberry

from clientgraph.clients.graphql.client_mutations import ClientCreatePayload, client_draft
from clientgraph.clients.graphql.inputs import ClientCreateInput, ClientPoliciesInput
from clientgraph.clients.graphql.types import ClientKindType, ClientPolicies, VatRegimeType
from clientgraph.context import Context
from clientgraph.fields.graphql.inputs import CustomFieldInput
from clientgraph.fields.graphql.values import CustomFieldValue, UnknownValue
from clientgraph.graphql.fields import (
    Info,
    argument,
    column,
    computed,
    given,
    loaded,
    mutation,
    query,
)
from clientgraph.graphql.mutations import (
    ChangeInput,
    MutationInput,
    Payload,
    answer,
    answer_fields,
    draft,
    expected,
)
from clientgraph.graphql.nodes import RecordNode, record, row_id
from clientgraph.graphql.scalars import CountryCode, CurrencyCode, Locale
from clientgraph.integrations.graphql import Integration, shown
from clientgraph.nomenclature.graphql import Category, ClientType
from clientgraph.organisations.graphql import (
    DraftPolicyType,
    Member,
    PaymentTerms,
    PaymentTermsInput,
    ValueOrigin,
)
from clientgraph.organisations.policies import FIELD, OF_TEMPLATES
from clientgraph.permissions import Permission
from clientgraph.policies.graphql import channel_of
from clientgraph.templates import models, service, starting
from clientgraph.templates.defaults import (
    Kept,
    categories_of,
    custom_defaults,
    kept_defaults,
    type_of,
)
from clientgraph.templates.upsert_mutations import clients_upsert, new_client_draft

_READ, _WRITE = Permission.CLIENTS_READ, Permission.ORGANISATION_WRITE
_USUAL_NUMBER = 10


@strawberry.type(description="Policies that a template gives to new clients.")
class ClientTemplatePolicies(ClientPolicies):
    """Null: as the workspace has it."""

    draft_policy: DraftPolicyType | None = column("Whether the client may be a draft at first.")


@strawberry.input(description="Policies of new clients; null for the workspace's.")
class ClientTemplatePoliciesInput(ClientPoliciesInput):
    """Absent ones stay."""

    draft_policy: DraftPolicyType | None = given("Whether the client may be a draft at first.")


@strawberry.type(description="What a template sets on new clients; null where it sets nothing.")
class ClientTemplateDefaults:
    """Values as clients get them."""

    template_id: strawberry.Private[Any]
    kept: strawberry.Private[Kept]
    kind: ClientKindType | None = column("What the client is in law.")
    country: CountryCode | None = column("Country.")
    locale: Locale | None = column("Language and country.")
    currency: CurrencyCode | None = column("Currency.")
    vat_regime: VatRegimeType | None = column("How sales are taxed.")
    payment_terms: PaymentTerms | None = column("Payment terms, as negotiated ones.")
    accounting_code: str | None = column("Account in the ledger.")
    policies: ClientTemplatePolicies = column("Policies that hold for the client alone.")

    @computed("The type; one that is archived is no longer given to clients.")
    async def type(self, info: Info) -> ClientType | None:
        """Loaded with those of other templates."""
        return await type_of(info.context, self.kept)

    @computed("The categories; those that are archived are no longer given to clients.", size=5)
    async def categories(self, info: Info) -> list[Category]:
        """Loaded with those of other templates."""
        found: Any = await categories_of(info.context, self.kept)
        return found

    @computed("Custom fields; those that are archived are no longer given to clients.", size=2)
    async def custom_fields(self, info: Info) -> list[CustomFieldValue]:
        """In the order of the fields."""
        return [
            (each.field_type.graphql_type if each.field_type else UnknownValue)(
                row=each.definition, stored=each.value, owner=self.template_id
            )
            for each in await custom_defaults(info.context, self.kept)
        ]


def _policies(kept: Kept) -> ClientTemplatePolicies:
    return ClientTemplatePolicies(**{name: kept.get(FIELD, {}).get(name) for name in OF_TEMPLATES})


@record(models.ClientTemplate, "A configuration template: what new clients begin with.")
class ClientTemplate(RecordNode):
    """Columns of a template."""

    name: str = column("Name, unique among templates in use.")
    description: str | None = column("What it is for.")
    is_default: bool = column("Whether clients that name no template begin with this one.")
    archived_at: datetime | None = column("Since when no client can begin with it, if so.")

    @computed("The members who are assigned to clients made with it, by name.", size=5)
    async def assignees(self: Any, info: Info) -> list[Member]:
        """Loaded with those of other templates."""
        return await info.context.load(service.assignees_by_template, self.id) or []

    @computed("The integrations that clients made with it are linked with, by key.", size=5)
    def integrations(self: Any, info: Info) -> list[Integration]:
        """Those of plugins that are gone, too: no client is linked with them."""
        kept = service.kept_integrations(self)
        return [shown(info, key, plugin) for key, plugin in kept.items()]

    @computed("The fields that it sets on clients made with it.")
    def defaults(self: Any) -> ClientTemplateDefaults:
        """As they are kept."""
        kept = kept_defaults(self)
        terms = kept.get("payment_terms")
        return ClientTemplateDefaults(
            template_id=self.id,
            kept=kept,
            kind=kept.get("kind"),
            country=kept.get("country"),
            locale=kept.get("locale"),
            currency=kept.get("currency"),
            vat_regime=kept.get("vat_regime"),
            payment_terms=terms and PaymentTerms(**terms, origin=ValueOrigin.CLIENT),
            accounting_code=kept.get("accounting_code"),
            policies=_policies(kept),
        )


@computed("The template that it was made with. Later changes of that do not touch the client.")
async def client_template(self: Any, info: Info) -> ClientTemplate | None:
    """Loaded with those of the other clients."""
    if self.template_id is None:
        return None
    return await info.context.load(service.templates_by_id, self.template_id)


client_template.python_name = "template"
_LINKED_BY = loaded(
    "The template that linked it when the client was made; null where somebody chose it.",
    service.templates_by_id,
    key="template_id",
    name="template",
    result=ClientTemplate | None,
)


@query(_READ, "Configuration templates by name.", size=_USUAL_NUMBER)
async def client_templates(
    info: Info,
    include_archived: Annotated[bool | None, argument("Also archived ones.")] = False,
) -> list[ClientTemplate]:
    """All of them."""
    found: Any = await service.templates(info.context, include_archived=bool(include_archived))
    return found


@strawberry.input(description="Fields of new clients. In a change, absent ones stay, null clears.")
class ClientTemplateDefaultsInput:
    """Checked as those of a client."""

    kind: ClientKindType | None = given("What the client is in law.")
    type: strawberry.ID | None = given("Its type, of `clientTypes`.")
    categories: list[strawberry.ID] | None = given(
        "All its categories, of `categories`. In a change, these take the place of all former ones."
    )
    country: CountryCode | None = given("Country.")
    locale: Locale | None = given("Language and country.")
    currency: CurrencyCode | None = given("Currency.")
    vat_regime: VatRegimeType | None = given("How sales are taxed.")
    payment_terms: PaymentTermsInput | None = given("Payment terms.")
    accounting_code: str | None = given("Account in the ledger.")
    policies: ClientTemplatePoliciesInput | None = given(
        "Policies that hold for the client alone; null of one, or of all, for the workspace's."
    )
    custom_fields: list[CustomFieldInput] | None = given(
        "Values of custom fields of clients, but for those whose values are unique; others stay."
    )


@strawberry.input(description="Fields of a configuration template.")
class ClientTemplateFields:
    """Shared by creation and change."""

    name: str | None = given("Name, unique among templates in use. Always required.")
    description: str | None = given("What it is for, up to 2,000 characters.")
    is_default: bool | None = given(
        "Whether clients that name no template begin with this one, in place of the former default."
    )
    assignees: list[strawberry.ID] | None = given(
        "All members to assign to new clients, up to 100. In a change, these take the place of all "
        "former ones."
    )
    integrations: list[str] | None = given(
        "The keys of all integrations to link new clients with, of `integrations`, up to 100. In "
        "a change, these take the place of all former ones."
    )
    defaults: ClientTemplateDefaultsInput | None = given(
        "What it sets on new clients; null does away with all of it."
    )


@strawberry.input(description="A new configuration template.")
class ClientTemplateCreateInput(ClientTemplateFields, MutationInput):
    """The whole template."""


@strawberry.input(description="Changes of a template. Clients that were made with it stay.")
class ClientTemplateUpdateInput(ClientTemplateFields, ChangeInput):
    """Absent fields stay."""

    is_archived: bool | None = given(
        "True: no client can begin with it any more. False: clients can again."
    )


@strawberry.input(description="Which template to delete.")
class ClientTemplateDeleteInput(ChangeInput):
    """One template."""


@strawberry.type(description="The new template.")
class ClientTemplateCreatePayload(Payload):
    """The template, or what was wrong."""

    client_template: ClientTemplate | None = column("The template.")


@strawberry.type(description="The template after a change.")
class ClientTemplateUpdatePayload(Payload):
    """The template, or what was wrong."""

    client_template: ClientTemplate | None = column("The template as it is now.")


@strawberry.type(description="The template that was deleted or archived.")
class ClientTemplateDeletePayload(Payload):
    """The id, or the template that stays."""

    deleted_id: strawberry.ID | None = column("The id of the template, when it is gone.")
    client_template: ClientTemplate | None = column(
        "The template, archived because clients were made with it."
    )


def _draft(context: Context, given_fields: ClientTemplateFields) -> dict[str, Any]:
    """The fields that were given, with rows' ids in place of global ones."""
    made = draft(given_fields)
    if made.get("assignees") is not None:
        made["assignees"] = [row_id("Member", each) for each in made["assignees"]]
    if made.get("defaults") is not None:
        made["defaults"] = client_draft(context, given_fields.defaults)
    return made


@mutation(_WRITE, "Add a configuration template.")
async def client_template_create(
    info: Info, input: Annotated[ClientTemplateCreateInput, argument("The template.")]
) -> ClientTemplateCreatePayload | None:
    """Owner and admins."""
    made = _draft(info.context, input)
    return await answer(
        info,
        ClientTemplateCreatePayload,
        "client_template",
        lambda: service.create_template(info.context, made),
    )


@mutation(_WRITE, "Change a configuration template. Clients that were made with it stay.")
async def client_template_update(
    info: Info, input: Annotated[ClientTemplateUpdateInput, argument("The changes.")]
) -> ClientTemplateUpdatePayload | None:
    """Owner and admins."""
    template_id, made = row_id("ClientTemplate", input.id), _draft(info.context, input)
    return await answer(
        info,
        ClientTemplateUpdatePayload,
        "client_template",
        lambda: service.update_template(info.context, template_id, made, expected(input)),
    )


@mutation(_WRITE, "Delete a template; one that clients were made with is archived instead.")
async def client_template_delete(
    info: Info, input: Annotated[ClientTemplateDeleteInput, argument("Which template.")]
) -> ClientTemplateDeletePayload | None:
    """Owner and admins."""
    template_id = row_id("ClientTemplate", input.id)

    async def remove() -> dict[str, Any]:
        kept = await service.remove_template(info.context, template_id, expected(input))
        return {"deleted_id": None if kept else input.id, "client_template": kept}

    return await answer_fields(info, ClientTemplateDeletePayload, "client_template", remove)


@mutation(
    Permission.CLIENTS_WRITE,
    "Create a client with its contacts, addresses and identifiers, beginning with a template.",
)
async def client_create(
    info: Info, input: Annotated[ClientCreateInput, argument("The whole record.")]
) -> ClientCreatePayload | None:
    """All in one transaction."""
    made, by = new_client_draft(info.context, input), channel_of(input)
    return await answer(
        info, ClientCreatePayload, "client", lambda: starting.create_client(info.context, made, by)
    )


QUERIES = [client_templates]
MUTATIONS = [
    client_template_create,
    client_template_update,
    client_template_delete,
    client_create,
    clients_upsert,
]
EXTENSIONS = {"Client": [client_template], "ClientIntegration": [_LINKED_BY]}

"""What the API takes for clients: records, keys, filters."""

from __future__ import annotations

import strawberry

from clientgraph.addresses.graphql import AddressInput
from clientgraph.clients.graphql.types import (
    ClientKindType,
    ClientMatchFieldType,
    ClientStatusType,
    OnboardingStatusType,
    VatRegimeType,
)
from clientgraph.consents.graphql import ConsentFilter
from clientgraph.contacts.graphql import ContactInput
from clientgraph.fields.graphql.inputs import CustomFieldFilter, CustomFieldInput
from clientgraph.graphql.fields import given
from clientgraph.graphql.filters import DateTimeFilter
from clientgraph.graphql.mutations import ChangeInput, MutationInput
from clientgraph.graphql.scalars import (
    IBAN,
    URL,
    CountryCode,
    CurrencyCode,
    EmailAddress,
    Locale,
    PhoneNumber,
)
from clientgraph.identifiers.graphql import IdentifierInput
from clientgraph.mandates.graphql import MandateInput
from clientgraph.organisations.graphql import (
    DeletionPolicyType,
    EmailUniquenessType,
    PaymentTermsInput,
)
from clientgraph.policies.graphql import ChannelInput


@strawberry.input(description="Policies of a client; null for the workspace's.")
class ClientPoliciesInput:
    """Absent ones stay."""

    requirements: str | None = given("Preset of required fields: lenient, jump, fiche, banqup.")
    email_uniqueness: EmailUniquenessType | None = given(
        "With whom it and its contacts may share an e-mail address from now on."
    )
    deletion_policy: DeletionPolicyType | None = given("Whether it may be deleted.")


@strawberry.input(description="Fields of a client.")
class ClientFields:
    """Shared by creation and change."""

    name: str | None = given("Legal name (EN 16931 BT-44). Always required.")
    trading_name: str | None = given("Trading name (BT-45).")
    kind: ClientKindType | None = given("COMPANY by default.")
    type: strawberry.ID | None = given("Its type, of `clientTypes`.")
    categories: list[strawberry.ID] | None = given(
        "All its categories, of `categories`. In a change, these take the place of all former ones."
    )
    assignees: list[strawberry.ID] | None = given(
        "All members who look after it, up to 100. In a change, these take the place of all "
        "former ones."
    )
    integrations: list[str] | None = given(
        "The keys of all integrations that it is linked with, of `integrations`, up to 100. In a "
        "change, these take the place of all former ones."
    )
    parent: strawberry.ID | None = given("The company that it belongs to.")
    reference: str | None = given("Our reference; made up (C00001…) when absent.")
    external_reference: str | None = given("Reference in another system, unique.")
    country: CountryCode | None = given("Country; the workspace's when absent at creation.")
    locale: Locale | None = given("Language and country; null falls back to the workspace.")
    currency: CurrencyCode | None = given("Currency; null falls back to the workspace.")
    website: URL | None = given("Website; `https://` is put before a bare host.")
    email: EmailAddress | None = given("E-mail address of the company.")
    phone: PhoneNumber | None = given("Phone number; national form with the client's country.")
    vat_regime: VatRegimeType | None = given("How sales are taxed; TAXABLE by default.")
    payment_terms: PaymentTermsInput | None = given("Negotiated terms; null for the workspace's.")
    accounting_code: str | None = given("Account in the ledger.")
    activity_code: str | None = given("Activity (APE, NACE).")
    iban: IBAN | None = given("Bank account; blanks are fine.")
    identifiers: list[IdentifierInput] | None = given(
        "All identifiers that are known; what follows from them (SIRET ⇒ SIREN) is added. In a "
        "change, these take the place of all former ones."
    )
    policies: ClientPoliciesInput | None = given(
        "Policies that hold for it alone, set by owner and admins; null for the workspace's."
    )
    custom_fields: list[CustomFieldInput] | None = given("Values of custom fields; others stay.")


@strawberry.input(description="Fields of a new client, its contacts and addresses.")
class NewClientFields(ClientFields):
    """The record, its contacts and addresses."""

    template: strawberry.ID | None = given(
        "The configuration template that it begins with, of `clientTemplates`: fields that are "
        "not given here are those of the template. The workspace's default one when absent, none "
        "when null."
    )
    is_draft: bool | None = strawberry.field(
        default=False,
        description="Keep what is there as a DRAFT; required fields are checked at activation.",
    )
    contacts: list[ContactInput] | None = given("People; the first is the main contact.")
    addresses: list[AddressInput] | None = given("Addresses; the first is the main one.")
    mandate: MandateInput | None = given(
        "The e-invoicing mandate: `{}` says that the signed one is at hand. A known client that "
        "has one in force keeps that."
    )


@strawberry.input(description="A new client with its parts, made in one go or not at all.")
class ClientCreateInput(NewClientFields, ChannelInput, MutationInput):
    """The whole record."""


@strawberry.input(
    description="A client to be made or changed. `template`, `isDraft`, `contacts` and `addresses` "
    "are for new clients: those that there are already keep what they have."
)
class ClientUpsertRecordInput(NewClientFields):
    """The whole record."""

    expected_version: int | None = given(
        "The `version` that the caller saw. If there is no such client or it has moved on, the "
        "record fails."
    )


@strawberry.input(one_of=True, description="Exactly one way to tell which client a record means.")
class ClientMatchInput:
    """A field, or a kind of identifier."""

    field: strawberry.Maybe[ClientMatchFieldType] = strawberry.field(
        description="A field; every record has a value of its own in it."
    )
    identifier: strawberry.Maybe[str] = strawberry.field(
        description="The key of a kind of identifier that one client alone can have, such as "
        "FR_SIRET; every record has one among its `identifiers`."
    )


@strawberry.input(description="Clients to be made or changed.")
class ClientsUpsertInput(ChannelInput, MutationInput):
    """Up to 1,000 records."""

    match_by: ClientMatchInput = strawberry.field(
        description="What tells which client a record means. A record that no client matches is "
        "a new client."
    )
    records: list[ClientUpsertRecordInput] = strawberry.field(
        description="Up to 1,000 records. Absent fields of known clients stay, null clears."
    )
    skip_invalid: bool | None = strawberry.field(
        default=False,
        description="Write all records without mistakes. Otherwise one mistake is enough for "
        "nothing to be written.",
    )


@strawberry.input(description="Changes of a client. Absent fields stay, null clears.")
class ClientUpdateInput(ClientFields, ChannelInput, ChangeInput):
    """The client's own fields."""


@strawberry.input(description="Which client to take into use.")
class ClientActivateInput(ChannelInput, ChangeInput):
    """One client."""


@strawberry.input(description="Which client to take out of lists.")
class ClientDeactivateInput(ChangeInput):
    """One client."""


@strawberry.input(description="Which client to delete. Ask `deletability` first.")
class ClientDeleteInput(ChangeInput):
    """One client."""


@strawberry.input(one_of=True, description="Exactly one way to name a client.")
class ClientKey:
    """An id, a reference of another system, or an identifier."""

    id: strawberry.Maybe[strawberry.ID] = strawberry.field(description="Its global id.")
    external_reference: strawberry.Maybe[str] = strawberry.field(
        description="Its reference in another system."
    )
    identifier: strawberry.Maybe[IdentifierInput] = strawberry.field(
        description="An identifier in any usual form."
    )


@strawberry.input(description="Conditions on a text, without regard to case and accents.")
class StringFilter:
    """Given together, all must hold."""

    eq: str | None = given("Is this text.")
    contains: str | None = given("Has this text somewhere.")
    starts_with: str | None = given("Begins with this text.")


@strawberry.input(description="Conditions on a reference to other records.")
class IdsFilter:
    """Given together, all must hold."""

    any_of: list[strawberry.ID] | None = given("Refers to one of these.")
    all_of: list[strawberry.ID] | None = given("Refers to each of these.")
    none_of: list[strawberry.ID] | None = given("Refers to none of these.")
    is_set: bool | None = given("Refers to anything (true) or to nothing (false).")


@strawberry.input(description="Conditions on identifiers: one identifier must meet all of them.")
class IdentifierFilter:
    """Kind, value, or both."""

    kind: str | None = given("A key such as FR_SIRET.")
    value: str | None = given("The number in any usual form.")


@strawberry.input(description="Which clients to list. Fields given together must all hold.")
class ClientFilter:
    """Conditions, nested up to six levels."""

    and_: list[ClientFilter] | None = strawberry.field(
        name="and", default=strawberry.UNSET, description="All of these hold."
    )
    or_: list[ClientFilter] | None = strawberry.field(
        name="or", default=strawberry.UNSET, description="At least one of these holds."
    )
    not_: ClientFilter | None = strawberry.field(
        name="not", default=strawberry.UNSET, description="This does not hold."
    )
    status: list[ClientStatusType] | None = given("One of these; INACTIVE is then not hidden.")
    kind: list[ClientKindType] | None = given("One of these kinds.")
    country: list[CountryCode] | None = given("One of these countries.")
    type: list[strawberry.ID] | None = given("One of these types.")
    has_type: bool | None = given("Has any type (true) or none (false).")
    categories: IdsFilter | None = given("Its categories.")
    sources: IdsFilter | None = given("Where its contacts come from.")
    parent: IdsFilter | None = given("The company that it belongs to.")
    assignee: strawberry.ID | None = given("Looked after by this member.")
    integration: str | None = given("Linked with the integration of this key.")
    name: StringFilter | None = given("The legal name.")
    identifier: IdentifierFilter | None = given("An identifier.")
    email: StringFilter | None = given("E-mail address of the client or of a contact of it.")
    postal_code: StringFilter | None = given("Postal code of any address.")
    city: StringFilter | None = given("City of any address.")
    created_at: DateTimeFilter | None = given("When it was made.")
    updated_at: DateTimeFilter | None = given("When it was last changed.")
    custom_fields: list[CustomFieldFilter] | None = given("Conditions on custom fields.")
    address_custom_fields: list[CustomFieldFilter] | None = given(
        "Conditions on custom fields of addresses: one address must meet all of them."
    )
    consent: ConsentFilter | None = given("What the client itself agreed to.")
    onboarding: list[OnboardingStatusType] | None = given(
        "Has come so far with its invitation: one of these."
    )
    has_mandate: bool | None = given(
        "Has a mandate in force, of any scope (true), or none (false)."
    )

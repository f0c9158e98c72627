"""The public face of required fields: what a form must ask for, and the rules behind it."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from clientgraph.errors import BadUserInput
from clientgraph.fields.models import RecordKind
from clientgraph.graphql.enums import described
from clientgraph.graphql.fields import Info, argument, column, computed, given, mutation, query
from clientgraph.graphql.mutations import (
    SWITCH,
    ChangeInput,
    MutationInput,
    Payload,
    answer,
    deleted,
    draft,
    expected,
)
from clientgraph.graphql.nodes import RecordNode, record, row_id
from clientgraph.graphql.scalars import CountryCode, known_country
from clientgraph.organisations.service import current_organisation
from clientgraph.permissions import Permission
from clientgraph.policies import models, service
from clientgraph.policies.paths import spelled
from clientgraph.requirements import PRESETS, Channel

_READ, _WRITE = Permission.ORGANISATION_READ, Permission.ORGANISATION_WRITE
_ABOVE = {
    RecordKind.CLIENT: [],
    RecordKind.CONTACT: ["contacts"],
    RecordKind.ADDRESS: ["addresses"],
}

ChannelType = described(
    Channel,
    "The way by which a record comes in.",
    API="Another program.",
    FORM="A person at a form.",
    INLINE="A person at a form within a document of another product. The rules are those of FORM.",
    IMPORT="A file of many records.",
)


@strawberry.input(description="What changes of clients and their parts take besides.")
class ChannelInput:
    """By which way they come in."""

    channel: ChannelType | None = strawberry.field(  # type: ignore[valid-type]
        default=Channel.API,
        description="The way by which it comes in, which decides what is required.",
        metadata=SWITCH,
    )


def channel_of(value: ChannelInput) -> Channel:
    """The way by which an input came in."""
    return value.channel or Channel.API


@strawberry.type(description="A field that a form must mark as required.")
class RequiredField:
    """A path in the client's input."""

    path: list[str] = column(
        "The way to the field in the client as it is read; `contacts` and `addresses` stand for "
        "each of them, `identifiers` is followed by the kind, `customFields` by the key."
    )
    label: str | None = column(
        "What to call it, in the caller's language: of custom fields and identifiers."
    )


@record(models.RequirementRule, "What a workspace requires beyond its preset, or less than that.")
class RequirementRule(RecordNode):
    """A path, for some countries and channels or for all."""

    is_required: bool = column("Whether the field must be filled; false lifts what is required.")

    @computed("The way to the field, such as `mainAddress.city` or `identifiers.FR_SIRET`.")
    def path(self: Any) -> str:
        """As the API spells it."""
        return spelled(self.path)

    @computed("The countries of clients that it is about; none: all.", size=10)
    def countries(self: Any) -> list[CountryCode]:
        """By code."""
        return [CountryCode(code) for code in self.countries.split()]

    @computed("The channels that it is about; none: all.", size=3)
    def channels(self: Any) -> list[ChannelType]:  # type: ignore[valid-type]
        """By name."""
        return [Channel(name) for name in self.channels.split()]


@query(_READ, "What a form for a client must mark with *.", size=10)
async def required_fields(
    info: Info,
    country: Annotated[
        CountryCode | None, argument("The client's country; the workspace's by default.")
    ] = strawberry.UNSET,
    channel: Annotated[
        ChannelType | None,  # type: ignore[valid-type]
        argument("The way the record comes in."),
    ] = Channel.API,
    requirements: Annotated[
        str | None,
        argument(
            "The preset of the client's own `policies`, or of its template's; the workspace's by "
            "default."
        ),
    ] = strawberry.UNSET,
) -> list[RequiredField]:
    """From the preset, the workspace's rules and its custom fields."""
    chosen = known_country(country) if country else None
    if requirements and requirements not in PRESETS:
        known = ", ".join(sorted(PRESETS))
        raise BadUserInput(f"There is no preset '{requirements[:40]}'. There are: {known}.")
    return await required_by(info, chosen, channel or Channel.API, requirements or None)


async def required_by(
    info: Info,
    country: str | None,
    channel: Channel = Channel.FORM,
    preset: str | None = None,
) -> list[RequiredField]:
    """What the workspace requires of clients of a country, its own where none is named."""
    context = info.context
    own = await current_organisation(context.session)
    paths = await service.wanted_paths(context, own, country or own.country, channel, preset)
    custom = await service.required_custom_fields(context)
    return [
        *(RequiredField(path=spelled(path).split("."), label=_label(info, path)) for path in paths),
        *(
            RequiredField(
                path=[*_ABOVE[kind], "customFields", definition.key],
                label=definition.label(context.language),
            )
            for kind, definition in custom
        ),
    ]


def _label(info: Info, path: str) -> str | None:
    head, _, key = path.partition(".")
    kind = info.context.plugins.identifier_kind(key) if head == "identifiers" else None
    return (kind.label.get(info.context.language) or kind.label["en"]) if kind else None


@query(_READ, "Rules that add to the preset of required fields or lift some of it.", size=25)
async def requirement_rules(info: Info) -> list[RequirementRule]:
    """The oldest first."""
    found: Any = await service.rules(info.context)
    return found


@strawberry.input(description="Fields of a rule.")
class RequirementRuleFields:
    """Shared by creation and change."""

    path: str | None = given(
        "The way to the field: of the client, such as `email`; `mainAddress`, `mainContact` and "
        "what is in them; `contacts.email` of every contact; `identifiers.FR_SIRET`."
    )
    countries: list[CountryCode] | None = given("The countries that it is about; none: all.")
    channels: list[ChannelType] | None = given(  # type: ignore[valid-type]
        "The channels that it is about; none: all."
    )
    is_required: bool | None = given("True by default; false lifts what is required.")


@strawberry.input(description="A new rule.")
class RequirementRuleCreateInput(RequirementRuleFields, MutationInput):
    """The rule's fields."""


@strawberry.input(description="Changes of a rule. Absent fields stay.")
class RequirementRuleUpdateInput(RequirementRuleFields, ChangeInput):
    """The rule's fields."""


@strawberry.input(description="Which rule to delete.")
class RequirementRuleDeleteInput(ChangeInput):
    """One rule."""


@strawberry.type(description="The new rule.")
class RequirementRuleCreatePayload(Payload):
    """The rule, or what was wrong."""

    requirement_rule: RequirementRule | None = column("The rule.")


@strawberry.type(description="The rule after a change.")
class RequirementRuleUpdatePayload(Payload):
    """The rule, or what was wrong."""

    requirement_rule: RequirementRule | None = column("The rule as it is now.")


@strawberry.type(description="What was deleted.")
class RequirementRuleDeletePayload(Payload):
    """The id, or what stood in the way."""

    deleted_id: strawberry.ID | None = column("The id of the rule that is gone.")
    requirement_rule: RequirementRule | None = column("The rule, when it was not deleted.")


@mutation(_WRITE, "Require a field of clients, or lift what the preset or another rule requires.")
async def requirement_rule_create(
    info: Info, input: Annotated[RequirementRuleCreateInput, argument("The rule.")]
) -> RequirementRuleCreatePayload | None:
    """Owner and admins."""
    made = draft(input)
    return await answer(
        info,
        RequirementRuleCreatePayload,
        "requirement_rule",
        lambda: service.create_rule(info.context, made),
    )


@mutation(_WRITE, "Change a rule about a required field.")
async def requirement_rule_update(
    info: Info, input: Annotated[RequirementRuleUpdateInput, argument("The changes.")]
) -> RequirementRuleUpdatePayload | None:
    """Absent fields stay."""
    rule_id, made = row_id("RequirementRule", input.id), draft(input)
    return await answer(
        info,
        RequirementRuleUpdatePayload,
        "requirement_rule",
        lambda: service.update_rule(info.context, rule_id, made, expected(input)),
    )


@mutation(_WRITE, "Delete a rule about a required field.")
async def requirement_rule_delete(
    info: Info, input: Annotated[RequirementRuleDeleteInput, argument("Which rule.")]
) -> RequirementRuleDeletePayload | None:
    """What is more general holds again."""
    rule_id = row_id("RequirementRule", input.id)
    return await deleted(
        info,
        RequirementRuleDeletePayload,
        "requirement_rule",
        input,
        lambda: service.delete_rule(info.context, rule_id, expected(input)),
    )


QUERIES = [required_fields, requirement_rules]
MUTATIONS = [requirement_rule_create, requirement_rule_update, requirement_rule_delete]

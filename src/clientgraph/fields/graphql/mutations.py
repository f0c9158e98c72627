"""Mutations of definitions of custom fields."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry.scalars import JSON

from clientgraph.fields import definitions
from clientgraph.fields.graphql.values import CustomFieldDefinition, RecordKindType
from clientgraph.fields.impact import EXAMPLES, Impact, impact_of
from clientgraph.graphql.fields import Info, argument, column, given, mutation
from clientgraph.graphql.mutations import (
    ChangeInput,
    MutationInput,
    Payload,
    answer,
    draft,
    expected,
)
from clientgraph.graphql.nodes import row_id
from clientgraph.permissions import Permission

_WRITE = Permission.ORGANISATION_WRITE


@strawberry.input(description="A label in one language.")
class CustomFieldLabelInput:
    """One of several."""

    language: str = strawberry.field(description="en, fr, nl or de.")
    text: str = strawberry.field(description="What a form shows.")


@strawberry.input(description="Fields of a definition.")
class CustomFieldDefinitionFields:
    """Shared by creation and change."""

    labels: list[CustomFieldLabelInput] | None = given("What forms show; one language is enough.")
    required: bool | None = given("Whether records must have it; drafts need not.")
    unique: bool | None = given("Whether two records may not share a value.")
    options: JSON | None = given("The type's options, such as the choices of CHOICE.")
    default_value: JSON | None = given("What new records get when nothing is given.")
    section: str | None = given("The part of a form that it belongs to.")
    position: int | None = given("Its place among the others; the last one by default.")


@strawberry.input(description="A new custom field.")
class CustomFieldDefinitionCreateInput(CustomFieldDefinitionFields, MutationInput):
    """The whole definition."""

    on: RecordKindType = strawberry.field(description="The kind of records that have it.")
    key: str = strawberry.field(description="A small letter, then letters and digits: `budget`.")
    type: str = strawberry.field(description="A key from `customFieldTypes`, such as MONEY.")


@strawberry.input(description="Changes of a custom field. Absent fields stay, null clears.")
class CustomFieldDefinitionUpdateInput(CustomFieldDefinitionFields, ChangeInput):
    """What may change; key and kind of record never do."""

    type: str | None = given("Another type; values that it can take are read anew.")
    accept_invalid: bool | None = strawberry.field(
        default=False,
        description="Go on although values become invalid: they are kept and shown as they are.",
    )


@strawberry.input(description="Which custom field to take out of forms.")
class CustomFieldDefinitionArchiveInput(ChangeInput):
    """One definition."""

    archived: bool | None = strawberry.field(
        default=True, description="False takes it back into forms."
    )


@strawberry.type(description="A value that a change would make invalid.")
class CustomFieldImpactExample:
    """Whose, which and why."""

    record_id: strawberry.ID = column("The record.")
    value: JSON = column("Its value.")
    code: str = column("What is wrong with it: a code of `userErrors`.")


@strawberry.type(description="What a change of type, options or uniqueness does to values.")
class CustomFieldImpact:
    """Counted before anything is changed."""

    total: int = column("How many records have a value.")
    invalid: int = column("How many of them would have one that does not do.")
    duplicates: int = column("How many would have one that another record has.")
    examples: list[CustomFieldImpactExample] = column("Some of these, ten at most.", size=10)


@strawberry.type(description="The new custom field.")
class CustomFieldDefinitionCreatePayload(Payload):
    """The definition, or what was wrong."""

    custom_field_definition: CustomFieldDefinition | None = column("The custom field.")


@strawberry.type(description="The custom field after a change.")
class CustomFieldDefinitionUpdatePayload(Payload):
    """The definition and what happens to values, or what was wrong."""

    custom_field_definition: CustomFieldDefinition | None = column("The custom field as it is now.")
    impact: CustomFieldImpact | None = strawberry.field(
        default=None,
        description="What the change does to values; null when it does not concern them. With "
        "`validateOnly` nothing is done but tell this.",
    )


@strawberry.type(description="The custom field out of forms, or back in them.")
class CustomFieldDefinitionArchivePayload(Payload):
    """The definition, or what was wrong."""

    custom_field_definition: CustomFieldDefinition | None = column("The custom field as it is now.")


@mutation(_WRITE, "Add a custom field to a kind of record.")
async def custom_field_definition_create(
    info: Info, input: Annotated[CustomFieldDefinitionCreateInput, argument("The field.")]
) -> CustomFieldDefinitionCreatePayload | None:
    """Owner and admins."""
    made = draft(input)
    return await answer(
        info,
        CustomFieldDefinitionCreatePayload,
        "custom_field_definition",
        lambda: definitions.create_definition(info.context, made),
    )


@mutation(_WRITE, "Change a custom field; says first what would become invalid.")
async def custom_field_definition_update(
    info: Info, input: Annotated[CustomFieldDefinitionUpdateInput, argument("The changes.")]
) -> CustomFieldDefinitionUpdatePayload | None:
    """Refused while values would become invalid, unless that is accepted."""
    definition_id, made = row_id("CustomFieldDefinition", input.id), draft(input)
    impact = await impact_of(info.context, definition_id, made)
    payload = await answer(
        info,
        CustomFieldDefinitionUpdatePayload,
        "custom_field_definition",
        lambda: definitions.update_definition(
            info.context, definition_id, made, expected(input), impact
        ),
    )
    payload.impact = _impact(impact)
    return payload


@mutation(_WRITE, "Take a custom field out of forms, or back. Its values are kept.")
async def custom_field_definition_archive(
    info: Info, input: Annotated[CustomFieldDefinitionArchiveInput, argument("Which field.")]
) -> CustomFieldDefinitionArchivePayload | None:
    """Reversible."""
    definition_id = row_id("CustomFieldDefinition", input.id)
    return await answer(
        info,
        CustomFieldDefinitionArchivePayload,
        "custom_field_definition",
        lambda: definitions.archive_definition(
            info.context, definition_id, expected(input), archived=input.archived is not False
        ),
    )


def _impact(found: Impact | None) -> CustomFieldImpact | None:
    if found is None:
        return None
    examples = [*found.examples, *found.duplicates][:EXAMPLES]
    return CustomFieldImpact(
        total=found.total,
        invalid=found.invalid,
        duplicates=len(found.duplicates),
        examples=[
            CustomFieldImpactExample(
                record_id=strawberry.ID(each.record), value=JSON(each.value), code=each.code
            )
            for each in examples
        ],
    )


MUTATIONS = [
    custom_field_definition_create,
    custom_field_definition_update,
    custom_field_definition_archive,
]

"""Queries for definitions, and the custom fields of each kind of record."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry.types.field import StrawberryField

from clientgraph.context import Context
from clientgraph.errors import BadUserInput
from clientgraph.fields.definitions import definitions_by_kind
from clientgraph.fields.graphql.values import (
    CustomFieldDefinition,
    CustomFieldValue,
    RecordKindType,
    UnknownValue,
)
from clientgraph.fields.lists import CustomFieldOperator
from clientgraph.fields.models import RecordKind, type_name
from clientgraph.fields.service import MOST_GIVEN, chosen, shown, values_by_record
from clientgraph.graphql.enums import described
from clientgraph.graphql.fields import Info, argument, column, loaded_by, query
from clientgraph.permissions import Permission

CustomFieldOperatorType = described(
    CustomFieldOperator,
    "What a filter asks of a custom field.",
    EQ="Is this value; of several values, has it.",
    NE="Is not this value, or has none.",
    IN="Is one of these values.",
    LT="Is less, or earlier.",
    LTE="Is this, less or earlier.",
    GT="Is more, or later.",
    GTE="Is this, more or later.",
    CONTAINS="Has this text somewhere.",
    STARTS_WITH="Begins with this text.",
    IS_SET="Has a value (true) or has none (false).",
)


@strawberry.type(description="A type of custom fields.")
class CustomFieldType:
    """Declared by a plugin, core's own included."""

    key: str = column("Stable name, such as MONEY.")
    label: str = column("What a form shows, in the caller's language.")
    operators: list[CustomFieldOperatorType] = column("What filters can ask.")  # type: ignore[valid-type]
    is_sortable: bool = column("Whether lists can be sorted by it.")


@query(Permission.CLIENTS_READ, "The custom fields of a kind of record, in order.", size=10)
async def custom_field_definitions(
    info: Info,
    on: Annotated[RecordKindType, argument("The kind of record.")],  # type: ignore[valid-type]
    include_archived: Annotated[bool | None, argument("Also archived ones.")] = False,
) -> list[CustomFieldDefinition]:
    """As the workspace has defined them."""
    found: Any = await info.context.load(definitions_by_kind, on)
    return [row for row in found if include_archived or row.archived_at is None]


@query(Permission.CLIENTS_READ, "The types that custom fields can have.", size=12)
def custom_field_types(info: Info) -> list[CustomFieldType]:
    """From all plugins."""
    language = info.context.language
    return [
        CustomFieldType(
            key=each.key,
            label=each.label.get(language) or each.label["en"],
            operators=[item for item in CustomFieldOperator if item.value in each.operators],
            is_sortable=each.is_sortable,
        )
        for each in info.context.plugins.field_types.values()
    ]


Keys = Annotated[
    list[str] | None, argument("Only these, archived ones too; all in use by default.")
]


def _values_of(kind: RecordKind) -> StrawberryField:
    """The field ``customFields`` of one kind of record."""

    def custom_fields(
        info: Info,  # noqa: ARG001 - what every batch is told
        keys: Keys = strawberry.UNSET,
    ) -> list[CustomFieldValue]:
        if keys and len(keys) > MOST_GIVEN:
            raise BadUserInput(f"'keys' can have {MOST_GIVEN} keys, no more.")
        return _batch(kind, None if keys is strawberry.UNSET or keys is None else tuple(keys))

    described_by = "Its values of custom fields, in the order of the fields."
    # Read in one statement for all records: a page of 100 clients with them can be asked for.
    made: StrawberryField = loaded_by(described_by, custom_fields, size=2)
    return made


@lru_cache(maxsize=128)
def _batch(kind: RecordKind, keys: tuple[str, ...] | None) -> Any:
    """What loads the values of many records: all in use, or those with these keys."""

    async def values(context: Context, ids: Sequence[UUID]) -> dict[UUID, list[CustomFieldValue]]:
        definitions = (await context.load_all(definitions_by_kind, [kind]))[kind]
        if not definitions:
            return {each: [] for each in ids}
        rows = await values_by_record(context, kind, ids)
        found = shown(context.plugins.field_types, chosen(definitions, keys), rows)
        return {
            owner: [
                (each.field_type.graphql_type if each.field_type else UnknownValue)(
                    row=each.definition, stored=each.value, owner=owner
                )
                for each in values
            ]
            for owner, values in found.items()
        }

    return values


QUERIES = [custom_field_definitions, custom_field_types]
EXTENSIONS = {type_name(kind): [_values_of(kind)] for kind in RecordKind}

"""Queries for definitions, and the custom fields of each kind of record."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry
from strawberry.types.field import StrawberryField

from clientgraph.context import Context
from clientgraph.fields.definitions import definitions_by_kind
from clientgraph.fields.graphql.values import (
    CustomFieldDefinition,
    CustomFieldValue,
    RecordKindType,
    UnknownValue,
)
from clientgraph.fields.lists import CustomFieldOperator
from clientgraph.fields.models import CustomValue, RecordKind, type_name
from clientgraph.fields.service import shown, values_by_record
from clientgraph.graphql.enums import described
from clientgraph.graphql.fields import Info, argument, column, computed, query
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


@query(Permission.CLIENTS_READ, "The custom fields of a kind of record, in order.", size=10)
async def custom_field_definitions(
    info: Info,
    on: Annotated[RecordKindType, argument("The kind of record.")],
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
        )
        for each in info.context.plugins.field_types.values()
    ]


Keys = Annotated[
    list[str] | None, argument("Only these, archived ones too; all in use by default.")
]


def _values_of(kind: RecordKind) -> StrawberryField:
    """The field ``customFields`` of one kind of record."""

    async def load(context: Context, ids: Any) -> dict[Any, list[CustomValue]]:
        return await values_by_record(context, kind, ids)

    async def custom_fields(
        self: Any, info: Info, keys: Keys = strawberry.UNSET
    ) -> list[CustomFieldValue]:
        context = info.context
        definitions = await context.load(definitions_by_kind, kind) or []
        rows = await context.load(load, self.id) if definitions else []
        return [
            (each.field_type.graphql_type if each.field_type else UnknownValue)(
                row=each.definition, stored=each.value, owner=self.id
            )
            for each in shown(
                context, definitions, rows, None if keys is strawberry.UNSET else keys
            )
        ]

    described_by = "Its values of custom fields, in the order of the fields."
    # Read in one statement for all records: a page of 100 clients with them can be asked for.
    return computed(described_by, size=2)(custom_fields)


QUERIES = [custom_field_definitions, custom_field_types]
EXTENSIONS = {type_name(kind): [_values_of(kind)] for kind in RecordKind}

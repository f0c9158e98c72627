"""The columns of views: ways through the schema from a record to a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from graphql import (
    GraphQLSchema,
    get_named_type,
    is_interface_type,
    is_leaf_type,
    is_object_type,
    is_required_argument,
)

LONGEST_PATH: Final = 200
DEEPEST_PATH: Final = 6
CUSTOM_VALUES: Final = "CustomFieldValue"


@dataclass(frozen=True)
class CustomColumn:
    """A column that is a custom field: of which type of record, and its key."""

    record: str
    key: str


def column_at(schema: GraphQLSchema, record: str, path: str) -> bool | CustomColumn:
    """Where a path such as ``mainContact.email`` leads: to a value, nowhere, or to a custom field.

    Fields that need an argument lead nowhere; behind ``customFields`` comes a key.
    """
    names = path.split(".")
    if len(path) > LONGEST_PATH or len(names) > DEEPEST_PATH:
        return False
    kind = schema.get_type(record)
    for place, name in enumerate(names):
        if not (is_object_type(kind) or is_interface_type(kind)) or name not in kind.fields:
            return False
        field = kind.fields[name]
        if any(is_required_argument(argument) for argument in field.args.values()):
            return False
        inner = get_named_type(field.type)
        if inner.name == CUSTOM_VALUES:
            keys = names[place + 1 :]
            return CustomColumn(kind.name, keys[0]) if len(keys) == 1 else False
        kind = inner
    return is_leaf_type(kind)

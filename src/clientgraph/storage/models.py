"""What every record has, and what is known of its columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from tortoise import fields
from tortoise.models import Model

from clientgraph.storage.ids import uuid7

R = TypeVar("R", bound="Record")


class Record(Model):
    """A row of one workspace, counted in versions: each change adds one."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    organisation_id = fields.UUIDField()
    version = fields.IntField(default=1)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        abstract = True


def columns_of(model: type[Model]) -> list[str]:
    """The names of a model's columns, in a fixed order."""
    return sorted(model._meta.db_fields)


def values_of(row: Model) -> dict[str, Any]:
    """A row as a mapping of its columns."""
    return {name: getattr(row, name) for name in columns_of(type(row))}


def typed_values(model: type[Model], columns: Mapping[str, Any]) -> dict[str, Any]:
    """Columns that were kept as JSON, as values of the model."""
    known = model._meta.fields_map
    return {name: known[name].to_python_value(value) for name, value in columns.items()}


def new_row(model: type[R], values: Mapping[str, Any]) -> R:
    """A row that is not stored yet: these values, and the defaults of the other columns.

    What Tortoise's own constructor makes, without what it does for each column anew.
    """
    made = model.__new__(model)
    row = vars(made)
    row.update(_partial=False, _saved_in_db=False, _custom_generated_pk=False, _await_when_save={})
    for name, is_null, convert, default in _columns(model):
        if name not in values:
            row[name] = default() if callable(default) else default
        elif values[name] is None and not is_null:
            raise ValueError(f"{name} must not be empty")
        else:
            row[name] = convert(values[name])
    return made


@lru_cache
def _columns(model: type[Model]) -> list[tuple[str, bool, Callable[[Any], Any], Any]]:
    """Each column with whether it may be empty, what makes its values, and the default."""
    return [
        (name, each.null, each.to_python_value, each.default)
        for name, each in model._meta.fields_map.items()
    ]

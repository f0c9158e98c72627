"""What every record has, and what is known of its columns."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.models import Model

from clientgraph.storage.ids import uuid7


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

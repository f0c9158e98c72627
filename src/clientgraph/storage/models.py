"""What every record has."""

from __future__ import annotations

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

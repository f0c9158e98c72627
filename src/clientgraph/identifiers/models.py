"""Rows of identifiers."""

from __future__ import annotations

from tortoise import fields

from clientgraph.storage.models import Record


class Identifier(Record):
    """One identifier of a client; ``derived_from`` names the kind that it follows from."""

    client_id = fields.UUIDField()
    kind = fields.TextField()
    value = fields.TextField()
    derived_from = fields.TextField(null=True)
    is_exclusive = fields.BooleanField()

    class Meta:
        table = "identifier"

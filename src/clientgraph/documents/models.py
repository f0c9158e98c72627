"""Rows of rendered documents."""

from __future__ import annotations

from tortoise import fields

from clientgraph.storage.models import Record


class RenderedDocument(Record):
    """A file as a renderer made it, kept until ``expires_at``; ``size`` in bytes."""

    template = fields.TextField()
    filename = fields.TextField()
    media_type = fields.TextField()
    size = fields.IntField()
    sha256 = fields.TextField()
    content = fields.BinaryField()
    expires_at = fields.DatetimeField()

    class Meta:
        table = "rendered_document"

"""Rows of files."""

from __future__ import annotations

from tortoise import fields

from clientgraph.storage.models import Record


class File(Record):
    """A file that was uploaded, kept until ``expires_at``; its bytes are in the storage.

    What is attached to a record is kept as long as its attachment is there.
    """

    filename = fields.TextField()
    media_type = fields.TextField()
    size = fields.IntField()
    sha256 = fields.TextField()
    token_id = fields.UUIDField()
    member_id = fields.UUIDField(null=True)
    expires_at = fields.DatetimeField()
    attachment_id = fields.UUIDField(null=True)

    class Meta:
        table = "file"

"""Rows of attachments."""

from __future__ import annotations

from tortoise import fields

from clientgraph.storage.models import Record


class Attachment(Record):
    """A file that is kept with one record: a client, a contact or an event.

    It has the id of the file that it was made of, whose row tells where the bytes are.
    """

    client_id = fields.UUIDField(null=True)
    contact_id = fields.UUIDField(null=True)
    event_id = fields.UUIDField(null=True)
    title = fields.TextField(null=True)
    filename = fields.TextField()
    media_type = fields.TextField()
    size = fields.IntField()
    sha256 = fields.TextField()
    author_id = fields.UUIDField(null=True)

    class Meta:
        table = "attachment"

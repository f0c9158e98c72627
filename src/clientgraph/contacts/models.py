"""Rows of contacts."""

from __future__ import annotations

from tortoise import fields

from clientgraph.storage.models import Record


class Contact(Record):
    """A person at a client."""

    client_id = fields.UUIDField()
    civility = fields.TextField(null=True)
    source_id = fields.UUIDField(null=True)
    first_name = fields.TextField(null=True)
    last_name = fields.TextField(null=True)
    email = fields.TextField(null=True)
    email_key = fields.TextField(null=True)
    phone = fields.TextField(null=True)
    mobile = fields.TextField(null=True)
    switchboard_phone = fields.TextField(null=True)
    position = fields.TextField(null=True)
    locale = fields.TextField(null=True)
    is_main = fields.BooleanField(default=False)
    is_invoice_recipient = fields.BooleanField(default=False)
    sort_name = fields.TextField()

    class Meta:
        table = "contact"

"""Rows of addresses."""

from __future__ import annotations

from tortoise import fields

from clientgraph.storage.models import Record


class Address(Record):
    """A postal address of a client."""

    client_id = fields.UUIDField()
    label = fields.TextField(null=True)
    kind = fields.TextField()
    line1 = fields.TextField(null=True)
    line2 = fields.TextField(null=True)
    street_number = fields.TextField(null=True)
    box = fields.TextField(null=True)
    postal_code = fields.TextField(null=True)
    city = fields.TextField(null=True)
    sort_city = fields.TextField(default="")
    region = fields.TextField(null=True)
    country = fields.TextField()
    is_default_for_billing = fields.BooleanField(default=False)

    class Meta:
        table = "address"

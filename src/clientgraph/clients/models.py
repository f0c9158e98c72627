"""Rows of clients."""

from __future__ import annotations

from tortoise import fields

from clientgraph.storage.models import Record


class Client(Record):
    """A client. Columns that are null fall back to the workspace."""

    name = fields.TextField()
    sort_name = fields.TextField()
    trading_name = fields.TextField(null=True)
    kind = fields.TextField()
    status = fields.TextField()
    type_id = fields.UUIDField(null=True)
    parent_id = fields.UUIDField(null=True)
    template_id = fields.UUIDField(null=True)
    reference = fields.TextField()
    external_reference = fields.TextField(null=True)
    country = fields.TextField()
    is_country_default = fields.BooleanField()
    locale = fields.TextField(null=True)
    currency = fields.TextField(null=True)
    website = fields.TextField(null=True)
    email = fields.TextField(null=True)
    email_key = fields.TextField(null=True)
    phone = fields.TextField(null=True)
    vat_regime = fields.TextField()
    payment_days = fields.IntField(null=True)
    payment_end_of_month = fields.BooleanField(null=True)
    accounting_code = fields.TextField(null=True)
    activity_code = fields.TextField(null=True)
    iban = fields.TextField(null=True)
    requirements = fields.TextField(null=True)
    email_uniqueness = fields.TextField(null=True)
    deletion_policy = fields.TextField(null=True)

    class Meta:
        table = "client"

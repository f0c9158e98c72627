"""Rows of bank accounts."""

from __future__ import annotations

from tortoise import fields

from clientgraph.storage.models import Record


class BankAccount(Record):
    """A bank account of the workspace; ``client_id`` is the one client that it is kept for."""

    label = fields.TextField()
    holder = fields.TextField()
    iban = fields.TextField()
    bic = fields.TextField(null=True)
    bank = fields.TextField(null=True)
    is_default = fields.BooleanField(default=False)
    client_id = fields.UUIDField(null=True)
    archived_at = fields.DatetimeField(null=True)

    class Meta:
        table = "bank_account"


class KeptIban(Record):
    """That an IBAN was kept for a client, for good; ``digest`` is a keyed hash of the IBAN."""

    digest = fields.TextField()
    client_id = fields.UUIDField()

    class Meta:
        table = "kept_iban"

"""Rows of verifications."""

from __future__ import annotations

from tortoise import fields

from clientgraph.storage.models import Record


class Verification(Record):
    """One asking of one verifier about one identifier; ``result`` is None until it is answered.

    ``evidence`` is a JSON object. An answer is never changed: the next one replaces it, and it is
    kept.
    """

    client_id = fields.UUIDField()
    identifier_kind = fields.TextField()
    identifier_value = fields.TextField()
    verifier = fields.TextField()
    attribution = fields.TextField()
    result = fields.TextField(null=True)
    code = fields.TextField(default="")
    evidence = fields.TextField(default="{}")
    attempts = fields.IntField(default=0)
    next_try_at = fields.DatetimeField(null=True)
    checked_at = fields.DatetimeField(null=True)
    valid_until = fields.DatetimeField(null=True)
    replaced_at = fields.DatetimeField(null=True)

    class Meta:
        table = "verification"

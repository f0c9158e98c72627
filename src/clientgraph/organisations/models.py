"""Rows of workspaces, members and tokens."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from clientgraph.storage.ids import uuid7
from clientgraph.storage.models import Record


class Organisation(Model):
    """A workspace and what its clients fall back to. ``features`` is a JSON text."""

    id = fields.UUIDField(primary_key=True, default=uuid7)
    version = fields.IntField(default=1)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()
    slug = fields.TextField()
    name = fields.TextField()
    country = fields.TextField()
    locale = fields.TextField()
    currency = fields.TextField()
    payment_days = fields.IntField()
    payment_end_of_month = fields.BooleanField()
    requirements = fields.TextField()
    languages = fields.TextField(default="")
    next_reference = fields.IntField(default=1)
    draft_policy = fields.TextField(default="ON_REQUEST")
    email_uniqueness = fields.TextField(default="STRICT")
    deletion_policy = fields.TextField(default="UNLESS_BLOCKED")
    features = fields.TextField(default="{}")

    class Meta:
        table = "organisation"


class Member(Record):
    """A person who works in a workspace."""

    name = fields.TextField()
    email = fields.TextField()
    role = fields.TextField()
    is_active = fields.BooleanField(default=True)

    class Meta:
        table = "member"


class ApiToken(Record):
    """A bearer token; only its keyed hash is kept."""

    member_id = fields.UUIDField(null=True)
    name = fields.TextField()
    role = fields.TextField()
    token_hash = fields.TextField()
    hint = fields.TextField()
    expires_at = fields.DatetimeField(null=True)
    last_used_at = fields.DatetimeField(null=True)
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "api_token"

"""Rows of invitations, and of what clients wrote themselves."""

from __future__ import annotations

from enum import Enum

from tortoise import fields

from clientgraph.storage.models import Record


class InvitationAnswer(Enum):
    """What became of an invitation by its client's doing."""

    OPEN = "OPEN"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"


class FieldSource(Enum):
    """Who wrote a value, where it was nobody of the workspace."""

    CLIENT = "CLIENT"


class ClientInvitation(Record):
    """An invitation of a client.

    Of the token that is good for it only a keyed hash is kept: that of its link, or, once the link
    was opened, that of the session.
    """

    client_id = fields.UUIDField()
    contact_id = fields.UUIDField(null=True)
    email = fields.TextField()
    message = fields.TextField(null=True)
    mandate_wording = fields.TextField(null=True)
    answer = fields.TextField(default=InvitationAnswer.OPEN.value)
    token_hash = fields.TextField()
    expires_at = fields.DatetimeField()
    opened_at = fields.DatetimeField(null=True)
    answered_at = fields.DatetimeField(null=True)
    revoked_at = fields.DatetimeField(null=True)
    decline_reason = fields.TextField(null=True)
    invited_by_id = fields.UUIDField(null=True)

    class Meta:
        table = "client_invitation"


class FieldOrigin(Record):
    """Who wrote the value of a field; holds for as long as the field has the digest's value."""

    client_id = fields.UUIDField()
    record_type = fields.TextField()
    record_id = fields.UUIDField()
    field = fields.TextField()
    source = fields.TextField()
    digest = fields.TextField()
    written_at = fields.DatetimeField()

    class Meta:
        table = "field_origin"

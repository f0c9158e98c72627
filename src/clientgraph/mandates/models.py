"""Rows of mandates, and the words that they are told in."""

from __future__ import annotations

from enum import Enum

from tortoise import fields

from clientgraph.storage.models import Record


class MandateScope(Enum):
    """What a client mandated the workspace with."""

    E_INVOICING = "E_INVOICING"
    PEPPOL_SEND = "PEPPOL_SEND"
    PEPPOL_RECEIVE = "PEPPOL_RECEIVE"


class MandateEvidence(Enum):
    """What there is to prove a mandate by."""

    NONE = "NONE"
    STATED = "STATED"
    DOCUMENT = "DOCUMENT"


class MandateOrigin(Enum):
    """By which way a mandate was recorded."""

    API = "API"
    FORM = "FORM"
    IMPORT = "IMPORT"
    SELF_SERVICE = "SELF_SERVICE"


class MandateStatus(Enum):
    """Where a mandate is in its life, today."""

    UPCOMING = "UPCOMING"
    IN_FORCE = "IN_FORCE"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"


class Mandate(Record):
    """A mandate of a client. Days are days: the first and the last one are part of it."""

    client_id = fields.UUIDField()
    scope = fields.TextField()
    evidence = fields.TextField()
    evidence_reference = fields.TextField(null=True)
    wording = fields.TextField(null=True)
    origin = fields.TextField()
    signatory_name = fields.TextField(null=True)
    signatory_position = fields.TextField(null=True)
    signatory_email = fields.TextField(null=True)
    signed_on = fields.DateField(null=True)
    valid_from = fields.DateField()
    valid_until = fields.DateField(null=True)
    revoked_on = fields.DateField(null=True)
    revocation_reason = fields.TextField(null=True)
    recorded_by_id = fields.UUIDField(null=True)
    revoked_by_id = fields.UUIDField(null=True)

    class Meta:
        table = "mandate"

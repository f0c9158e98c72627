"""Rows of consents, and the words that they are told in."""

from __future__ import annotations

from enum import Enum

from tortoise import fields

from clientgraph.storage.models import Record


class ConsentPurpose(Enum):
    """What somebody may be contacted for."""

    SERVICE = "SERVICE"
    MARKETING = "MARKETING"
    PRODUCT_UPDATES = "PRODUCT_UPDATES"


class ConsentChannel(Enum):
    """By which means."""

    EMAIL = "EMAIL"
    PHONE = "PHONE"
    POST = "POST"


class ConsentSource(Enum):
    """How a consent was given."""

    FORM = "FORM"
    EMAIL = "EMAIL"
    PHONE = "PHONE"
    PAPER = "PAPER"
    IN_PERSON = "IN_PERSON"
    IMPORT = "IMPORT"
    OTHER = "OTHER"


class ConsentStatus(Enum):
    """Whether a consent is in force, or what ended it."""

    GIVEN = "GIVEN"
    REPLACED = "REPLACED"
    WITHDRAWN = "WITHDRAWN"


class Consent(Record):
    """One purpose by one channel, agreed to by a contact, or without one by the client itself.

    Once given, nothing but its end is ever written to the row.
    """

    client_id = fields.UUIDField()
    contact_id = fields.UUIDField(null=True)
    purpose = fields.TextField()
    channel = fields.TextField()
    status = fields.TextField()
    given_at = fields.DatetimeField()
    withdrawn_at = fields.DatetimeField(null=True)
    source = fields.TextField()
    wording = fields.TextField(null=True)
    evidence = fields.TextField(null=True)
    recorded_by_id = fields.UUIDField(null=True)
    withdrawn_by_id = fields.UUIDField(null=True)

    class Meta:
        table = "consent"

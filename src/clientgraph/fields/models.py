"""Rows of custom fields: definitions, and the values of each kind of record."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

import orjson
from tortoise import fields

from clientgraph.storage.models import Record

# Held while definitions change, so that no value is checked by a rule that is going.
DEFINING: Final = "custom fields"


class RecordKind(Enum):
    """What can have custom fields."""

    CLIENT = "CLIENT"
    CONTACT = "CONTACT"
    ADDRESS = "ADDRESS"
    EVENT = "EVENT"


class CustomFieldDefinition(Record):
    """A field that a workspace added; labels, options and default are JSON texts."""

    on_kind = fields.TextField()
    key = fields.TextField()
    type = fields.TextField()
    labels = fields.TextField()
    is_required = fields.BooleanField(default=False)
    is_unique = fields.BooleanField(default=False)
    options = fields.TextField()
    default_value = fields.TextField(null=True)
    section = fields.TextField(null=True)
    position = fields.IntField()
    archived_at = fields.DatetimeField(null=True)

    class Meta:
        table = "custom_field_definition"

    def option_values(self) -> dict[str, Any]:
        """The options by name."""
        found: dict[str, Any] = orjson.loads(self.options)
        return found

    def label(self, language: str) -> str:
        """The label in a language, or else in English, or else in any."""
        labels: dict[str, str] = orjson.loads(self.labels)
        return labels.get(language) or labels.get("en") or next(iter(labels.values()))


class CustomValue(Record):
    """One value, or one of several: JSON, the type that it was read with, and its sort key."""

    record_id = fields.UUIDField()
    definition_id = fields.UUIDField()
    ordinal = fields.IntField()
    type = fields.TextField()
    value = fields.TextField()
    key = fields.TextField(null=True)
    is_exclusive = fields.BooleanField()

    class Meta:
        abstract = True


class ClientCustomValue(CustomValue):
    """A value on a client."""

    class Meta:
        table = "client_custom_value"


class ContactCustomValue(CustomValue):
    """A value on a contact."""

    class Meta:
        table = "contact_custom_value"


class AddressCustomValue(CustomValue):
    """A value on an address."""

    class Meta:
        table = "address_custom_value"


class EventCustomValue(CustomValue):
    """A value on an event, seen by whoever sees the event."""

    class Meta:
        table = "event_custom_value"


VALUES: Final[Mapping[RecordKind, type[CustomValue]]] = {
    RecordKind.CLIENT: ClientCustomValue,
    RecordKind.CONTACT: ContactCustomValue,
    RecordKind.ADDRESS: AddressCustomValue,
    RecordKind.EVENT: EventCustomValue,
}


def type_name(kind: RecordKind) -> str:
    """The GraphQL type of records of this kind."""
    return kind.value.capitalize()

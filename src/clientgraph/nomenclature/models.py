"""Rows of managed lists."""

from __future__ import annotations

from tortoise import fields

from clientgraph.storage.models import Record


class Entry(Record):
    """One value of a list. ``translations`` is a JSON text: language → name."""

    key = fields.TextField()
    name = fields.TextField()
    sort_name = fields.TextField()
    translations = fields.TextField()
    position = fields.IntField()
    archived_at = fields.DatetimeField(null=True)

    class Meta:
        abstract = True


class Category(Entry):
    """A category of clients; a client has any number."""

    class Meta:
        table = "category"


class ClientType(Entry):
    """A type of client; a client has one at most."""

    class Meta:
        table = "client_type"


class ContactSource(Entry):
    """Where a contact comes from."""

    class Meta:
        table = "contact_source"


class Civility(Entry):
    """How a person is addressed. Contacts refer to its key."""

    class Meta:
        table = "civility"

"""Which values clients wrote themselves: told for as long as nobody else has changed them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from clientgraph import global_ids
from clientgraph.addresses.models import Address
from clientgraph.addresses.service import address_by_id
from clientgraph.clients.models import Client
from clientgraph.clients.service import clients_by_id
from clientgraph.contacts.models import Contact
from clientgraph.contacts.service import contact_by_id
from clientgraph.context import Context
from clientgraph.identifiers.service import identifiers_by_client
from clientgraph.invitations.models import FieldOrigin, FieldSource
from clientgraph.spelling import camel_case
from clientgraph.storage.rows import delete, insert_many, rows

IDENTIFIER: Final = "identifiers."
# What paths of the parts begin with, after the client's own.
_PARTS: Final[Mapping[str, str]] = {"Contact": "contacts", "Address": "addresses"}


@dataclass(frozen=True)
class Written:
    """A value that was written: of which record, in which field."""

    record_type: str
    record_id: UUID
    field: str
    value: Any


@dataclass(frozen=True)
class Origin:
    """Where a value of a client comes from, at its path in the client."""

    path: tuple[str, ...]
    source: FieldSource
    at: datetime


def written(
    record: Client | Contact | Address, fields: Iterable[str], before: Mapping[str, Any]
) -> list[Written]:
    """The values of a record's fields that are others than before, and not empty."""
    found = [(name, getattr(record, name)) for name in fields]
    return [
        Written(type(record).__name__, record.id, name, value)
        for name, value in found
        if value is not None and value != before.get(name)
    ]


async def note_origins(context: Context, client_id: UUID, values: Sequence[Written]) -> None:
    """Keep that the client itself wrote these values, just now."""
    if not values:
        return
    places = {(each.record_id, each.field) for each in values}
    known = await rows(context.session, FieldOrigin).filter(client_id=client_id)
    former = [row.id for row in known if (row.record_id, row.field) in places]
    await delete(context.session, FieldOrigin, former)
    now = datetime.now(UTC)
    made = [
        {
            "client_id": client_id,
            "record_type": each.record_type,
            "record_id": each.record_id,
            "field": each.field,
            "source": FieldSource.CLIENT.value,
            "digest": _digest(context, each.value),
            "written_at": now,
        }
        for each in values
    ]
    await insert_many(context.session, FieldOrigin, made)


async def provenance_by_client(
    context: Context, client_ids: Sequence[UUID]
) -> dict[UUID, list[Origin]]:
    """The values of each client that it wrote itself, in the order of their paths."""
    query = rows(context.session, FieldOrigin).filter(client_id__in=list(client_ids))
    noted = await query.order_by("id")
    values = await _values(context, noted)
    found: dict[UUID, list[Origin]] = {each: [] for each in client_ids}
    for row in noted:
        value = values.get((row.record_id, row.field))
        if value is not None and _digest(context, value) == row.digest:
            origin = Origin(_path(row), FieldSource(row.source), row.written_at)
            found[row.client_id].append(origin)
    return {
        client_id: sorted(origins, key=lambda each: each.path)
        for client_id, origins in found.items()
    }


async def _values(context: Context, noted: Sequence[FieldOrigin]) -> dict[tuple[UUID, str], Any]:
    """What the fields have now, by record and field."""
    ids: dict[str, list[UUID]] = {}
    for row in noted:
        ids.setdefault(row.record_type, []).append(row.record_id)
    records: dict[UUID, Any] = {}
    loaders: Mapping[str, Any] = {
        "Client": clients_by_id,
        "Contact": contact_by_id,
        "Address": address_by_id,
    }
    for kind, wanted in ids.items():
        records |= await context.load_all(loaders[kind], wanted)
    numbers = await _numbers(context, noted)
    return numbers | {
        (row.record_id, row.field): getattr(records.get(row.record_id), row.field, None)
        for row in noted
        if not row.field.startswith(IDENTIFIER)
    }


async def _numbers(context: Context, noted: Sequence[FieldOrigin]) -> dict[tuple[UUID, str], Any]:
    clients = {row.record_id for row in noted if row.field.startswith(IDENTIFIER)}
    found = await context.load_all(identifiers_by_client, clients) if clients else {}
    return {
        (client_id, f"{IDENTIFIER}{each.kind}"): each.value
        for client_id in clients
        for each in found[client_id] or ()
    }


def _path(row: FieldOrigin) -> tuple[str, ...]:
    """As the API spells it."""
    if row.record_type in _PARTS:
        record = global_ids.encode(row.record_type, row.record_id)
        return (_PARTS[row.record_type], record, camel_case(row.field))
    return tuple(camel_case(row.field).split("."))


def _digest(context: Context, value: Any) -> str:
    """A keyed hash: what was written is kept in its record alone."""
    return context.signer.digest("field-origin", str(value).encode()).hex()

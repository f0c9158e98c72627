"""What clients are before and after an import: enough to see a change, and to take it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final
from uuid import UUID

import orjson

from clientgraph.accounts.models import BankAccount
from clientgraph.addresses.models import Address
from clientgraph.attachments.models import Attachment
from clientgraph.clients.assignees import ASSIGNEES
from clientgraph.clients.categories import category_ids
from clientgraph.clients.models import Client
from clientgraph.consents.models import Consent
from clientgraph.contacts.models import Contact
from clientgraph.context import Context
from clientgraph.events.models import Event
from clientgraph.fields.models import VALUES, CustomValue, RecordKind
from clientgraph.identifiers.service import identifiers_by_client
from clientgraph.invitations.models import ClientInvitation
from clientgraph.mandates.models import Mandate
from clientgraph.organisations.assignees import assignee_ids
from clientgraph.storage.models import Record, values_of
from clientgraph.storage.rows import rows

PARTS: Final[Mapping[str, type[Record]]] = {"contacts": Contact, "addresses": Address}
PART_KINDS: Final = {"contacts": RecordKind.CONTACT, "addresses": RecordKind.ADDRESS}
_COUNTED: Final[Sequence[type[Record]]] = (
    Contact,
    Address,
    Event,
    Consent,
    Mandate,
    Attachment,
    BankAccount,
    ClientInvitation,
)
_OWN: Final = frozenset(["organisation_id", "version", "created_at", "updated_at"])
_IDENTIFIER: Final = ("kind", "value", "derived_from", "is_exclusive")
_VALUE: Final = ("definition_id", "ordinal", "type", "value", "key", "is_exclusive")


async def fingerprints(context: Context, ids: Sequence[UUID]) -> dict[UUID, str]:
    """What changes whenever a client or something of it does; absent where there is no client.

    Of events only those that the caller may see: what others keep private clears what was noted
    (migration 0025).
    """
    if not ids:
        return {}
    found = rows(context.session, Client).filter(id__in=list(ids))
    told = {row_id: [str(version)] for row_id, version in await found.values_list("id", "version")}
    for model in _COUNTED:
        parts = rows(context.session, model).filter(client_id__in=list(ids)).order_by("id")
        for client_id, row_id, version in await parts.values_list("client_id", "id", "version"):
            if client_id in told:
                told[client_id].append(f"{row_id.hex}:{version}")
    for client_id, row_id in await _of_contacts(context, ids):
        told[client_id].append(row_id.hex)
    return {
        client_id: blake2b(" ".join(parts).encode(), digest_size=16).hexdigest()
        for client_id, parts in told.items()
    }


async def _of_contacts(context: Context, ids: Sequence[UUID]) -> list[tuple[UUID, UUID]]:
    """The attachments of the contacts of clients, which would go with them."""
    found = rows(context.session, Contact).filter(client_id__in=list(ids))
    owners: dict[UUID, UUID] = dict(await found.values_list("id", "client_id"))
    kept = rows(context.session, Attachment).filter(contact_id__in=list(owners)).order_by("id")
    return [(owners[each], row_id) for each, row_id in await kept.values_list("contact_id", "id")]


async def snapshots(context: Context, clients: Sequence[Client]) -> dict[UUID, str]:
    """All that an import may change of each client, as JSON."""
    if not clients:
        return {}
    ids = [client.id for client in clients]
    categories = await category_ids(context, ids)
    members = await assignee_ids(context, ASSIGNEES, ids)
    numbers = await identifiers_by_client(context, ids)
    own = await _values(context, RecordKind.CLIENT, ids)
    parts = {name: await _parts(context, name, ids) for name in PARTS}
    mandates: dict[UUID, list[UUID]] = {}
    kept = rows(context.session, Mandate).filter(client_id__in=ids)
    for client_id, mandate_id in await kept.values_list("client_id", "id"):
        mandates.setdefault(client_id, []).append(mandate_id)
    return {
        client.id: _packed(
            {
                "columns": _columns(client),
                "categories": sorted(map(str, categories.get(client.id, ()))),
                "assignees": sorted(map(str, members.get(client.id, ()))),
                "identifiers": [_chosen(row, _IDENTIFIER) for row in numbers[client.id]],
                "custom": own.get(client.id, []),
                "mandates": mandates.get(client.id, []),
                **{name: each.get(client.id, []) for name, each in parts.items()},
            }
        )
        for client in clients
    }


async def _parts(
    context: Context, name: str, ids: Sequence[UUID]
) -> dict[UUID, list[dict[str, Any]]]:
    query = rows(context.session, PARTS[name]).filter(client_id__in=list(ids)).order_by("id")
    found: Sequence[Any] = await query
    custom = await _values(context, PART_KINDS[name], [row.id for row in found])
    made: dict[UUID, list[dict[str, Any]]] = {}
    for row in found:
        told = {"columns": _columns(row), "custom": custom.get(row.id, [])}
        made.setdefault(row.client_id, []).append(told)
    return made


async def _values(
    context: Context, kind: RecordKind, ids: Sequence[UUID]
) -> dict[UUID, list[dict[str, Any]]]:
    if not ids:
        return {}
    query = rows(context.session, VALUES[kind]).filter(record_id__in=list(ids))
    made: dict[UUID, list[dict[str, Any]]] = {}
    for row in await query.order_by("definition_id", "ordinal"):
        made.setdefault(row.record_id, []).append(value_of(row))
    return made


def value_of(row: CustomValue) -> dict[str, Any]:
    """What a custom value says, without what tells it from others."""
    return _chosen(row, _VALUE)


def _columns(row: Record) -> dict[str, Any]:
    return {name: value for name, value in values_of(row).items() if name not in _OWN}


def _chosen(row: Record, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _packed(value: Any) -> str:
    # PostgreSQL's driver has ids of a type of its own.
    return orjson.dumps(value, default=str).decode()

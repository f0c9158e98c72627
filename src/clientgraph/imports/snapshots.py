"""What clients are before and after an import: enough to see a change, and to take it back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final
from uuid import UUID

import orjson

from clientgraph.addresses.models import Address
from clientgraph.clients.assignees import ASSIGNEES
from clientgraph.clients.categories import category_ids
from clientgraph.clients.models import Client
from clientgraph.contacts.models import Contact
from clientgraph.context import Context
from clientgraph.fields.models import VALUES, CustomValue, RecordKind
from clientgraph.identifiers.service import identifiers_by_client
from clientgraph.integrations.service import integration_keys
from clientgraph.mandates.models import Mandate
from clientgraph.organisations.assignees import assignee_ids
from clientgraph.storage.conditions import all_of, any_of, compare
from clientgraph.storage.models import Record, values_of
from clientgraph.storage.rows import organisation_of, rows

PARTS: Final[Mapping[str, type[Record]]] = {"contacts": Contact, "addresses": Address}
PART_KINDS: Final = {"contacts": RecordKind.CONTACT, "addresses": RecordKind.ADDRESS}
# Where what a client consists of is found, in a fixed order; and whose it is.
_SEEN: Final = (
    ("client p", "p.id"),
    ("contact p", "p.client_id"),
    ("address p", "p.client_id"),
    ("event p", "p.client_id"),
    ("consent p", "p.client_id"),
    ("mandate p", "p.client_id"),
    ("attachment p", "p.client_id"),
    ("bank_account p", "p.client_id"),
    ("client_invitation p", "p.client_id"),
    # The attachments of its contacts would go with them.
    (
        "contact c JOIN attachment p ON p.organisation_id = c.organisation_id"
        " AND p.contact_id = c.id",
        "c.client_id",
    ),
    ("client_integration p", "p.client_id"),
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
    session, seen = context.session, defaultdict[UUID, list[str]](list)
    own = compare("p.organisation_id", "=", organisation_of(session))
    texts: list[str] = []
    values: list[Any] = []
    for place, (source, owner) in enumerate(_SEEN):
        chosen = all_of([own, any_of(session.dialect, owner, ids)])
        columns = f"{owner}, {place}, p.id, p.version"
        texts.append(f"SELECT {columns} FROM {source} WHERE {chosen.sql}")  # noqa: S608
        values += chosen.values
    found = await session.rows(f"{' UNION ALL '.join(texts)} ORDER BY 1, 2, 3", values)
    for client_id, _, row_id, version in found:
        seen[UUID(str(client_id))].append(f"{row_id}:{version}")
    return {
        client_id: blake2b(" ".join(parts).encode(), digest_size=16).hexdigest()
        for client_id, parts in seen.items()
    }


async def snapshots(context: Context, clients: Sequence[Client]) -> dict[UUID, str]:
    """All that an import may change of each client, as JSON."""
    if not clients:
        return {}
    ids = [client.id for client in clients]
    categories = await category_ids(context, ids)
    members = await assignee_ids(context, ASSIGNEES, ids)
    linked = await integration_keys(context, ids)
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
                "integrations": sorted(linked.get(client.id, ())),
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

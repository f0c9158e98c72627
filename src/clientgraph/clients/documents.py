"""What clients and contacts are found by, and how it follows every change of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import orjson

from clientgraph.clients.models import Client
from clientgraph.contacts.models import Contact
from clientgraph.context import Context
from clientgraph.identifiers.kinds import Pair, printed
from clientgraph.plugins import Plugins
from clientgraph.storage.conditions import any_of
from clientgraph.storage.database import Database
from clientgraph.storage.rows import lock_all, organisation_of, rows
from clientgraph.storage.scope import Scope
from clientgraph.storage.search import Document, remove_documents, store_documents
from clientgraph.storage.session import Session
from clientgraph.turns import in_turns
from clientgraph.words import document, entries, phone_forms

_TYPES: Final = frozenset({"Client", "Contact", "Address"})
_BATCH: Final = 200
# Every part of some clients that they are found by, and the documents that they have; each part
# as the texts a to f, of a client and of the record whose document they are for.
_PARTS: Final = """
    SELECT 'client' AS part, id AS client_id, id AS record_id, name AS a, trading_name AS b,
        reference AS c, external_reference AS d, email AS e, phone AS f
        FROM client WHERE organisation_id = ? AND {id}
    UNION ALL SELECT 'identifier', client_id, client_id, kind, value, NULL, NULL, NULL, NULL
        FROM identifier WHERE organisation_id = ? AND {client_id}
    UNION ALL SELECT 'address', client_id, client_id, city, postal_code, NULL, NULL, NULL, NULL
        FROM address WHERE organisation_id = ? AND {client_id}
    UNION ALL SELECT 'contact', client_id, id, first_name, last_name, email, phone, mobile,
        switchboard_phone FROM contact WHERE organisation_id = ? AND {client_id}
    UNION ALL SELECT 'value', record_id, record_id, type, value, NULL, NULL, NULL, NULL
        FROM client_custom_value WHERE organisation_id = ? AND {record_id}
    UNION ALL SELECT 'value', c.client_id, v.record_id, v.type, v.value, NULL, NULL, NULL, NULL
        FROM contact c JOIN contact_custom_value v
        ON v.organisation_id = c.organisation_id AND v.record_id = c.id
        WHERE c.organisation_id = ? AND {c_client_id}
    UNION ALL SELECT 'document', client_id, client_id, names, words, NULL, NULL, NULL, NULL
        FROM client_search WHERE organisation_id = ? AND {client_id}
    UNION ALL SELECT 'document', c.client_id, c.id, s.names, s.words, NULL, NULL, NULL, NULL
        FROM contact c JOIN contact_search s
        ON s.organisation_id = c.organisation_id AND s.contact_id = c.id
        WHERE c.organisation_id = ? AND {c_client_id}
    ORDER BY 1, 2, 3, 4, 5"""

_LACKING: Final = """FROM client c WHERE c.organisation_id = ? AND NOT EXISTS (
    SELECT 1 FROM client_search s
    WHERE s.organisation_id = c.organisation_id AND s.client_id = c.id)"""
_MISSING: Final = f"SELECT count(*) AS n {_LACKING}"
_NEXT: Final = {
    False: f"SELECT c.id {_LACKING} AND c.id > ? ORDER BY c.id LIMIT ?",
    True: "SELECT id FROM client WHERE organisation_id = ? AND id > ? ORDER BY id LIMIT ?",
}


async def keep_current(context: Context) -> None:
    """Write the documents anew of all clients that the transaction changed."""
    touched = {change.client_id for change in context.changes if change.type in _TYPES}
    if touched:
        chosen = sorted(filter(None, touched))
        await write_documents(context.session, context.plugins, chosen)


async def write_documents(session: Session, plugins: Plugins, client_ids: Sequence[UUID]) -> None:
    """Give clients and their contacts the documents that their parts call for now.

    One statement reads all there is; what has not changed is not written.
    """
    parts = await _parts(session, client_ids)
    known = {
        UUID(str(row["record_id"])): (row["a"], row["b"])
        for client in parts.values()
        for row in client["document"]
    }
    stored = {(row["a"], row["b"]) for client in parts.values() for row in client["identifier"]}
    texts = await printed(plugins, organisation_of(session), stored)
    made: dict[str, list[Document]] = {"client": [], "contact": []}
    async for client in in_turns(parts.values()):
        if client["client"]:
            made["client"].append(_of_client(plugins, client, texts))
            made["contact"] += _of_contacts(plugins, client)
    changed = {
        record: [
            each for each in documents if known.get(each.record_id) != (each.names, each.words)
        ]
        for record, documents in made.items()
    }
    await store_documents(session, changed)


Parts = Mapping[str, Sequence[Mapping[str, Any]]]


async def _parts(session: Session, client_ids: Sequence[UUID]) -> dict[str, Parts]:
    """The parts of each client by their sort, in a fixed order."""
    columns = ("id", "client_id", "record_id", "c.client_id")
    chosen = {
        column.replace(".", "_"): any_of(session.dialect, column, client_ids).sql
        for column in columns
    }
    # Each part is asked for by workspace and clients.
    values = [organisation_of(session), list(client_ids)] * _PARTS.count("WHERE")
    found = await session.select(_PARTS.format_map(chosen), values)
    grouped: dict[str, Any] = defaultdict(lambda: defaultdict(list))
    for row in found:
        grouped[str(row["client_id"])][row["part"]].append(row)
    return grouped


def _of_client(plugins: Plugins, parts: Parts, printed_forms: Mapping[Pair, str]) -> Document:
    (row,) = parts["client"]
    texts: list[str | None] = [row["c"], row["d"], row["e"], *_phones(row["f"])]
    for each in parts["identifier"]:
        texts += [each["b"], printed_forms[each["a"], each["b"]]]
    for each in parts["contact"]:
        texts += [_full_name(each), *_reached_by(each)]
    for each in parts["address"]:
        texts += [each["a"], each["b"]]
    texts += _custom(plugins, parts["value"])
    names = entries([row["a"], row["b"]])
    return Document(UUID(str(row["record_id"])), document(names), document(entries(texts)))


def _of_contacts(plugins: Plugins, parts: Parts) -> list[Document]:
    (client,) = parts["client"]
    made = []
    for row in parts["contact"]:
        own = [each for each in parts["value"] if each["record_id"] == row["record_id"]]
        turned = " ".join(filter(None, (row["b"], row["a"])))
        texts = [*_reached_by(row), client["a"], client["b"], *_custom(plugins, own)]
        record_id, names = UUID(str(row["record_id"])), entries([_full_name(row), turned])
        made.append(Document(record_id, document(names), document(entries(texts))))
    return made


def _full_name(row: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (row["a"], row["b"])))


def _reached_by(row: Mapping[str, Any]) -> list[str | None]:
    return [row["c"], *_phones(row["d"]), *_phones(row["e"]), *_phones(row["f"])]


def _phones(number: str | None) -> Sequence[str]:
    return phone_forms(number) if number else ()


def _custom(plugins: Plugins, found: Iterable[Mapping[str, Any]]) -> list[str | None]:
    """Values of custom fields whose type can be searched for a part of it."""
    texts: list[str | None] = []
    for row in found:
        field_type = plugins.field_types.get(row["a"])
        value = orjson.loads(row["b"])
        if field_type is None or "CONTAINS" not in field_type.operators:
            continue
        is_phone = str(value).startswith("+") and str(value)[1:].isdecimal()
        texts += phone_forms(str(value)) if is_phone else (str(value),)
    return texts


async def missing_documents(session: Session) -> int:
    """How many clients of the workspace no search can find, for they have no document."""
    found = await session.select(_MISSING, [organisation_of(session)])
    return int(found[0]["n"])


async def rebuild_documents(
    database: Database, plugins: Plugins, organisation_id: UUID, *, every: bool
) -> int:
    """Write the documents of a workspace's clients, of all or of those that lack one; how many.

    In batches, each a transaction of its own, beside a service that goes on.
    """
    done, last = 0, UUID(int=0)
    while True:
        async with database.write(Scope(organisation=organisation_id)) as session:
            found = await session.select(_NEXT[every], [organisation_id, last, _BATCH])
            ids = [UUID(str(row["id"])) for row in found]
            if not ids:
                return done
            # Whoever changes one of them meanwhile waits, and then writes its document anew.
            held = await lock_all(session, Client, ids)
            await remove_documents(session, "client", ids)
            await remove_documents(session, "contact", await _contacts(session, ids))
            await write_documents(session, plugins, [row.id for row in held])
        done, last = done + len(held), ids[-1]


async def _contacts(session: Session, client_ids: Sequence[UUID]) -> list[UUID]:
    query = rows(session, Contact).filter(client_id__in=list(client_ids))
    return [row.id for row in await query]

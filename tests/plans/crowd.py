"""Workspaces with very many clients, made by statements of thousands of rows."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID

from clientgraph.config import Settings
from clientgraph.storage.database import dialect_of, sqlite_path
from clientgraph.storage.ids import uuid7
from clientgraph.testing import Workspace
from clientgraph.words import document, entries, grams_of, numbers, words_in
from tests.writes.whole_database import superuser

# So many firms differ, which takes time to make; all but the first ones have namesakes.
DISTINCT, ALONE = 10_000, 5_000
_GRAMS = "SELECT indexname, indexdef FROM pg_indexes WHERE indexname LIKE '%search_grams'"
Table = tuple[str, Sequence[str], list[tuple[Any, ...]]]

_BEGINNINGS = ("Bou", "Car", "Dela", "Fon", "Gir", "Lam", "Mar", "Nor", "Per", "Rous", "Sal", "Vig")
_MIDDLES = ("lan", "pen", "tier", "chet", "dou", "ri", "vin", "mo", "que", "se")
_ENDS = ("ger", "tal", "net", "din", "lle", "rand", "vier", "ton", "sy", "ques")
_TRADES = ("Transports", "Boulangerie", "Menuiserie", "Garage", "Conseil", "Industries")
_FORMS = ("SARL", "SA", "SAS", "& Fils", "GmbH", "BV")
_CITIES = ("Paris", "Lyon", "Marseille", "Lille", "Nantes", "Bruxelles", "Gent", "Köln")


def firm(number: int) -> tuple[str, str, str]:
    """The name, the number and the city of a client; the same each time."""
    dice = Random(number)  # noqa: S311
    family = dice.choice(_BEGINNINGS) + dice.choice(_MIDDLES) + dice.choice(_ENDS)
    name = f"{dice.choice(_TRADES)} {family} {dice.choice(_FORMS)} {number}"
    return name, f"{dice.randrange(10**8, 10**9)}", dice.choice(_CITIES)


@dataclass(frozen=True)
class _Firm:
    """A client's names, its contact's name, and the documents that find both."""

    name: str
    sort_name: str
    person: str
    document: tuple[Any, ...]
    contact: tuple[Any, ...]

    @classmethod
    def make(cls, organisation: UUID, n: int) -> _Firm:
        """That of a number; the same each time."""
        name, number, city = firm(n)
        person = f"{firm(n * 7)[0].split()[1]} {n}"
        words = [number, city, person, f"info@{n}.example"]
        document = _document(organisation, [name], words)
        contact = _document(organisation, [person], [name])
        return cls(name, entries([name])[0], person, document, contact)


async def crowd(settings: Settings, workspace: Workspace, many: int) -> None:
    """Give a workspace so many clients, a contact each, and their documents."""
    tables = _tables(workspace.id, many)
    if dialect_of(settings.database_url) == "sqlite":
        await asyncio.to_thread(_fill_sqlite, sqlite_path(settings.database_url), tables)
        return
    connection = await superuser(settings)
    try:
        # The indexes of grams are made again in the end: to fill them row by row takes minutes.
        found = await connection.fetch(_GRAMS)
        for index in found:
            await connection.execute(f"DROP INDEX {index['indexname']}")
        for name, columns, rows in tables:
            await connection.copy_records_to_table(name, columns=columns, records=rows)
        for index in found:
            await connection.execute(index["indexdef"])
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


def _tables(organisation: UUID, many: int) -> list[Table]:
    now = datetime.now(UTC)
    shared = ("organisation_id", "version", "created_at", "updated_at")
    common = (organisation, 1, now, now)
    clients, contacts, found, people = [], [], [], []
    firms = {n: _Firm.make(organisation, n) for n in range(min(many, DISTINCT))}
    for n in range(many):
        firm = firms[n if n < DISTINCT else ALONE + n % (DISTINCT - ALONE)]
        client, contact = uuid7(), uuid7()
        fixed = ("COMPANY", "ACTIVE", f"R{n}", "FR", True, "TAXABLE")
        clients.append((client, *common, firm.name, firm.sort_name, *fixed))
        person = firm.person
        contacts.append((contact, *common, client, person, person.lower(), True, False))
        found.append((organisation, client, *firm.document))
        people.append((organisation, contact, *firm.contact))
    of_client = ("name", "sort_name", "kind", "status", "reference", "country")
    of_contact = ("client_id", "last_name", "sort_name", "is_main", "is_invoice_recipient")
    of_document = ("names", "words", "grams")
    return [
        ("client", ("id", *shared, *of_client, "is_country_default", "vat_regime"), clients),
        ("contact", ("id", *shared, *of_contact), contacts),
        ("client_search", ("organisation_id", "client_id", *of_document), found),
        ("contact_search", ("organisation_id", "contact_id", *of_document), people),
    ]


def _document(organisation: UUID, names: list[str], words: list[str]) -> tuple[Any, ...]:
    texts = document(entries(names)), document(entries(words))
    return *texts, numbers(organisation, grams_of(words_in(texts[0] + texts[1])))


def _fill_sqlite(path: str, tables: Sequence[Table]) -> None:
    with closing(sqlite3.connect(path, timeout=60, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        for name, columns, rows in tables:
            marks = ", ".join("?" for _ in columns)
            sql = f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608
            connection.executemany(sql, (tuple(map(_plain, row)) for row in rows))
        connection.execute("COMMIT")
        connection.execute("ANALYZE")


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return str(value) if isinstance(value, list) else value

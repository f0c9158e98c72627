"""The limit on SQLite: the library called in place, rows put together by hand."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

import orjson

from bench.contenders import limit_rows, statements
from bench.contenders.bare import application
from bench.contenders.given import ORGANISATION, SQLITE_FILE
from clientgraph.words import grams_wanted, numbers

_ORGANISATION: Final = str(ORGANISATION)
_PAGE: Final = 50
_INSERT_CLIENT: Final = """INSERT INTO client (id, organisation_id, version, created_at, updated_at,
    name, sort_name, kind, status, reference, country, is_country_default, vat_regime)
    VALUES (?, ?, 1, ?, ?, ?, ?, 'COMPANY', 'ACTIVE', ?, ?, 0, 'TAXABLE')"""
_INSERT_CONTACT: Final = """INSERT INTO contact (id, organisation_id, version, created_at,
    updated_at, client_id, first_name, last_name, email, email_key, is_main, is_invoice_recipient,
    sort_name) VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, 1, 0, ?)"""
_INSERT_ADDRESS: Final = """INSERT INTO address (id, organisation_id, version, created_at,
    updated_at, client_id, kind, line1, postal_code, city, sort_city, country,
    is_default_for_billing) VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)"""
_INSERT_VALUE: Final = """INSERT INTO client_custom_value (id, organisation_id, version, created_at,
    updated_at, record_id, definition_id, ordinal, type, value, key, is_exclusive)
    SELECT ?, ?, 1, ?, ?, ?, id, 0, type, ?, ?, 0 FROM custom_field_definition
    WHERE organisation_id = ? AND on_kind = 'CLIENT' AND key = ?"""


def _of_sqlite(sql: str) -> str:
    """The same for SQLite; a plus keeps it from reading all rows in the order of an index."""
    return sql.replace(
        "= ANY($2) ORDER BY ", "IN (SELECT value FROM json_each($2)) ORDER BY +"
    ).replace("$", "?")


_CLIENT, _CONTACTS, _ADDRESSES, _VALUES, _EVENTS, _DROPDOWN, _NEXT = map(
    _of_sqlite,
    (
        statements.CLIENT,
        statements.CONTACTS,
        statements.ADDRESSES,
        statements.VALUES,
        statements.EVENTS,
        statements.DROPDOWN,
        statements.PAGE,
    ),
)
# Candidates by the service's own index of grams; names decide.
_SEARCH: Final = """SELECT c.id, c.reference, c.name, c.email FROM client_search_gram
    CROSS JOIN client_search s ON s.doc = client_search_gram.rowid
    JOIN client c ON c.organisation_id = s.organisation_id AND c.id = s.client_id
    WHERE client_search_gram MATCH ?3 AND s.organisation_id = ?1 AND instr(c.sort_name, ?2)
    ORDER BY c.sort_name, c.id LIMIT 20"""

database: sqlite3.Connection


async def opened() -> None:
    """Connect."""
    global database  # noqa: PLW0603 - there is one for the program
    database = sqlite3.connect(SQLITE_FILE, isolation_level=None, cached_statements=128)
    database.row_factory = sqlite3.Row
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=NORMAL")


def _rows(sql: str, *values: Any) -> Sequence[Any]:
    return database.execute(sql, (_ORGANISATION, *values)).fetchall()


async def _one(variables: Mapping[str, Any]) -> bytes:
    id_ = variables["id"]
    (client,) = _rows(_CLIENT, id_)
    ids = orjson.dumps([id_]).decode()
    contacts, addresses = _rows(_CONTACTS, ids), _rows(_ADDRESSES, ids)
    return limit_rows.one(client, contacts, addresses, _rows(_EVENTS, id_))


async def _page(variables: Mapping[str, Any]) -> bytes:
    name, _, id_ = (variables.get("after") or "").rpartition("|")
    clients = _rows(_NEXT, name, id_, _PAGE + 1)
    ids = orjson.dumps([row["id"] for row in clients[:_PAGE]]).decode()
    parts = [_rows(sql, ids) for sql in (_CONTACTS, _ADDRESSES, _VALUES)]
    return limit_rows.page(clients, *parts)


async def _dropdown(_variables: Mapping[str, Any]) -> bytes:
    return limit_rows.listed(_rows(_DROPDOWN))


async def _search(variables: Mapping[str, Any]) -> bytes:
    word = variables["search"]
    grams = " ".join(map(str, numbers(ORGANISATION, grams_wanted(word))))
    return limit_rows.listed(_rows(_SEARCH, word, grams))


async def _create(variables: Mapping[str, Any]) -> bytes:
    given, now, id_ = variables["input"], datetime.now(UTC).isoformat(" "), str(uuid4())
    begin = (_ORGANISATION, now, now)
    name, reference, country = given["name"], given["reference"], given["country"]
    with database:
        database.execute("BEGIN IMMEDIATE")
        client = (id_, *begin, name, name.lower(), reference, country)
        database.execute(_INSERT_CLIENT, client)
        for each in given["contacts"]:
            first, last, email = each["firstName"], each["lastName"], each["email"]
            sort_name = f"{last} {first}".lower()
            contact = (str(uuid4()), *begin, id_, first, last, email, email.lower(), sort_name)
            database.execute(_INSERT_CONTACT, contact)
        for each in given["addresses"]:
            line1, postal_code, city = each["line1"], each["postalCode"], each["city"]
            place = (each["kind"], line1, postal_code, city, city.lower(), country)
            database.execute(_INSERT_ADDRESS, (str(uuid4()), *begin, id_, *place))
        for each in given["customFields"]:
            value = (orjson.dumps(each["value"]).decode(), str(each["value"]))
            row = (str(uuid4()), *begin, id_, *value, _ORGANISATION, each["key"])
            database.execute(_INSERT_VALUE, row)
    made = {"id": id_, "reference": reference, "name": name, "country": country}
    return orjson.dumps({"data": {"clientCreate": {"client": made, "userErrors": []}}})


app = application(
    opened,
    {
        "One": _one,
        "Page": _page,
        "Walk": _page,
        "Dropdown": _dropdown,
        "Search": _search,
        "Create": _create,
    },
)

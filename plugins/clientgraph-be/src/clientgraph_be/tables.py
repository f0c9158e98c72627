"""What of the KBO's files is kept, and where."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

# Types of addresses: the seat of an enterprise, and where an establishment is.
SEAT: Final = "REGO"
ESTABLISHMENT: Final = "BAET"
_BRANCH: Final = 9

Values = Sequence[Any]
Row = Mapping[str, str]

SCHEMA: Final = (
    "CREATE TABLE enterprise (id INTEGER PRIMARY KEY, status TEXT, type INTEGER, form TEXT)",
    "CREATE TABLE establishment (id INTEGER PRIMARY KEY, enterprise INTEGER NOT NULL)",
    # Natural persons and their establishments: nothing else is kept of them.
    "CREATE TABLE person (id INTEGER PRIMARY KEY)",
    "CREATE TABLE denomination (id INTEGER PRIMARY KEY, entity INTEGER NOT NULL,"
    " language INTEGER, type INTEGER, name TEXT)",
    "CREATE INDEX denomination_entity ON denomination (entity)",
    # Names by what FTS5 makes of them: words without accents and capitals.
    "CREATE VIRTUAL TABLE word USING fts5(name, content='denomination', content_rowid='id',"
    ' tokenize="unicode61 remove_diacritics 2")',
    "CREATE TABLE address (id INTEGER PRIMARY KEY, entity INTEGER NOT NULL, type TEXT,"
    " country_nl TEXT, country_fr TEXT, zipcode TEXT, municipality_nl TEXT, municipality_fr TEXT,"
    " street_nl TEXT, street_fr TEXT, house TEXT, box TEXT, extra TEXT)",
    "CREATE INDEX address_entity ON address (entity)",
    "CREATE TABLE contact (id INTEGER PRIMARY KEY, entity INTEGER NOT NULL, type TEXT, value TEXT)",
    "CREATE INDEX contact_entity ON contact (entity)",
    "CREATE TABLE activity (id INTEGER PRIMARY KEY, entity INTEGER NOT NULL, field INTEGER,"
    " version INTEGER, code TEXT)",
    "CREATE INDEX activity_entity ON activity (entity)",
    "CREATE TABLE read (file TEXT PRIMARY KEY, rows INTEGER NOT NULL, left_out INTEGER NOT NULL)",
    "CREATE TABLE state (mark TEXT NOT NULL, number INTEGER NOT NULL, day TEXT NOT NULL)",
)


@dataclass(frozen=True, kw_only=True)
class Table:
    """A file of the KBO and the table of the same name.

    ``key``      the column with the number of the entity that a row is of.
    ``columns``  that are read besides.
    ``made``     (number, row) → the values of ``insert``, None for a row that is not kept.
    ``delete``   statements that take out what is known of a number.
    ``after``    a statement for each number that was inserted.
    """

    name: str
    key: str
    columns: tuple[str, ...]
    made: Callable[[int, Row], Values | None]
    insert: str
    delete: tuple[str, ...]
    after: str | None = None


def number(text: str) -> int | None:
    """The number of an entity, dotted or not; None for what is none."""
    digits = text.replace(".", "")
    # Programs that take numbers for numbers lose their leading zero.
    return int(digits) if digits.isascii() and digits.isdigit() and 9 <= len(digits) <= 10 else None


def is_branch(entity: int) -> bool:
    """Whether it is a branch of a foreign enterprise: nothing is kept of these."""
    return entity // 10**9 == _BRANCH


def _code(text: str) -> int:
    """A code that some write as 1 and others as 001; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() else 0


def _enterprise(entity: int, row: Row) -> Values:
    form = row["JuridicalForm"]
    return entity, row["Status"], _code(row["TypeOfEnterprise"]), form.zfill(3) if form else ""


def _establishment(entity: int, row: Row) -> Values | None:
    enterprise = number(row["EnterpriseNumber"])
    return None if enterprise is None else (entity, enterprise)


def _denomination(entity: int, row: Row) -> Values | None:
    name = row["Denomination"].strip()
    if not name:
        return None
    return entity, _code(row["Language"]), _code(row["TypeOfDenomination"]), name, entity


def _address(entity: int, row: Row) -> Values | None:
    if row["DateStrikingOff"] or row["TypeOfAddress"] not in (SEAT, ESTABLISHMENT):
        return None
    return entity, *(row[name].strip() for name in _ADDRESS), entity


def _contact(entity: int, row: Row) -> Values | None:
    value = row["Value"].strip()
    return (entity, row["ContactType"], value, entity) if value else None


def _activity(entity: int, row: Row) -> Values | None:
    if row["Classification"] != "MAIN":
        return None
    group, version = _code(row["ActivityGroup"]), _code(row["NaceVersion"])
    return entity, group, version, row["NaceCode"].strip(), entity


_ADDRESS: Final = (
    "TypeOfAddress", "CountryNL", "CountryFR", "Zipcode", "MunicipalityNL", "MunicipalityFR",
    "StreetNL", "StreetFR", "HouseNumber", "Box", "ExtraAddressInfo",
)  # fmt: skip

# In the order in which they are read: who is a natural person is known before the names come.
TABLES: Final = (
    Table(
        name="enterprise",
        key="EnterpriseNumber",
        columns=("Status", "TypeOfEnterprise", "JuridicalForm"),
        made=_enterprise,
        insert="INSERT OR REPLACE INTO enterprise VALUES (?, ?, ?, ?)",
        delete=("DELETE FROM enterprise WHERE id = ?", "DELETE FROM person WHERE id = ?"),
        after="INSERT OR IGNORE INTO person SELECT id FROM enterprise WHERE id = ? AND type = 1",
    ),
    Table(
        name="establishment",
        key="EstablishmentNumber",
        columns=("EnterpriseNumber",),
        made=_establishment,
        insert="INSERT OR REPLACE INTO establishment VALUES (?, ?)",
        delete=("DELETE FROM establishment WHERE id = ?", "DELETE FROM person WHERE id = ?"),
        after="INSERT OR IGNORE INTO person SELECT id FROM establishment"
        " WHERE id = ? AND enterprise IN (SELECT id FROM person)",
    ),
    Table(
        name="denomination",
        key="EntityNumber",
        columns=("Language", "TypeOfDenomination", "Denomination"),
        made=_denomination,
        insert="INSERT INTO denomination (entity, language, type, name)"
        " SELECT ?, ?, ?, ? WHERE ? NOT IN (SELECT id FROM person)",
        delete=(
            "INSERT INTO word (word, rowid, name)"
            " SELECT 'delete', id, name FROM denomination WHERE entity = ?",
            "DELETE FROM denomination WHERE entity = ?",
        ),
    ),
    Table(
        name="address",
        key="EntityNumber",
        columns=(*_ADDRESS, "DateStrikingOff"),
        made=_address,
        insert="INSERT INTO address (entity, type, country_nl, country_fr, zipcode,"
        " municipality_nl, municipality_fr, street_nl, street_fr, house, box, extra)"
        " SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE ? NOT IN (SELECT id FROM person)",
        delete=("DELETE FROM address WHERE entity = ?",),
    ),
    Table(
        name="contact",
        key="EntityNumber",
        columns=("ContactType", "Value"),
        made=_contact,
        insert="INSERT INTO contact (entity, type, value)"
        " SELECT ?, ?, ? WHERE ? NOT IN (SELECT id FROM person)",
        delete=("DELETE FROM contact WHERE entity = ?",),
    ),
    Table(
        name="activity",
        key="EntityNumber",
        columns=("ActivityGroup", "NaceVersion", "NaceCode", "Classification"),
        made=_activity,
        insert="INSERT INTO activity (entity, field, version, code)"
        " SELECT ?, ?, ?, ? WHERE ? NOT IN (SELECT id FROM person)",
        delete=("DELETE FROM activity WHERE entity = ?",),
    ),
)
WORDS: Final = "INSERT INTO word (rowid, name) SELECT id, name FROM denomination WHERE id > ?"

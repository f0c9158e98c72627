"""Rows that members of a workspace keep from each other: the lower wall, in both dialects.

Such a table has ``visibility``, ``author_id`` and ``granted_to`` (the members' ids, as one text);
the rows of its parts are seen along with the row that they refer to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from clientgraph.storage.session import Dialect


@dataclass(frozen=True)
class Kept:
    """A private table: column and table of what its rows go along with, and are unlinked from."""

    parent: tuple[str, str]
    unlinked: tuple[str, str] | None = None


TABLES: Final[Mapping[str, Kept]] = {
    "event": Kept(("client_id", "client"), unlinked=("contact_id", "contact")),
    "saved_view": Kept(("author_id", "member")),
}


@dataclass(frozen=True)
class Part:
    """A table of parts: the table of the whole, and the column that refers to it.

    Where that may be null, the row is a part of something else, which everybody sees.
    """

    whole: str
    column: str
    may_be_null: bool = False


PARTS: Final[Mapping[str, Part]] = {
    "event_custom_value": Part("event", "record_id"),
    "attachment": Part("event", "event_id", may_be_null=True),
}

_SEEN: Final = (
    "({row}visibility = 'ORGANISATION' OR {row}author_id = {author}"
    " OR ({row}visibility = 'GRANTED' AND {within}({row}granted_to, {member}) > 0))"
)
_SETTING: Final = "nullif(current_setting('clientgraph.member', true), '')"
# A session without a member compares with null, which is never true.
_WORDS: Final = {
    "sqlite": {
        "author": "nullif(cg_member(), '')",
        "member": "nullif(cg_member(), '')",
        "within": "instr",
    },
    "postgres": {"author": f"{_SETTING}::uuid", "member": _SETTING, "within": "strpos"},
}


def seen(dialect: Dialect, row: str = "") -> str:
    """SQL that is true for the rows that the session's member may see; ``row`` as in ``NEW.``."""
    return f"COALESCE({_SEEN.format(row=row, **_WORDS[dialect])}, 1 = 0)"


def condition(table: str) -> str | None:
    """What SQLite's view of a table asks of its rows; None where members keep nothing in it."""
    if table in TABLES:
        return seen("sqlite")
    return _whole_is_seen(table) if table in PARTS else None


def _whole_is_seen(table: str, row: str = "") -> str:
    """SQLite: the row that a part belongs to may be seen."""
    part = PARTS[table]
    return _or_none(
        part,
        f"EXISTS (SELECT 1 FROM main.{part.whole} w WHERE w.id = {row}{part.column}"
        f" AND {seen('sqlite', 'w.')})",
        row,
    )


def _or_none(part: Part, condition: str, row: str = "") -> str:
    """The condition on the whole, for rows that have one."""
    return f"({row}{part.column} IS NULL OR {condition})" if part.may_be_null else condition


def private_walls(dialect: Dialect, tables: Iterable[str]) -> list[str]:
    """Row-level security between members. SQLite's wall stands on each connection."""
    if dialect == "sqlite":
        return []
    return [
        f"CREATE POLICY members ON {table} AS RESTRICTIVE USING ({_policy(table)})"
        for table in tables
    ]


def _policy(table: str) -> str:
    if table not in PARTS:
        return seen("postgres")
    part = PARTS[table]
    # Read through that table's own policies.
    return _or_none(
        part,
        f"EXISTS (SELECT 1 FROM {part.whole} w WHERE w.organisation_id = {table}.organisation_id"
        f" AND w.id = {table}.{part.column})",
    )


def guards(table: str, guard: str, refuse: str) -> list[str]:
    """SQLite's triggers against writing what the session's member may not see.

    What goes along with a record that is deleted goes whoever may see it.
    """
    if table in PARTS:
        return _guards_of_part(table, guard, refuse)
    new, old = (f"NOT {seen('sqlite', row)}" for row in ("NEW.", "OLD."))
    kept = TABLES[table]
    unlinking = ""
    if kept.unlinked:
        unlinking = f" AND (OLD.{kept.unlinked[0]} IS NULL OR {_exists(*kept.unlinked)})"
    return [
        f'{guard}_pi BEFORE INSERT ON main."{table}" WHEN {new} {refuse}',
        f'{guard}_pu BEFORE UPDATE ON main."{table}" WHEN ({old} OR {new}){unlinking} {refuse}',
        f'{guard}_pd BEFORE DELETE ON main."{table}" WHEN {old} AND {_exists(*kept.parent)}'
        f" {refuse}",
    ]


def _exists(column: str, table: str) -> str:
    return f"EXISTS (SELECT 1 FROM main.{table} p WHERE p.id = OLD.{column})"


def _guards_of_part(table: str, guard: str, refuse: str) -> list[str]:
    new, old = (f"NOT {_whole_is_seen(table, row)}" for row in ("NEW.", "OLD."))
    part = PARTS[table]
    there = f"EXISTS (SELECT 1 FROM main.{part.whole} w WHERE w.id = OLD.{part.column})"
    return [
        f'{guard}_pi BEFORE INSERT ON main."{table}" WHEN {new} {refuse}',
        f'{guard}_pu BEFORE UPDATE ON main."{table}" WHEN {old} OR {new} {refuse}',
        f'{guard}_pd BEFORE DELETE ON main."{table}" WHEN {old} AND {there} {refuse}',
    ]

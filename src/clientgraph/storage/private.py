"""Rows that members of a workspace keep from each other: the lower wall, in both dialects.

Such a table has ``visibility``, ``author_id`` and ``granted_to`` (the members' ids, as one text).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from clientgraph.storage.session import Dialect

TABLES: Final = frozenset({"event"})

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


def private_walls(dialect: Dialect, tables: Iterable[str]) -> list[str]:
    """Row-level security between members. SQLite's wall stands on each connection."""
    if dialect == "sqlite":
        return []
    return [
        f"CREATE POLICY members ON {table} AS RESTRICTIVE USING ({seen(dialect)})"
        for table in tables
    ]


def guards(table: str, guard: str, refuse: str) -> list[str]:
    """SQLite's triggers against writing what the session's member may not see.

    What goes along with a client or contact that is deleted goes whoever may see it.
    """
    new, old = (f"NOT {seen('sqlite', row)}" for row in ("NEW.", "OLD."))
    client = "EXISTS (SELECT 1 FROM main.client c WHERE c.id = OLD.client_id)"
    contact = (
        "(OLD.contact_id IS NULL OR"
        " EXISTS (SELECT 1 FROM main.contact c WHERE c.id = OLD.contact_id))"
    )
    return [
        f'{guard}_pi BEFORE INSERT ON main."{table}" WHEN {new} {refuse}',
        f'{guard}_pu BEFORE UPDATE ON main."{table}" WHEN ({old} OR {new}) AND {contact} {refuse}',
        f'{guard}_pd BEFORE DELETE ON main."{table}" WHEN {old} AND {client} {refuse}',
    ]

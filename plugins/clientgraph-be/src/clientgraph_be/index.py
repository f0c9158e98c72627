"""The index of the KBO's open data: a database file of the plugin's own."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from clientgraph import Unavailable
from clientgraph_be.tables import ESTABLISHMENT, SEAT

FILE: Final = "kbo.db"
_SECONDS: Final = 3.0
_STEPS: Final = 10_000
_RANKED: Final = 2_000
# Of several activities: that of the VAT, in the newest nomenclature.
_ACTIVITY: Final = (
    "SELECT code FROM activity WHERE entity = ? ORDER BY field <> 1, version DESC, id LIMIT 1"
)
_ADDRESS: Final = "SELECT * FROM address WHERE entity = ? AND type = ? ORDER BY id LIMIT 1"
# What an establishment has of its own counts before what its enterprise has, the first before the
# next: what comes last in here counts.
_CONTACTS: Final = (
    "SELECT type, value FROM contact WHERE entity IN (?, ?) ORDER BY entity = ?, id DESC"
)
_ESTABLISHMENT: Final = "SELECT enterprise FROM establishment WHERE id = ?"
# Entities whose names have the words, the best ones first.
_SEARCH: Final = """
    SELECT denomination.entity
    FROM (SELECT rowid, rank FROM word WHERE word MATCH ? LIMIT ?) hit
    JOIN denomination ON denomination.id = hit.rowid
    GROUP BY denomination.entity ORDER BY min(hit.rank), denomination.entity LIMIT ?
"""

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class State:
    """What was read last: the number of the zip, and the day of its state."""

    number: int
    day: date


@dataclass(frozen=True, kw_only=True)
class Entity:
    """An enterprise, or an establishment and its enterprise, with what is known of them.

    ``names``      of the enterprise: rows with ``language``, ``type`` and ``name``.
    ``own_names``  of the establishment.
    ``address``    of the establishment; else the seat.
    """

    enterprise: Row
    establishment: int | None
    names: Sequence[Row]
    own_names: Sequence[Row]
    address: Row | None
    contacts: Mapping[str, str]
    activity: str | None
    day: date


class Index:
    """What was imported last, to be read by any number of threads."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def find(self, number: str) -> Entity | None:
        """The enterprise or the establishment with this number, ten digits.

        Raises `Unavailable` for an establishment whose enterprise is not there.
        """
        with self._reading() as database:
            found = _entity(database, int(number))
            if found is None and _one(database, _ESTABLISHMENT, int(number)):
                raise Unavailable("the local index has an establishment without its enterprise")
            return found

    def search(self, words: Sequence[str], limit: int) -> Sequence[Entity]:
        """Entities of which one name has all words, the last one perhaps not typed to its end."""
        *whole, last = (f'"{word}"' for word in words)
        with self._reading() as database:
            hits = database.execute(
                _SEARCH, (" ".join((*whole, f"{last}*")), _RANKED, limit)
            ).fetchall()
            found = (_entity(database, hit["entity"]) for hit in hits)
            return [each for each in found if each is not None]

    def state(self) -> State | None:
        """What was imported last; None where nothing was."""
        if not self._path.exists():
            return None
        with self._reading() as database:
            return _state(database)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """The file as it is now, for a few seconds at most; raises `Unavailable`."""
        end = time.monotonic() + _SECONDS
        try:
            with closing(
                sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True)
            ) as made:
                made.row_factory = sqlite3.Row
                made.set_progress_handler(lambda: time.monotonic() > end, _STEPS)
                yield made
        except sqlite3.Error as error:
            raise Unavailable("the local index cannot be read") from error


def _state(database: sqlite3.Connection) -> State:
    found = database.execute("SELECT number, day FROM state").fetchone()
    return State(number=found["number"], day=date.fromisoformat(found["day"]))


def _entity(database: sqlite3.Connection, number: int) -> Entity | None:
    place = _one(database, _ESTABLISHMENT, number)
    unit = place["enterprise"] if place else number
    enterprise = _one(database, "SELECT * FROM enterprise WHERE id = ?", unit)
    if enterprise is None:
        return None
    activity = _one(database, _ACTIVITY, unit)
    contacts = _all(database, _CONTACTS, unit, number, number)
    return Entity(
        enterprise=enterprise,
        establishment=number if place else None,
        names=_names(database, unit),
        own_names=_names(database, number) if place else (),
        address=_one(database, _ADDRESS, number, ESTABLISHMENT if place else SEAT),
        contacts={row["type"]: row["value"] for row in contacts},
        activity=activity["code"] if activity else None,
        day=_state(database).day,
    )


def _names(database: sqlite3.Connection, entity: int) -> Sequence[Row]:
    return _all(database, "SELECT * FROM denomination WHERE entity = ? ORDER BY id", entity)


def _one(database: sqlite3.Connection, sql: str, *values: Any) -> Row | None:
    row = database.execute(sql, values).fetchone()
    return dict(row) if row else None


def _all(database: sqlite3.Connection, sql: str, *values: Any) -> list[Row]:
    return [dict(row) for row in database.execute(sql, values)]

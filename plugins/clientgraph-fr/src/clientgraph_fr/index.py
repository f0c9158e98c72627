"""The index of the stock files: a database file of the plugin's own, searched without network."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Final

from clientgraph import Unavailable

FILE: Final = "sirene.db"
UNIT: Final = (
    "siren", "statutDiffusionUniteLegale", "etatAdministratifUniteLegale",
    "denominationUniteLegale", "prenomUsuelUniteLegale", "prenom1UniteLegale",
    "nomUniteLegale", "nomUsageUniteLegale", "categorieJuridiqueUniteLegale",
    "activitePrincipaleUniteLegale", "nicSiegeUniteLegale", "dateDernierTraitementUniteLegale",
)  # fmt: skip
PLACE: Final = (
    "siret", "statutDiffusionEtablissement", "etatAdministratifEtablissement",
    "denominationUsuelleEtablissement", "enseigne1Etablissement", "numeroVoieEtablissement",
    "dernierNumeroVoieEtablissement", "indiceRepetitionEtablissement", "typeVoieEtablissement",
    "libelleVoieEtablissement", "complementAdresseEtablissement",
    "distributionSpecialeEtablissement", "codePostalEtablissement", "libelleCommuneEtablissement",
    "libelleCommuneEtrangerEtablissement", "codeCommuneEtablissement", "codeCedexEtablissement",
    "libelleCedexEtablissement", "codePaysEtrangerEtablissement",
    "dateDernierTraitementEtablissement",
)  # fmt: skip
# Rows are found by their number as a number; names by what FTS5 makes of them: words without
# accents and capitals.
SCHEMA: Final = (
    f"CREATE TABLE unit (id INTEGER PRIMARY KEY, {', '.join(UNIT)})",
    f"CREATE TABLE place (id INTEGER PRIMARY KEY, {', '.join(PLACE)})",
    "CREATE VIRTUAL TABLE name USING fts5(words, content='',"
    ' tokenize="unicode61 remove_diacritics 2")',
    "CREATE TABLE read (file TEXT PRIMARY KEY, mark TEXT NOT NULL, rows INTEGER NOT NULL)",
    "CREATE TABLE state (day TEXT NOT NULL)",
)
_SECONDS: Final = 3.0
_STEPS: Final = 10_000
_RANKED: Final = 2_000

Row = Mapping[str, Any]


class Index:
    """What was imported last, to be read by any number of threads."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def find(self, siret: str) -> tuple[Row, Row] | None:
        """The unit and the establishment with this number; raises `Unavailable` for half of it."""
        with self._reading() as database:
            return _pair(database, int(siret))

    def seat(self, siren: str) -> tuple[Row, Row] | None:
        """The unit with this number and its head office; raises `Unavailable` for half of it."""
        with self._reading() as database:
            unit = _one(database, "SELECT * FROM unit WHERE id = ?", int(siren))
            return _whole([unit], [_with_seat(database, unit)])[0] if unit else None

    def search(self, words: Sequence[str], limit: int) -> Sequence[tuple[Row, Row]]:
        """Units whose names have all words, the last one perhaps not typed to its end.

        Those that are open come first; of very many only the first ones are ranked. Raises
        `Unavailable` where all that fit lack their head office.
        """
        *whole, last = (f'"{word}"' for word in words)
        with self._reading() as database:
            rows = database.execute(
                "SELECT unit.* FROM (SELECT rowid, rank FROM name WHERE name MATCH ? LIMIT ?) hit"
                " JOIN unit ON unit.id = hit.rowid"
                " ORDER BY unit.etatAdministratifUniteLegale, hit.rank LIMIT ?",
                (" ".join((*whole, f"{last}*")), _RANKED, limit),
            ).fetchall()
            return _whole(rows, [_with_seat(database, row) for row in rows])

    def day(self) -> date | None:
        """The last day that the files know of; None where nothing was imported."""
        if not self._path.exists():
            return None
        with self._reading() as database:
            row = _one(database, "SELECT day FROM state")
        return date.fromisoformat(row["day"]) if row else None

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


def _pair(database: sqlite3.Connection, siret: int) -> tuple[Row, Row] | None:
    place = _one(database, "SELECT * FROM place WHERE id = ?", siret)
    unit = _one(database, "SELECT * FROM unit WHERE id = ?", siret // 100_000)
    if place and not unit:
        raise Unavailable("the local index has an establishment without its unit")
    return (unit, place) if unit and place else None


def _whole(
    units: Sequence[Row], pairs: Sequence[tuple[Row, Row] | None]
) -> Sequence[tuple[Row, Row]]:
    """The units with their head offices; raises `Unavailable` where there are units alone."""
    found = [pair for pair in pairs if pair]
    if units and not found:
        raise Unavailable("the local index has a unit without its head office")
    return found


def _with_seat(database: sqlite3.Connection, unit: Row) -> tuple[Row, Row] | None:
    number = f"{unit['siren']}{unit['nicSiegeUniteLegale']}"
    return _pair(database, int(number)) if number.isdigit() else None


def _one(database: sqlite3.Connection, sql: str, *values: Any) -> dict[str, Any] | None:
    row = database.execute(sql, values).fetchone()
    return dict(row) if row else None

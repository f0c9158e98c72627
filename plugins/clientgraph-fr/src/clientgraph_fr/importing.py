"""From the stock files of Insee to the index: in chunks, so that what was cut short goes on."""

from __future__ import annotations

import csv
import io
import itertools
import sqlite3
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from clientgraph_fr.index import FILE, PLACE, SCHEMA, UNIT
from clientgraph_fr.masks import unmasked

CHUNK: Final = 20_000
_NEW: Final = f"{FILE}.new"
# What a unit is also found by.
_ALSO: Final = (
    "sigleUniteLegale", "denominationUsuelle1UniteLegale", "denominationUsuelle2UniteLegale",
    "denominationUsuelle3UniteLegale",
)  # fmt: skip
_NAMES: Final = (
    "denominationUniteLegale", "prenomUsuelUniteLegale", "nomUniteLegale", "nomUsageUniteLegale",
)  # fmt: skip
# Without these columns a file is another one.
_NEEDED: Final = {
    "unit": {"siren", "denominationUniteLegale", "nicSiegeUniteLegale"},
    "place": {"siret", "libelleCommuneEtablissement"},
}
_COLUMNS: Final = {"unit": UNIT, "place": PLACE}
_TREATED: Final = {
    "unit": "dateDernierTraitementUniteLegale",
    "place": "dateDernierTraitementEtablissement",
}

Told = Callable[[int], None]


class StockProblem(Exception):
    """A file that cannot be imported; the text says what to do about it."""


@dataclass(frozen=True)
class StockFile:
    """One of the two files, plain or zipped. ``table`` is what its rows become."""

    path: Path
    table: str

    @property
    def size(self) -> int:
        """Bytes of the rows, unpacked."""
        with self._raw() as (_, size):
            return size

    @property
    def mark(self) -> str:
        """Tells the file from a later one of the same name."""
        found = self.path.stat()
        return f"{found.st_size}:{found.st_mtime_ns}"

    @contextmanager
    def opened(self) -> Iterator[tuple[IO[bytes], csv.DictReader[str]]]:
        """The bytes that are read, and the rows by the names of their columns."""
        with self._raw() as (raw, _):
            # As Insee writes it: UTF-8, comma; a mark in front of it is nothing of the header.
            text = io.TextIOWrapper(raw, "utf-8-sig", newline="")
            rows = csv.DictReader(text)
            missing = _NEEDED[self.table] - set(rows.fieldnames or ())
            if missing:
                raise StockProblem(
                    f"{self.path.name} lacks the columns {', '.join(sorted(missing))}. Give "
                    "StockUniteLegale first and StockEtablissement second, as Insee publishes them."
                )
            yield raw, rows

    @contextmanager
    def _raw(self) -> Iterator[tuple[IO[bytes], int]]:
        try:
            if not zipfile.is_zipfile(self.path):
                with self.path.open("rb") as raw:
                    yield raw, self.path.stat().st_size
                return
            with zipfile.ZipFile(self.path) as packed:
                names = [name for name in packed.namelist() if name.endswith(".csv")]
                if len(names) != 1:
                    raise StockProblem(f"{self.path.name} holds {len(names)} CSV files, not one.")
                with packed.open(names[0]) as raw:
                    yield raw, packed.getinfo(names[0]).file_size
        except OSError as error:
            raise StockProblem(f"{self.path} cannot be read: {error.strerror}.") from error
        except (zipfile.BadZipFile, zlib.error, EOFError, UnicodeDecodeError, csv.Error) as error:
            raise StockProblem(f"{self.path.name} is damaged. Fetch it again.") from error


def stock_files(units: Path, places: Path) -> tuple[StockFile, StockFile]:
    """The two files that an import takes."""
    return StockFile(units, "unit"), StockFile(places, "place")


def import_stock(folder: Path, files: Sequence[StockFile], told_bytes: Told) -> None:
    """Make the index of these files, and put it in the place of an earlier one at the end.

    What was begun with the same files goes on where it was cut short. ``told_bytes`` hears how
    many bytes more are done. Raises `StockProblem`.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / _NEW
    if path.exists() and not _goes_on(path, files):
        _remove(path)
    with _writing(path) as database:
        if not database.execute("SELECT 1 FROM sqlite_master").fetchone():
            _begin(database, files)
        for file in files:
            _read(database, file, told_bytes)
    path.replace(folder / FILE)


@contextmanager
def _writing(path: Path) -> Iterator[sqlite3.Connection]:
    """The file, for this process alone."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as database:
        try:
            database.execute("PRAGMA locking_mode = EXCLUSIVE")
            database.execute("PRAGMA synchronous = NORMAL")
            yield database
        except sqlite3.OperationalError as error:
            raise StockProblem(
                f"{path.name} cannot be written: {error}. Another import may be under way, or the "
                "disk full."
            ) from error


def _goes_on(path: Path, files: Sequence[StockFile]) -> bool:
    """Whether the unfinished index is one of these files."""
    with closing(sqlite3.connect(path, timeout=0)) as database:
        try:
            found = dict(database.execute("SELECT file, mark FROM read").fetchall())
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_ERROR:
                return False  # It was killed before there was a table in it.
            raise StockProblem(
                f"{path.name} cannot be read: {error}. Another import may be under way."
            ) from error
        except sqlite3.DatabaseError:
            return False
    return found == {file.table: file.mark for file in files}


def _remove(path: Path) -> None:
    for each in (path, path.with_name(f"{path.name}-journal")):
        each.unlink(missing_ok=True)


def _begin(database: sqlite3.Connection, files: Iterable[StockFile]) -> None:
    with _transaction(database):
        for statement in SCHEMA:
            database.execute(statement)
        marks = [(file.table, file.mark) for file in files]
        database.executemany("INSERT INTO read VALUES (?, ?, 0)", marks)
        database.execute("INSERT INTO state VALUES ('0001-01-01')")


def _read(database: sqlite3.Connection, file: StockFile, told_bytes: Told) -> None:
    """The rows that are not in the index yet; each chunk is there as a whole or not at all."""
    (done,) = database.execute("SELECT rows FROM read WHERE file = ?", (file.table,)).fetchone()
    with file.opened() as (raw, rows):
        position = 0
        skipped = itertools.islice(rows, done)
        for _ in skipped:
            pass
        while chunk := list(itertools.islice(rows, CHUNK)):
            done += len(chunk)
            with _transaction(database):
                _keep(database, file.table, chunk)
                database.execute("UPDATE read SET rows = ? WHERE file = ?", (done, file.table))
            told_bytes(raw.tell() - position)
            position = raw.tell()
        told_bytes(file.size - position)


def _keep(database: sqlite3.Connection, table: str, chunk: Sequence[dict[str, str]]) -> None:
    columns = _COLUMNS[table]
    numbers = [row[columns[0]] for row in chunk]
    if not all(number.isascii() and number.isdigit() for number in numbers):
        raise StockProblem(f"A row has no {columns[0]}: the file is damaged. Fetch it again.")
    places = ", ".join("?" * (len(columns) + 1))
    database.executemany(
        f"INSERT OR REPLACE INTO {table} VALUES ({places})",  # noqa: S608 - names of this module
        (
            (int(number), *(row.get(name) or None for name in columns))
            for number, row in zip(numbers, chunk, strict=True)
        ),
    )
    if table == "unit":
        named = ((int(row["siren"]), _words(row)) for row in chunk)
        database.executemany(
            "INSERT INTO name (rowid, words) VALUES (?, ?)", (pair for pair in named if pair[1])
        )
    latest = max((row.get(_TREATED[table]) or "")[:10] for row in chunk)
    database.execute("UPDATE state SET day = ? WHERE day < ?", (latest, latest))


def _words(row: dict[str, str]) -> str:
    """What a unit is found by: its names, as far as they may be told."""
    if row.get("statutDiffusionUniteLegale", "O") != "O":
        return ""
    return " ".join(filter(None, (unmasked(row.get(name)) for name in (*_NAMES, *_ALSO))))


@contextmanager
def _transaction(database: sqlite3.Connection) -> Iterator[None]:
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")

"""From the zips of the KBO to the index: the whole one in chunks, those of a day at once."""

from __future__ import annotations

import itertools
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from operator import itemgetter
from pathlib import Path
from typing import Final

from clientgraph_be.archive import Archive, KboProblem, Rows
from clientgraph_be.index import FILE, Index
from clientgraph_be.tables import SCHEMA, TABLES, WORDS, Table, Values, is_branch, number

CHUNK: Final = 20_000
_NEW: Final = f"{FILE}.new"
_NEXT: Final = f"{FILE}.next"

Told = Callable[[int], None]


def import_full(folder: Path, archive: Archive, told_bytes: Told) -> int:
    """Make the index of a full zip, and put it in the place of an earlier one at the end.

    What was begun with the same zip goes on where it was cut short. ``told_bytes`` hears how many
    bytes more are done. Returns how many rows were no rows; raises `KboProblem`.
    """
    if archive.meta.kind != "full":
        raise KboProblem(f"{archive.path.name} holds one day's changes: use 'update' for it.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / _NEW
    if path.exists() and not _goes_on(path, archive):
        _remove(path)
    with _writing(path) as database:
        if not database.execute("SELECT 1 FROM sqlite_master").fetchone():
            _begin(database, archive)
        for table in TABLES:
            _read(database, archive, table, told_bytes)
        (left_out,) = database.execute("SELECT sum(left_out) FROM read").fetchone()
    path.replace(folder / FILE)
    return int(left_out)


def full_size(archive: Archive) -> int:
    """Bytes that `import_full` reads."""
    return sum(archive.size(table.name) for table in TABLES)


def following(folder: Path, archives: Sequence[Archive]) -> list[Archive]:
    """Those of the daily zips that the index lacks, oldest first.

    Raises `KboProblem` where there is no index, or where one between is missing.
    """
    known = Index(folder).state()
    if known is None:
        raise KboProblem("There is no index yet: import a full zip first.")
    for archive in archives:
        if archive.meta.kind != "update":
            raise KboProblem(f"{archive.path.name} is a full zip: use 'import' for it.")
    lacking = sorted(
        (each for each in archives if each.meta.number > known.number),
        key=lambda each: each.meta.number,
    )
    for expected, archive in enumerate(lacking, known.number + 1):
        if archive.meta.number != expected:
            raise KboProblem(
                f"The changes number {expected} are missing, the next ones are {archive.path.name}"
                f" (number {archive.meta.number}). Give them too, or import the newest full zip."
            )
    return lacking


def update(folder: Path, archives: Sequence[Archive], told_zips: Told) -> None:
    """Apply days' changes, all of them or none; readers see the index of before until the end.

    ``archives`` are what `following` answers; ``told_zips`` hears of each that is done. Raises
    `KboProblem`.
    """
    path = folder / _NEXT
    _remove(path)
    # The index itself is never written to: what reads it is never kept waiting.
    shutil.copyfile(folder / FILE, path)
    with _writing(path) as database:
        for archive in archives:
            with _transaction(database):
                for table in TABLES:
                    _change(database, archive, table)
                database.execute(
                    "UPDATE state SET number = ?, day = ?",
                    (archive.meta.number, archive.meta.day.isoformat()),
                )
            told_zips(1)
    path.replace(folder / FILE)


@contextmanager
def _writing(path: Path) -> Iterator[sqlite3.Connection]:
    """The file, for this process alone."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as database:
        try:
            database.execute("PRAGMA locking_mode = EXCLUSIVE")
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute("PRAGMA cache_size = -100000")
            yield database
        except sqlite3.OperationalError as error:
            raise KboProblem(
                f"{path.name} cannot be written: {error}. Another import may be under way, or the "
                "disk full."
            ) from error


def _goes_on(path: Path, archive: Archive) -> bool:
    """Whether the unfinished index is of this zip."""
    with closing(sqlite3.connect(path, timeout=0)) as database:
        try:
            found = database.execute("SELECT mark FROM state").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_ERROR:
                return False  # It was killed before there was a table in it.
            raise KboProblem(
                f"{path.name} cannot be read: {error}. Another import may be under way."
            ) from error
        except sqlite3.DatabaseError:
            return False
    return found == (archive.mark,)


def _remove(path: Path) -> None:
    for each in (path, path.with_name(f"{path.name}-journal")):
        each.unlink(missing_ok=True)


def _begin(database: sqlite3.Connection, archive: Archive) -> None:
    meta = archive.meta
    with _transaction(database):
        for statement in SCHEMA:
            database.execute(statement)
        database.executemany(
            "INSERT INTO read VALUES (?, 0, 0)", [(table.name,) for table in TABLES]
        )
        database.execute(
            "INSERT INTO state VALUES (?, ?, ?)",
            (archive.mark, meta.number, meta.day.isoformat()),
        )


def _read(database: sqlite3.Connection, archive: Archive, table: Table, told_bytes: Told) -> None:
    """The rows that are not in the index yet; each chunk is there as a whole or not at all."""
    (done,) = database.execute("SELECT rows FROM read WHERE file = ?", (table.name,)).fetchone()
    with archive.opened(table.name, {table.key, *table.columns}) as found:
        position = 0
        for _ in itertools.islice(found.rows, done):
            pass
        while chunk := list(itertools.islice(found.rows, CHUNK)):
            done += len(chunk)
            with _transaction(database):
                left_out = _insert(database, table, found, chunk)
                database.execute(
                    "UPDATE read SET rows = ?, left_out = left_out + ? WHERE file = ?",
                    (done, left_out, table.name),
                )
            told_bytes(found.raw.tell() - position)
            position = found.raw.tell()
        told_bytes(archive.size(table.name) - position)


def _change(database: sqlite3.Connection, archive: Archive, table: Table) -> None:
    """What a day changed in a table: what was there of an entity goes, what is there now comes."""
    with archive.opened(f"{table.name}_delete", {table.key}) as found:
        key = found.header.index(table.key)
        gone = [(entity,) for row in found.rows if (entity := number(_cell(row, key)))]
    for statement in table.delete:
        database.executemany(statement, gone)
    with archive.opened(f"{table.name}_insert", {table.key, *table.columns}) as found:
        while chunk := list(itertools.islice(found.rows, CHUNK)):
            _insert(database, table, found, chunk)


def _insert(
    database: sqlite3.Connection, table: Table, found: Rows, chunk: Sequence[list[str]]
) -> int:
    """Put rows in; how many were none. Headers that stand between the rows are passed over."""
    names = (table.key, *table.columns)
    width = len(found.header)
    chosen = itemgetter(*map(found.header.index, names))
    kept: list[Values] = []
    left_out = 0
    for row in chunk:
        cells = chosen(row if len(row) >= width else [*row, *[""] * (width - len(row))])
        entity = number(cells[0])
        if entity is None:
            left_out += cells[0] != table.key
        elif not is_branch(entity) and (
            made := table.made(entity, dict(zip(names, cells, strict=True)))
        ):
            kept.append(made)
    (last,) = database.execute("SELECT max(id) FROM denomination").fetchone()
    database.executemany(table.insert, kept)
    if table.after is not None:
        database.executemany(table.after, [values[:1] for values in kept])
    if table.name == "denomination":
        database.execute(WORDS, (last or 0,))
    return left_out


def _cell(row: list[str], place: int) -> str:
    return row[place] if place < len(row) else ""


@contextmanager
def _transaction(database: sqlite3.Connection) -> Iterator[None]:
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")

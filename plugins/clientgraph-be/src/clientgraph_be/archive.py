"""The zip files of the KBO's open data, and the rows in them."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import IO, Final, Literal

Kind = Literal["full", "update"]
_KINDS: Final[Mapping[str, Kind]] = {"full": "full", "update": "update"}
_DAY: Final = "%d-%m-%Y"


class KboProblem(Exception):
    """A file that cannot be taken; the text says what to do about it."""


@dataclass(frozen=True, kw_only=True)
class Meta:
    """What a zip is: ``number`` counts the days of publication, ``day`` is that of its state."""

    kind: Kind
    number: int
    day: date


@dataclass(frozen=True, kw_only=True)
class Rows:
    """The rows of a file as they are read. ``header`` are the names of the columns."""

    raw: IO[bytes]
    header: list[str]
    rows: Iterator[list[str]]


@dataclass(frozen=True)
class Archive:
    """One zip, full or of one day's changes."""

    path: Path

    @property
    def mark(self) -> str:
        """Tells the file from another one of the same name."""
        found = self.path.stat()
        return f"{found.st_size}:{found.st_mtime_ns}"

    @cached_property
    def meta(self) -> Meta:
        """What `meta.csv` says; raises `KboProblem`."""
        with self.opened("meta", {"Variable", "Value"}) as found:
            told = {row[0]: row[1] for row in found.rows if len(row) > 1}
        try:
            return Meta(
                kind=_KINDS[told["ExtractType"].lower()],
                number=int(told["ExtractNumber"]),
                day=datetime.strptime(told["SnapshotDate"], _DAY).date(),  # noqa: DTZ007 - a day
            )
        except (KeyError, ValueError) as error:
            raise KboProblem(
                f"{self.path.name} does not say what it is (meta.csv). Give the zip as the KBO "
                "publishes it."
            ) from error

    def size(self, name: str) -> int:
        """Bytes of a file in it, unpacked."""
        with self._zip() as packed:
            return packed.getinfo(self._member(packed, name)).file_size

    @contextmanager
    def opened(self, name: str, needed: set[str]) -> Iterator[Rows]:
        """The rows of a file, without its header; raises `KboProblem`."""
        with self._zip() as packed, packed.open(self._member(packed, name)) as raw:
            rows = csv.reader(io.TextIOWrapper(raw, "utf-8-sig", newline=""))
            header = next(rows, [])
            if missing := needed - set(header):
                raise KboProblem(
                    f"{name}.csv in {self.path.name} lacks the columns "
                    f"{', '.join(sorted(missing))}. Give the zip as the KBO publishes it."
                )
            yield Rows(raw=raw, header=header, rows=rows)

    @contextmanager
    def _zip(self) -> Iterator[zipfile.ZipFile]:
        try:
            with zipfile.ZipFile(self.path) as packed:
                yield packed
        except OSError as error:
            raise KboProblem(f"{self.path} cannot be read: {error.strerror}.") from error
        except (zipfile.BadZipFile, zlib.error, EOFError, UnicodeDecodeError, csv.Error) as error:
            raise KboProblem(f"{self.path.name} is no zip, or damaged. Fetch it again.") from error

    def _member(self, packed: zipfile.ZipFile, name: str) -> str:
        for member in packed.namelist():
            if _stem(member) == name:
                return member
        raise KboProblem(
            f"{self.path.name} holds no {name}.csv. Give the zip as the KBO publishes it."
        )


def _stem(member: str) -> str:
    path = PurePosixPath(member)
    return path.stem if path.suffix == ".csv" else ""

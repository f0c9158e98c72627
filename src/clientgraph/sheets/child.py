"""The process that reads one file: takes what to do from standard input, writes rows, ends.

It has little memory and time, starts nothing, and tells what it found on standard output. What
reads files of others may fail in any way: then only this process does.
"""

from __future__ import annotations

import errno
import json
import resource
import sys
import traceback
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from clientgraph.sheets.card_rows import CardRows
from clientgraph.sheets.formats import format_of
from clientgraph.sheets.found import Details, Found
from clientgraph.sheets.keeping import kept
from clientgraph.sheets.limits import SheetLimits
from clientgraph.sheets.problems import SheetProblem
from clientgraph.sheets.texts import Text
from clientgraph.sheets.workbooks import read_workbook


def main() -> None:
    """Read the file that standard input names; answer what it is, or what is wrong with it."""
    asked = json.load(sys.stdin.buffer)
    limits = SheetLimits(**asked["limits"])
    _limit(limits)
    try:
        answer: dict[str, Any] = {"found": asdict(_read(asked, limits))}
    except SheetProblem as problem:
        answer = {"code": problem.code, "params": problem.params}
    except MemoryError:
        answer = {"code": "FILE_TOO_COMPLEX", "params": {}}
    except OSError as error:
        answer = _of_the_system(error)
    except BaseException as error:  # noqa: BLE001 - a library's panic is none of the usual ones
        answer = {"code": "DAMAGED_FILE", "params": {}, "failure": _told(error)}
    sys.stdout.write(json.dumps(answer))


def _limit(limits: SheetLimits) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.kept, limits.kept))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(asked: dict[str, Any], limits: SheetLimits) -> Found:
    source = Path(asked["source"])
    kind, encoding = format_of(source, limits)
    with Path(asked["target"]).open("wb") as out:
        if encoding is None:
            # The library goes by endings, which the name that was sent need not have.
            named = Path(f"table.{kind}")
            named.symlink_to(source)
            return read_workbook(named, kind, asked["sheet"], out, limits)
        if asked["sheet"] is not None:
            raise SheetProblem("NO_SHEETS", sheet=asked["sheet"])
        if kind == "vcard":
            return _read_cards(source, encoding, out, limits)
        return _read_text(source, encoding, out, limits)


def _read_cards(source: Path, encoding: str, out: BinaryIO, limits: SheetLimits) -> Found:
    cards = CardRows(source, encoding)
    count = kept(cards.rows(), out, limits)
    if not count:
        raise SheetProblem("DAMAGED_FILE")
    details = Details(encoding=encoding, unread_cards=cards.unread)
    return Found(format="vcard", rows=count, details=details)


def _read_text(source: Path, encoding: str, out: BinaryIO, limits: SheetLimits) -> Found:
    text = Text(source, encoding)
    count = kept(text.rows(), out, limits)
    if not count:
        raise SheetProblem("EMPTY_FILE")
    details = Details(encoding=encoding, separator=text.separator)
    return Found(format="csv", rows=count, details=details)


def _of_the_system(error: OSError) -> dict[str, Any]:
    """Libraries call a broken file an error of the system, too, which has no number then."""
    if error.errno == errno.EFBIG:
        return {"code": "FILE_TOO_COMPLEX", "params": {}}
    if error.errno is None:
        return {"code": "DAMAGED_FILE", "params": {}}
    return {"failure": _told(error)}


def _told(error: BaseException) -> str:
    """What failed and where, without what was in the file."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"


if __name__ == "__main__":
    main()

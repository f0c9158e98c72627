"""Reads tables of any format in a process of its own, which is ended when it takes too long."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from clientgraph.scratch import scratch_folder
from clientgraph.sheets.cells import Row, row_of
from clientgraph.sheets.found import Details, SheetInfo
from clientgraph.sheets.limits import USUAL, SheetLimits
from clientgraph.sheets.problems import SheetProblem

__all__ = ["Details", "ReadSheet", "SheetInfo", "SheetLimits", "SheetProblem", "read_sheet"]

LOG = logging.getLogger(__name__)

# The environment is ours alone, and neither the current folder nor the user's has a say in what
# is run: the same code as here, wherever that was found.
_COMMAND: Final = (sys.executable, "-P", "-s", "-m", "clientgraph.sheets.child")
_ENVIRONMENT: Final = {"PYTHONPATH": str(Path(__file__).parents[2]), "LC_ALL": "C.UTF-8"}
# How a process ends that is out of memory or time.
_EXHAUSTED: Final = frozenset({signal.SIGABRT, signal.SIGKILL, signal.SIGXCPU})


@dataclass(frozen=True, kw_only=True)
class ReadSheet:
    """A table that was read; its rows are streamed from a file, ``path``.

    ``sheets`` and ``chosen`` are of workbooks alone, ``details`` of texts.
    """

    format: str
    sheets: Sequence[SheetInfo]
    chosen: str | None
    rows: int
    path: Path
    details: Details

    def __iter__(self) -> Iterator[Row]:
        return (row for _, row in kept_rows(self.path))


def kept_rows(path: Path, offset: int = 0) -> Iterator[tuple[int, Row]]:
    """The rows that `read_sheet` wrote from an offset on, each with that of the one after it."""
    with path.open("rb") as file:
        file.seek(offset)
        for line in file:
            offset += len(line)
            yield offset, row_of(line)


async def read_sheet(
    source: Path,
    filename: str,
    target: Path,
    *,
    sheet: str | None = None,
    limits: SheetLimits = USUAL,
) -> ReadSheet:
    """Read a table and write its rows to ``target``. Raises `SheetProblem`, or OSError for a disk.

    What the file is, is told by its content; ``filename`` only stands in what is told of it. Of a
    workbook the sheet of this name is read, or the first that is visible and not empty.
    """
    with _removed_on_failure(target):
        try:
            answer = await _answer(_asked(source, target, sheet, limits), limits)
            return _read(answer, target)
        except SheetProblem as problem:
            raise SheetProblem(problem.code, **problem.params, file=filename) from problem


@contextmanager
def _removed_on_failure(target: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _asked(source: Path, target: Path, sheet: str | None, limits: SheetLimits) -> bytes:
    asked = {"source": str(source.resolve()), "target": str(target.resolve()), "sheet": sheet}
    return json.dumps({**asked, "limits": asdict(limits)}).encode()


async def _answer(asked: bytes, limits: SheetLimits) -> Mapping[str, Any]:
    with scratch_folder("reading") as folder:
        status, said = await _run(asked, folder, limits.seconds)
    if -status in _EXHAUSTED:
        raise SheetProblem("FILE_TOO_COMPLEX")
    if status:
        LOG.warning("A file could not be read: the process ended with %d", status)
        raise SheetProblem("DAMAGED_FILE")
    return json.loads(said)


async def _run(asked: bytes, folder: str, seconds: int) -> tuple[int, bytes]:
    """The status of the process and what it said; whatever ends this, ends the process."""
    process = await asyncio.create_subprocess_exec(
        *_COMMAND,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=folder,
        env=_ENVIRONMENT,
        start_new_session=True,
    )
    said = b""
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                said, _ = await process.communicate(asked)
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        status = await process.wait()
    return status, said


def _read(answer: Mapping[str, Any], target: Path) -> ReadSheet:
    if "failure" in answer:
        LOG.warning("A file could not be read: %s", answer["failure"])
    if "code" in answer:
        raise SheetProblem(answer["code"], **answer["params"])
    if "failure" in answer:
        raise OSError("the rows of a table could not be kept")
    found = answer["found"]
    return ReadSheet(
        format=found["format"],
        sheets=[SheetInfo(**each) for each in found["sheets"]],
        chosen=found["chosen"],
        rows=found["rows"],
        path=target,
        details=Details(**found["details"]),
    )

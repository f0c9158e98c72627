"""A process that reads one table, and tells what that cost it and the process that it started."""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clientgraph.sheets.problems import SheetProblem
from clientgraph.sheets.reading import read_sheet

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Measured:
    """What became of a file, and bytes of memory at the peak: of the reader and of the caller."""

    code: str | None
    params: dict[str, Any]
    rows: int
    reader: int
    caller: int


def measured(source: Path, folder: Path) -> Measured:
    """Read a file with the usual limits, in a process whose memory is nobody else's."""
    command = [sys.executable, "-m", __name__, str(source), str(folder / "rows")]
    done = subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return Measured(**json.loads(done.stdout))


async def _read(source: Path, target: Path) -> dict[str, Any]:
    try:
        table = await read_sheet(source, source.name, target)
    except SheetProblem as problem:
        return {"code": problem.code, "params": problem.params, "rows": 0}
    rows = sum(1 for _ in table)
    return {"code": None, "params": {}, "rows": rows}


def _own_peak() -> int:
    """Of this program alone: usage as `resource` tells it begins with that of who started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


if __name__ == "__main__":
    told = asyncio.run(_read(*map(Path, sys.argv[1:3])))
    reader = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    sys.stdout.write(json.dumps({**told, "reader": reader, "caller": _own_peak()}))

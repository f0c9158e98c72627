"""Figures of the service beside its rate: depth of pages, memory, start, statements."""

from __future__ import annotations

import asyncio
import itertools
import random
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any, Final

import asyncpg

from bench.databases import SERVICE, Databases
from bench.load import ask, measure
from bench.places import PRODUCT_PYTHON, SERVER_CORE
from bench.rounds import Questions, cursors
from bench.servers import CONTENDERS, running

# A busy hour: ten requests a second.
HOUR: Final = 36_000
_MIX: Final = {"One": 40, "Dropdown": 25, "Search": 20, "Page": 10, "Create": 5}
_AT_ONCE: Final = 16
_SAMPLES: Final = 10
_REPEATS: Final = 3
_DEEPEST: Final = 1_001
_STRIDE: Final = 100
_PAGE: Final = 50
_COUNTED: Final = 20
_MOST: Final = {"One": 4, "Page": 4, "Dropdown": 1, "Search": 2}
_OURS: Final = next(each for each in CONTENDERS if each.is_ours)
_SERVE: Final = [str(PRODUCT_PYTHON / "clientgraph"), "serve"]
_IMPORT: Final = (
    "import time; begun = time.perf_counter(); import clientgraph;"
    " print(time.perf_counter() - begun)"
)
_CONTROL: Final = r"^\s*(BEGIN|SET|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)"
_COUNT: Final = """SELECT coalesce(sum(calls) FILTER (WHERE query !~* $1), 0) AS queries,
    coalesce(sum(calls) FILTER (WHERE query ~* $1), 0) AS control FROM pg_stat_statements
    WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND userid = (SELECT oid FROM pg_roles WHERE rolname = $2)"""


def depth(questions: Questions, clients: int, seconds: float) -> dict[str, Any]:
    """How much longer a deep page takes than the first."""
    asked = questions.running
    strides = min((_DEEPEST - 1) * _PAGE, clients // 2) // _STRIDE
    page = strides * _STRIDE // _PAGE + 1
    after = next(itertools.islice(cursors(asked, first=_STRIDE), strides - 1, None))
    first, deep = (asked.asking.request("Page", {"after": each}) for each in (None, after))
    ratios = []
    for _ in range(_REPEATS):
        times = [
            1 / measure(asked.port, itertools.repeat(each), 1, seconds).per_second
            for each in (first, deep)
        ]
        ratios.append(times[1] / times[0])
    return {"page": page, "ratio": median(ratios)}


def memory(databases: Databases, clients: int, seconds: float) -> dict[str, Any]:
    """Resident memory of one worker under a mixed load of an hour's requests, or for so long."""
    with running(_OURS, databases, clients) as started:
        questions = Questions(started, len(CONTENDERS))
        mixed, done, found = _mixed(questions), 0, [_resident(started.process.pid)]
        until = time.monotonic() + seconds
        while done < HOUR and time.monotonic() < until:
            done += measure(started.port, mixed, _AT_ONCE, seconds / _SAMPLES).answers
            found.append(_resident(started.process.pid))
    return {"requests": done, "hour": HOUR, "megabytes": found}


def _mixed(questions: Questions) -> Iterator[bytes]:
    pools = {operation: questions.requests(operation) for operation in _MIX}
    chosen = random.Random(20_26)  # noqa: S311 - the same each time
    while True:
        (operation,) = chosen.choices(list(_MIX), list(_MIX.values()))
        yield next(pools[operation])


def _resident(process: int) -> float:
    """Megabytes."""
    lines = Path(f"/proc/{process}/status").read_text("utf-8").splitlines()
    line = next(each for each in lines if each.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def start(databases: Databases, clients: int) -> float:
    """Seconds from `clientgraph serve` to the first answer."""
    found = []
    for _ in range(_REPEATS):
        begun = time.perf_counter()
        with running(_OURS, databases, clients, _SERVE) as started:
            ask(started.port, started.asking.request("Dropdown", {}))
            found.append(time.perf_counter() - begun)
    return median(found)


def import_seconds() -> float:
    """Seconds of `import clientgraph`."""
    command = ["taskset", "-c", str(SERVER_CORE), str(PRODUCT_PYTHON / "python"), "-c", _IMPORT]
    runs = (subprocess.run(command, check=True, capture_output=True) for _ in range(_REPEATS))
    return median(float(run.stdout) for run in runs)


def statements(databases: Databases, questions: Questions) -> dict[str, Any]:
    """Statements that one request of each read sends to PostgreSQL, and how many it may send.

    At most one more than it selects relations, however long the page; a search may look for
    other spellings in one more.
    """
    asking = questions.running.asking
    asked = {name: (next(questions.requests(name)), most) for name, most in _MOST.items()}
    asked["Page of 5"] = (asking.request("Page", {"first": 5}), _MOST["Page"])
    return asyncio.run(_counted(databases.url, questions.running.port, asked))


async def _counted(url: str, port: int, asked: Mapping[str, tuple[bytes, int]]) -> dict[str, Any]:
    admin = await asyncpg.connect(url)
    try:
        await _track(admin, "top")
        found = {}
        for name, (request, most) in asked.items():
            ask(port, request)
            await admin.execute("SELECT pg_stat_statements_reset()")
            for _ in range(_COUNTED):
                ask(port, request)
            row = await admin.fetchrow(_COUNT, _CONTROL, SERVICE)
            counted = {sort: round(row[sort] / _COUNTED) for sort in ("queries", "control")}
            found[name] = {**counted, "most": most}
        await _track(admin, "none")
    finally:
        await admin.close()
    return found


async def _track(admin: asyncpg.Connection, what: str) -> None:
    await admin.execute(f"ALTER SYSTEM SET pg_stat_statements.track = '{what}'")
    await admin.execute("SELECT pg_reload_conf()")

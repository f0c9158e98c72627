"""How long it takes to read, write and take out portfolios: ``python -m bench.sheets [dialect]``.

A sheet of 10,000 clients with 20 columns is previewed and written through the API while a dropdown
is asked for again and again; then 100,000 clients are written to files. Prints a table.
"""

from __future__ import annotations

import asyncio
import os
import resource
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final

import httpx2
import uvicorn
from tests.imports.desk import ImportDesk, counts

from clientgraph.app import create_app
from clientgraph.sheets.xlsx_writing import XlsxWriter
from clientgraph.testing import Workspace, begun, fresh_database, settings_for

RECORDS: Final = 10_000
EXPORTED: Final = 100_000
PAUSE: Final = 0.1
HEADER: Final = (
    "External reference",
    "Name *",
    "Country",
    "E-mail",
    "Phone",
    "Website",
    "Currency",
    "Language",
    "Accounting code",
    "IBAN",
    "Street",
    "House number",
    "Postal code",
    "City",
    "Contact first name",
    "Contact last name",
    "Contact e-mail",
    "Contact phone",
    "Contact position",
    "VAT number",
)
SYLLABLES: Final = tuple(
    a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er")
)
FORMS: Final = ("BV", "NV", "SRL", "VOF", "VZW")
DROPDOWN: Final = "{ clients(first: 100) { nodes { id name reference country } } }"


def word(chance: Random) -> str:
    """A word that is none."""
    return "".join(chance.choice(SYLLABLES) for _ in range(chance.randint(2, 4))).title()


def sheet(path: Path, start: int, records: int) -> None:
    """A workbook of clients that are nobody, and no two alike."""
    chance = Random(start)  # noqa: S311 - nothing is to be kept secret
    writer = XlsxWriter(path)
    writer.write_header(HEADER)
    for n in range(start, start + records):
        writer.write_row(
            [
                f"B-{n}",
                f"{word(chance)} {word(chance)} {chance.choice(FORMS)}",
                "BE",
                f"info{n}@bench.example",
                f"+32 2 {2_000_000 + n}",
                f"https://www.bench{n}.example",
                "EUR",
                "nl-BE",
                f"400{n}",
                None,
                f"{word(chance)}straat",
                str(n % 211 + 1),
                str(chance.randint(1000, 9999)),
                word(chance),
                word(chance),
                word(chance),
                f"an{n}@bench.example",
                f"+32 470 {n:06}",
                "Boekhouding",
                None,
            ]
        )
    writer.close()


@asynccontextmanager
async def served(dialect: str, folder: Path) -> AsyncIterator[tuple[str, Workspace]]:
    """A service on a port, in this process, and a workspace."""
    async with fresh_database(dialect, folder) as urls:
        settings = replace(settings_for(*urls), file_folder=str(folder / "files"), jobs=1)
        async with begun(replace(settings, jobs=0)) as workspaces:
            workspace = await workspaces.make()
            app = create_app(settings)
            config = uvicorn.Config(app, port=0, log_config=None, lifespan="on")
            server = uvicorn.Server(config)
            task = asyncio.create_task(server.serve())
            while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
                await asyncio.sleep(0.05)
            port = server.servers[0].sockets[0].getsockname()[1]
            try:
                yield f"http://127.0.0.1:{port}", workspace
            finally:
                server.should_exit = True
                await task


async def asked(desk: ImportDesk, seconds: list[float]) -> None:
    """Ask for the dropdown until cancelled."""
    api = desk.api()
    while True:
        begin = time.perf_counter()
        await api(DROPDOWN)
        seconds.append(time.perf_counter() - begin)
        await asyncio.sleep(PAUSE)


def told(name: str, value: float, unit: str, bound: float | None = None) -> None:
    """A line of the table."""
    limit = "" if bound is None else f"   (≤ {bound:g})"
    print(f"{name:<52}{value:>10.1f} {unit}{limit}")


def p99(seconds: list[float]) -> float:
    """The 99th percentile, in milliseconds."""
    return statistics.quantiles(seconds, n=100)[98] * 1000 if len(seconds) > 1 else 0.0


async def timed(work: Any) -> tuple[float, Any]:
    """How long something takes."""
    begin = time.perf_counter()
    found = await work
    return time.perf_counter() - begin, found


async def measured(desk: ImportDesk, folder: Path) -> None:
    """Everything, in turn."""
    path = folder / "clients.xlsx"
    sheet(path, 0, RECORDS)
    idle: list[float] = []
    asking = asyncio.create_task(asked(desk, idle))
    await asyncio.sleep(5)
    asking.cancel()
    seconds, found = await timed(desk.previewed(path.read_bytes(), path.name))
    told("preview of 10,000 rows x 20 columns .xlsx", seconds, "s", 10)
    print(counts(found))
    busy: list[float] = []
    asking = asyncio.create_task(asked(desk, busy))
    seconds, found = await timed(desk.run(found["id"], conflicts="CREATE", skipInvalid=True))
    asking.cancel()
    told("run of 10,000 clients with contact and address", seconds, "s", 30)
    told("  p99 of the dropdown meanwhile / idle", p99(busy) / p99(idle), "times", 3)
    seconds, found = await timed(desk.previewed(path.read_bytes(), path.name))
    told("preview of the same again", seconds, "s")
    print(counts(found))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    told("memory of the process, at most", peak, "MB", 300)
    told("memory of the process that reads, at most", child, "MB", 300)
    await grown(desk, folder)
    for kind, bound in (("CSV", 10), ("XLSX", 60), ("JSON_LINES", None), ("VCARD", None)):
        seconds, _ = await timed(exported(desk, kind))
        told(f"export of {EXPORTED:,} clients to {kind}", seconds, "s", bound)


async def grown(desk: ImportDesk, folder: Path) -> None:
    """As many clients as are exported."""
    for start in range(RECORDS, EXPORTED, 30_000):
        path = folder / "more.xlsx"
        sheet(path, start, min(30_000, EXPORTED - start))
        found = await desk.previewed(path.read_bytes(), path.name)
        await desk.run(found["id"], conflicts="CREATE", skipInvalid=True)


async def exported(desk: ImportDesk, kind: str) -> None:
    """Until its job has ended."""
    made = await desk.api().done("exportCreate", {"format": kind}, "export { job { id } }")
    text = "query($id: ID!) { job(id: $id) { status } }"
    job = {"id": made["export"]["job"]["id"]}
    while (await desk.api()(text, job))["job"]["status"] != "SUCCEEDED":  # noqa: ASYNC110
        await asyncio.sleep(0.1)


async def main(dialect: str) -> None:
    """One database."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        async with (
            served(dialect, folder) as (url, workspace),
            httpx2.AsyncClient(base_url=url, timeout=600) as client,
        ):
            print(f"{dialect}, {os.cpu_count()} cores")
            await measured(ImportDesk(client, workspace), folder)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "sqlite"))

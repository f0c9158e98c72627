"""How long it takes to read, write and take out portfolios: ``python -m bench.sheets [dialect]``.

A sheet of 10,000 clients with 20 columns is previewed and written through the API while a dropdown
is asked for again and again; then 100,000 clients are written to files. Prints a table.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import statistics
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final

import httpx2
from tests.imports.desk import ImportDesk, counts

from clientgraph.config import Settings
from clientgraph.sheets.xlsx_writing import XlsxWriter
from clientgraph.testing import Api, Workspace, begun, fresh_database, settings_for

RECORDS: Final = 10_000
EXPORTED: Final = 100_000
PAUSE: Final = 0.03
TOKENS: Final = 40
# In each sheet that is imported besides.
MORE: Final = 10_000
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


@dataclass(frozen=True)
class Service:
    """What is measured, and the process that it is."""

    desk: ImportDesk
    pid: int

    def memory(self) -> float:
        """What its processes have together now, in MB; files that they look into are not theirs."""
        known, held = {self.pid}, 0
        for folder in sorted(Path("/proc").glob("[0-9]*"), key=lambda each: int(each.name)):
            with suppress(OSError):
                parent = re.search(r"PPid:\s+(\d+)", (folder / "status").read_text())
                if int(folder.name) in known or (parent and int(parent[1]) in known):
                    known.add(int(folder.name))
                    found = re.search(r"Pss_Anon:\s+(\d+)", (folder / "smaps_rollup").read_text())
                    held += int(found[1]) if found else 0
        return held / 1024

    @asynccontextmanager
    async def at_most(self, bound: float) -> AsyncIterator[None]:
        """Tell how much memory it had at most meanwhile."""
        most = self.memory()

        async def watch() -> None:
            nonlocal most
            while True:
                most = max(most, await asyncio.to_thread(self.memory))
                await asyncio.sleep(0.2)

        task = asyncio.create_task(watch())
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        told("  memory at most", most, "MB", bound)


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
async def prepared(dialect: str, folder: Path) -> AsyncIterator[tuple[Settings, Workspace]]:
    """A database with a workspace."""
    async with fresh_database(dialect, folder) as urls:
        settings = settings_for(*urls)
        async with begun(replace(settings, jobs=0)) as workspaces:
            workspace = await workspaces.make()
        yield settings, workspace


@asynccontextmanager
async def served(settings: Settings, workspace: Workspace, folder: Path) -> AsyncIterator[Service]:
    """A service in a process of its own."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "clientgraph", "serve", "--port", str(port)),
        env={
            **os.environ,
            "CLIENTGRAPH_DATABASE_URL": settings.database_url,
            "CLIENTGRAPH_SECRET_KEY": settings.secret_key,
            "CLIENTGRAPH_FILE_FOLDER": str(folder / "files"),
            "CLIENTGRAPH_JOBS": "1",
            "CLIENTGRAPH_LOG_LEVEL": "WARNING",
        },
    )
    try:
        url = f"http://127.0.0.1:{port}"
        async with httpx2.AsyncClient(base_url=url, timeout=600) as client:
            await ready(client)
            yield Service(ImportDesk(client, workspace, patience=600), process.pid)
    finally:
        process.terminate()
        await process.wait()


async def ready(client: httpx2.AsyncClient) -> None:
    """Wait until the service answers."""
    while True:
        with suppress(httpx2.HTTPError):
            if (await client.get("/readyz")).status_code == 200:
                return
        await asyncio.sleep(0.05)


async def asked(apis: Sequence[Api], seconds: list[float]) -> None:
    """Ask for the dropdown until cancelled, with one token after the other: each has a budget."""
    for api in cycle(apis):
        begin = time.perf_counter()
        await api(DROPDOWN)
        seconds.append(time.perf_counter() - begin)
        await asyncio.sleep(PAUSE)


async def tokens(desk: ImportDesk) -> list[Api]:
    """The API with as many tokens as it takes to ask without a rest."""
    given = {"name": "bench", "role": "VIEWER"}
    made = [await desk.api().done("apiTokenCreate", given, "text") for _ in range(TOKENS)]
    return [Api(desk.client, each["text"]) for each in made]


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


async def imports(service: Service, folder: Path) -> None:
    """Portfolios are previewed and written."""
    desk, path = service.desk, folder / "clients.xlsx"
    sheet(path, 0, RECORDS)
    content, apis = path.read_bytes(), await tokens(desk)
    told("memory when nothing was asked", service.memory(), "MB")
    idle: list[float] = []
    busy: list[float] = []
    async with asking(apis, idle):
        await asyncio.sleep(3)
        idle.clear()
        await asyncio.sleep(15)
    told("p99 of the dropdown idle", p99(idle), "ms")
    async with service.at_most(300), asking(apis, busy):
        seconds, found = await timed(desk.previewed(content, path.name))
        told("preview of 10,000 rows x 20 columns .xlsx", seconds, "s", 10)
    told("  p99 of the dropdown meanwhile / idle", p99(busy) / p99(idle), "times")
    print(counts(found))
    busy.clear()
    async with service.at_most(300), asking(apis, busy):
        seconds, found = await timed(desk.run(found["id"], conflicts="CREATE", skipInvalid=True))
        told("run of 10,000 clients with contact and address", seconds, "s", 30)
    told("  p99 of the dropdown meanwhile / idle", p99(busy) / p99(idle), "times", 3)
    async with service.at_most(300):
        seconds, found = await timed(desk.previewed(content, path.name))
        told("preview of the same again", seconds, "s")
    print(counts(found))
    async with service.at_most(300):
        seconds, _ = await timed(grown(desk, folder))
        told("import of 90,000 more", seconds, "s")


async def exports(service: Service) -> None:
    """All clients are written to files, by a process that has done nothing before."""
    for kind, bound in (("CSV", 10), ("XLSX", 60), ("JSON_LINES", None), ("VCARD", None)):
        async with service.at_most(200):
            seconds, _ = await timed(exported(service.desk, kind))
            told(f"export of {EXPORTED:,} clients to {kind}", seconds, "s", bound)


@asynccontextmanager
async def asking(apis: Sequence[Api], seconds: list[float]) -> AsyncIterator[None]:
    """Ask for the dropdown meanwhile."""
    task = asyncio.create_task(asked(apis, seconds))
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def grown(desk: ImportDesk, folder: Path) -> None:
    """As many clients as are exported."""
    for start in range(RECORDS, EXPORTED, MORE):
        path = folder / "more.xlsx"
        sheet(path, start, min(MORE, EXPORTED - start))
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
        print(f"{dialect}, {os.cpu_count()} cores")
        async with prepared(dialect, folder) as (settings, workspace):
            async with served(settings, workspace, folder) as service:
                await imports(service, folder)
            async with served(settings, workspace, folder) as service:
                await exports(service)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "sqlite"))

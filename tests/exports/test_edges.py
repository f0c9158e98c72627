"""Exports at their edges: formulas, what members keep from each other, and jobs that stop."""

from __future__ import annotations

import asyncio
import csv
import io
import os
import re
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from clientgraph.files import service
from clientgraph.files.stores import storage_of
from clientgraph.files.sweeping import UNTOUCHED_SECONDS, Sweeping
from clientgraph.testing import Workspaces
from tests.events.people import person
from tests.exports.fetching import FIELDS, exported
from tests.imports.conftest import Starting
from tests.imports.desk import PATIENCE, ImportDesk, csv_of

pytestmark = pytest.mark.anyio

FORMULAS: Final = ("=1+1", "+1", "-1", "@A1", "＝1", "'=1", "''-1", "=cmd|'/c calc'!A1")
RUN: Final = re.compile(r"[\s﻿]*[=+\-@＝＋－＠]")
CLIENTS: Final = 80


def is_inert(content: bytes) -> bool:
    """Whether a workbook has no formula, link or macro: its texts are shared, typed as such."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        names = book.namelist()
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    foreign = [each for each in names if re.search("externalLink|vba|connections", each)]
    return not foreign and "<f>" not in sheet and "<f " not in sheet and "hyperlink" not in sheet


def cells(content: bytes) -> list[str]:
    """All cells of a CSV file as they are written."""
    return [
        cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row if cell
    ]


async def test_no_formula_leaves(desk: ImportDesk) -> None:
    """In headers and cells of workbooks, CSV files and sheets with remarks."""
    api = desk.api()
    label = [{"language": "en", "text": "=HYPERLINK(1)"}]
    given = {"on": "CLIENT", "key": "evil", "type": "TEXT", "labels": label}
    await api.done("customFieldDefinitionCreate", given)
    for text in FORMULAS:
        contact = {"lastName": text, "position": text}
        value = {"key": "evil", "value": text}
        await api.new_client(text, contacts=[contact], customFields=[value])
    _, content = await exported(desk, format="CSV")
    assert [each for each in cells(content) if RUN.match(each)] == []
    assert "'=HYPERLINK(1)" in cells(content)
    assert {f"'{each}" for each in FORMULAS} <= set(cells(content))
    assert is_inert((await exported(desk, format="XLSX"))[1])


async def test_no_formula_leaves_with_remarks(desk: ImportDesk) -> None:
    """What somebody else's sheet had in its cells and headers is in them again as a text."""
    header = ["Name", "Country", "=HYPERLINK(1)"]
    found = await desk.previewed(csv_of(header, *([each, "Nowhere", each] for each in FORMULAS)))
    made = await desk.api().done("importRemarks", {"id": found["id"]}, "job { id }")
    text = "query($id: ID!) { node(id: $id) { ... on Job { status result } } }"
    until = time.monotonic() + PATIENCE
    while (job := (await desk.api()(text, {"id": made["job"]["id"]}))["node"])["result"] is None:
        assert time.monotonic() < until
        await asyncio.sleep(0.05)
    text = "query($id: ID!) { node(id: $id) { ... on File { url } } }"
    url = (await desk.api()(text, {"id": job["result"]["fileId"]}))["node"]["url"]
    content = (await desk.client.get(url)).content
    assert is_inert(content)
    again = await desk.previewed(content, "remarks.xlsx")
    text = "query($id: ID!) { import(id: $id) { rows(first: 20) { nodes { cells } } } }"
    told = [
        [row["cells"][0][:3] for row in each["import"]["rows"]["nodes"]]
        for each in [await desk.api()(text, {"id": one["id"]}) for one in (found, again)]
    ]
    assert told[0] == told[1]


async def test_a_view_with_more_conditions(desk: ImportDesk) -> None:
    """A saved view, a filter, a search, an order and columns together are those of the list."""
    api = desk.api()
    for name, country in (("Nord A", "BE"), ("Nord B", "BE"), ("Nord C", "FR"), ("Zuid", "BE")):
        await api.new_client(name, country=country)
    given = {"on": "CLIENTS", "name": "BE", "isShared": True, "filter": {"country": ["BE"]}}
    view = (await api.done("savedViewCreate", given, "savedView { id }"))["savedView"]["id"]
    options = {"view": view, "search": "nord", "sort": ["NAME_DESC"]}
    _, content = await exported(desk, format="CSV", columns=["country", "name"], **options)
    assert cells(content)[2:] == ["BE", "Nord B", "BE", "Nord A"]
    found, content = await exported(
        desk, format="JSON_LINES", filter={"country": ["FR"]}, search="nord"
    )
    assert (found["total"], content.count(b"\n")) == (1, 1)


@pytest.mark.parametrize("kind", ["XLSX", "CSV", "JSON_LINES", "VCARD"])
async def test_an_empty_list(desk: ImportDesk, kind: str) -> None:
    """The file is there, with its header where it has one."""
    found, content = await exported(desk, format=kind)
    assert found["total"] == 0
    assert bool(content) == (kind in ("XLSX", "CSV"))


async def test_what_members_keep_is_in_no_file(desk: ImportDesk) -> None:
    """Private notes of another member, and one's own, are in no format."""
    ben = await person(desk.workspace, "Ben")
    client = await desk.api().new_client("Nordlicht", contacts=[{"lastName": "Berg"}])
    await ben.event(client["id"], body="SECRETNOTE", visibility="PRIVATE")
    await ben.event(client["id"], body="OPENNOTE")
    for kind in ("CSV", "JSON_LINES", "VCARD", "XLSX"):
        for asking in (desk, ImportDesk(desk.client, desk.workspace, "VIEWER")):
            _, content = await exported(asking, format=kind)
            if kind == "XLSX":
                with zipfile.ZipFile(io.BytesIO(content)) as book:
                    content = b"".join(map(book.read, book.namelist()))
            assert b"Nordlicht" in content
            assert b"NOTE" not in content


async def test_a_link_ends(desk: ImportDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is gone from the export when its day is over, and its link leads nowhere."""
    await desk.api().new_client("Nordlicht")
    monkeypatch.setattr(service, "KEPT", -service.KEPT)
    api = desk.api()
    made = await api.done("exportCreate", {"format": "CSV"}, "export { id }")
    ended = await _ended(desk, made["export"]["id"])
    assert (ended["job"]["status"], ended["file"]) == ("SUCCEEDED", None)


async def _ended(desk: ImportDesk, export_id: str) -> Any:
    until = time.monotonic() + PATIENCE
    text = f"query($id: ID!) {{ export(id: $id) {{ {FIELDS} }} }}"
    while True:
        found = (await desk.api()(text, {"id": export_id}))["export"]
        if found["job"]["status"] in ("SUCCEEDED", "FAILED", "CANCELLED"):
            return found
        assert time.monotonic() < until
        await asyncio.sleep(0.05)


async def _under_way(desk: ImportDesk) -> tuple[str, str]:
    """An export whose file is being written; its id and that of its job."""
    sheet = csv_of(["Name", "Country"], *([f"Firma {n * 7919}", "BE"] for n in range(CLIENTS)))
    found = await desk.previewed(sheet)
    await desk.run(found["id"], conflicts="CREATE")
    made = await desk.api().done("exportCreate", {"format": "CSV"}, "export { id job { id } }")
    text = "query($id: ID!) { node(id: $id) { ... on Job { status } } }"
    until = time.monotonic() + PATIENCE
    job_id = made["export"]["job"]["id"]
    while (await desk.api()(text, {"id": job_id}))["node"]["status"] != "RUNNING":
        assert time.monotonic() < until
        await asyncio.sleep(0.005)
    return made["export"]["id"], job_id


def _lying(folder: Path) -> list[Path]:
    return [each for each in folder.rglob("*") if each.is_file()]


async def test_killed_while_it_is_written(
    begun: ImportDesk, starting: Starting, workspaces: Workspaces, tmp_path: Path
) -> None:
    """Another process writes the whole file; what was left of the first is swept away."""
    process = await starting()
    export_id, _ = await _under_way(begun)
    process.kill()
    await process.wait()
    await starting()
    done = await _ended(begun, export_id)
    assert (done["job"]["status"], done["total"]) == ("SUCCEEDED", CLIENTS)
    content = (await begun.client.get(done["file"]["url"])).content
    assert len(list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))) == CLIENTS + 1
    folder = tmp_path / "files"
    long_ago = time.time() - 2 * UNTOUCHED_SECONDS
    for each in _lying(folder):
        os.utime(each, (long_ago, long_ago))
    storage = storage_of(replace(workspaces.settings, file_folder=str(folder)))
    await Sweeping(storage, workspaces.database).sweep()
    # The sheet that was imported, and the export.
    assert len(_lying(folder)) == 2


async def test_cancelled_while_it_is_written(begun: ImportDesk, starting: Starting) -> None:
    """There is no file, and the next export of the same is whole."""
    await starting()
    export_id, job_id = await _under_way(begun)
    await begun.api().done("jobCancel", {"id": job_id})
    ended = await _ended(begun, export_id)
    assert (ended["job"]["status"], ended["file"]) == ("CANCELLED", None)
    found, content = await exported(begun, format="JSON_LINES")
    assert found["total"] == content.count(b"\n") == CLIENTS

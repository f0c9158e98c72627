"""The stock files become an index that answers without network, and is renewed under way."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clientgraph import (
    CompanyAddress,
    HealthStatus,
    InstanceContext,
    NotFound,
    PluginContext,
    Protected,
    Unavailable,
)
from clientgraph.testing import Api, Replay
from clientgraph_fr.commands import app
from clientgraph_fr.importing import StockProblem, import_stock, stock_files
from clientgraph_fr.index import FILE, Index
from clientgraph_fr.stock import lookup, search, stock_age

pytestmark = pytest.mark.anyio

Files = tuple[Path, Path]


def imported(folder: Path, files: Files) -> int:
    """Import; how many bytes were told."""
    told: list[int] = []
    import_stock(folder, stock_files(*files), told.append)
    return sum(told)


async def test_a_number_is_found(context: PluginContext, stock: Files) -> None:
    """By SIRET, by SIREN, and by a VAT number."""
    size = sum(path.stat().st_size for path in stock)
    assert imported(context.folder, stock) == size
    found = lookup(context, "FR_SIRET", "10000000900017")
    assert (found.name, found.trading_name) == ("ÉTABLISSEMENTS GARCEAU", "GARCEAU & FILLES")
    assert list(found.addresses) == [
        CompanyAddress(
            line1="12-14 PL DU MARCHE",
            line2="BATIMENT C, BP 7",
            postal_code="35000",
            city="RENNES",
            country="FR",
        )
    ]
    assert found.origins["name"].date == date(2026, 10, 1)
    assert lookup(context, "FR_SIREN", "100000009") == found
    assert lookup(context, "FR_VAT", "FR03100000009") == found
    assert lookup(context, "FR_SIREN", "100000017").name == "CAMILLE MARTIN"
    with pytest.raises(NotFound):
        lookup(context, "FR_SIRET", "10000003300017")
    with pytest.raises(Protected):
        lookup(context, "FR_SIREN", "100000025")


@pytest.mark.parametrize(
    "text", ["etablissements", "GARCEAU", "garc", "Établissements garc", "egx"]
)
async def test_a_name_is_found(context: PluginContext, stock: Files, text: str) -> None:
    """Without accents and capitals, by an acronym, with the last word not typed to its end."""
    imported(context.folder, stock)
    (found,) = search(context, text, "FR", 5)
    assert (found.name, found.city) == ("ÉTABLISSEMENTS GARCEAU", "RENNES")


async def test_what_is_not_found(context: PluginContext, stock: Files) -> None:
    """Masks are no names, what is protected does not occur, and signs are no words."""
    imported(context.folder, stock)
    for text in ("ND", "[ND]", "100000025", "***", '" OR *', "nobody"):
        assert not search(context, text, "FR", 5)
    assert [each.name for each in search(context, "100 000 017", "FR", 5)] == ["CAMILLE MARTIN"]


@pytest.mark.parametrize("lost", ["unit", "place"])
async def test_half_of_it_in_the_index(context: PluginContext, stock: Files, lost: str) -> None:
    """A unit without its head office, or the other way round, is not one that is not there."""
    imported(context.folder, stock)
    with closing(sqlite3.connect(context.folder / FILE)) as database, database:
        database.execute(f"DELETE FROM {lost}")  # noqa: S608 - of this test
    kind, value = ("FR_SIRET", "10000000900017") if lost == "unit" else ("FR_SIREN", "100000009")
    with pytest.raises(Unavailable):
        lookup(context, kind, value)
    if lost == "place":
        with pytest.raises(Unavailable):
            search(context, "garceau", "FR", 5)


async def test_without_an_index(context: PluginContext) -> None:
    """The registry is not available, and nothing is wrong with that."""
    with pytest.raises(Unavailable):
        lookup(context, "FR_SIREN", "100000009")
    with pytest.raises(Unavailable):
        search(context, "garceau", "FR", 5)
    assert stock_age(context).status is HealthStatus.OK
    assert not context.folder.exists()


async def test_zipped_files_of_this_year(
    context: PluginContext, stock: Files, tmp_path: Path
) -> None:
    """As Insee publishes them, with columns that are new."""
    zipped = tuple(tmp_path / f"{path.stem}.zip" for path in stock)
    for path, made in zip(stock, zipped, strict=True):
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
            file.write(path, path.name)
    assert imported(context.folder, zipped) == sum(path.stat().st_size for path in stock)  # type: ignore[arg-type]
    assert lookup(context, "FR_SIREN", "100000009").name == "ÉTABLISSEMENTS GARCEAU"


SLOWLY = """
import sys, time
from pathlib import Path
from clientgraph_fr import importing
importing.CHUNK = 1
def told(size):
    print(size, flush=True)
    time.sleep(0.5)
importing.import_stock(Path(sys.argv[1]), importing.stock_files(*map(Path, sys.argv[2:])), told)
"""


async def test_an_import_that_was_killed_goes_on(context: PluginContext, stock: Files) -> None:
    """Rows that are there are not read again; the index is used once it is complete."""
    command = [sys.executable, "-c", SLOWLY, context.folder, *stock]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603, ASYNC220
        assert process.stdout is not None
        for _ in range(2):
            assert process.stdout.readline()
        os.kill(process.pid, signal.SIGKILL)
    assert not (context.folder / FILE).exists()
    with closing(sqlite3.connect(context.folder / f"{FILE}.new")) as database:
        read = dict(database.execute("SELECT file, rows FROM read").fetchall())
    assert (read["unit"] >= 2, read["place"] <= 3) == (True, True)
    imported(context.folder, stock)
    assert [path.name for path in context.folder.iterdir()] == [FILE]
    assert [each.name for each in search(context, "egx", "FR", 5)] == ["ÉTABLISSEMENTS GARCEAU"]
    assert lookup(context, "FR_SIRET", "10000000900025").country == "RE"


async def test_other_files_begin_anew_and_take_the_place_of_the_earlier(
    context: PluginContext, stock: Files
) -> None:
    """An unfinished import of other files is no part of it."""
    imported(context.folder, stock)
    (context.folder / f"{FILE}.new").write_bytes(b"no database")
    imported(context.folder, stock)
    (context.folder / f"{FILE}.new").touch()
    units, _ = stock
    units.write_text(units.read_text("utf-8").replace("GARCEAU", "NOUVEAU"), "utf-8")
    imported(context.folder, stock)
    assert lookup(context, "FR_SIREN", "100000009").name == "ÉTABLISSEMENTS NOUVEAU"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("siren,nothing\n100000009,x\n", "lacks the columns denominationUniteLegale"),
        ("siren,denominationUniteLegale,nicSiegeUniteLegale\nabc,x,1\n", "damaged"),
        ("", "lacks the columns"),
    ],
)
async def test_a_file_that_is_another_one(
    context: PluginContext, stock: Files, text: str, said: str
) -> None:
    """What is wrong is said, and an earlier index stays."""
    imported(context.folder, stock)
    stock[0].write_text(text, "utf-8")
    with pytest.raises(StockProblem, match=said):
        imported(context.folder, stock)
    assert Index(context.folder).day() == date(2026, 10, 31)


async def test_the_command(context: PluginContext, stock: Files) -> None:
    """Says how far it is, of what day the files are, and in a sentence what is wrong."""
    given = InstanceContext(plugin="fr", settings={}, folder=context.folder, http=context.http)
    result = CliRunner().invoke(app, ["import", *map(str, stock)], obj=given)
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[-1] == "The index knows Sirene as of 2026-10-31."
    result = CliRunner().invoke(app, ["import", "nowhere.csv", str(stock[1])], obj=given)
    assert result.exit_code == 1
    assert "nowhere.csv cannot be read: No such file or directory." in result.output


async def test_the_age_of_the_index(
    context: PluginContext, stock: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of this month or the one before it is well; older ones are to be renewed."""
    today = datetime.now(UTC).date().isoformat()
    units, _ = stock
    units.write_text(units.read_text("utf-8").replace("2026-10-31", today), "utf-8")
    imported(context.folder, stock)
    assert stock_age(context).status is HealthStatus.OK
    monkeypatch.setattr("clientgraph_fr.stock.OLDEST_DAYS", -1)
    found = stock_age(context)
    assert (found.status, "0 days old" in found.message) == (HealthStatus.DEGRADED, True)


async def test_a_miss_in_an_old_index_is_none(
    context: PluginContext, stock: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The company may have been founded since; what the index has, it tells."""
    imported(context.folder, stock)
    monkeypatch.setattr("clientgraph_fr.stock.BELIEVED_DAYS", -1)
    with pytest.raises(Unavailable, match="which is of 2026-10-31"):
        lookup(context, "FR_SIRET", "10000003300017")
    with pytest.raises(Unavailable):
        search(context, "nobody", "FR", 5)
    assert lookup(context, "FR_SIREN", "100000009").name == "ÉTABLISSEMENTS GARCEAU"
    assert len(search(context, "garceau", "FR", 5)) == 1
    assert not search(context, "***", "FR", 5)


async def test_two_imports_at_once(context: PluginContext, stock: Files, tmp_path: Path) -> None:
    """The second one is told so, of whatever files it is, and the first one goes on."""
    units, places = stock
    others = tmp_path / "other_units.csv", places
    others[0].write_text(units.read_text("utf-8").replace("GARCEAU", "NOUVEAU"), "utf-8")
    refused: list[str] = []

    def second(_bytes: int) -> None:
        with pytest.raises(StockProblem, match="Another import may be under way") as told:
            imported(context.folder, others)
        refused.append(str(told.value))

    import_stock(context.folder, stock_files(*stock), second)
    assert refused
    assert [path.name for path in context.folder.iterdir()] == [FILE]
    assert lookup(context, "FR_SIREN", "100000009").name == "ÉTABLISSEMENTS GARCEAU"


async def test_a_zip_that_is_damaged(context: PluginContext, stock: Files, tmp_path: Path) -> None:
    """Wherever it is: what is wrong is said."""
    units, places = stock
    units.write_text(
        units.read_text("utf-8") + "".join(f"{n}\n" for n in range(10**8, 10**8 + 5000))
    )
    made = tmp_path / "units.zip"
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        file.write(units, units.name)
    content = bytearray(made.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 60] = bytes(each ^ 0xFF for each in content[middle : middle + 60])
    made.write_bytes(content)
    with pytest.raises(StockProblem, match=r"units\.zip is damaged\. Fetch it again\."):
        imported(context.folder, (made, places))


WITHOUT_ROOM = """
import resource, sys
from pathlib import Path
from clientgraph_fr import importing
resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))
try:
    files = importing.stock_files(*map(Path, sys.argv[2:]))
    importing.import_stock(Path(sys.argv[1]), files, lambda size: None)
except importing.StockProblem as problem:
    print(problem)
"""


async def test_a_disk_without_room(context: PluginContext, stock: Files) -> None:
    """What is wrong is said, and the import goes on once there is room."""
    command = [sys.executable, "-c", WITHOUT_ROOM, context.folder, *stock]
    made = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603, ASYNC221
    assert made.stdout.startswith("sirene.db.new cannot be written: ")
    assert made.stdout.endswith("or the disk full.\n")
    imported(context.folder, stock)
    assert lookup(context, "FR_SIREN", "100000009").name == "ÉTABLISSEMENTS GARCEAU"


async def test_it_answers_where_the_network_does_not(
    asking: Api, recherche: Replay, sirene: Replay, stock: Files, tmp_path: Path
) -> None:
    """The third registry fills in the client, and is named as the source."""
    imported(tmp_path / "fr", stock)
    recherche.down = sirene.down = True
    text = """{ company(kind: "FR_SIREN", value: "100000009") {
      status source { registry } draft { name } } }"""
    assert (await asking(text))["company"] == {
        "status": "FOUND",
        "source": {"registry": "FR_SIRENE_STOCK"},
        "draft": {"name": "ÉTABLISSEMENTS GARCEAU"},
    }

"""Zips of the KBO become an index: whole, resumed after a kill, and changed day by day."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clientgraph import InstanceContext, NotFound, PluginContext, Protected
from clientgraph_be.archive import Archive, KboProblem
from clientgraph_be.commands import app
from clientgraph_be.importing import following, full_size, import_full, update
from clientgraph_be.index import FILE, Index
from clientgraph_be.local import lookup, search

pytestmark = pytest.mark.anyio

Change = Callable[..., Path]
Write = Callable[[str, Mapping[str, Sequence[Sequence[str]]]], Path]


def ten(base: int) -> str:
    """A number with its check digits."""
    return f"{base:08}{97 - base % 97:02}"


def dotted(number: str) -> str:
    """As the KBO writes it."""
    return f"{number[:4]}.{number[4:7]}.{number[7:]}"


STARS, EAST, PERSON = (ten(4_000_000 + each) for each in range(3))
NEW, NEW_PERSON = ten(7_000_001), ten(7_000_002)


def imported(context: PluginContext, path: Path) -> int:
    """Import; how many bytes were told."""
    told: list[int] = []
    import_full(context.folder, Archive(path), told.append)
    return sum(told)


def updated(context: PluginContext, *paths: Path) -> int:
    """Apply what the index lacks; how many zips."""
    told: list[int] = []
    lacking = following(context.folder, [Archive(path) for path in paths])
    if lacking:
        update(context.folder, lacking, told.append)
    return sum(told)


def halved(path: Path) -> Path:
    """A zip that was not fetched to its end."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def left(folder: Path) -> list[str]:
    """The files in the plugin's folder."""
    return sorted(path.name for path in folder.iterdir())


async def test_progress_is_told_to_the_last_byte(context: PluginContext, full: Path) -> None:
    """And nothing but the index is left."""
    assert imported(context, full) == full_size(Archive(full)) > 100_000
    assert left(context.folder) == [FILE]
    assert lookup(context, "BE_ENTERPRISE", ten(6_000_042)).name == "Firma 42"


SLOWLY = """
import sys, time
from pathlib import Path
from clientgraph_be import importing
from clientgraph_be.archive import Archive
importing.CHUNK = 500
def told(size):
    print(size, flush=True)
    time.sleep(0.1)
importing.import_full(Path(sys.argv[1]), Archive(Path(sys.argv[2])), told)
"""


def killed_while_importing(context: PluginContext, full: Path, after: int) -> None:
    """Another process imports, and is killed in the middle."""
    command = [sys.executable, "-c", SLOWLY, context.folder, full]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603
        assert process.stdout is not None
        for _ in range(after):
            assert process.stdout.readline()
        os.kill(process.pid, signal.SIGKILL)


def rows_read(folder: Path) -> dict[str, int]:
    """How far an unfinished import came."""
    with closing(sqlite3.connect(folder / f"{FILE}.new")) as database:
        return dict(database.execute("SELECT file, rows FROM read").fetchall())


def everything(folder: Path) -> list[str]:
    """The content of the index, as SQL."""
    with closing(sqlite3.connect(folder / FILE)) as database:
        return [line for line in database.iterdump() if not line.startswith('INSERT INTO "read')]


async def test_an_import_that_was_killed_goes_on(
    context: PluginContext, full: Path, tmp_path: Path
) -> None:
    """Killed twice, it ends with what an import in one go has; nothing is read twice."""
    for after in (3, 5):
        killed_while_importing(context, full, after)
        assert not (context.folder / FILE).exists()
    read = rows_read(context.folder)
    assert 2_500 > read["enterprise"] >= 1_500 or read["denomination"] < 2_500
    told = imported(context, full)
    # What is passed over is not unpacked for nothing, and told with the next chunk.
    assert told <= full_size(Archive(full))
    assert left(context.folder) == [FILE]
    import_full(tmp_path / "whole", Archive(full), lambda _: None)
    assert everything(context.folder) == everything(tmp_path / "whole")
    assert [each.name for each in search(context, "sterrenm", "BE", 5)] == ["Société des Étoiles"]


async def test_another_zip_begins_anew(context: PluginContext, full: Path) -> None:
    """An unfinished import of another zip is no part of it; what is no database neither."""
    killed_while_importing(context, full, 2)
    with zipfile.ZipFile(full) as packed, packed.open("enterprise.csv") as found:
        header, first, *_ = found.read().decode().splitlines()
    assert "EnterpriseNumber" in header
    other = Path(str(full).replace("0007", "0008"))
    with zipfile.ZipFile(full) as packed, zipfile.ZipFile(other, "w") as made:
        for name in packed.namelist():
            text = packed.read(name).decode()
            if name == "enterprise.csv":
                text = f"{header}\r\n{first}\r\n"
            made.writestr(f"folder/{name}", text)
    imported(context, other)
    assert lookup(context, "BE_ENTERPRISE", STARS).name == "Société des Étoiles"
    with pytest.raises(NotFound):
        lookup(context, "BE_ENTERPRISE", EAST)
    (context.folder / f"{FILE}.new").write_bytes(b"no database")
    imported(context, full)
    assert lookup(context, "BE_ENTERPRISE", EAST).name == "Sternwarte Eupen"


async def test_two_imports_at_once(context: PluginContext, full: Path) -> None:
    """The second one is told so, and harms nothing."""
    context.folder.mkdir()
    first = sqlite3.connect(context.folder / f"{FILE}.new", isolation_level=None)
    with closing(first):
        first.execute("PRAGMA locking_mode = EXCLUSIVE")
        first.execute("CREATE TABLE state (mark TEXT)")
        with pytest.raises(KboProblem, match="Another import may be under way"):
            imported(context, full)


@pytest.fixture
def days(change: Change) -> tuple[Path, Path]:
    """Two days: one enterprise is renamed, one ceases, two are new; one of these is renamed."""
    first = change(
        8,
        {name: [(dotted(STARS),)] for name in ("denomination", "activity")}
        | {"enterprise": [(dotted(EAST),)]},
        {
            "denomination": [
                (dotted(STARS), "1", "001", "Compagnie des Planètes"),
                (dotted(NEW), "2", "001", "Firma Zonneschijn"),
                (dotted(NEW_PERSON), "2", "001", "Nieuwgeheim, Jo"),
            ],
            "enterprise": [
                (dotted(NEW), "AC", "000", "2", "610", "", "01-11-2026"),
                (dotted(NEW_PERSON), "AC", "000", "1", "", "", "01-11-2026"),
            ],
            "activity": [(dotted(STARS), "001", "2025", "62100", "MAIN")],
        },
    )
    renamed = (dotted(NEW), "2", "001", "Firma Maneschijn")
    second = change(9, {"denomination": [renamed[:1]]}, {"denomination": [renamed]})
    return first, second


async def test_days_are_applied(
    context: PluginContext, full: Path, days: tuple[Path, Path]
) -> None:
    """What changed, what ceased, what is new, and what stays; in whatever order they are given."""
    imported(context, full)
    assert updated(context, *reversed(days)) == 2
    found = lookup(context, "BE_ENTERPRISE", STARS)
    assert (found.name, found.trading_name) == ("Compagnie des Planètes", None)
    assert (found.activity_code, found.phone) == ("62.100", "02 515 13 51")
    with pytest.raises(NotFound):
        lookup(context, "BE_ENTERPRISE", EAST)
    with pytest.raises(Protected):
        lookup(context, "BE_ENTERPRISE", NEW_PERSON)
    assert lookup(context, "BE_ENTERPRISE", NEW).name == "Firma Maneschijn"
    assert left(context.folder) == [FILE]


async def test_old_names_find_nothing(
    context: PluginContext, full: Path, days: tuple[Path, Path]
) -> None:
    """New ones do, and the index of words fits the names."""
    imported(context, full)
    updated(context, *days)
    names = {
        text: [each.name for each in search(context, text, "BE", 5)]
        for text in ("etoiles", "planetes", "zonneschijn", "maneschijn", "nieuwgeheim", "eupen")
    }
    assert names == {
        "etoiles": [],
        "planetes": ["Compagnie des Planètes"],
        "zonneschijn": [],
        "maneschijn": ["Firma Maneschijn"],
        "nieuwgeheim": [],
        "eupen": [],
    }
    with closing(sqlite3.connect(context.folder / FILE)) as database:
        database.execute("INSERT INTO word (word, rank) VALUES ('integrity-check', 1)")
    assert b"ieuwgeheim" not in (context.folder / FILE).read_bytes()


async def test_days_are_applied_once_and_in_order(
    context: PluginContext, full: Path, change: Change
) -> None:
    """Those that the index has are passed over, a missing one is named, and nothing is begun."""
    with pytest.raises(KboProblem, match="import a full zip first"):
        updated(context, change(8, {}, {}))
    imported(context, full)
    days = [change(count, {}, {}) for count in (7, 8, 9, 11)]
    with pytest.raises(KboProblem, match="number 10 are missing"):
        updated(context, *days)
    assert updated(context, *days[:2]) == 1
    assert updated(context, *days[:2]) == 0
    assert updated(context, days[2]) == 1
    state = Index(context.folder).state()
    assert state is not None
    assert state.number == 9


async def test_a_damaged_day_changes_nothing(
    context: PluginContext, full: Path, change: Change, write: Write
) -> None:
    """Not even by the days before it; the next attempt begins where this one did."""
    imported(context, full)
    before = everything(context.folder)
    good = change(8, {"denomination": [(dotted(STARS),)]}, {})
    bad = write("update 9", {"enterprise_delete": [], "enterprise_insert": []})
    with pytest.raises(KboProblem, match=r"holds no establishment_delete\.csv"):
        updated(context, good, bad)
    assert everything(context.folder) == before
    assert updated(context, good) == 1
    assert left(context.folder) == [FILE]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"enterprise": [], "establishment": []}, "holds no denomination.csv"),
        (None, "is no zip, or damaged"),
    ],
)
async def test_a_zip_that_is_another_one(
    context: PluginContext,
    full: Path,
    write: Write,
    files: Mapping[str, Sequence[Sequence[str]]] | None,
    said: str,
) -> None:
    """What is wrong is said, and the index of before stays."""
    imported(context, full)
    before = everything(context.folder)
    other = write("full 8", files) if files is not None else halved(full)
    with pytest.raises(KboProblem, match=said):
        imported(context, other)
    assert everything(context.folder) == before


async def test_the_commands(
    context: PluginContext, full: Path, change: Change, tmp_path: Path
) -> None:
    """Say of what day the index is, and in a sentence what is wrong."""
    given = InstanceContext(plugin="be", settings={}, folder=context.folder, http=context.http)

    def said(*arguments: str | Path) -> tuple[int, str]:
        result = CliRunner().invoke(app, [*map(str, arguments)], obj=given)
        return result.exit_code, result.output.splitlines()[-1]

    day = change(8, {}, {})
    assert said("update", day) == (
        1,
        "clientgraph: There is no index yet: import a full zip first.",
    )
    assert said("import", day)[0] == 1
    assert said("import", full) == (0, "The index knows the KBO as of 2026-11-01 (number 7).")
    assert said("update", day) == (0, "The index knows the KBO as of 2026-11-01 (number 8).")
    assert said("update", day) == (0, "The index knows the KBO as of 2026-11-01 (number 8).")
    assert said("update", full)[1].endswith("is a full zip: use 'import' for it.")
    nowhere = tmp_path / "nowhere.zip"
    assert said("import", nowhere) == (
        1,
        f"clientgraph: {nowhere} cannot be read: No such file or directory.",
    )
    result = CliRunner().invoke(app, ["import", str(full)], obj=given)
    assert "1 rows without a number were left out." in result.output

"""``clientgraph import``: a file through a running service, from a shell."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.commands.running import SECONDS, Outcome, Server, Shell

GOOD = "External reference,Name *,Country,E-mail\nK-1,Nordlicht,BE,info@nord.example\n"
# So many that an import is still under way when it is stopped.
RECORDS = 2000
NOTHING = "0 updated, 0 unchanged, 0 skipped, 0 failed"
BAD = "K-2,Zuidwind,Belgium,nowhere\n"


@dataclass(frozen=True)
class Desk:
    """A service, a workspace's token, and files."""

    shell: Shell
    server: Server
    token: str

    def __call__(self, *arguments: str) -> Outcome:
        """``clientgraph import``, to its end."""
        url = f"http://127.0.0.1:{self.server.port}"
        return self.shell("import", *arguments, "--url", url, CLIENTGRAPH_TOKEN=self.token)

    def write(self, name: str, text: str) -> str:
        """A file to be imported."""
        path = Path(self.shell.folder, name)
        path.write_text(text, "utf-8")
        return str(path)

    def names(self) -> list[str]:
        """The clients that there are."""
        found = self.server.graphql(self.token, "{ clients { nodes { name } } }")
        return [each["name"] for each in found["data"]["clients"]["nodes"]]


@pytest.fixture
def desk(migrated: Shell) -> Iterator[Desk]:
    """A running service with a workspace."""
    made = migrated("organisation", "create", "--name", "Atelier", "--country", "BE")
    assert made.code == 0, made.err
    given = ("--organisation", "atelier", "--name", "Import", "--role", "MEMBER")
    token = migrated("token", "create", *given).out.strip()
    with migrated.running("serve") as server:
        yield Desk(migrated, server, token)


def test_a_file_is_imported_and_taken_back(desk: Desk) -> None:
    """It says what it would do, does it, and undoes it by the id that it told."""
    path = desk.write("clients.csv", GOOD)
    code, out, err = desk(path, "--check")
    assert (code, desk.names()) == (0, []), err
    assert "1 create, 0 update, 0 unchanged, 0 conflict, 0 invalid" in out
    code, out, err = desk(path)
    assert (code, desk.names()) == (0, ["Nordlicht"]), err
    assert "1 created, 0 updated, 0 unchanged, 0 skipped, 0 failed" in out
    import_id = next(word for word in err.split() if word.startswith("import_"))
    code, out, err = desk("--undo", import_id)
    assert (code, desk.names()) == (0, []), err
    assert "1 taken back, 0 kept" in out


def test_columns_that_are_left_out_are_told(desk: Desk) -> None:
    """Whoever looks at what would be done sees what would not."""
    code, out, _ = desk(desk.write("clients.csv", "Name,Shoe size,Country\nIo,42,BE\n"), "--check")
    assert (code, "Left out, as no field is called so: Shoe size\n" in out) == (0, True)
    code, out, _ = desk(desk.write("clients.csv", "City,Country\nGent,BE\n"), "--check")
    assert (code, "Required, and in no column: name\n" in out) == (0, True)


def test_mistakes_are_shown_and_written_down(desk: Desk, tmp_path: Path) -> None:
    """With their rows and columns; the sheet with remarks is another that can be imported."""
    path = desk.write("clients.csv", GOOD + BAD)
    target = tmp_path / "remarks.xlsx"
    code, out, err = desk(path, "--remarks", str(target))
    assert (code, desk.names()) == (1, [])
    assert "1 create, 0 update, 0 unchanged, 0 conflict, 1 invalid" in out
    assert "1 records have mistakes" in err
    assert "import the others with --skip-invalid" in err
    line = next(each for each in out.splitlines() if "nowhere" in each)
    assert line.split()[:2] == ["3", "E-mail"]
    assert target.read_bytes().startswith(b"PK")
    code, out, _ = desk(str(target), "--skip-invalid")
    assert (code, desk.names()) == (0, ["Nordlicht"])
    assert "1 created, 0 updated, 0 unchanged, 0 skipped, 1 failed" in out


def test_a_table_has_no_sheets(desk: Desk) -> None:
    """Who names one is told so."""
    code, _, err = desk(desk.write("clients.csv", GOOD), "--check", "--sheet", "Blad2")
    assert code == 1
    assert "'clients.csv' is no workbook, and has no sheet 'Blad2'" in err


@pytest.mark.parametrize("way", [signal.SIGINT, signal.SIGKILL])
def test_an_import_is_resumed(desk: Desk, way: signal.Signals) -> None:
    """The service goes on where the command was stopped, and so does the command by the id."""
    lines = "".join(f"K-{n},Firma {n * 7919},BE,\n" for n in range(RECORDS))
    path = desk.write("clients.csv", GOOD.splitlines(keepends=True)[0] + lines)
    url = f"http://127.0.0.1:{desk.server.port}"
    given = ("import", path, "--conflicts", "create", "--url", url)
    with desk.shell.started(*given, name="import", CLIENTGRAPH_TOKEN=desk.token) as (command, log):
        until = time.monotonic() + SECONDS
        while "Writing" not in log.read_text("utf-8"):
            assert command.poll() is None, log.read_text("utf-8")
            assert time.monotonic() < until
            time.sleep(0.02)
        command.send_signal(way)
        assert command.wait(SECONDS) != 0
        (import_id,) = re.findall("import_[0-9a-f]{32}", log.read_text("utf-8"))
    code, out, err = desk("--resume", import_id, "--conflicts", "create")
    assert (code, out.splitlines()[-1]) == (0, f"{RECORDS} created, {NOTHING}"), err
    code, out, _ = desk("--resume", import_id)
    assert (code, out.splitlines()[-1]) == (0, f"{RECORDS} created, {NOTHING}")


def test_a_cancelled_import_is_resumed(desk: Desk) -> None:
    """What was cancelled while it was written is written to its end."""
    lines = "".join(f"K-{n},Firma {n * 7919},BE,\n" for n in range(RECORDS))
    path = desk.write("clients.csv", GOOD.splitlines(keepends=True)[0] + lines)
    _, _, err = desk(path, "--check")
    (import_id,) = re.findall("import_[0-9a-f]{32}", err)
    text = """mutation($i: ID!) { importRun(input: {id: $i, conflicts: CREATE}) {
      import { job { id } } } }"""
    begun = desk.server.graphql(desk.token, text, {"i": import_id})
    job = begun["data"]["importRun"]["import"]["job"]["id"]
    text = "mutation($i: ID!) { jobCancel(input: {id: $i}) { job { status } } }"
    ended = desk.server.graphql(desk.token, text, {"i": job})
    assert ended["data"]["jobCancel"]["job"] == {"status": "CANCELLED"}
    code, out, err = desk("--resume", import_id, "--conflicts", "create")
    assert (code, out.splitlines()[-1]) == (0, f"{RECORDS} created, {NOTHING}"), err


def test_what_cannot_be_done_is_said(desk: Desk, migrated: Shell) -> None:
    """Without a file, a token, a service, a known import, or with what is no table."""
    assert "Name a file to import" in desk().err
    assert "Set CLIENTGRAPH_TOKEN" in migrated("import", "a.csv").err
    nowhere = migrated(
        "import", desk.write("a.csv", GOOD), "--url", "http://127.0.0.1:9", CLIENTGRAPH_TOKEN="x"
    )
    assert "does not answer" in nowhere.err
    assert "cannot be read" in desk("nowhere.csv").err
    assert "There is no import import_0" in desk("--resume", "import_0").err
    code, _, err = desk(desk.write("empty.csv", "\n\n"))
    assert code == 1
    assert "import_" in err

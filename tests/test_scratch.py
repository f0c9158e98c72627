"""Folders that no process leaves behind."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from clientgraph.scratch import PREFIX, remove_abandoned, scratch_folder

KEEPING = """
import sys, time
from pathlib import Path
from clientgraph.scratch import scratch_folder
folder = scratch_folder("test")
Path(folder.name, "clients.csv").write_text("Ada")
print(folder.name, flush=True)
time.sleep(float(sys.argv[1]))
"""


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A temporary folder of the test's own."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@contextmanager
def started(seconds: float) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A process that keeps a file, and the folder of the file."""
    command = [sys.executable, "-c", KEEPING, str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, Path(process.stdout.readline().strip())
        finally:
            process.kill()


def test_what_a_killed_process_leaves_is_taken_away(tmp_path: Path) -> None:
    """By any other one, and nothing of those that live."""
    with started(60) as (killed, left), started(60) as (_, kept):
        killed.kill()
        killed.wait(60)
        other = tmp_path / f"{PREFIX}of-somebody"
        other.mkdir()
        assert (left / "clients.csv").exists()
        remove_abandoned()
        assert not left.parent.exists()
        assert (kept / "clients.csv").exists()
        assert other.exists()


def test_a_process_that_ends_leaves_nothing(tmp_path: Path) -> None:
    """Not even its empty folder."""
    with started(0) as (process, _):
        assert process.wait(60) == 0
    assert list(tmp_path.iterdir()) == []


def test_a_folder_ends_with_its_block() -> None:
    """As any temporary one."""
    with scratch_folder("test") as name:
        Path(name, "clients.csv").write_text("Ada")
        remove_abandoned()
        assert Path(name, "clients.csv").exists()
    assert not Path(name).exists()

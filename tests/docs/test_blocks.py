"""The documentation does what it says: its blocks are run or checked, page by page in order."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from clientgraph.config import load
from tests.docs.blocks import Block, blocks, by_page, names
from tests.docs.operations import HOW_TO

CHECKED = {"console", "graphql", "http", "json", "python", "sh", "toml"}
PLAIN = {"text"}
SECONDS = 60
# What a reader's terminal may be asked for without a mark; all else says why it is not run.
COMMANDS = {"cat", "cd", "clientgraph", "echo", "export", "ls", "mkdir"}
PYTHON_PAGES = by_page("python")
COMMAND_PAGES = [page for page in by_page("console", "sh") if page[0].path != HOW_TO]


def _of(*languages: str) -> list[Block]:
    return [block for page in by_page(*languages) for block in page]


def test_every_block_has_a_language_that_is_checked() -> None:
    """A block of another language says why it is not run."""
    unknown = [
        f"{block}: {block.language}"
        for block in blocks()
        if block.is_run and block.language not in CHECKED | PLAIN
    ]
    assert unknown == [], "Put '<!-- not run: reason -->' before the block, or teach this test."


@pytest.mark.parametrize("block", _of("json"), ids=str)
def test_json_blocks_are_json(block: Block) -> None:
    """What is shown as JSON can be sent as JSON."""
    json.loads(block.text)


@pytest.mark.parametrize("block", _of("toml"), ids=str)
def test_toml_blocks_can_be_used(block: Block, tmp_path: Path) -> None:
    """What is shown as TOML is TOML; what is shown as settings is accepted as settings."""
    tables = tomllib.loads(block.text)
    if "project" not in tables:
        file = tmp_path / "clientgraph.toml"
        file.write_text(block.text, "utf-8")
        load({}, file)


@pytest.mark.parametrize("page", PYTHON_PAGES, ids=names(PYTHON_PAGES))
def test_python_blocks_run(page: list[Block], tmp_path: Path) -> None:
    """The blocks of a page run as one program, warnings being errors."""
    program = tmp_path / "page.py"
    program.write_text("\n".join(block.text for block in page), "utf-8")
    _run([sys.executable, "-W", "error", str(program)], tmp_path)


@pytest.mark.parametrize("page", COMMAND_PAGES, ids=names(COMMAND_PAGES))
def test_commands_run(page: list[Block], tmp_path: Path) -> None:
    """The commands of a page work one after the other in an empty folder."""
    commands = [command for block in page for command in _commands(block)]
    for command in commands:
        assert shlex.split(command)[0] in COMMANDS, f"{page[0].path}: {command}"
    _run(["bash", "-euo", "pipefail", "-c", "\n".join(commands)], tmp_path)


def _commands(block: Block) -> list[str]:
    """The commands of a terminal: lines with a dollar sign, or all lines of a script."""
    joined = block.text.replace("\\\n", " ").splitlines()
    if block.language == "console":
        return [line.removeprefix("$ ") for line in joined if line.startswith("$ ")]
    return [line for line in joined if line.strip() and not line.startswith("#")]


def _run(command: list[str], folder: Path) -> None:
    """Run in a folder of its own, as somebody who has set nothing up."""
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
    }
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr

"""The tutorial for plugins, followed to the letter in an environment of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT

PAGE = ROOT / "docs/plugins/first-plugin.md"
FOLLOWED = "<!-- not run: followed by tests/testing/test_tutorial.py -->"
STEP = re.compile(rf"(?:`([\w./]+)`:\n\n)?{re.escape(FOLLOWED)}\n```(\w+)\n(.*?)```", re.DOTALL)


def steps() -> Iterator[tuple[str, str]]:
    """The name of a file and its text, or "" and commands, in order."""
    for path, language, text in STEP.findall(PAGE.read_text("utf-8")):
        assert bool(path) is (language == "python"), text
        yield path, text


@pytest.fixture
def environment(tmp_path: Path, mypy_cache: str) -> dict[str, str]:
    """An environment that has what this one has, and in which more can be installed offline."""
    home = tmp_path / "environment"
    venv.create(home, with_pip=False)
    (packages,) = home.glob("lib/*/site-packages")
    parent = sysconfig.get_path("purelib")
    (packages / "parent.pth").write_text(f"import site; site.addsitedir({parent!r})\n", "utf-8")
    command = home / "bin/clientgraph"
    command.write_text(
        f"#!{home}/bin/python\nfrom clientgraph.__main__ import main\n\nmain()\n", "utf-8"
    )
    command.chmod(0o755)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CLIENTGRAPH_CONFIG", "PY"))}
    path = f"{home / 'bin'}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
    # What is built is built with the hatchling that is here: nothing is fetched.
    offline = {"PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0"}
    return {**kept, **offline, "PATH": path, "MYPY_CACHE_DIR": mypy_cache}


def test_the_tutorial_works(tmp_path: Path, environment: dict[str, str]) -> None:
    """Its files and commands, one after the other; the plugin is there in the end."""
    folder, out = tmp_path, ""
    for path, text in steps():
        if path:
            (folder / path).write_text(text, "utf-8")
            continue
        for command in text.splitlines():
            if command.startswith("cd "):
                folder /= command.removeprefix("cd ")
                continue
            done = subprocess.run(
                ["bash", "-c", command],
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                timeout=150,
                check=False,
            )
            out = done.stdout
            assert done.returncode == 0, command + out + done.stderr
    (line,) = [line for line in out.splitlines() if line.startswith("clubs ")]
    assert "ACTIVE" in line
    assert "event_kinds, identifier_kinds" in line

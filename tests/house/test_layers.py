"""The staircase and the walls between rooms, as `.importlinter` draws them."""

from __future__ import annotations

import subprocess
import sys
from configparser import ConfigParser
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

from tests.house.sources import PACKAGES, ROOT


def test_every_import_goes_down_the_staircase() -> None:
    """The contracts of `.importlinter` hold, and no module is without a step."""
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_plugin_is_checked() -> None:
    """Each distribution under plugins/ is a root package, without cycles of its own."""
    drawn = ConfigParser()
    drawn.read(ROOT / ".importlinter", "utf-8")
    roots = drawn["importlinter"]["root_packages"].split()
    assert sorted(roots) == ["clientgraph", *PACKAGES]
    ancestors = drawn["importlinter:contract:acyclic"]["ancestors"].split()
    assert set(PACKAGES) <= set(ancestors)


def test_no_module_imports_itself_by_a_detour() -> None:
    """The imports of the shipped modules have no cycle, those for type checking included."""
    graph = grimp.build_graph("clientgraph", *PACKAGES, cache_dir=None)
    order = TopologicalSorter(
        {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    )
    try:
        order.prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))

"""Plugins are found where distributions announce them; a broken one is left out alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from clientgraph import loading
from clientgraph.__main__ import COMMANDS
from clientgraph.announced import CORE, RESERVED, announced
from clientgraph.loading import installed
from tests.plugins.distributions import install


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where distributions can be installed for one test."""
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def test_an_announced_plugin_is_loaded(folder: Path) -> None:
    """It is active under its name, with its distribution's version, after the service's own."""
    install(folder, "clubs", "", version="2.3")
    infos = installed().infos
    first, *others = infos
    assert first == "core"
    assert others == sorted(others)
    assert {"clubs", "stdnum"} <= set(others)
    assert (infos["clubs"].status, infos["clubs"].version) == ("ACTIVE", "2.3")


def test_only_allowed_plugins_are_imported(folder: Path) -> None:
    """A plugin that is not on the list is neither loaded nor imported."""
    install(folder, "never", "raise SystemExit(3)")
    assert list(installed(["stdnum"]).infos) == ["core", "stdnum"]
    assert list(installed([]).infos) == ["core"]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import there_is_no_such_module", "ModuleNotFoundError: No module named"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("raise SystemExit(3)", "RuntimeError: SystemExit was raised"),
        ("raise KeyboardInterrupt", "RuntimeError: KeyboardInterrupt was raised"),
        ("this is no Python", "SyntaxError: "),
    ],
)
def test_a_plugin_that_cannot_be_imported_is_left_out(folder: Path, code: str, reason: str) -> None:
    """Its reason is kept; every other plugin is there."""
    install(folder, "broken", code)
    infos = installed().infos
    assert infos["broken"].status == "QUARANTINED"
    assert infos["broken"].errors[-1].startswith(reason)
    assert infos["stdnum"].status == "ACTIVE"


def test_an_import_that_hangs_is_left_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The start goes on without the plugin after the time that an import may take."""
    monkeypatch.setattr(loading, "IMPORT_SECONDS", 0.2)
    install(folder, "asleep", "import time\ntime.sleep(60)")
    infos = installed(["asleep"]).infos
    assert list(infos["asleep"].errors) == [
        "TookTooLong: the import of asleep took more than 0.2 s"
    ]


def test_a_name_that_two_distributions_announce_is_refused(folder: Path) -> None:
    """Neither is loaded, and both are named: which one was meant is not ours to guess."""
    install(folder, "chess", "", plugin="clubs")
    install(folder, "bridge", "", plugin="clubs", version="2.0")
    info = installed().infos["clubs"]
    assert info.status == "QUARANTINED"
    assert "chess 1.0" in info.errors[-1]
    assert "bridge 2.0" in info.errors[-1]


@pytest.mark.parametrize("name", ["Clubs", "my_clubs", "clubs-", "1club", "c" * 41, "cl.ubs"])
def test_a_plugin_with_a_bad_name_is_refused(folder: Path, name: str) -> None:
    """A name is lower kebab case: it is part of addresses, commands and tables."""
    install(folder, "chess", "", plugin=name)
    info = installed().infos[name]
    assert info.status == "QUARANTINED"
    assert "lower kebab case" in info.errors[-1]
    assert "chess 1.0" in info.errors[-1]


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_names_of_the_service_are_refused(folder: Path, name: str) -> None:
    """No plugin stands in for the service or for one of its commands."""
    install(folder, "chess", "raise SystemExit(3)", plugin=name)
    infos = installed().infos
    assert infos[f"{name} of chess"].status == "QUARANTINED"
    assert f"the name '{name}' is the service's own" in infos[f"{name} of chess"].errors[-1]
    assert infos["core"].status == "ACTIVE"


def test_every_command_is_a_reserved_name() -> None:
    """A new command is a name that no plugin can have."""
    assert {CORE, *COMMANDS} == RESERVED


def test_plugins_are_found_without_being_imported(folder: Path) -> None:
    """Names and versions are those of distributions, whatever their code does."""
    install(folder, "broken", "raise SystemExit(3)", version="0.9")
    found = {each.name: each.version for each in announced()}
    assert found["broken"] == "0.9"

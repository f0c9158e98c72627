"""Plugins on the command line: what is listed, checked, called, and what cannot be."""

from __future__ import annotations

import os
import sys
from dataclasses import replace

import pytest

from tests.commands.running import Shell
from tests.plugins.distributions import install

# No plugin's code speaks to a database here; running it once is enough.
pytestmark = pytest.mark.skipif(
    os.environ.get("CLIENTGRAPH_TEST_DATABASE") == "postgres", reason="runs on SQLite alone"
)
CLUBS = """
    import typer
    from clientgraph import HealthCheck, HealthReport, HealthStatus, hookimpl

    app = typer.Typer()

    @app.command()
    def sync(context: typer.Context, path: str) -> None:
        "Read the clubs of a file."
        print(context.obj.plugin, path, context.obj.folder.as_posix())

    @hookimpl
    def commands():
        return app

    def look(context):
        return HealthReport(status=HealthStatus.DEGRADED, message="40 of 41")

    @hookimpl
    def health_checks():
        return [HealthCheck(key="stock", check=look)]
"""


@pytest.fixture
def clubs(shell: Shell) -> Shell:
    """A shell in which a plugin with commands is installed, and one that ends what imports it."""
    folder = shell.folder / "site"
    folder.mkdir()
    install(folder, "clubs", CLUBS, version="2.1")
    install(folder, "broken", "raise SystemExit(3)")
    return replace(shell, settings={"PYTHONPATH": os.pathsep.join([str(folder), *sys.path])})


def test_hook_commands(clubs: Shell) -> None:
    """A plugin's command runs with what the plugin is handed; no other plugin is imported."""
    code, out, err = clubs("clubs", "sync", "a.csv", CLIENTGRAPH_PLUGIN_FOLDER="var/mine")
    assert (code, out, err) == (0, "clubs a.csv var/mine/clubs\n", "")


def test_commands_of_a_plugin_need_no_secret(clubs: Shell) -> None:
    """They run where there is none yet, and make none: nothing is sealed for them."""
    assert not (clubs.folder / "var").exists()
    assert clubs("clubs", "sync", "a.csv").code == 0
    assert clubs("plugin", "list").code == 0
    assert not (clubs.folder / "var").exists()


def test_commands_of_a_plugin_have_help(clubs: Shell) -> None:
    """A plugin's commands are listed by its own help, and plugins by the service's."""
    code, out, _ = clubs("clubs", "--help")
    assert code == 0
    assert "Read the clubs of a file." in out
    code, out, err = clubs("--help")
    assert (code, err) == (0, "")
    assert "clientgraph clubs --help" in out
    assert "clientgraph broken --help" in out


@pytest.mark.parametrize(
    ("words", "settings", "code", "said"),
    [
        (("club",), {}, 2, "There is no command 'club'. Did you mean 'clubs'?"),
        (("clubs", "snc"), {}, 2, "No such command 'snc'."),
        (("stdnum",), {}, 1, "The plugin 'stdnum' has no commands."),
        (("broken",), {}, 1, "'broken' is quarantined: RuntimeError: SystemExit was raised"),
        (
            ("clubs", "sync", "a"),
            {"CLIENTGRAPH_PLUGINS": "stdnum"},
            1,
            "The plugin 'clubs' is installed, but the setting 'plugins' does not name it.",
        ),
    ],
)
def test_what_cannot_be_called_is_told(
    clubs: Shell, words: tuple[str, ...], settings: dict[str, str], code: int, said: str
) -> None:
    """One paragraph says why, as for the service's own commands."""
    ended, out, err = clubs(*words, **settings)
    assert (ended, out) == (code, "")
    assert said in err
    assert "Traceback" not in err


def test_plugins_are_listed_with_their_reasons(clubs: Shell) -> None:
    """A quarantined plugin is listed with its reason; checks are made when asked for."""
    code, out, err = clubs("plugin", "list")
    assert code == 0
    assert ["clubs", "2.1", "ACTIVE", "commands,", "health_checks"] in [
        line.split() for line in out.splitlines()
    ]
    assert "broken: RuntimeError: SystemExit was raised" in err
    assert "DEGRADED" not in out
    code, out, _ = clubs("plugin", "list", "--check")
    assert code == 0
    assert ["clubs", "stock", "DEGRADED", "40", "of", "41"] in [
        line.split() for line in out.splitlines()
    ]


def test_doctor_tells_of_plugins(clubs: Shell) -> None:
    """What was left out is to be mended; safe mode is said, and loads none."""
    out = clubs("doctor").out
    assert "plugin: broken 1.0 is quarantined: RuntimeError: SystemExit was raised" in out
    assert "ok     plugin: clubs 2.1" in out
    out = clubs("doctor", CLIENTGRAPH_PLUGINS="clubs,gone").out
    assert "WRONG  plugin: gone is allowed, but not installed" in out
    assert "broken" not in out
    out = clubs("doctor", CLIENTGRAPH_PLUGINS="").out
    assert "safe mode" in out
    assert "clubs" not in out


def test_safe_mode_serves_without_plugins(clubs: Shell) -> None:
    """A broken plugin does not keep the service from starting; `--safe` loads none at all."""
    assert clubs("migrate").code == 0
    with clubs.running("serve", "--port", "0") as server:
        _, body = server.get("/readyz")
    assert '"status":"QUARANTINED"' in body
    assert '"name":"clubs"' in body
    with clubs.running("serve", "--port", "0", "--safe") as server:
        _, body = server.get("/readyz")
    assert '"name":"core"' in body
    assert '"name":"clubs"' not in body

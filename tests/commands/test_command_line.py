"""The command line as a whole: help, misuse, problems told in one paragraph."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from clientgraph.__main__ import COMMANDS, app
from tests.commands.running import MIGRATIONS, Shell

# It has a SQLite database of its own; running it once is enough.
pytestmark = pytest.mark.skipif(
    os.environ.get("CLIENTGRAPH_TEST_DATABASE") == "postgres", reason="runs on SQLite alone"
)
GROUPS = {
    "organisation": ("create", "list", "features"),
    "token": ("create", "list", "revoke"),
    "plugin": ("list",),
    "search": ("rebuild",),
}
SPELLED = [
    (name, *rest) for name in COMMANDS for rest in [(sub,) for sub in GROUPS.get(name, ())] or [()]
]


def test_help_lists_every_command(shell: Shell) -> None:
    """The help says what each command is for."""
    code, out, err = shell("--help")
    assert (code, err) == (0, "")
    listed = out.partition("Commands:\n")[2].partition("\n\n")[0]
    assert [line.split()[0] for line in listed.splitlines()] == list(COMMANDS)
    assert all(command.help in out for command in COMMANDS.values())


def test_help_does_not_wait_for_the_service() -> None:
    """Only the command that is called is imported, so that the help is there at once."""
    program = "import sys, clientgraph.__main__; print('clientgraph.app' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout == b"False\n"


@pytest.mark.parametrize("words", SPELLED, ids=" ".join)
def test_help_of_a_command_shows_an_example(words: tuple[str, ...]) -> None:
    """Every command's help has an example that begins with the command itself."""
    shown = CliRunner().invoke(app, [*words, "--help"], prog_name="clientgraph")
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert "Example" in shown.stdout
    assert f"  clientgraph {' '.join(words)}" in shown.stdout


def test_version_is_that_of_the_distribution(shell: Shell) -> None:
    """The version can be asked for."""
    assert shell("--version") == (0, "clientgraph 0.1.0\n", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("serv",), "There is no command 'serv'. Did you mean 'serve'?"),
        (("serve", "--prot", "1"), "No such option: --prot"),
        (("serve", "--port", "70000"), "Invalid value for '--port'"),
        (("organisation", "create", "--name", "A"), "Missing option '--country'"),
        (("token", "revoke", "--organisation", "a", "b"), "Invalid value for 'ID'"),
    ],
    ids=lambda given: given[0] if isinstance(given, tuple) else "",
)
def test_misuse_exits_with_2(words: tuple[str, ...], said: str) -> None:
    """A command that cannot be understood says which part of it."""
    shown = CliRunner().invoke(app, words, prog_name="clientgraph")
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert said in shown.stderr


@pytest.mark.parametrize(
    ("words", "settings", "said"),
    [
        (
            ("migrate",),
            {"CLIENTGRAPH_PROT": "1"},
            "Error: prot (CLIENTGRAPH_PROT): there is no such setting. Did you mean port?\n",
        ),
        (
            ("migrate", "--config", "none.toml"),
            {},
            "Error: config: the file none.toml does not exist. Name one that does.\n",
        ),
        (
            ("organisation", "list"),
            {},
            "Error: secret_key: there is none, and var/secret.key does not exist. "
            "Run 'clientgraph migrate', which makes one.\n",
        ),
        (
            ("serve",),
            {"CLIENTGRAPH_SECRET_KEY": "s" * 40},
            f"Error: The database sqlite:///var/clientgraph.db lacks {len(MIGRATIONS)} "
            f"migration(s): {', '.join(MIGRATIONS)}. Run 'clientgraph migrate' first.\n",
        ),
        (
            ("serve", "--workers", "2"),
            {},
            "Error: SQLite is served by one process: others would not hear of its changes, so "
            "their subscriptions would stay silent. Leave --workers out, or use PostgreSQL.\n",
        ),
        (
            ("schema", "--output", "no/such/folder.graphql"),
            {},
            "Error: no/such/folder.graphql cannot be written: No such file or directory.\n",
        ),
        (
            ("migrate",),
            {"CLIENTGRAPH_DATABASE_URL": "postgresql://me:pass@127.0.0.1:9/db"},
            "Error: postgresql://me:***@127.0.0.1:9/db cannot be reached: Connect call failed "
            "('127.0.0.1', 9). Check database_url and migration_url, that the server runs and "
            "that the role may connect.\n",
        ),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, tuple) else "",
)
def test_problem_is_one_paragraph_and_exits_with_1(
    shell: Shell, words: tuple[str, ...], settings: dict[str, str], said: str
) -> None:
    """What an operator can mend is told on standard error, with the way out, untraced."""
    assert shell(*words, **settings) == (1, "", said)


def test_file_that_is_no_database_is_told(shell: Shell) -> None:
    """Another file in the database's place is named as such."""
    (shell.folder / "var").mkdir()
    (shell.folder / "var/clientgraph.db").write_text("not a database" * 100)
    code, _, err = shell("migrate")
    assert code == 1
    assert err == (
        "Error: sqlite:///var/clientgraph.db is no database of this service: file is not a "
        "database. Name another, or restore a backup.\n"
    )

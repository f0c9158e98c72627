"""What an operator does: migrate, make workspaces and tokens, look for faults, print the schema."""

from __future__ import annotations

import re
import stat
import tomllib
from pathlib import Path

import pytest

from tests.commands.running import WITH_PLUGINS, Shell

TOKEN = re.compile(r"cgp_[0-9A-Za-z]{36}\n")
APPLIED = "".join(f"applied {name}\n" for name in WITH_PLUGINS)
BUNDLED = sorted((Path(__file__).parents[2] / "plugins").glob("*/pyproject.toml"))
NEW = ("organisation", "create", "--name", "Café Müller & Co", "--country", "BE")


def test_migrate_makes_database_and_secret_once(shell: Shell) -> None:
    """The first run makes what is missing, for its owner alone; the second finds all in order."""
    assert shell("migrate") == (
        0,
        "made the secret var/secret.key: keep it with your backups\n"
        f"{APPLIED}The database is up to date.\n",
        "",
    )
    secret = shell.folder / "var/secret.key"
    before = secret.read_text()
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert stat.S_IMODE(secret.parent.stat().st_mode) == 0o700
    assert len(before) == 65
    assert shell("migrate") == (0, "The database is up to date.\n", "")
    assert secret.read_text() == before


def test_migrate_with_postgresql_makes_no_secret(empty: Shell, dialect: str) -> None:
    """Several hosts share one secret, so none is made for them; a given one is enough."""
    code, out, err = empty("migrate")
    assert (code, err) == (0, "")
    assert out == f"{APPLIED}The database is up to date.\n"
    assert not (empty.folder / "var").exists()


def test_workspace_comes_with_an_owner_and_a_token(migrated: Shell) -> None:
    """The token alone is on standard output, and it opens the new workspace as its owner."""
    code, out, err = migrated(*NEW, "--locale", "nl-BE", "--owner-email", "els@zuid.be")
    assert code == 0
    assert TOKEN.fullmatch(out)
    assert err == "Made the workspace 'cafe-muller-co'. Its token, shown only now:\n"
    query = "{ viewer { role member { name email role } organisation { name locale currency } } }"
    with migrated.running("serve") as server:
        data = server.graphql(out.strip(), query)["data"]
        status, _ = server.get("/readyz")
    assert status == 200
    assert data["viewer"] == {
        "role": "OWNER",
        "member": {"name": "els@zuid.be", "email": "els@zuid.be", "role": "OWNER"},
        "organisation": {"name": "Café Müller & Co", "locale": "nl-BE", "currency": "EUR"},
    }


def test_workspaces_are_listed_and_their_slugs_unique(migrated: Shell) -> None:
    """A slug is taken once; the list shows what there is."""
    assert migrated(*NEW).code == 0
    assert migrated(*NEW) == (
        1,
        "",
        "Error: There is a workspace 'cafe-muller-co' already. Choose another --slug.\n",
    )
    assert migrated(*NEW, "--slug", "Bad Slug").err == (
        "Error: slug: Use small letters, digits and hyphens, such as my-company.\n"
    )
    head, *rows = migrated("organisation", "list").out.splitlines()
    assert head.split() == ["SLUG", "NAME", "COUNTRY", "MADE"]
    assert [row.split("  ")[:2] for row in rows] == [["cafe-muller-co", "Café Müller & Co"]]


def test_tokens_are_made_listed_and_revoked(migrated: Shell) -> None:
    """A token's text is shown once; the list names it and tells whether it works."""
    assert migrated(*NEW, "--slug", "zuid").code == 0
    where = ("--organisation", "zuid")
    code, out, _ = migrated("token", "create", *where, "--name", "Invoices", "--role", "member")
    assert code == 0
    assert TOKEN.fullmatch(out)
    row = migrated("token", "list", *where).out.splitlines()[1]
    assert row.split()[1:5] == ["Invoices", "MEMBER", f"…{out.strip()[-4:]}", "works"]
    token_id = row.split()[0]
    revoked = migrated("token", "revoke", *where, token_id)
    assert revoked == (0, "The token 'Invoices' no longer works.\n", "")
    assert "revoked 20" in migrated("token", "list", *where).out.splitlines()[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("list", "--organisation", "no"), "There is no workspace 'no'. 'clientgraph organisation"),
        (
            ("create", "--organisation", "zuid", "--name", "A", "--days", "900"),
            "expires in days: Give a number from 1 to 365.",
        ),
        (
            ("create", "--organisation", "zuid", "--name", "A", "--member", "x@y.be"),
            "'zuid' has no member with the e-mail address x@y.be.",
        ),
        (
            ("revoke", "--organisation", "zuid", "01a1ffb1-0000-7000-8000-6ea8e2a89dac"),
            "'zuid' has no token 01a1ffb1-0000-7000-8000-6ea8e2a89dac.",
        ),
    ],
    ids=lambda given: given[0] if isinstance(given, tuple) else "",
)
def test_token_mistakes_name_the_way_out(
    migrated: Shell, words: tuple[str, ...], said: str
) -> None:
    """What does not exist, or is out of range, is said."""
    assert migrated(*NEW, "--slug", "zuid").code == 0
    code, out, err = migrated("token", *words)
    assert (code, out) == (1, "")
    assert err.startswith(f"Error: {said}")


def test_schema_is_printed_and_written(shell: Shell) -> None:
    """The same text on standard output and in a file."""
    printed = shell("schema")
    assert printed.code == 0
    assert "type Mutation {" in printed.out
    assert shell("schema", "--output", "schema.graphql") == (0, "", "")
    assert (shell.folder / "schema.graphql").read_text("utf-8") == printed.out


def test_plugins_are_listed(shell: Shell) -> None:
    """Core's own and the bundled ones, with the hooks that they implement."""
    rows = [row.split()[:3] for row in shell("plugin", "list").out.splitlines()]
    projects = (tomllib.loads(file.read_text("utf-8")) for file in BUNDLED)
    names = sorted(
        name for each in projects for name in each["project"]["entry-points"]["clientgraph.plugins"]
    )
    assert rows == [
        ["NAME", "VERSION", "STATUS"],
        *([name, "0.1.0", "ACTIVE"] for name in ("core", *names)),
    ]


def test_settings_of_a_named_file_are_used(shell: Shell) -> None:
    """``--config`` names the file; paths in it are relative to the current folder."""
    file = shell.folder / "other.toml"
    file.write_text('database_url = "sqlite:///here.db"\nsecret_file = "here.key"\n')
    assert shell("migrate", "--config", "other.toml").code == 0
    assert sorted(path.name for path in Path(shell.folder).iterdir()) == [
        "here.db",
        "here.key",
        "other.toml",
    ]

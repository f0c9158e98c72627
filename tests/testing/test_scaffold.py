"""`clientgraph plugin new` writes plugins that are whole: tested, typed and tidy from the start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from clientgraph import IdentifierError
from clientgraph.loading import installed
from clientgraph.scaffold import PluginKind, write_plugin
from clientgraph.scaffold.numbers import numbers_for

KINDS = [kind.value for kind in PluginKind]
SECONDS = 150


def run(folder: Path, *command: str, installed: Path | None = None) -> str:
    """Run a module of this environment in a folder; what it wrote, if it succeeded."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env={**kept, **({"PYTHONPATH": str(installed)} if installed else {})},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def install(home: Path) -> Path:
    """Install a distribution beside its folder, with its entry point; the folder to import from."""
    target = home.parent / "installed"
    options = ("--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation")
    run(home, "pip", "install", *options, "--target", str(target), ".")
    return target


@pytest.mark.parametrize(
    "options",
    [
        *([kind] for kind in KINDS),
        ["registry", "--country", "NL", "--identifier-kind", "ACME_MEMBER"],
        ["registry", "--identifier-kind", "BE_ENTERPRISE"],
    ],
    ids=" ".join,
)
def test_a_new_plugin_passes_its_tests_and_is_found(tmp_path: Path, options: list[str]) -> None:
    """Installed as anybody would, by its entry point."""
    run(tmp_path, "clientgraph", "plugin", "new", "acme-clubs", "--kind", *options)
    home = tmp_path / "clientgraph-acme-clubs"
    target = install(home)
    assert " passed" in run(home, "pytest", "-q", installed=target)
    (line,) = [
        line
        for line in run(tmp_path, "clientgraph", "plugin", "list", installed=target).splitlines()
        if line.startswith("acme-clubs ")
    ]
    assert "0.1.0" in line
    assert "ACTIVE" in line


@pytest.mark.parametrize("name", ["a", "acme2-federation-of-club"])
def test_new_plugins_are_tidy(tmp_path: Path, mypy_cache: str, name: str) -> None:
    """Nothing for ruff and mypy to say, however long the name is."""
    for kind in PluginKind:
        home = write_plugin(name, kind, tmp_path / kind.value)
        run(home, "ruff", "check", "--no-cache")
        run(home, "ruff", "format", "--check", "--no-cache")
        run(home, "mypy", "--cache-dir", mypy_cache)


def test_a_registry_of_known_numbers_is_tidy(tmp_path: Path, mypy_cache: str) -> None:
    """It asks for numbers of the kind's country, and declares no kind of its own."""
    numbers = numbers_for("acme", "BE_ENTERPRISE", None, installed())
    assert (numbers.country, numbers.distribution) == ("BE", "clientgraph-stdnum")
    home = write_plugin("acme", PluginKind.REGISTRY, tmp_path, numbers)
    run(home, "ruff", "check", "--no-cache")
    run(home, "ruff", "format", "--check", "--no-cache")
    run(home, "mypy", "--cache-dir", mypy_cache)
    assert not list(home.rglob("number.py"))


def test_numbers_for_tests_are_made_of_known_kinds() -> None:
    """Four that are correct, and one that is not."""
    plugins = installed()
    for key in ("FR_SIREN", "FR_VAT", "GB_CRN", "LEI", "CH_UID"):
        kind = plugins.identifier_kind(key)
        assert kind is not None, key
        made = numbers_for("acme", key, None, plugins)
        correct = [made.active, made.closed, made.protected, made.missing]
        assert [kind.parse(each) for each in correct] == correct
        assert len(set(correct)) == len(correct)
        with pytest.raises(IdentifierError):
            kind.parse(made.bad)


def test_a_kind_that_nobody_knows_is_told_of(tmp_path: Path) -> None:
    """It may be misspelt, or its plugin not installed; its country is the one that it names."""
    new = ("plugin", "new", "acme", "--kind", "registry", "--identifier-kind", "FI_YTUNUS")
    assert "No plugin that is installed knows FI_YTUNUS" in run(tmp_path, "clientgraph", *new)
    assert numbers_for("acme", "FI_YTUNUS", None, installed()).country == "FI"
    assert numbers_for("acme", "FI_YTUNUS", "SE", installed()).country == "SE"
    assert numbers_for("acme", "ACME_MEMBER", None, installed()).country == "FR"


@pytest.mark.parametrize(
    "name", ["", "Clubs", "acme_clubs", "acme--clubs", "-clubs", "1club", "../clubs", "c" * 25]
)
def test_bad_names_are_refused(tmp_path: Path, name: str) -> None:
    """With the way out, and nothing is written."""
    with pytest.raises(ValueError, match="lower-case letters and digits"):
        write_plugin(name, PluginKind.EVENT, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over(tmp_path: Path) -> None:
    """A folder that is there stays as it is."""
    home = tmp_path / "clientgraph-clubs"
    home.mkdir()
    with pytest.raises(FileExistsError):
        write_plugin("clubs", PluginKind.EVENT, tmp_path)
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("stdnum", "--kind", "event"), "A plugin named 'stdnum' is installed already."),
        (("Clubs", "--kind", "event"), "'Clubs' cannot be a plugin's name"),
        (("search", "--kind", "event"), "'search' is a command of the service."),
        (("there", "--kind", "event"), "is there already, and nothing is written over"),
        (("a", "--kind", "event", "--country", "BE"), "are for --kind registry"),
        (("a", "--kind", "registry", "--country", "QQ"), "'QQ' is no country"),
        (("a", "--kind", "registry", "--identifier-kind", "be-x"), "cannot be the key of a kind"),
        (("a", "--kind", "registry", "--identifier-kind", "BIC"), "No numbers for tests"),
        (
            ("a", "--kind", "registry", "--identifier-kind", "FR_SIREN", "--country", "BE"),
            "FR_SIREN is a number of FR, not of BE",
        ),
    ],
)
def test_the_command_says_what_is_wrong(
    tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    """In a sentence, without a traceback."""
    (tmp_path / "clientgraph-there").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "clientgraph", "plugin", "new", *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Error: ")
    assert told in done.stderr
    assert "Traceback" not in done.stderr

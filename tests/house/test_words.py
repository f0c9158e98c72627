"""What the repository says, and what it must not say."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterator

import pytest

from clientgraph.hookspecs import LANGUAGES
from clientgraph.messages import Messages
from tests.house.sources import ROOT, committed, shipped

FOREIGN = re.compile(
    "|".join(
        (
            r"/(?:home|root|Users|work)/[\w.-]+",
            "py" + r"pi\.org",
            "python" + r"hosted\.org",
            "registry" + r"\.npmjs\.org",
            "registry" + r"\.yarnpkg\.com",
            "proxy" + r"\.golang\.org",
        )
    )
)
# Written by the GraphiQL build from what the bundled packages say of themselves.
GENERATED = ("src/clientgraph/graphiql/assets/", "graphiql/package-lock.json")
USER_ERROR = re.compile(r"UserError\(\s*\([^()]*\),\s*\"([A-Z_]+)\"")
NOTED = re.compile(r"\.add\(\s*\([^()]*(?:\([^()]*\)[^()]*)*\),\s*\"([A-Z_]+)\"")
PROBLEM = re.compile(r"(?:ValueProblem|IdentifierError)\(\s*\"([A-Z_]+)\"")


def test_no_file_names_a_machine_or_a_package_registry() -> None:
    """A checkout works behind any mirror and in any folder, so it names none."""
    found = [
        f"{name}:{number}: {hit[0]}"
        for name, text in _texts()
        for number, line in enumerate(text.splitlines(), 1)
        if (hit := FOREIGN.search(line))
    ]
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_things(language: str) -> None:
    """Messages have the same codes in each language, with the same particulars."""
    wanted = {code: _particulars(text) for code, text in _messages("en").items()}
    assert {code: _particulars(text) for code, text in _messages(language).items()} == wanted


def test_every_code_has_its_sentence() -> None:
    """A code that the source raises as a user error has a message."""
    raised = {
        code
        for module in shipped()
        for pattern in (USER_ERROR, NOTED, PROBLEM)
        for code in pattern.findall(module.text)
    }
    assert raised - set(Messages().codes()) == set()
    assert len(raised) > 30


def test_every_sentence_has_its_code() -> None:
    """A message that no code of the source leads to would be a promise that nobody keeps."""
    source = "\n".join(module.text for module in shipped())
    assert [code for code in Messages().codes() if f'"{code}"' not in source] == []


def test_every_code_is_in_the_table_of_codes() -> None:
    """The documentation has a row for each code of a user error."""
    table = (ROOT / "docs/errors.md").read_text("utf-8")
    assert [code for code in Messages().codes() if f"| `{code}` |" not in table] == []


def _texts() -> Iterator[tuple[str, str]]:
    for name in committed():
        if not name.startswith(GENERATED):
            try:
                yield name, (ROOT / name).read_text("utf-8")
            except UnicodeDecodeError:
                continue


def _messages(language: str) -> dict[str, str]:
    path = ROOT / f"src/clientgraph/messages/{language}.toml"
    return tomllib.loads(path.read_text("utf-8"))


def _particulars(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}

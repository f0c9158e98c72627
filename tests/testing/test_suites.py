"""The suites notice what is wrong: each mistake fails the test that is there for it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

HEAD = """
import pytest
from dataclasses import replace
from types import SimpleNamespace
from clientgraph import FieldProblem, IdentifierError, IdentifierKind, core, hookimpl
from clientgraph.testing import *

@pytest.fixture(scope="session")
def anyio_backend():
    return "asyncio"

ALL = {"en": "a", "fr": "a", "nl": "a", "de": "a"}
"""
KINDS = """
def parse(text):
    if not text.strip().isascii() or not text.strip().isdigit() or len(text) > 40:
        raise IdentifierError("INVALID_FORMAT")
    return text.strip()

RIGHT = IdentifierKind(
    key="RIGHT", label=ALL, country=None, example="12", parse=parse, format=str
)
OWN = [RIGHT]

@pytest.fixture(scope="session")
def clientgraph_plugins():
    return {"clubs": SimpleNamespace(identifier_kinds=hookimpl(lambda: OWN))}

class TestKind(IdentifierKindConformance):
    kinds = OWN
"""
# The code of each mistake, and the test that must fail.
WRONG_KINDS = {
    "format=lambda value: f'No {value}'": "the_example_is_printed_as_it_was_typed",
    "parse=lambda text: text + '0'": "reading_again_changes_nothing",
    "parse=str": "hostile_texts_are_stored_or_refused",
    "parse=lambda text: str(int(text))": "damaged_examples_are_stored_or_refused",
    "derive=lambda value: {'NONE': value}": "what_follows_is_of_known_kinds",
    "label={'en': 'a'}": "the_label_speaks_all_languages",
}
TYPES = """
TEXT = {each.key: each for each in core.field_types()}["TEXT"]
RIGHT = replace(TEXT, key="RIGHT", label=ALL)
OWN = [RIGHT]

@pytest.fixture(scope="session")
def clientgraph_plugins():
    return {"own": SimpleNamespace(field_types=hookimpl(lambda: OWN))}

def without_sentence(value, options, country):
    if not isinstance(value, str):
        raise FieldProblem("WRONG_JSON_OF_MINE")
    return TEXT.parse(value, options, country)

class Base(FieldTypeConformance):
    values = ("Abel", "Zoe")
    refused = ((5, "WRONG_JSON"),)
    shown = ("Abel", "Zoe")
    textual = {("CONTAINS", "b"): {0}, ("STARTS_WITH", "z"): {1}}

class TestRIGHT(Base):
    key = "RIGHT"
"""
WRONG_TYPES = {
    "sort_key=lambda stored: 'x'": "keys_are_in_the_order_of_values",
    "search_form=lambda text: 'q'": "every_operator_finds_what_it_says",
    "display=lambda *_: '?'": "values_are_shown",
    "parse=lambda value, *_: value": "what_does_not_fit_is_refused",
    "parse=lambda value, *_: value.strip()": "hostile_values_are_kept_or_refused",
    "is_sortable=False, display=lambda *_: ' '": "every_language_is_shown_a_text",
    "display=lambda stored, *_: stored[::-1]": "what_is_read_can_be_written_back",
    "parse=without_sentence": "what_does_not_fit_is_refused",
}
FAILED = re.compile(r"^FAILED \S+?::Test(\w+)::test_(\w+)(?:\[(\w+))?", re.MULTILINE)


def failures(folder: Path, text: str, *tests: str) -> dict[str, set[str]]:
    """The tests that fail, by what they were about; of those that are named, if any are."""
    (folder / "test_it.py").write_text(text, "utf-8")
    chosen = [f"test_it.py::{test}" for test in tests] or ["test_it.py"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--tb=no", "-p", "no:cacheprovider", *chosen],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert " passed" in done.stdout
    assert " error" not in done.stdout.splitlines()[-1], done.stdout
    found: dict[str, set[str]] = {}
    for name, test, about in FAILED.findall(done.stdout):
        found.setdefault(name if name != "Kind" else about, set()).add(test)
    return found


def test_mistakes_of_identifier_kinds_are_noticed(tmp_path: Path) -> None:
    """Each fails its test, and the one without a mistake passes all."""
    lines = [
        f"OWN.append(replace(RIGHT, key='WRONG_{number}', {change}))"
        for number, change in enumerate(WRONG_KINDS)
    ]
    found = failures(tmp_path, "\n".join([HEAD, KINDS, *lines]))
    for number, (change, test) in enumerate(WRONG_KINDS.items()):
        assert test in found[f"WRONG_{number}"], change
    assert "RIGHT" not in found


def test_mistakes_of_field_types_are_noticed(tmp_path: Path) -> None:
    """Each fails its test, and the one without a mistake passes all."""
    lines = [
        f"OWN.append(replace(RIGHT, key='WRONG_{number}', {change}))\n"
        f"class TestWRONG_{number}(Base):\n    key = 'WRONG_{number}'\n"
        for number, change in enumerate(WRONG_TYPES)
    ]
    watching = [
        f"TestWRONG_{number}::test_{test}" for number, test in enumerate(WRONG_TYPES.values())
    ]
    found = failures(tmp_path, "\n".join([HEAD, TYPES, *lines]), "TestRIGHT", *watching)
    for number, (change, test) in enumerate(WRONG_TYPES.items()):
        assert test in found[f"WRONG_{number}"], change
    assert "RIGHT" not in found

"""The table of the contract: each row has a test that is named after it, or a reason why not.

Tests carry the rows that they prove at the head of their names: ``test_j16_…``, several as
``test_d34_d36_…``, a range as ``test_b19_to_b22_…``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from tests.house.sources import in_tests

# Jump, Nutcache, Debitoor, the fiche client, Banqup: the letter of each and its last row.
LAST = {"J": 30, "N": 24, "D": 48, "F": 53, "B": 39}
NAME = re.compile(r"test_(?P<first>[jndfb]\d+)_(?:to_(?P<last>[jndfb]\d+)_)?(?P<rest>.*)")

# Rows that hold when a part of the product is there which is not there yet.
LATER = {
    "what the row wants is not known; plugins can bring it": "F45 F47",
}


def rows(text: str) -> Iterator[str]:
    """The rows that a list with ranges names, such as ``"B1-B4 B28"``."""
    for part in text.split():
        first, _, last = part.partition("-")
        yield from between(first, last or first)


def between(first: str, last: str) -> list[str]:
    """The rows of one product from the first to the last."""
    assert first[0] == last[0], f"{first} and {last} are of two products"
    return [f"{first[0]}{number}" for number in range(int(first[1:]), int(last[1:]) + 1)]


def proved(name: str) -> set[str]:
    """The rows that the name of a test speaks of."""
    found: set[str] = set()
    while name and (match := NAME.match(name)):
        first = match["first"].upper()
        found |= set(between(first, (match["last"] or first).upper()))
        name = f"test_{match['rest']}"
    return found


@cache
def covered() -> set[str]:
    """The rows that any test of this folder is named after."""
    found: set[str] = set()
    for module in in_tests():
        if module.path.startswith("tests/contract/"):
            found |= {row for node in module.functions() for row in proved(node.name)}
    return found


ALL = [row for product, last in LAST.items() for row in between(f"{product}1", f"{product}{last}")]
WITHOUT = [row for named in LATER.values() for row in rows(named)]


def test_the_contract_has_its_rows() -> None:
    """There are 194 rows, and the reasons name rows of the contract, each once."""
    assert len(ALL) == 194
    assert set(WITHOUT) - set(ALL) == set()
    assert len(WITHOUT) == len(set(WITHOUT))


def test_every_row_has_a_test() -> None:
    """A row is proved by a test of its name, unless it says what it waits for."""
    assert [row for row in ALL if row not in covered() and row not in WITHOUT] == []


def test_no_row_waits_for_what_is_there() -> None:
    """A row that has a test no longer has a reason to have none."""
    assert [row for row in WITHOUT if row in covered()] == []


def test_names_of_tests_are_read_as_they_are_meant() -> None:
    """One row, several rows and ranges are told apart, and only rows that exist are named."""
    assert proved("test_j16_every_reason_is_told_at_once") == {"J16"}
    assert proved("test_d34_d36_a_client_is_in_several_categories") == {"D34", "D36"}
    assert proved("test_b19_to_b22_what_is_mandatory") == {"B19", "B20", "B21", "B22"}
    assert proved("test_names_of_tests") == set()
    assert covered() - set(ALL) == set()

"""What an operator does with the features of a workspace."""

from __future__ import annotations

import pytest

from tests.commands.running import Shell

LIST = ("organisation", "features", "zuid")


@pytest.fixture
def zuid(migrated: Shell) -> Shell:
    """A folder with a workspace."""
    new = ("organisation", "create", "--name", "Zuid", "--country", "BE")
    assert migrated(*new).code == 0
    return migrated


def states(out: str) -> dict[str, str]:
    """Key → on or off, from the table."""
    head, *rows = [line.split() for line in out.splitlines()]
    assert head == ["FEATURE", "IS", "REASON", "WHAT", "IT", "IS"]
    return {row[0]: row[1] for row in rows}


def test_features_are_switched_off_and_on(zuid: Shell) -> None:
    """The table shows what is off and why; what was switched stays so."""
    on = dict.fromkeys(("CLIENT_CREATE", "INLINE_CLIENT_CREATE", "BANK_DETAILS_DOCUMENT"), "on")
    assert states(zuid(*LIST).out) == on
    code, out, err = zuid(*LIST, "--disable", "CLIENT_CREATE", "--reason", "Pay the bill first")
    assert (code, err) == (0, "")
    assert "Pay the bill first  New clients, whatever way they come in." in out
    assert states(zuid(*LIST).out) == {**on, "CLIENT_CREATE": "off"}
    swap = ("--enable", "CLIENT_CREATE", "--disable", "BANK_DETAILS_DOCUMENT", "--reason", "Open")
    assert states(zuid(*LIST, *swap).out) == {**on, "BANK_DETAILS_DOCUMENT": "off"}
    assert "Pay the bill first" not in zuid(*LIST).out


def test_what_cannot_be_switched_is_told(zuid: Shell) -> None:
    """An unknown feature or workspace, and a feature that goes without a word."""
    assert zuid(*LIST, "--enable", "FLYING") == (
        1,
        "",
        "Error: There is no feature 'FLYING'. Known ones: CLIENT_CREATE, INLINE_CLIENT_CREATE,"
        " BANK_DETAILS_DOCUMENT.\n",
    )
    alone = "Error: Give --disable and --reason together: whoever misses a feature asks why.\n"
    assert zuid(*LIST, "--disable", "CLIENT_CREATE") == (1, "", alone)
    assert zuid(*LIST, "--enable", "CLIENT_CREATE", "--reason", "x") == (1, "", alone)
    both = ("--enable", "CLIENT_CREATE", "--disable", "CLIENT_CREATE", "--reason", "x")
    assert zuid(*LIST, *both).err == "Error: CLIENT_CREATE cannot be switched on and off at once.\n"
    assert zuid("organisation", "features", "nord").code == 1

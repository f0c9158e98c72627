"""No text makes a kind answer anything but a stored form or an identifier error."""

from __future__ import annotations

import random

import pytest

from clientgraph import IdentifierError
from clientgraph_stdnum.kinds import ROWS

CODES = {"INVALID_FORMAT", "INVALID_LENGTH", "INVALID_CHECKSUM", "INVALID_COMPONENT"}
HOSTILE = (
    "",
    " ",
    "\u00a0",
    "'",
    "''''",
    "-",
    ".",
    "/",
    "0",
    "0.0",
    "1E5",
    "1E99",
    "9.99999999E99",
    "1e-5",
    "nan",
    "inf",
    "None",
    "null",
    "\x00",
    "552032534\x00",
    "\x00552032534",
    "552032534\u200f",
    "\u202e552032534",
    "\u2066552032534\u2069",
    "\ufeff552032534",
    "552\u200b032534",
    "552032534\U0001f600",
    "5\ufe0f\u20e3" * 9,
    "\u00b2\u00b3\u00b9" * 3,
    "\u2460\u2461\u2462" * 3,
    "\u216b" * 9,
    "\u00df" * 10,
    "\u0131\u017f\u212a" * 4,
    "\ud800",
    "FR\ud80027552032534",
    "e\u0301" * 20,
    "\u1e9e" * 30,
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "${jndi:ldap://x}",
    "../../../etc/passwd",
    "%s%n%x",
    "RCS RCS RCS RCS RCS RCS RCS RCS RCS RCS RCS",
    "RCS A A A A A A A A A A A A A A A A A A A A A A A A A A",
    "HRB HRB HRB HRB HRB 1 HRB 1 HRB 1",
    "A" * 64,
    "0" * 64,
    "9" * 64,
    "-" * 64,
    "9 " * 32,
)


@pytest.mark.parametrize("key", ROWS)
def test_hostile_texts(kinds, key):
    """Control characters, emoji, surrogates and look-alikes are refused, never crashed on."""
    for text in HOSTILE:
        assert _answers_properly(kinds[key], text), text


@pytest.mark.parametrize("key", ROWS)
def test_random_damage(kinds, key):
    """An example with characters swapped, lost or replaced is stored properly or refused."""
    chance = random.Random(key)  # noqa: S311
    alphabet = "0123456789ABCXYZabcz -./'\u00e9\u0660\uff11\u200e\x00"
    for _ in range(60):
        text = list(kinds[key].example)
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(text) + 1)
            text[place : place + chance.randint(0, 2)] = chance.choice(alphabet)
        assert _answers_properly(kinds[key], "".join(text)), text


@pytest.mark.parametrize("length", [65, 1_000, 1_000_000])
def test_long_texts_are_refused_unread(kinds, length):
    """Above 64 characters nothing is looked at, whatever the kind."""
    for kind in kinds.values():
        with pytest.raises(IdentifierError) as refused:
            kind.parse("9" * length)
        assert refused.value.code == "INVALID_LENGTH"


@pytest.mark.parametrize("mark", ["\x00", "\u200e", "\u200f", "\u202e", "\u200b", "\U0001f600"])
def test_invisible_characters_are_refused(refusal, mark):
    """A number that does not read as it looks is not stored."""
    assert refusal("FR_SIREN", f"552032534{mark}") == "INVALID_FORMAT"


def test_digits_of_other_scripts_are_digits(kinds):
    """Arabic and full-width digits have one value each."""
    assert kinds["FR_SIREN"].parse("\u0665\u0665\u0662 032 534") == "552032534"
    assert kinds["FR_SIREN"].parse("\uff15\uff15\uff12\u202f032\u2011534") == "552032534"


def _answers_properly(kind, text):
    try:
        stored = kind.parse(text)
    except IdentifierError as error:
        return error.code in CODES
    kind.derive(stored)
    return kind.parse(stored) == stored and kind.parse(kind.format(stored)) == stored

"""Words that nobody has are taken for those that are written much alike."""

from __future__ import annotations

from typing import Any

import pytest

from clientgraph.testing import Api
from clientgraph.words import grams_of, near_grams
from tests.search.finding import page

pytestmark = pytest.mark.anyio

MISTYPED = {
    "a letter too few": ("ganmède", ["ganymede"]),
    "a letter too many": ("gannymède", ["ganymede"]),
    "another letter": ("ganimède", ["ganymede"]),
    "two letters turned round": ("gaynmède", ["ganymede"]),
    "the first letter": ("hanymède", ["ganymede"]),
    "the last letter": ("ganymèda", ["ganymede"]),
    "the first two turned round": ("agnymède", ["ganymede"]),
    "two mistakes in a long word": ("gamymèdes", ["ganymede"]),
    "a word of four letters": ("rhne", ["rhone"]),
    "four letters turned round": ("rhnoe", ["rhone"]),
    "one word of two": ("ganimède lyon", ["ganymede", "lyon"]),
}
LOST = {
    "two mistakes in a short word": "rhxxe",
    "three letters": "gna",
    "nonsense": "zzzqqqxxx",
    "a number": "732829321",
    "one word that nothing is like": "ganimède zzzqqq",
}


async def _firms(api: Api) -> None:
    city = {"line1": "1 rue", "city": "Lyon"}
    fields: dict[str, Any] = {"identifiers": [{"kind": "FR_SIREN", "value": "732829320"}]}
    await api.new_client("Ganymède", addresses=[city], **fields)
    await api.new_client("Rhône Transports")
    await api.new_client("Quelconque")


@pytest.mark.parametrize("how", MISTYPED)
async def test_a_mistyped_word_finds_what_was_meant(api: Api, how: str) -> None:
    """One mistake in a short word, two in a long one; the answer says what was looked for."""
    await _firms(api)
    text, meant = MISTYPED[how]
    found = await page(api, text)
    assert found["searchedFor"] == meant
    expected = "Rhône Transports" if meant == ["rhone"] else "Ganymède"
    assert [node["name"] for node in found["nodes"]] == [expected]
    assert found["totalCount"] == 1


@pytest.mark.parametrize("how", LOST)
async def test_what_nothing_is_like_finds_nothing(api: Api, how: str) -> None:
    """No guess is better than a wild one; numbers are never guessed."""
    await _firms(api)
    found = await page(api, LOST[how])
    assert (found["nodes"], found["totalCount"], found["searchedFor"]) == ([], 0, None)


async def test_what_is_found_is_not_corrected(api: Api) -> None:
    """A hit as typed stands, however many others are written alike."""
    await api.new_client("Dupond")
    await api.new_client("Dupont")
    found = await page(api, "dupond")
    assert [node["name"] for node in found["nodes"]] == ["Dupond"]
    assert found["searchedFor"] is None


async def test_words_that_never_meet_are_corrected(api: Api) -> None:
    """Each word is somebody's, but not together: the likeliest pair is taken."""
    await api.new_client("Martin Dupont")
    await api.new_client("Dupond Marcel")
    found = await page(api, "martin dupond")
    assert [node["name"] for node in found["nodes"]] == ["Martin Dupont"]
    assert found["searchedFor"] == ["martin", "dupond", "dupont"]


async def test_a_correction_keeps_to_the_filter(api: Api) -> None:
    """Nothing that matches as typed passes the filter: what was meant may."""
    await api.new_client("Dupond", country="FR")
    await api.new_client("Dupont", country="BE")
    found = await page(api, "dupond", filter={"country": ["BE"]})
    assert [node["name"] for node in found["nodes"]] == ["Dupont"]


async def test_pages_of_a_correction(api: Api) -> None:
    """Cursors lead on through it, and hold when somebody comes whom the search finds as typed."""
    for number in range(5):
        await api.new_client(f"Ganymède {number}")
    first = await page(api, "ganimède", first=2)
    after = first["pageInfo"]["endCursor"]
    second = await page(api, "ganimède", first=2, after=after)
    assert [node["name"] for node in second["nodes"]] == ["Ganymède 2", "Ganymède 3"]
    assert (second["totalCount"], second["searchedFor"]) == (5, ["ganymede"])
    await api.new_client("Ganimède 9")
    third = await page(api, "ganimède", first=2, after=after)
    assert (third["totalCount"], third["searchedFor"]) == (1, None)


def test_every_single_mistake_is_met() -> None:
    """Whatever letter is wrong, one set of grams leads to the word that was meant."""
    letters = "abcz"
    for word in ("gand", "lyonn", "bruges", "ganymede", "antwerpen"):
        wrong = {word[:i] + word[i + 1 :] for i in range(len(word))}
        wrong |= {word[:i] + x + word[i:] for i in range(len(word) + 1) for x in letters}
        wrong |= {word[:i] + x + word[i + 1 :] for i in range(len(word)) for x in letters}
        wrong |= {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)}
        known = grams_of([word])
        for typed in (each for each in wrong if len(each) >= 4):
            assert any(pattern <= known for pattern in near_grams(typed, 1)), (typed, word)

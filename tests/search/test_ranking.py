"""In which order a search answers, and how its pages hold while rows come in."""

from __future__ import annotations

from typing import Any

import pytest

from clientgraph.testing import Api
from tests.search.finding import names, page

pytestmark = pytest.mark.anyio

# From the best place to the worst: each name is there for another reason.
IN_ORDER: list[tuple[str, dict[str, Any]]] = [
    ("Mars", {}),
    ("Quelconque", {"tradingName": "MARS"}),
    ("Mars Armor", {}),
    ("Marseille Auto", {}),
    ("Auto Mars", {}),
    ("Les Marsouins", {}),
    ("Exact", {"externalReference": "mars"}),
    ("Camarsac", {}),
    ("Beside", {"addresses": [{"line1": "1 quai", "city": "Saint-Mars"}]}),
    ("Within", {"contacts": [{"lastName": "Demarsy"}]}),
]


async def test_the_best_hits_come_first(api: Api) -> None:
    """Exact name, beginning of a name, of a word, exact field, inside a name, all else; by name."""
    for name, fields in reversed(IN_ORDER):
        await api.new_client(name, **fields)
    assert await names(api, "mars") == [name for name, _ in IN_ORDER]


async def test_an_explicit_order_wins(api: Api) -> None:
    """By name where that is asked for; relevance can be one order of several."""
    for name, fields in IN_ORDER:
        await api.new_client(name, **fields)
    by_name = sorted(name for name, _ in IN_ORDER)
    assert await names(api, "mars", sort=["NAME_ASC"]) == by_name
    newest = await names(api, "mars", sort=["RELEVANCE", "CREATED_AT_DESC"])
    assert newest[:4] == ["Quelconque", "Mars", "Marseille Auto", "Mars Armor"]
    assert await names(api, "mars", sort=["RELEVANCE"]) == [name for name, _ in IN_ORDER]


async def test_relevance_without_a_search_is_by_name(api: Api) -> None:
    """There is nothing to be relevant for."""
    for name in ("Zulu", "Alpha"):
        await api.new_client(name)
    found = await page(api, None, sort=["RELEVANCE"])
    assert [node["name"] for node in found["nodes"]] == ["Alpha", "Zulu"]


async def test_words_of_a_name_beat_words_elsewhere(api: Api) -> None:
    """Every word that begins one of the names' words counts, in any order."""
    await api.new_client("Transports Dupont", tradingName="Express")
    await api.new_client("Dupont", addresses=[{"line1": "1 rue", "city": "Transports"}])
    await api.new_client("Dupont Transports")
    found = ["Dupont Transports", "Transports Dupont", "Dupont"]
    assert await names(api, "dupont transports") == found


async def test_pages_hold_while_rows_come_in(api: Api) -> None:
    """Forwards and backwards: no row twice, none left out, better and worse ones meanwhile."""
    for name, fields in IN_ORDER:
        await api.new_client(name, **fields)
    seen: list[str] = []
    found = await page(api, "mars", first=3)
    while True:
        seen += [node["name"] for node in found["nodes"]]
        if not found["pageInfo"]["hasNextPage"]:
            break
        if len(seen) == 6:
            await api.new_client("Mars", externalReference="before")
            await api.new_client("Amarsy", externalReference="behind")
        cursor = found["pageInfo"]["endCursor"]
        found = await page(api, "mars", first=3, after=cursor)
        assert found["pageInfo"]["hasPreviousPage"]
    expected = [name for name, _ in IN_ORDER]
    expected.insert(7, "Amarsy")
    assert seen == expected
    back: list[str] = []
    cursor = None
    while True:
        found = await page(api, "mars", last=4, before=cursor)
        back = [node["name"] for node in found["nodes"]] + back
        if not found["pageInfo"]["hasPreviousPage"]:
            break
        cursor = found["pageInfo"]["startCursor"]
    assert back == ["Mars", *expected]
    assert found["totalCount"] == 12


async def test_filter_and_inactive_clients(api: Api) -> None:
    """A search finds what the filter lets through; inactive clients only when asked for."""
    await api.new_client("Mars", country="FR")
    await api.new_client("Marsa", country="BE")
    gone = await api.new_client("Marso", country="BE")
    await api.done("clientDeactivate", {"id": gone["id"]}, "client { id }")
    assert await names(api, "mars", filter={"country": ["BE"]}) == ["Marsa"]
    both = await names(api, "mars", filter={"country": ["BE"]}, includeInactive=True)
    assert both == ["Marsa", "Marso"]


@pytest.mark.parametrize(
    ("text", "code"), [("x" * 201, "BAD_USER_INPUT"), ("a " * 11, "BAD_USER_INPUT")]
)
async def test_too_long_a_search_is_refused(api: Api, text: str, code: str) -> None:
    """200 characters and ten words, no more."""
    query = "query($s: String) { clients(search: $s) { totalCount } }"
    assert await api.codes(query, {"s": text}) == ["BAD_USER_INPUT"]
    assert await api.codes(query, {"s": "a " * 10}) == []


async def test_a_cursor_is_its_searchs_alone(api: Api) -> None:
    """It cannot be carried to another search, nor to another order."""
    for number in range(3):
        await api.new_client(f"Mars {number}")
    cursor = (await page(api, "mars", first=1))["pageInfo"]["endCursor"]
    query = """query($s: String, $after: String, $sort: [ClientSort!]) {
        clients(search: $s, after: $after, sort: $sort) { totalCount } }"""
    for changed in ({"s": "mar"}, {"s": "mars", "sort": ["NAME_ASC"]}):
        assert await api.codes(query, {"after": cursor, **changed}) == ["BAD_CURSOR"]

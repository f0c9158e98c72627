"""Filters, searches and orders of lists: what they find, and how much they may ask for."""

from __future__ import annotations

from typing import Any

import pytest

from clientgraph.testing import Api
from tests.contract.answers import names

pytestmark = pytest.mark.anyio

CLIENTS = """query($filter: ClientFilter, $search: String, $sort: [ClientSort!]) {
  clients(filter: $filter, search: $search, sort: $sort) { nodes { name } } }"""
CONTACTS = """query($filter: ContactFilter, $search: String, $sort: [ContactSort!]) {
  contacts(filter: $filter, search: $search, sort: $sort) { nodes { lastName } } }"""


async def found(api: Api, wanted: dict[str, Any]) -> list[str]:
    """The names of the clients that meet a filter."""
    answer = await api(CLIENTS, {"filter": wanted})
    return [client["name"] for client in answer["clients"]["nodes"]]


async def refused(api: Api, query: str, **variables: Any) -> str:
    """The sentence with which a list is refused as BAD_USER_INPUT."""
    (error,) = (await api.answer(query, variables))["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    message: str = error["message"]
    return message


async def test_a_filter_has_a_hundred_conditions(api: Api) -> None:
    """A hundred are taken, nested as they may be; one more is refused with the limit."""
    io = {"name": {"eq": "Io"}}
    assert await found(api, {"or": [io] * 100}) == []
    sentence = "'filter': A filter can have 100 conditions, no more."
    assert await refused(api, CLIENTS, filter={"or": [io] * 101}) == sentence
    assert await refused(api, CLIENTS, filter={"and": [{}] * 101}) == sentence
    nested = {"not": {"and": [{"or": [io] * 60}, {"or": [io] * 41}]}}
    assert await refused(api, CLIENTS, filter=nested) == sentence


async def test_lists_in_a_filter_have_five_hundred_values(api: Api) -> None:
    """All lists of a filter together."""
    assert await found(api, {"country": ["FR"] * 500}) == []
    halves = {"country": ["FR"] * 251, "parent": {"anyOf": ["x"] * 250}}
    sentence = "'filter': The lists of a filter can have 500 values, no more."
    assert await refused(api, CLIENTS, filter=halves) == sentence


@pytest.mark.parametrize("query", [CLIENTS, CONTACTS])
async def test_an_order_names_three_fields_once_each(api: Api, query: str) -> None:
    """Two orders of one field, or four orders, are refused."""
    sentence = "'sort' can have 3 orders, no more, each of another field."
    assert await refused(api, query, sort=["NAME_ASC", "NAME_DESC"]) == sentence
    assert await refused(api, query, sort=["NAME_ASC"] * 4) == sentence
    assert "errors" not in await api.answer(query, {"sort": ["CREATED_AT_DESC", "NAME_ASC"]})


@pytest.mark.parametrize("query", [CLIENTS, CONTACTS])
async def test_a_search_is_short(api: Api, query: str) -> None:
    """Ten words and 200 characters are searched for; more is refused with the limit."""
    assert "errors" not in await api.answer(query, {"search": " ".join(["io"] * 10)})
    assert "errors" not in await api.answer(query, {"search": "i" * 200})
    words = "'search': At most 10 words can be searched for at once."
    assert await refused(api, query, search=" ".join(["io"] * 11)) == words
    length = "'search': The text has 201 characters. At most 200 are possible."
    assert await refused(api, query, search="i" * 201) == length


async def test_signs_alone_find_nothing(api: Api) -> None:
    """A text without letters and digits finds what has these signs, and not everything."""
    for name in ("Io", "???"):
        await api.new_client(name, contacts=[{"lastName": name}])
    assert await names(api, '(search: "!!!")') == []
    assert (await api(CONTACTS, {"search": "!!!"}))["contacts"]["nodes"] == []
    assert await found(api, {"name": {"contains": "!!"}}) == []
    assert await found(api, {"name": {"contains": "??"}}) == ["???"]
    assert await found(api, {"name": {"startsWith": " "}}) == []
    assert len(await names(api, '(search: " ")')) == 2


async def test_a_contact_is_found_by_its_email_in_any_case(api: Api) -> None:
    """The address is read as at storing, and compared without regard to case."""
    await api.new_client(contacts=[{"lastName": "Roux", "email": "Ada.Roux@Example.com"}])
    for typed in ("ada.roux@example.com", " ADA.ROUX@EXAMPLE.COM "):
        answer = await api(CONTACTS, {"filter": {"email": typed}})
        assert answer["contacts"]["nodes"] == [{"lastName": "Roux"}]
    assert (await api(CONTACTS, {"filter": {"email": "ada"}}))["contacts"]["nodes"] == []


async def test_an_identifier_is_found_in_any_usual_form(api: Api) -> None:
    """With its kind or without, with separators or without, and what follows from it."""
    siret = {"kind": "FR_SIRET", "value": "732 829 320 00074"}
    vat = {"kind": "BE_VAT", "value": "BE 0403.170.701"}
    await api.new_client("Io", identifiers=[siret])
    await api.new_client("Europa", country="BE", identifiers=[vat])
    for typed in ("732 829 320 00074", "732.829.320.00074", "73282932000074", "732 829 320"):
        assert await found(api, {"identifier": {"value": typed}}) == ["Io"]
    for typed in ("BE 0403.170.701", "be0403170701", "0403.170.701"):
        assert await found(api, {"identifier": {"value": typed}}) == ["Europa"]
        assert await found(api, {"identifier": {"kind": "BE_VAT", "value": typed}}) == ["Europa"]
    assert await found(api, {"identifier": {"kind": "FR_SIRET", "value": "0403.170.701"}}) == []


async def test_a_filter_that_names_the_status_hides_nothing(api: Api) -> None:
    """Also where it names it below `not`."""
    await api.new_client("Io")
    gone = await api.new_client("Europa")
    await api.done("clientDeactivate", {"id": gone["id"]})
    assert await found(api, {"not": {"status": ["ACTIVE"]}}) == ["Europa"]
    assert await found(api, {"not": {"name": {"eq": "Leda"}}}) == ["Io"]


async def test_a_part_of_a_name_is_found_wherever_it_stands(api: Api) -> None:
    """Within words and across them, short or long; words in another order are no such part."""
    names = ["Société L'Oréal & Fils", "Loreal Filature", "Fils Oréal", "Ab"]
    for name in names:
        await api.new_client(name)
    for part, expected in {
        "oréal": [2, 1, 0],
        "OREAL FILS": [0],
        "fils loreal": [],
        "real-fil": [1, 0],
        "ete l": [0],
        "l or": [0],
        "al": [2, 1, 0],
        "b": [3],
        "fils o": [2],
        "filatures": [],
        "societe l'oreal & fils": [0],
    }.items():
        given = sorted(names[place] for place in expected)
        assert sorted(await found(api, {"name": {"contains": part}})) == given, part
    both = {"not": {"name": {"contains": "oreal"}}, "name": {"startsWith": "a"}}
    assert await found(api, both) == ["Ab"]
    either = {"or": [{"name": {"contains": "filature"}}, {"name": {"contains": "societe"}}]}
    assert sorted(await found(api, either)) == sorted(names[1::-1])


@pytest.mark.parametrize("part", ["name", "postalCode", "city", "identifier", "parent"])
async def test_an_empty_condition_is_none(api: Api, part: str) -> None:
    """Nothing is asked, so everything passes."""
    await api.new_client("Io")
    assert await found(api, {part: {}}) == ["Io"]


@pytest.mark.parametrize("code", ["France", "fr", "ZZ"])
async def test_a_country_that_there_is_not_is_refused(api: Api, code: str) -> None:
    """In filters and in arguments alike."""
    usage = f"'{code}' is not a country code. Use two capital letters (ISO 3166-1), such as FR."
    filters: dict[str, dict[str, Any]] = {
        "filter.country.1": {"country": ["FR", code]},
        "filter.or.0.not.country.0": {"or": [{"not": {"country": [code]}}]},
    }
    for place, wanted in filters.items():
        assert await refused(api, CLIENTS, filter=wanted) == f"'{place}': {usage}"
    sentence = f"'{code}' is not a country code: two capital letters (ISO 3166-1)."
    fields = "query($country: CountryCode) { requiredFields(country: $country) { path } }"
    assert await refused(api, fields, country=code) == sentence


async def test_required_fields_take_no_channel_as_the_api(api: Api) -> None:
    """Null and absent are the default."""
    for channel in ("", "(channel: null)", "(channel: API)"):
        answer = await api(f"{{ requiredFields{channel} {{ path }} }}")
        assert answer["requiredFields"] == [{"path": ["name"]}]

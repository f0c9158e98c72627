"""What is found by a search: every field that people know a client by, however it is typed."""

from __future__ import annotations

from typing import Any

import pytest

from clientgraph.testing import Api
from tests.search.finding import names, page

pytestmark = pytest.mark.anyio

WHOLE: dict[str, Any] = {
    "tradingName": "Comptoir du Nord",
    "externalReference": "EXT/4711-b",
    "reference": "REF-77",
    "email": "bonjour@oreal.example",
    "phone": "+33142685300",
    "identifiers": [{"kind": "FR_SIRET", "value": "73282932000074"}],
    "contacts": [
        {"firstName": "Zoé", "lastName": "Müller-Straße", "email": "zoe@privat.example"},
        {"lastName": "Dubois", "mobile": "06 12 34 56 78", "phone": "+32470123456"},
    ],
    "addresses": [{"line1": "1 rue Pasteur", "postalCode": "69007", "city": "Lyon"}],
}
FOUND = {
    "name": "oreal",
    "name with its mark": "L'Oréal",
    "name without its mark": "loreal",
    "other case": "ORÉAL",
    "legal form with points": "S.A.R.L.",
    "legal form without points": "sarl",
    "beginning": "ore",
    "two letters": "or",
    "one letter": "o",
    "middle": "rea",
    "trading name": "comptoir nord",
    "words in any order": "nord oreal",
    "reference": "ref-77",
    "external reference": "ext/4711",
    "external reference without marks": "ext4711b",
    "given identifier": "73282932000074",
    "given identifier as printed": "732 829 320 00074",
    "given identifier with points": "732.829.320.00074",
    "derived identifier": "732829320",
    "derived identifier with blanks": "732 829 320",
    "derived VAT number": "FR44732829320",
    "derived VAT number with blanks": "FR 44 732 829 320",
    "part of an identifier": "829320",
    "e-mail": "bonjour@oreal.example",
    "part of an e-mail": "bonjour@",
    "phone": "+33142685300",
    "phone with blanks": "+33 1 42 68 53 00",
    "national phone": "01 42 68 53 00",
    "national phone without blanks": "0142685300",
    "national phone with points": "01.42.68.53.00",
    "city": "lyon",
    "postal code": "69007",
    "contact's first name": "zoe",
    "contact's last name": "MULLER STRASSE",
    "contact's e-mail": "zoe@privat",
    "contact's mobile": "0612345678",
    "contact's foreign phone": "0470 12 34 56",
    "words of several fields": "zoe lyon 77",
}
NOT_FOUND = {
    "another word": "peugeot",
    "a word too many": "oreal paris",
    "two letters inside": "ea",
    "letters of two words": "alcompt",
    "a wildcard": "%",
    "wildcards between letters": "or_al",
    "marks alone": "?!",
    "another number": "732829321",
}


@pytest.mark.parametrize("how", FOUND)
async def test_a_client_is_found(api: Api, how: str) -> None:
    """By each field, in each form; a client that has nothing of it is not."""
    await api.new_client("S.A.R.L. L'Oréal", **WHOLE)
    await api.new_client("Ganymède")
    assert await names(api, FOUND[how]) == ["S.A.R.L. L'Oréal"]


@pytest.mark.parametrize("how", NOT_FOUND)
async def test_a_client_is_not_found(api: Api, how: str) -> None:
    """What is not in the record finds nothing, and no wildcard means anything."""
    await api.new_client("S.A.R.L. L'Oréal", **WHOLE)
    found = await page(api, NOT_FOUND[how])
    assert (found["nodes"], found["totalCount"], found["searchedFor"]) == ([], 0, None)


@pytest.mark.parametrize(
    ("name", "search"),
    [
        ("Straße & Söhne", "strasse sohne"),
        ("Strasse", "straße"),
        ("Ærø Fisk", "aero"),
        ("Cœur de Lion", "coeur"),
        ("Coeur", "cœur"),
        ("Łódź Stal", "lodz"),
        ("ΑΘΗΝΑ", "αθηνα"),
        ("Ganymède", "GANYMEDE"),
        ("株式会社日立", "式会社"),
        ("AT&T", "att"),
        ("Coca-Cola", "cocacola"),
        ("Coca Cola", "coca-cola"),
        ("J.C. Decaux", "jc decaux"),
        ("JC Decaux", "J.C. Decaux"),
    ],
)
async def test_accents_case_and_punctuation_do_not_matter(api: Api, name: str, search: str) -> None:
    """Neither in the name nor in the search."""
    await api.new_client(name)
    await api.new_client("Quelconque")
    assert await names(api, search) == [name]


async def test_a_blank_search_is_none(api: Api) -> None:
    """All clients, by name."""
    for name in ("Zulu", "Alpha"):
        await api.new_client(name)
    assert await names(api, "  ") == ["Alpha", "Zulu"]

"""What becomes of the open data of the KBO, imported into the index of this host."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from clientgraph import (
    CompanyAddress,
    FieldOrigin,
    HealthStatus,
    NotFound,
    PluginContext,
    Protected,
    Unavailable,
)
from clientgraph.testing import Api, Replay
from clientgraph_be.archive import Archive
from clientgraph_be.importing import import_full
from clientgraph_be.index import FILE
from clientgraph_be.local import index_age, lookup, search

pytestmark = pytest.mark.anyio


def ten(base: int) -> str:
    """A number with its check digits."""
    return f"{base:08}{97 - base % 97:02}"


STARS, EAST, PERSON, ABROAD, TOWN, SHOP = (ten(4_000_000 + each) for each in range(6))
STARS_SHOP, PERSON_SHOP = ten(20_000_101), ten(20_000_102)


@pytest.fixture
def imported(context: PluginContext, full: Path) -> PluginContext:
    """The context of a host that has imported the full zip."""
    import_full(context.folder, Archive(full), lambda _: None)
    return context


async def test_an_enterprise(imported: PluginContext) -> None:
    """All that a client takes, each field of the day of the zip."""
    found = lookup(imported, "BE_ENTERPRISE", STARS)
    assert (found.name, found.trading_name) == ("Société des Étoiles", "Étoiles & Filles")
    assert (found.kind, found.country, found.is_active) == ("COMPANY", "BE", True)
    assert found.identifiers == {"BE_ENTERPRISE": STARS}
    assert found.activity_code == "41.101"
    assert (found.phone, found.email) == ("02 515 13 51", "info@stars.example")
    assert found.website == "www.stars.example"
    assert list(found.addresses) == [
        CompanyAddress(
            line1="Rue du Chêne 16",
            line2="Hôtel de Ville",
            box="3",
            postal_code="1000",
            city="Bruxelles",
            country="BE",
        )
    ]
    source = "KBO/BCE Open Data, FOD Economie / SPF Économie"
    assert found.origins["name"] == FieldOrigin(source=source, date=date(2026, 11, 1))
    assert lookup(imported, "BE_VAT", f"BE{STARS}") == found


@pytest.mark.parametrize(
    ("language", "name", "street", "city"),
    [
        ("fr", "Société des Étoiles", "Rue du Chêne 16", "Bruxelles"),
        ("nl", "Sterrenmaatschappij", "Eikstraat 16", "Brussel"),
        # There is no German or English name: the first one, and the address in its language.
        ("de", "Société des Étoiles", "Rue du Chêne 16", "Bruxelles"),
        ("en", "Société des Étoiles", "Rue du Chêne 16", "Bruxelles"),
    ],
)
async def test_the_language_of_the_caller(
    imported: PluginContext, language: str, name: str, street: str, city: str
) -> None:
    """In Brussels everything has two names."""
    found = lookup(replace(imported, language=language), "BE_ENTERPRISE", STARS)
    (address,) = found.addresses
    assert (found.name, address.line1, address.city) == (name, street, city)


@pytest.mark.parametrize(
    ("language", "name"),
    [("de", "Sternwarte Eupen"), ("en", "Eupen Observatory"), ("fr", "Sternwarte Eupen")],
)
async def test_four_languages(imported: PluginContext, language: str, name: str) -> None:
    """The name in the caller's language, else the first one."""
    assert lookup(replace(imported, language=language), "BE_ENTERPRISE", EAST).name == name


async def test_an_establishment(imported: PluginContext) -> None:
    """Its own address, trading name and telephone; the rest is of its enterprise."""
    found = lookup(imported, "BE_ESTABLISHMENT", STARS_SHOP)
    assert (found.name, found.trading_name) == ("Société des Étoiles", "Sterrenwinkel")
    assert found.identifiers == {"BE_ESTABLISHMENT": STARS_SHOP, "BE_ENTERPRISE": STARS}
    assert (found.phone, found.email) == ("03 201 13 51", "info@stars.example")
    assert list(found.addresses) == [
        CompanyAddress(line1="Meir 7", postal_code="2000", city="Anvers", country="BE")
    ]


@pytest.mark.parametrize(
    ("kind", "value"), [("BE_ENTERPRISE", PERSON), ("BE_ESTABLISHMENT", PERSON_SHOP)]
)
async def test_natural_persons(imported: PluginContext, kind: str, value: str) -> None:
    """Are known to be there. Nothing else of them is in the file, nor of their establishments."""
    with pytest.raises(Protected):
        lookup(imported, kind, value)
    assert search(imported, value, "BE", 5) == []
    assert search(imported, "geheim", "BE", 5) == []
    written = (imported.folder / FILE).read_bytes()
    assert (b"Sterrenwinkel" in written, b"eheim" in written) == (True, False)


@pytest.mark.parametrize(
    ("value", "addresses"),
    [
        (EAST, [("Gospertstrasse", "4700", "Eupen", "BE")]),
        (ABROAD, [("Lindenweg 5", "10117", "Berlin", "DE")]),
        (TOWN, [("Maison Communale", "4340", "Awans", "BE")]),
        (SHOP, []),
    ],
)
async def test_addresses_as_they_are_meant(
    imported: PluginContext, value: str, addresses: list[tuple[str, ...]]
) -> None:
    """Without signs for "no number", in another country, without a street, struck off."""
    found = lookup(imported, "BE_ENTERPRISE", value).addresses
    shown = [(each.line1, each.postal_code, each.city, each.country) for each in found]
    assert shown == addresses


async def test_kinds_and_names(imported: PluginContext) -> None:
    """A municipality is a public body; who has no legal name is called as it trades."""
    town = lookup(imported, "BE_ENTERPRISE", TOWN)
    assert (town.kind, town.name, town.trading_name) == ("PUBLIC_BODY", "Ville d'Étoileville", None)
    shop = lookup(imported, "BE_ENTERPRISE", SHOP)
    assert (shop.name, shop.trading_name) == ("Alleen een uithangbord", None)
    assert len(lookup(imported, "BE_ENTERPRISE", ABROAD).name) == 179


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("societe etoiles", [STARS]),
        ("ÉTOILES", [STARS]),
        ("sterrenm", [STARS]),
        ("sde", [STARS]),
        ("sterrenwinkel", [STARS_SHOP]),
        ("eupen obs", [EAST]),
        (STARS, [STARS]),
        (f"BE {STARS[:4]}.{STARS[4:7]}.{STARS[7:]}", [STARS]),
        (STARS[1:], [STARS]),
        ("succursale", []),
        ("nowhere", []),
        ("firma 2499", [ten(6_002_499)]),
        ('" OR *', []),
        ("***", []),
        ("9999999999", []),
    ],
)
async def test_search(imported: PluginContext, text: str, found: list[str]) -> None:
    """Without accents and capitals, in any language, by acronym, sign and number."""
    hits = search(imported, text, "BE", 5)
    assert [next(iter(each.identifiers.values())) for each in hits] == found


async def test_a_search_is_as_long_as_was_asked(imported: PluginContext) -> None:
    """Of two and a half thousand."""
    assert len(search(imported, "firma", "BE", 7)) == 7


async def test_what_is_not_there(imported: PluginContext) -> None:
    """Only enterprises that are alive are in the open data; branches are not kept."""
    for kind, value in (("BE_ENTERPRISE", ten(4_900_000)), ("BE_ESTABLISHMENT", ten(20_009_999))):
        with pytest.raises(NotFound):
            lookup(imported, kind, value)


async def test_a_miss_in_an_old_index_is_none(
    imported: PluginContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The enterprise may have been founded since; what the index has, it tells."""
    monkeypatch.setattr("clientgraph_be.local.BELIEVED_DAYS", -1)
    with pytest.raises(Unavailable, match="which is of 2026-11-01"):
        lookup(imported, "BE_ENTERPRISE", ten(4_900_000))
    for text in ("nowhere", "9999999999"):
        with pytest.raises(Unavailable):
            search(imported, text, "BE", 5)
    assert lookup(imported, "BE_ENTERPRISE", STARS).name == "Société des Étoiles"
    assert len(search(imported, "etoiles", "BE", 5)) == 1
    assert not search(imported, "***", "BE", 5)
    assert not search(imported, PERSON, "BE", 5)


async def test_half_of_it_in_the_index(imported: PluginContext) -> None:
    """An establishment without its enterprise is not one that is not there."""
    with closing(sqlite3.connect(imported.folder / FILE)) as database, database:
        database.execute("DELETE FROM enterprise")
    for kind, value in (("BE_ESTABLISHMENT", STARS_SHOP), ("BE_ENTERPRISE", STARS)):
        with pytest.raises(Unavailable if kind == "BE_ESTABLISHMENT" else NotFound):
            lookup(imported, kind, value)


async def test_an_enterprise_without_a_name(imported: PluginContext) -> None:
    """It is there, and cannot be told."""
    with closing(sqlite3.connect(imported.folder / FILE)) as database, database:
        database.execute("DELETE FROM denomination")
    with pytest.raises(Unavailable):
        lookup(imported, "BE_ENTERPRISE", STARS)


async def test_without_an_index(context: PluginContext) -> None:
    """The registry is not available, and nothing is wrong with that."""
    with pytest.raises(Unavailable):
        lookup(context, "BE_ENTERPRISE", STARS)
    with pytest.raises(Unavailable):
        search(context, "etoiles", "BE", 5)
    assert index_age(context).status is HealthStatus.OK
    assert not context.folder.exists()


async def test_the_age_of_the_index(
    imported: PluginContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An old one is to be renewed."""
    monkeypatch.setattr("clientgraph_be.local.OLDEST_DAYS", 100_000)
    assert index_age(imported).status is HealthStatus.OK
    monkeypatch.setattr("clientgraph_be.local.OLDEST_DAYS", -1)
    found = index_age(imported)
    assert found.status is HealthStatus.DEGRADED
    assert "Import the newest full zip." in found.message


COMPANY = """query($kind: String!, $value: String!) { company(kind: $kind, value: $value) {
  status source { registry attribution } draft { name phone website
    identifiers { kind value } addresses { line1 box city } } } }"""


async def test_what_an_old_index_lacks_is_asked_for_elsewhere(
    asking: Api,
    context: PluginContext,
    full: Path,
    cbeapi: Replay,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever has a key hears of enterprises founded since."""
    import_full(context.folder, Archive(full), lambda _: None)
    monkeypatch.setattr("clientgraph_be.local.BELIEVED_DAYS", -1)
    founded = ten(4_900_000)
    record = {"cbe_number": founded, "denomination": "Firma Morgen", "type": "legal_person"}
    cbeapi.routes[f"/company/{founded}"] = {"data": record}
    found = (await asking(COMPANY, {"kind": "BE_ENTERPRISE", "value": founded}))["company"]
    assert (found["status"], found["source"]["registry"]) == ("FOUND", "BE_CBEAPI")
    assert found["draft"]["name"] == "Firma Morgen"


async def test_a_client_is_filled_in(
    asking: Api, context: PluginContext, full: Path, cbeapi: Replay
) -> None:
    """Through the API, and nobody on the network is asked."""
    import_full(context.folder, Archive(full), lambda _: None)
    found = (await asking(COMPANY, {"kind": "BE_VAT", "value": f"BE {STARS}"}))["company"]
    assert (found["status"], found["source"]["registry"]) == ("FOUND", "BE_KBO")
    made = await asking.done(
        "clientCreate", found["draft"], "client { name phone identifiers { kind { key } value } }"
    )
    assert made["client"]["phone"] == "+3225151351"
    for kind, value in (("BE_ENTERPRISE", PERSON), ("BE_ESTABLISHMENT", PERSON_SHOP)):
        found = (await asking(COMPANY, {"kind": kind, "value": value}))["company"]
        assert (found["status"], found["draft"]) == ("PROTECTED", None)
    assert cbeapi.asked == []

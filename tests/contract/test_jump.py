"""Rows J of the contract: clients as Jump creates and lists them."""

from __future__ import annotations

import pytest

from clientgraph.testing import Api, Workspace
from tests.contract.answers import mistakes, shown

pytestmark = pytest.mark.anyio

EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
ADDRESS = {"line1": "10 rue de la Paix", "postalCode": "75002", "city": "Paris"}
SIRET = {"kind": "FR_SIRET", "value": "732 829 320 00074"}
KINDS = "query($c: CountryCode!) { identifierKinds(country: $c) { key country isTax } }"
REQUIRED = "query($c: CountryCode!) { requiredFields(country: $c) { path } }"


async def use_preset(api: Api) -> None:
    """Require what Jump requires."""
    await api.done("organisationUpdate", {"requirements": "jump"})


async def national_kinds(api: Api, country: str) -> dict[str, bool]:
    """The keys of a country's own kinds, and whether each is a tax number."""
    found = (await api(KINDS, {"c": country}))["identifierKinds"]
    return {kind["key"]: kind["isTax"] for kind in found if kind["country"] is not None}


async def test_j1_a_client_can_be_created_at_any_time(api: Api) -> None:
    """A client needs a name and nothing else to be there first: no invoice, no other record."""
    made = await api.new_client("Ganymède", "name status reference deletability { allowed }")
    assert {key: made[key] for key in ("name", "status", "reference", "deletability")} == {
        "name": "Ganymède",
        "status": "ACTIVE",
        "reference": "C00001",
        "deletability": {"allowed": True},
    }


async def test_j2_a_client_carries_what_an_invoice_needs(api: Api) -> None:
    """One query answers the buyer's whole part of an invoice (EN 16931 BG-7 to BG-9)."""
    made = await api.new_client(
        "Ganymède SAS",
        tradingName="Ganymède",
        email="compta@ganymede.fr",
        vatRegime="INTRA_COMMUNITY",
        identifiers=[SIRET, {"kind": "FR_VAT", "value": "FR44 732 829 320"}],
        addresses=[ADDRESS],
        contacts=[{"firstName": "Ada", "lastName": "Roux", "email": "ada@ganymede.fr"}],
    )
    found = await api(
        """query($id: ID!) { client(by: {id: $id}) { name tradingName email currency vatRegime
        vat: identifier(kind: "FR_VAT") { value } siren: identifier(kind: "FR_SIREN") { value }
        siret: identifier(kind: "FR_SIRET") { value }
        billingAddress { line1 line2 city postalCode region country }
        mainContact { fullName phone email } paymentTerms { days endOfMonth } } }""",
        {"id": made["id"]},
    )
    assert found["client"] == {
        "name": "Ganymède SAS",
        "tradingName": "Ganymède",
        "email": "compta@ganymede.fr",
        "currency": "EUR",
        "vatRegime": "INTRA_COMMUNITY",
        "vat": {"value": "FR44732829320"},
        "siren": {"value": "732829320"},
        "siret": {"value": "73282932000074"},
        "billingAddress": {**ADDRESS, "line2": None, "region": None, "country": "FR"},
        "mainContact": {"fullName": "Ada Roux", "phone": None, "email": "ada@ganymede.fr"},
        "paymentTerms": {"days": 30, "endOfMonth": False},
    }


async def test_j2_a_first_invoice_can_tell_that_there_is_no_client(api: Api) -> None:
    """An invoicing product that asks for a client that is not there is told so, with null."""
    client = await api.new_client()
    await api.done("clientDelete", {"id": client["id"]})
    assert await shown(api, client["id"], "name") is None


async def test_j3_clients_are_listed_and_created(workspace: Workspace) -> None:
    """A caller sees by its permissions whether to offer the list, and whether "create"."""
    asked = "{ viewer { permissions } clients { nodes { name } } }"
    await workspace.api("MEMBER").new_client("Ganymède")
    for role, may_create in (("MEMBER", True), ("VIEWER", False)):
        found = await workspace.api(role)(asked)
        assert found["clients"]["nodes"] == [{"name": "Ganymède"}]
        assert "clients:read" in found["viewer"]["permissions"]
        assert ("clients:write" in found["viewer"]["permissions"]) is may_create


async def test_j5_country_is_asked_for(api: Api) -> None:
    """The client's country is stored as given, and anything else than a code is refused."""
    made = await api.new_client("Io", "country countryOrigin", country="DE")
    assert (made["country"], made["countryOrigin"]) == ("DE", "CLIENT")
    refused = await mistakes(api, "clientCreate", {"name": "Io", "country": "ZZ"})
    assert refused == [("country", "INVALID_COUNTRY")]


async def test_j6_company_name_is_asked_for(api: Api) -> None:
    """A client has a name: absent, null and blank are each refused."""
    for given in ({}, {"name": None}, {"name": "  "}):
        assert await mistakes(api, "clientCreate", given) == [("name", "REQUIRED")]
    made = await api.new_client("  Ganymède   SAS ", "name")
    assert made["name"] == "Ganymède SAS"


async def required_of(api: Api, part: str) -> list[tuple[str, str]]:
    """The mistakes of a German client whose address lacks a part, under Jump's preset."""
    await use_preset(api)
    address = {"line1": "Unter den Linden 1", "postalCode": "10117", "city": "Berlin", part: None}
    given = {"name": "Io", "country": "DE", "addresses": [address]}
    return await mistakes(api, "clientCreate", given)


async def test_j7_address_is_asked_for(api: Api) -> None:
    """Jump's clients have an address with a street; its place is named when it is missing."""
    assert await required_of(api, "line1") == [("addresses.0.line1", "REQUIRED")]
    without = await mistakes(api, "clientCreate", {"name": "Io", "country": "DE"})
    assert without == [("addresses", "REQUIRED")]


async def test_j8_city_is_asked_for(api: Api) -> None:
    """Jump's clients have a city; its place is named when it is missing."""
    assert await required_of(api, "city") == [("addresses.0.city", "REQUIRED")]


async def test_j9_postcode_is_asked_for(api: Api) -> None:
    """Jump's clients have a postcode that fits the country; its place is named otherwise."""
    place = "addresses.0.postalCode"
    assert await required_of(api, "postalCode") == [(place, "REQUIRED")]
    wrong = {"line1": "Unter den Linden 1", "postalCode": "101170", "city": "Berlin"}
    refused = await mistakes(
        api, "clientCreate", {"name": "I", "country": "DE", "addresses": [wrong]}
    )
    assert refused == [(place, "INVALID_POSTAL_CODE")]


async def test_j7_to_j9_are_marked_for_the_form(api: Api) -> None:
    """A form learns from the API what to mark as required, without trying."""
    await use_preset(api)
    paths = [field["path"] for field in (await api(REQUIRED, {"c": "DE"}))["requiredFields"]]
    assert paths == [
        ["name"],
        ["mainAddress"],
        ["mainAddress", "line1"],
        ["mainAddress", "postalCode"],
        ["mainAddress", "city"],
    ]


async def test_j10_vat_number_is_asked_for_in_europe(api: Api) -> None:
    """In each state of the EU exactly one kind is its VAT number; elsewhere there is none."""
    for country in EU:
        kinds = await national_kinds(api, country)
        assert [key for key, is_tax in kinds.items() if key.endswith("_VAT") and is_tax] == [
            f"{country}_VAT"
        ]
    assert not any(key.endswith("_VAT") for key in await national_kinds(api, "US"))


async def test_j10_vat_number_is_stored_and_checked(api: Api) -> None:
    """A European VAT number is taken as people type it, and refused when its digits are wrong."""
    good = [{"kind": "DE_VAT", "value": "de 136.695.976"}]
    made = await api.new_client(
        "Io", 'identifier(kind: "DE_VAT") { value }', country="DE", identifiers=good
    )
    assert made["identifier"] == {"value": "DE136695976"}
    bad = [{"kind": "DE_VAT", "value": "DE136695975"}]
    refused = await mistakes(
        api, "clientCreate", {"name": "Io", "country": "DE", "identifiers": bad}
    )
    assert refused == [("identifiers.0.value", "INVALID_CHECKSUM")]


async def test_j11_siret_is_asked_for_in_france(api: Api) -> None:
    """The SIRET is a kind and required for French clients, overseas too, and nowhere else."""
    await use_preset(api)
    for country, asked in (("FR", True), ("RE", True), ("GP", True), ("BE", False), ("US", False)):
        paths = [field["path"] for field in (await api(REQUIRED, {"c": country}))["requiredFields"]]
        assert (["identifiers", "FR_SIRET"] in paths) is asked
        assert ("FR_SIRET" in await national_kinds(api, country)) is asked


async def test_j11_a_french_client_needs_its_siret(api: Api) -> None:
    """A French client without a SIRET is refused; with it, its SIREN is known as well."""
    await use_preset(api)
    given = {"name": "Ganymède", "country": "FR", "addresses": [ADDRESS]}
    refused = await mistakes(api, "clientCreate", given)
    assert refused == [("identifiers.FR_SIRET", "REQUIRED")]
    made = await api.new_client(
        selection="identifiers { kind { key } value }", identifiers=[SIRET], addresses=[ADDRESS]
    )
    assert made["identifiers"] == [
        {"kind": {"key": "FR_SIRET"}, "value": "73282932000074"},
        {"kind": {"key": "FR_SIREN"}, "value": "732829320"},
        {"kind": {"key": "FR_VAT"}, "value": "FR44732829320"},
    ]


async def test_j14_the_list_of_all_clients_can_be_followed(api: Api) -> None:
    """All clients are reached by following the pages, each once and in order."""
    for name in ("Io", "Europa", "Ganymède", "Callisto", "Élara"):
        await api.new_client(name)
    page = """query($after: String) { clients(first: 2, after: $after) {
        totalCount pageInfo { hasNextPage endCursor } nodes { name } } }"""
    seen: list[list[str]] = []
    after = None
    while True:
        found = (await api(page, {"after": after}))["clients"]
        assert found["totalCount"] == 5
        seen.append([node["name"] for node in found["nodes"]])
        if not found["pageInfo"]["hasNextPage"]:
            break
        after = found["pageInfo"]["endCursor"]
    assert seen == [["Callisto", "Élara"], ["Europa", "Ganymède"], ["Io"]]


async def test_j7_to_j9_are_kept(api: Api) -> None:
    """The main address that Jump asks for can be replaced, and neither emptied nor lost."""
    await use_preset(api)
    berlin = {"line1": "Unter den Linden 1", "postalCode": "10117", "city": "Berlin"}
    bonn = {"line1": "Markt 2", "postalCode": "53111", "city": "Bonn"}
    client = await api.new_client(
        "Io", "addresses { id }", country="DE", addresses=[berlin, {**bonn, "kind": "BILLING"}]
    )
    main = {"id": client["addresses"][0]["id"]}
    emptied = await mistakes(api, "addressUpdate", {**main, "line1": " ", "postalCode": None})
    assert emptied == [
        ("line1", "REQUIRED"),
        ("postalCode", "REQUIRED"),
    ]
    demoted = await mistakes(api, "addressUpdate", {**main, "kind": "OTHER"})
    assert demoted == [("kind", "MAIN_ADDRESS")]
    assert await mistakes(api, "addressDelete", main) == [("id", "MAIN_ADDRESS")]
    partial = {"clientId": client["id"], "kind": "MAIN", "city": "Bonn"}
    assert await mistakes(api, "addressCreate", partial) == [
        ("line1", "REQUIRED"),
        ("postalCode", "REQUIRED"),
    ]
    await api.done("addressCreate", {"clientId": client["id"], "kind": "MAIN", **bonn})
    await api.done("addressDelete", main)
    assert await shown(api, client["id"], "mainAddress { line1 postalCode city }") == {
        "mainAddress": bonn
    }

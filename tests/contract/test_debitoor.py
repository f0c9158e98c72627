"""Rows D of the contract: clients as Debitoor registers them."""

from __future__ import annotations

import pytest

from clientgraph.testing import Api, Workspace
from tests.contract.answers import mistakes, shown
from tests.contract.batches import new_clients
from tests.contract.ganymede import EVERYTHING, GIVEN, RECAP

pytestmark = pytest.mark.anyio

NAMES = "{ clients { totalCount nodes { name } pageInfo { hasNextPage hasPreviousPage } } }"


async def test_d2_the_list_is_empty_at_first(api: Api) -> None:
    """A new workspace lists no client, without an error."""
    assert (await api(NAMES))["clients"] == {
        "totalCount": 0,
        "nodes": [],
        "pageInfo": {"hasNextPage": False, "hasPreviousPage": False},
    }


async def test_d3_a_new_client_is_added(api: Api) -> None:
    """One mutation makes a client with all that its form holds."""
    assert await api.done("clientCreate", GIVEN, f"client {{ {EVERYTHING} }}") == {
        "client": RECAP,
        "userErrors": [],
    }


async def test_d4_the_form_has_name_address_phone_and_email(api: Api) -> None:
    """A person is registered with full name, address, phone and e-mail."""
    made = await api.new_client(
        "Marie Curie",
        "name kind phone email mainAddress { formatted }",
        kind="INDIVIDUAL",
        phone="+33 1 42 68 53 00",
        email="marie@example.org",
        addresses=[{"line1": "11 rue Curie", "postalCode": "75005", "city": "Paris"}],
    )
    assert {name: made[name] for name in ("name", "kind", "phone", "email", "mainAddress")} == {
        "name": "Marie Curie",
        "kind": "INDIVIDUAL",
        "phone": "+33142685300",
        "email": "marie@example.org",
        "mainAddress": {"formatted": ["11 rue Curie", "75005 Paris"]},
    }


async def test_d6_a_saved_client_is_listed_and_found(api: Api) -> None:
    """A client that was saved is in the list at once, and a search finds it."""
    await api.new_client("Ganymède")
    await api.new_client("Io")
    found = await api(
        '{ all: clients { totalCount } some: clients(search: "gany") { nodes { name } } }'
    )
    assert found == {"all": {"totalCount": 2}, "some": {"nodes": [{"name": "Ganymède"}]}}


async def test_d7_a_profile_is_opened_from_the_list_and_edited(api: Api) -> None:
    """The list's id opens the whole profile, from where the client is changed."""
    await api.done("clientCreate", GIVEN)
    opened = (await api("{ clients { nodes { id } } }"))["clients"]["nodes"][0]["id"]
    assert await shown(api, opened, EVERYTHING) == RECAP
    await api.done("clientUpdate", {"id": opened, "name": "Ganymède SA"})
    assert await shown(api, opened, EVERYTHING) == {**RECAP, "name": "Ganymède SA"}


async def test_d10_tax_number_and_main_contact(api: Api) -> None:
    """A client has a tax identification number, known as one, and a main contact."""
    made = await api.new_client(
        country="IT",
        identifiers=[{"kind": "IT_VAT", "value": "IT 00188640148"}],
        contacts=[{"firstName": "Ada", "lastName": "Roux"}],
        selection="identifiers { value kind { key isTax } } mainContact { fullName }",
    )
    assert {"value": "IT00188640148", "kind": {"key": "IT_VAT", "isTax": True}} in made[
        "identifiers"
    ]
    assert made["mainContact"] == {"fullName": "Ada Roux"}


async def test_d11_phone_and_email_are_optional(api: Api) -> None:
    """Neither phone nor e-mail is needed by default, and a form is not told to ask for them."""
    made = await api.new_client("Io", "status phone email")
    assert (made["status"], made["phone"], made["email"]) == ("ACTIVE", None, None)
    found = await api("{ requiredFields { path } }")
    assert found["requiredFields"] == [{"path": ["name"]}]


async def test_d13_the_profile_is_reachable_at_any_time(api: Api) -> None:
    """A client is found by id, reference and identifier, and as a node, even when inactive."""
    made = await api.new_client(
        externalReference="ERP-1", identifiers=[{"kind": "FR_SIREN", "value": "732829320"}]
    )
    await api.done("clientDeactivate", {"id": made["id"]})
    keys = [
        {"id": made["id"]},
        {"externalReference": "ERP-1"},
        {"identifier": {"kind": "FR_SIREN", "value": "732 829 320"}},
    ]
    for key in keys:
        found = await api("query($by: ClientKey!) { client(by: $by) { id } }", {"by": key})
        assert found == {"client": {"id": made["id"]}}
    node = "query($id: ID!) { node(id: $id) { ... on Client { name status } } }"
    found = await api(node, {"id": made["id"]})
    assert found == {"node": {"name": "Ganymède", "status": "INACTIVE"}}


async def test_d14_as_many_clients_as_needed(workspace: Workspace) -> None:
    """There is no cap: more clients than one page can hold are all listed."""
    names = [f"Moon {n:03}" for n in range(1, 122)]
    await new_clients(workspace, [{"name": name} for name in names])
    api = workspace.api("VIEWER")
    page = """query($after: String) { clients(first: 100, after: $after) {
        totalCount nodes { name } pageInfo { endCursor hasNextPage } } }"""
    first = (await api(page))["clients"]
    rest = (await api(page, {"after": first["pageInfo"]["endCursor"]}))["clients"]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (121, True)
    assert [node["name"] for node in [*first["nodes"], *rest["nodes"]]] == names


async def test_d17_an_email_must_be_valid(api: Api) -> None:
    """An address that no mail can be sent to is refused, for clients and contacts alike."""
    wrong = ("compta", "compta@", "@ganymede.fr", "a b@ganymede.fr", "a@ganymede", "a@b@c.fr")
    for address in wrong:
        refused = await mistakes(
            api,
            "clientCreate",
            {"name": "Io", "email": address, "contacts": [{"lastName": "R", "email": address}]},
        )
        assert refused == [
            ("email", "INVALID_EMAIL"),
            ("contacts.0.email", "INVALID_EMAIL"),
        ]
    made = await api.new_client("Io", "email", email=" Élise.Roux+facture@Exämple.fr ")
    assert made["email"] == "Élise.Roux+facture@exämple.fr"


async def test_d18_the_address_serves_taxes_and_post(api: Api) -> None:
    """An address has the country and region that taxes hang on, and prints as its post wants it."""
    canada = {
        "line1": "150 Elgin St",
        "city": "Ottawa",
        "region": "ON",
        "postalCode": "k2p1l4",
        "country": "CA",
    }
    made = await api.new_client(
        country="CA",
        addresses=[canada],
        selection="mainAddress { country region postalCode formatted(withCountry: true) }",
    )
    assert made["mainAddress"] == {
        "country": "CA",
        "region": "ON",
        "postalCode": "K2P 1L4",
        "formatted": ["150 Elgin St", "Ottawa, ON K2P 1L4", "CANADA"],
    }
    refused = await mistakes(
        api, "clientCreate", {"name": "Io", "addresses": [{**canada, "region": "Bavaria"}]}
    )
    assert refused == [("addresses.0.region", "INVALID_REGION")]


async def test_d22_phones_of_the_client_and_its_people(api: Api) -> None:
    """Numbers are read as people write them in the client's country, and kept in E.164."""
    contact = {
        "lastName": "Peeters",
        "phone": "02 234 56 78",
        "mobile": "0470 12 34 56",
        "switchboardPhone": "+33 1 42 68 53 00",
    }
    made = await api.new_client(
        country="BE",
        phone="02/234.56.79",
        contacts=[contact],
        selection="phone mainContact { phone mobile switchboardPhone }",
    )
    assert made["phone"] == "+3222345679"
    assert made["mainContact"] == {
        "phone": "+3222345678",
        "mobile": "+32470123456",
        "switchboardPhone": "+33142685300",
    }


async def test_d41_the_last_name_follows_the_first_name(api: Api) -> None:
    """A full name is the first name, a blank and the surname or surnames."""
    people = [
        {"firstName": "Ada", "lastName": "Roux"},
        {"firstName": " Gabriel José ", "lastName": "García  Márquez"},
        {"firstName": "Max"},
        {"lastName": "Blanc"},
    ]
    made = await api.new_client(
        contacts=people, selection="contacts { nodes { firstName lastName fullName } }"
    )
    assert made["contacts"]["nodes"] == [
        {"firstName": "Ada", "lastName": "Roux", "fullName": "Ada Roux"},
        {
            "firstName": "Gabriel José",
            "lastName": "García Márquez",
            "fullName": "Gabriel José García Márquez",
        },
        {"firstName": "Max", "lastName": None, "fullName": "Max"},
        {"firstName": None, "lastName": "Blanc", "fullName": "Blanc"},
    ]


async def test_d42_an_address_can_keep_its_number_apart(api: Api) -> None:
    """Street, number, postcode and city are kept apart and printed in the country's order."""
    cases = {
        "FR": ("rue de la Paix", "10", "75002", "Paris", ["10 rue de la Paix", "75002 Paris"]),
        "DE": ("Unter den Linden", "1", "10117", "Berlin", ["Unter den Linden 1", "10117 Berlin"]),
    }
    for country, (street, number, code, city, lines) in cases.items():
        address = {"line1": street, "streetNumber": number, "postalCode": code, "city": city}
        made = await api.new_client(
            country=country,
            addresses=[address],
            selection="mainAddress { line1 streetNumber postalCode city formatted }",
        )
        assert made["mainAddress"] == {**address, "formatted": lines}


async def test_d45_information_can_be_changed_at_any_time(api: Api) -> None:
    """Every field can be changed and cleared, in use or not; each change counts a version."""
    client = await api.new_client(**{**GIVEN, "name": "Ganymède"})
    await api.done("clientDeactivate", {"id": client["id"]})
    cleared = dict.fromkeys(
        "tradingName locale currency website email phone paymentTerms accountingCode activityCode"
        " iban externalReference".split()
    )
    changed = await api.done(
        "clientUpdate",
        {
            "id": client["id"],
            **cleared,
            "name": "Io BV",
            "kind": "PUBLIC_BODY",
            "country": "BE",
            "vatRegime": "TAXABLE",
            "reference": "IO",
            "identifiers": [{"kind": "BE_ENTERPRISE", "value": "0123.456.749"}],
        },
        """client { version name kind country vatRegime reference tradingName website email phone
        accountingCode activityCode iban externalReference locale currency
        paymentTerms { days endOfMonth origin } identifiers { kind { key } value } }""",
    )
    assert changed["client"] == {
        **cleared,
        "version": 3,
        "name": "Io BV",
        "kind": "PUBLIC_BODY",
        "country": "BE",
        "vatRegime": "TAXABLE",
        "reference": "IO",
        "locale": "fr-FR",
        "currency": "EUR",
        "paymentTerms": {"days": 30, "endOfMonth": False, "origin": "ORGANISATION"},
        "identifiers": [{"kind": {"key": "BE_ENTERPRISE"}, "value": "0123456749"}],
    }

"""Rows N of the contract: clients as Nutcache keeps and lists them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from clientgraph.testing import Api, Statements, Workspace
from tests.contract.answers import mistakes, shown
from tests.contract.batches import new_clients

pytestmark = pytest.mark.anyio

PEOPLE = """mainContact { fullName } invoiceContact { fullName }
    contacts { totalCount nodes { id version fullName isMain isInvoiceRecipient } }"""
AT_A_GLANCE = """query($first: Int!) { clients(first: $first) { nodes {
    name reference status country currency email phone
    paymentTerms { days origin } identifiers { formatted kind { label } }
    mainContact { fullName email } invoiceContact { fullName }
    billingAddress { formatted } parent { name } deletability { allowed } } } }"""


def person(name: str, **fields: Any) -> dict[str, Any]:
    """A contact's input."""
    return {"lastName": name, **fields}


async def flags(api: Api, client_id: str) -> dict[str, tuple[bool, bool]]:
    """Each contact's name → whether it is the default, whether it gets the invoices."""
    found = (await shown(api, client_id, PEOPLE))["contacts"]["nodes"]
    return {row["fullName"]: (row["isMain"], row["isInvoiceRecipient"]) for row in found}


async def contact_ids(api: Api, client_id: str) -> dict[str, str]:
    """Each contact's name → its id."""
    found = (await shown(api, client_id, PEOPLE))["contacts"]["nodes"]
    return {row["fullName"]: row["id"] for row in found}


async def test_n2_creating_clients_needs_the_role(workspace: Workspace) -> None:
    """A viewer may not create a client; a member, admin and owner may."""
    query = 'mutation { clientCreate(input: {name: "A"}) { client { name } } }'
    assert await workspace.api("VIEWER").codes(query) == ["FORBIDDEN"]
    for role in ("MEMBER", "ADMIN", "OWNER"):
        assert (await workspace.api(role)(query))["clientCreate"]["client"] == {"name": "A"}


async def test_n10_a_client_has_an_address(api: Api) -> None:
    """The address is kept with every part, and can be changed later."""
    given = {
        "line1": "Rue de la Loi 16",
        "line2": "Bâtiment B",
        "postalCode": "1000",
        "city": "Bruxelles",
        "country": "BE",
    }
    parts = "id version kind line1 line2 postalCode city country isDefaultForBilling"
    made = await api.new_client(selection=f"mainAddress {{ {parts} }}", addresses=[given])
    address = made["mainAddress"]
    assert address == {
        **given,
        "id": address["id"],
        "version": 1,
        "kind": "MAIN",
        "isDefaultForBilling": True,
    }
    moved = await api.done(
        "addressUpdate",
        {"id": address["id"], "line1": "Rue Royale 2", "line2": None},
        f"address {{ {parts} }}",
    )
    assert moved["address"] == {**address, "version": 2, "line1": "Rue Royale 2", "line2": None}


async def test_n11_a_client_has_several_contacts(api: Api) -> None:
    """Contacts given with the client and added later are all there, in that order."""
    client = await api.new_client(contacts=[person("Roux"), person("Blanc")])
    await api.done("contactCreate", {"clientId": client["id"], **person("Noir")})
    found = (await shown(api, client["id"], PEOPLE))["contacts"]
    assert found["totalCount"] == 3
    assert [row["fullName"] for row in found["nodes"]] == ["Roux", "Blanc", "Noir"]


async def test_n12_one_contact_is_the_default(api: Api) -> None:
    """The first contact is the default until another is made so; never are there two."""
    client = await api.new_client(contacts=[person("Roux"), person("Blanc")])
    assert await flags(api, client["id"]) == {"Roux": (True, False), "Blanc": (False, False)}
    ids = await contact_ids(api, client["id"])
    await api.done("contactMakeMain", {"id": ids["Blanc"]})
    assert await flags(api, client["id"]) == {"Roux": (False, False), "Blanc": (True, False)}
    await api.done("contactCreate", {"clientId": client["id"], **person("Noir", isMain=True)})
    assert await flags(api, client["id"]) == {
        "Roux": (False, False),
        "Blanc": (False, False),
        "Noir": (True, False),
    }


async def test_n12_two_defaults_are_a_mistake(api: Api) -> None:
    """A new client that names two default contacts is refused, at the second one."""
    both = [person("Roux", isMain=True), person("Blanc", isMain=True)]
    refused = await mistakes(api, "clientCreate", {"name": "Ganymède", "contacts": both})
    assert refused == [("contacts.1.isMain", "DUPLICATE")]


async def test_n12_choices_at_the_same_time_leave_one_default(api: Api) -> None:
    """When several people choose a default contact at once, exactly one of them prevails."""
    client = await api.new_client(contacts=[person(f"Roux {n}") for n in range(6)])
    ids = await contact_ids(api, client["id"])
    chosen = [api.done("contactMakeMain", {"id": each}) for each in ids.values()]
    await asyncio.gather(*chosen)
    after = await flags(api, client["id"])
    assert [is_main for is_main, _ in after.values()].count(True) == 1


async def test_n13_the_recipient_of_invoices_is_chosen_apart(api: Api) -> None:
    """Default contact and recipient of invoices are two choices, which may fall on one person."""
    client = await api.new_client(
        contacts=[person("Roux"), person("Blanc", isInvoiceRecipient=True)]
    )
    assert await flags(api, client["id"]) == {"Roux": (True, False), "Blanc": (False, True)}
    ids = await contact_ids(api, client["id"])
    await api.done("contactMakeInvoiceRecipient", {"id": ids["Roux"]})
    assert await flags(api, client["id"]) == {"Roux": (True, True), "Blanc": (False, False)}
    await api.done("contactMakeMain", {"id": ids["Blanc"]})
    assert await flags(api, client["id"]) == {"Roux": (False, True), "Blanc": (True, False)}
    found = await shown(api, client["id"], PEOPLE)
    assert found["mainContact"] == {"fullName": "Blanc"}
    assert found["invoiceContact"] == {"fullName": "Roux"}


async def test_n13_nobody_has_to_receive_the_invoices(api: Api) -> None:
    """Without a choice there is no recipient, and the choice can be taken back."""
    client = await api.new_client(contacts=[person("Roux", isInvoiceRecipient=True)])
    ids = await contact_ids(api, client["id"])
    await api.done("contactUpdate", {"id": ids["Roux"], "isInvoiceRecipient": False})
    assert (await shown(api, client["id"], PEOPLE))["invoiceContact"] is None


async def test_n14_a_client_has_its_currency(api: Api) -> None:
    """The client's own currency counts, else the workspace's; only ISO 4217 codes are taken."""
    client = await api.new_client("Io", "currency currencyOrigin")
    assert (client["currency"], client["currencyOrigin"]) == ("EUR", "ORGANISATION")
    changed = await api.done(
        "clientUpdate",
        {"id": client["id"], "currency": "USD"},
        "client { currency currencyOrigin }",
    )
    assert changed["client"] == {"currency": "USD", "currencyOrigin": "CLIENT"}
    back = await api.done(
        "clientUpdate", {"id": client["id"], "currency": None}, "client { currency currencyOrigin }"
    )
    assert back["client"] == {"currency": "EUR", "currencyOrigin": "ORGANISATION"}
    refused = await mistakes(api, "clientUpdate", {"id": client["id"], "currency": "EURO"})
    assert refused == [("currency", "INVALID_CURRENCY")]


async def test_n16_a_saved_client_is_in_the_list(api: Api) -> None:
    """What was saved is listed at once."""
    await api.new_client("Ganymède")
    found = await api("{ clients { totalCount nodes { name } } }")
    assert found["clients"] == {"totalCount": 1, "nodes": [{"name": "Ganymède"}]}


async def test_n17_the_list_shows_a_client_at_a_glance(api: Api) -> None:
    """A row of the list carries what one wants to see of a client without opening it."""
    parent = await api.new_client("Jupiter")
    await api.new_client(
        "Ganymède",
        parent=parent["id"],
        email="compta@ganymede.fr",
        phone="01 42 68 53 00",
        identifiers=[{"kind": "FR_SIREN", "value": "732829320"}],
        addresses=[{"line1": "10 rue de la Paix", "postalCode": "75002", "city": "Paris"}],
        contacts=[person("Roux", firstName="Ada", email="ada@ganymede.fr")],
    )
    assert (await api(AT_A_GLANCE, {"first": 1}))["clients"]["nodes"] == [
        {
            "name": "Ganymède",
            "reference": "C00002",
            "status": "ACTIVE",
            "country": "FR",
            "currency": "EUR",
            "email": "compta@ganymede.fr",
            "phone": "+33142685300",
            "paymentTerms": {"days": 30, "origin": "ORGANISATION"},
            "identifiers": [
                {"formatted": "732 829 320", "kind": {"label": "SIREN number"}},
                {"formatted": "FR 44 732 829 320", "kind": {"label": "VAT number (France)"}},
            ],
            "mainContact": {"fullName": "Ada Roux", "email": "ada@ganymede.fr"},
            "invoiceContact": None,
            "billingAddress": {"formatted": ["10 rue de la Paix", "75002 Paris"]},
            "parent": {"name": "Jupiter"},
            "deletability": {"allowed": True},
        }
    ]


async def test_n17_a_longer_list_takes_no_more_queries(
    watched_workspace: Workspace, statements: Statements
) -> None:
    """A page of 50 clients with all its summary columns costs as many statements as one of 5."""
    api = watched_workspace.api()
    parent = await api.new_client("Jupiter")
    made = [
        {
            "name": f"Moon {n:02}",
            "parent": parent["id"],
            "identifiers": [{"kind": "BE_ENTERPRISE", "value": belgian(n)}],
            "addresses": [{"line1": f"{n} rue Royale", "city": "Bruxelles", "country": "BE"}],
            "contacts": [person(f"Roux {n}", isInvoiceRecipient=True)],
        }
        for n in range(1, 51)
    ]
    await new_clients(watched_workspace, made)
    names = ["Jupiter", *(given["name"] for given in made)]
    reader = watched_workspace.api("VIEWER")
    seen: dict[int, list[str]] = {}
    for size in (5, 50, 5, 50):  # the second time, drivers have nothing left to find out
        await statements.take()
        nodes = (await reader(AT_A_GLANCE, {"first": size}))["clients"]["nodes"]
        assert [node["name"] for node in nodes] == sorted(names)[:size]
        seen[size] = await statements.take()
    assert any('FROM "identifier"' in text for text in seen[5])
    assert len(seen[50]) == len(seen[5])


def belgian(n: int) -> str:
    """The n-th of a row of enterprise numbers: eight digits and 97 minus their remainder."""
    digits = 4_000_000 + n
    return f"{digits:08}{97 - digits % 97:02}"


async def test_n19_a_clients_information_can_be_edited(api: Api) -> None:
    """What is given in a change is changed, what is absent stays, null clears."""
    client = await api.new_client(
        "Ganimède", tradingName="G", email="a@ganymede.fr", website="ganymede.fr"
    )
    changed = await api.done(
        "clientUpdate",
        {"id": client["id"], "name": "Ganymède", "tradingName": None, "email": "b@ganymede.fr"},
        "client { version name tradingName email website }",
    )
    assert changed["client"] == {
        "version": 2,
        "name": "Ganymède",
        "tradingName": None,
        "email": "b@ganymede.fr",
        "website": "https://ganymede.fr",
    }


async def test_n19_an_edit_meets_an_edit(api: Api) -> None:
    """Who edits an outdated client is told so and shown the client as it is; nothing is lost."""
    client = await api.new_client("Io")
    await api.done("clientUpdate", {"id": client["id"], "name": "Europa"})
    refused = await api.do(
        "clientUpdate",
        {"id": client["id"], "expectedVersion": client["version"], "name": "Callisto"},
        "client { name version }",
    )
    assert refused["client"] == {"name": "Europa", "version": 2}
    assert [(error["path"], error["code"]) for error in refused["userErrors"]] == [
        (["input", "expectedVersion"], "VERSION_CONFLICT")
    ]

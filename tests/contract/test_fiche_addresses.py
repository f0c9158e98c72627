"""Rows F34 to F39 of the contract: the addresses of a client."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from clientgraph.testing import Api
from tests.contract.answers import mistakes, shown

pytestmark = pytest.mark.anyio

LONDRES = {"line1": "8 rue de Londres", "postalCode": "75009", "city": "Paris"}
LOUVRE = {"line1": "52 rue du Louvre", "postalCode": "75001", "city": "Paris"}
ADDRESSES = "addresses { id kind line1 isDefaultForBilling }"


async def defaults(api: Api, client_id: str) -> list[bool]:
    """Which of a client's addresses is the default, in the order they were added."""
    found = await shown(api, client_id, ADDRESSES)
    return [each["isDefaultForBilling"] for each in found["addresses"]]


async def two(api: Api) -> tuple[str, list[str]]:
    """A client with a default address and another one; their ids."""
    made = await api.new_client(addresses=[LONDRES, LOUVRE], selection=ADDRESSES)
    return made["id"], [each["id"] for each in made["addresses"]]


async def test_f34_a_client_has_any_number_of_addresses(api: Api) -> None:
    """Main, billing, delivery and other addresses are kept, as many as wanted, labelled."""
    kinds = ["MAIN", "BILLING", "DELIVERY", *["OTHER"] * 27]
    given = [{**LONDRES, "kind": kind, "label": f"Site {n}"} for n, kind in enumerate(kinds)]
    made = await api.new_client(addresses=given, selection="addresses { kind label line1 }")
    assert made["addresses"] == [
        {"kind": kind, "label": f"Site {n}", "line1": "8 rue de Londres"}
        for n, kind in enumerate(kinds)
    ]


async def test_f35_without_a_billing_address_the_main_one_is_taken(api: Api) -> None:
    """The main address stands in for a billing address that was not given."""
    made = await api.new_client(
        addresses=[LONDRES, {**LOUVRE, "kind": "DELIVERY"}],
        selection="mainAddress { line1 } billingAddress { line1 kind }",
    )
    assert made["mainAddress"] == {"line1": "8 rue de Londres"}
    assert made["billingAddress"] == {"line1": "8 rue de Londres", "kind": "MAIN"}


async def test_f35_a_billing_address_that_is_given_is_taken(api: Api) -> None:
    """With a billing address, the main one is only the main one."""
    made = await api.new_client(
        addresses=[LONDRES, {**LOUVRE, "kind": "BILLING"}],
        selection="mainAddress { line1 } billingAddress { line1 kind }",
    )
    assert made["mainAddress"] == {"line1": "8 rue de Londres"}
    assert made["billingAddress"] == {"line1": "52 rue du Louvre", "kind": "BILLING"}


async def test_f35_a_client_without_address_has_none_for_billing(api: Api) -> None:
    """Where there is no address at all, none is made up; the first one is then taken."""
    made = await api.new_client(selection="billingAddress { line1 }")
    assert made["billingAddress"] is None
    await api.done("addressCreate", {"clientId": made["id"], **LOUVRE})
    found = await shown(api, made["id"], "mainAddress { line1 } billingAddress { line1 }")
    line = {"line1": "52 rue du Louvre"}
    assert found == {"mainAddress": line, "billingAddress": line}


async def test_f36_an_address_is_added_later(api: Api) -> None:
    """A further address joins the others and takes nothing from them."""
    made = await api.new_client(addresses=[LONDRES])
    given = {"clientId": made["id"], "kind": "DELIVERY", "label": "Warehouse", **LOUVRE}
    payload = await api.done(
        "addressCreate", given, "address { kind label isDefaultForBilling country }"
    )
    assert payload["address"] == {
        "kind": "DELIVERY",
        "label": "Warehouse",
        "isDefaultForBilling": False,
        "country": "FR",
    }
    assert await defaults(api, made["id"]) == [True, False]


async def test_f37_one_address_is_the_default_for_quotes_and_invoices(api: Api) -> None:
    """The default is chosen at any time, and there is exactly one."""
    client, (first, second) = await two(api)
    assert await defaults(api, client) == [True, False]
    for chosen, expected in ((second, [False, True]), (first, [True, False])):
        payload = await api.done(
            "addressMakeDefaultForBilling", {"id": chosen}, "address { id isDefaultForBilling }"
        )
        assert payload["address"] == {"id": chosen, "isDefaultForBilling": True}
        assert await defaults(api, client) == expected
    found = await shown(api, client, "billingAddress { id }")
    assert found == {"billingAddress": {"id": first}}


async def test_f37_choices_at_the_same_time_leave_one_default(api: Api) -> None:
    """Ten choices at once end with exactly one default address."""
    client, ids = await two(api)
    await asyncio.gather(
        *(api.done("addressMakeDefaultForBilling", {"id": ids[n % 2]}) for n in range(10))
    )
    assert sum(await defaults(api, client)) == 1


async def test_f37_two_defaults_are_refused(api: Api) -> None:
    """A new client with two defaults is refused at the second."""
    given: list[dict[str, Any]] = [
        {**LONDRES, "isDefaultForBilling": True},
        {**LOUVRE, "isDefaultForBilling": True},
    ]
    found = await mistakes(api, "clientCreate", {"name": "Io", "addresses": given})
    assert found == [("addresses.1.isDefaultForBilling", "DUPLICATE")]


async def test_f38_the_default_address_cannot_be_deleted(api: Api) -> None:
    """The default stays, and cannot be made anything less without another choice."""
    client, (first, _) = await two(api)
    assert await mistakes(api, "addressDelete", {"id": first}) == [("id", "DEFAULT_ADDRESS")]
    less = {"id": first, "isDefaultForBilling": False}
    found = await mistakes(api, "addressUpdate", less)
    assert found == [("isDefaultForBilling", "DEFAULT_ADDRESS")]
    assert await defaults(api, client) == [True, False]


async def test_f38_the_refusal_says_how_to_go_on(api: Api) -> None:
    """The reason is a sentence in the caller's language that names the remedy."""
    _, (first, _) = await two(api)
    french = Api(api.client, api.token, "fr")
    payload = await french.do("addressDelete", {"id": first}, "deletedId")
    assert payload["deletedId"] is None
    assert payload["userErrors"][0]["message"] == (
        "C'est l'adresse de facturation par défaut. "
        "Choisissez d'abord une autre adresse par défaut."
    )


async def test_f39_a_former_default_can_be_deleted(api: Api) -> None:
    """Once another default is chosen, the former address can go."""
    client, (first, second) = await two(api)
    await api.done("addressMakeDefaultForBilling", {"id": second})
    payload = await api.done("addressDelete", {"id": first}, "deletedId")
    assert payload["deletedId"] == first
    found = await shown(api, client, "addresses { id } billingAddress { id }")
    assert found == {"addresses": [{"id": second}], "billingAddress": {"id": second}}

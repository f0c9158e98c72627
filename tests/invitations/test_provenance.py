"""What clients wrote themselves is told, until somebody changes it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.contract.answers import shown
from tests.invitations.inviting import invited

from clientgraph.testing import Api

pytestmark = pytest.mark.anyio


async def paths(api: Api, client_id: str) -> list[str]:
    """The values that a client wrote itself, as paths."""
    found = await shown(api, client_id, "provenance { path source at }")
    for each in found["provenance"]:
        assert each["source"] == "CLIENT"
        assert datetime.fromisoformat(each["at"]) <= datetime.now(UTC)
    return [".".join(each["path"]) for each in found["provenance"]]


async def test_each_value_that_the_client_wrote_is_told(api: Api) -> None:
    """Fields, people, addresses and numbers; what stayed as it was is the workspace's."""
    client = await api.new_client(
        "Ganymède",
        "contacts { nodes { id } }",
        tradingName="Same",
        contacts=[{"lastName": "Peeters"}],
        identifiers=[{"kind": "FR_SIREN", "value": "732829320"}],
    )
    assert await paths(api, client["id"]) == []
    contact = client["contacts"]["nodes"][0]["id"]
    guest = await invited(api, client["id"])
    await guest.done(
        "clientComplete",
        {
            "tradingName": "Same",
            "phone": "01 42 68 53 00",
            "website": None,
            "identifiers": [{"kind": "FR_SIRET", "value": "73282932000074"}],
            "contacts": [{"contactId": contact, "lastName": "Peeters", "firstName": "Zoé"}],
            "addresses": [{"postalCode": "69001", "city": "Lyon"}],
        },
    )
    (address,) = (await shown(api, client["id"], "addresses { id }"))["addresses"]
    assert await paths(api, client["id"]) == [
        f"addresses.{address['id']}.city",
        f"addresses.{address['id']}.postalCode",
        f"contacts.{contact}.firstName",
        "identifiers.FR_SIRET",
        "phone",
    ]


async def test_a_change_by_a_member_ends_it(api: Api) -> None:
    """By whatever way the value is changed; another value of the client's begins anew."""
    client = await api.new_client()
    guest = await invited(api, client["id"])
    await guest.done("clientComplete", {"tradingName": "Gany", "contacts": [{"lastName": "Max"}]})
    contact = (await shown(api, client["id"], "mainContact { id }"))["mainContact"]["id"]
    assert await paths(api, client["id"]) == [f"contacts.{contact}.lastName", "tradingName"]
    await api.done("clientUpdate", {"id": client["id"], "tradingName": "Other"})
    assert await paths(api, client["id"]) == [f"contacts.{contact}.lastName"]
    await api.done("contactDelete", {"id": contact})
    assert await paths(api, client["id"]) == []
    await guest.done("clientComplete", {"tradingName": "Third"})
    assert await paths(api, client["id"]) == ["tradingName"]

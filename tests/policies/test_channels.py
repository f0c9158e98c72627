"""Each way by which a record comes in has its own rules."""

from __future__ import annotations

from typing import Any

import pytest

from clientgraph.testing import Api
from tests.contract.answers import mistakes
from tests.policies.asking import choose, rule, starred

pytestmark = pytest.mark.anyio

REQUIRED = [("phone", "REQUIRED")]


async def test_a_form_has_the_rules_of_forms(api: Api) -> None:
    """Creation, change and activation each say by which way they come; API is the default."""
    await rule(api, "phone", channels=["FORM"])
    assert await mistakes(api, "clientCreate", {"name": "Io", "channel": "FORM"}) == REQUIRED
    made = await api.new_client("Io", phone="01 42 68 53 00")
    cleared: dict[str, Any] = {"id": made["id"], "phone": None}
    assert await mistakes(api, "clientUpdate", {**cleared, "channel": "FORM"}) == REQUIRED
    await api.done("clientUpdate", cleared)
    await api.done("clientDeactivate", {"id": made["id"]})
    again = {"id": made["id"]}
    assert await mistakes(api, "clientActivate", {**again, "channel": "FORM"}) == REQUIRED
    await api.done("clientActivate", {**again, "channel": None})


async def test_contacts_come_by_a_channel(api: Api) -> None:
    """So do those that are added to a client or changed."""
    await rule(api, "contacts.position", channels=["FORM"])
    made = await api.new_client("Io")
    given = {"clientId": made["id"], "lastName": "Curie"}
    missing = [("position", "REQUIRED")]
    assert await mistakes(api, "contactCreate", {**given, "channel": "FORM"}) == missing
    person = (await api.done("contactCreate", given, "contact { id }"))["contact"]
    cleared = {"id": person["id"], "position": None}
    assert await mistakes(api, "contactUpdate", {**cleared, "channel": "FORM"}) == missing
    await api.done("contactUpdate", cleared)


async def test_addresses_come_by_a_channel(api: Api) -> None:
    """So do addresses."""
    await rule(api, "mainAddress.box", channels=["FORM"])
    made = await api.new_client("Io")
    given = {"clientId": made["id"], "line1": "1 rue A"}
    missing = [("box", "REQUIRED")]
    assert await mistakes(api, "addressCreate", {**given, "channel": "FORM"}) == missing
    place = (await api.done("addressCreate", given, "address { id }"))["address"]
    cleared = {"id": place["id"], "box": None}
    assert await mistakes(api, "addressUpdate", {**cleared, "channel": "FORM"}) == missing
    await api.done("addressUpdate", cleared)


async def test_a_form_within_a_document_is_a_form(api: Api) -> None:
    """INLINE requires what FORM requires, in answers and in checks."""
    await choose(api, requirements="banqup")
    await rule(api, "phone", channels=["FORM"])
    await rule(api, "iban", channels=["IMPORT"])
    assert await starred(api, channel="INLINE") == await starred(api, channel="FORM")
    given = {"name": "Io", "contacts": [{"lastName": "Curie"}]}
    by = {
        channel: await mistakes(api, "clientCreate", {**given, "channel": channel})
        for channel in ("FORM", "INLINE", "IMPORT", "API")
    }
    assert by["INLINE"] == by["FORM"]
    assert ("phone", "REQUIRED") in by["FORM"]
    assert ("iban", "REQUIRED") in by["IMPORT"]
    assert ("country", "REQUIRED") in by["IMPORT"]
    assert not {("phone", "REQUIRED"), ("iban", "REQUIRED")} & set(by["API"])

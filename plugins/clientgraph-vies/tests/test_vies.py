"""VAT numbers are verified by VIES, and what it cannot say is never said."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from clientgraph.testing import Api, Reply

pytestmark = pytest.mark.anyio

POLISH = {"kind": "PL_VAT", "value": "PL7740001454"}
FIELDS = "status code evidence attempts nextTryAt attribution verifier { key }"
DATE = "2026-11-20T09:15:00.000Z"
NOT_NOW = {
    300: "SERVICE_UNAVAILABLE",
    301: "MS_UNAVAILABLE",
    302: "TIMEOUT",
    400: "VAT_BLOCKED",
    401: "IP_BLOCKED",
    500: "GLOBAL_MAX_CONCURRENT_REQ",
    501: "GLOBAL_MAX_CONCURRENT_REQ_TIME",
    600: "MS_MAX_CONCURRENT_REQ",
    601: "MS_MAX_CONCURRENT_REQ_TIME",
}


async def verified(api: Api, **identifier: str) -> Any:
    """What is known of a new client's number once VIES was asked."""
    client = await api.new_client(identifiers=[identifier or POLISH], country="PL")
    given = {"clientId": client["id"], "verifier": "VIES"}
    await api.done("verificationStart", given, "verifications { id }")
    return await asked(api, client["id"])


async def asked(api: Api, client_id: str) -> Any:
    """What is known of a client's number, as soon as VIES was asked."""
    chosen = f"verifications {{ nodes {{ {FIELDS} }} }}"
    text = f"query($id: ID!) {{ client(by: {{id: $id}}) {{ {chosen} }} }}"
    async with asyncio.timeout(20):
        while True:
            found = (await api(text, {"id": client_id}))["client"]["verifications"]["nodes"]
            if all(each["attempts"] for each in found):
                return found[0]
            await asyncio.sleep(0.1)


def questions(vies: Any) -> list[Any]:
    """What VIES was asked; questions of earlier tests, which had no answer, may be among them."""
    return [each.json() for each in vies.server.asked]


@pytest.mark.parametrize("shape", ["wrapped", "flat"])
async def test_a_valid_number(asking: Api, vies: Any, shape: str) -> None:
    """Name and address are kept as evidence, with the date of the answer."""
    vies.commission.shape = shape
    found = await verified(asking)
    assert (found["status"], found["code"]) == ("VALID", "VALID")
    assert found["evidence"] == {
        "countryCode": "PL",
        "vatNumber": "7740001454",
        "requestDate": DATE,
        "name": "ORLEN SPÓŁKA AKCYJNA",
        "address": "CHEMIKÓW 7\n09-411 PŁOCK",
    }
    assert (found["verifier"]["key"], found["attribution"]) == ("VIES", "European Commission, VIES")
    assert {"countryCode": "PL", "vatNumber": "7740001454"} in questions(vies)


@pytest.mark.parametrize("shape", ["wrapped", "flat"])
async def test_an_invalid_number(asking: Api, vies: Any, shape: str) -> None:
    """INVALID is what VIES says of the number, and masks are no evidence."""
    vies.commission.case, vies.commission.shape = 200, shape
    found = await verified(asking)
    assert (found["status"], found["code"]) == ("INVALID", "INVALID")
    assert found["evidence"] == {
        "countryCode": "PL",
        "vatNumber": "7740001454",
        "requestDate": DATE,
    }


@pytest.mark.parametrize("shape", ["wrapped", "flat"])
@pytest.mark.parametrize("case", NOT_NOW)
async def test_no_answer_is_pending(asking: Api, vies: Any, shape: str, case: int) -> None:
    """Each word for "not now" leaves the number unjudged; a block rests for a day."""
    vies.commission.case, vies.commission.shape = case, shape
    found = await verified(asking)
    assert (found["status"], found["code"]) == ("PENDING", NOT_NOW[case])
    next_try = datetime.fromisoformat(found["nextTryAt"])
    pause = (next_try - datetime.now(UTC)).total_seconds()
    expected = 86_400 if "BLOCKED" in NOT_NOW[case] else 30
    assert expected - 25 < pause <= expected


@pytest.mark.parametrize("status", [200, 400])
async def test_failures_with_any_status(asking: Api, vies: Any, status: int) -> None:
    """The word counts, not the status."""
    vies.commission.case, vies.commission.status = 301, status
    found = await verified(asking)
    assert (found["status"], found["code"]) == ("PENDING", "MS_UNAVAILABLE")


@pytest.mark.parametrize("shape", ["wrapped", "flat"])
async def test_what_vies_cannot_read(asking: Api, vies: Any, shape: str) -> None:
    """Asking again would not help."""
    vies.commission.case, vies.commission.shape = 201, shape
    found = await verified(asking)
    assert (found["status"], found["code"], found["nextTryAt"]) == (
        "UNKNOWN",
        "INVALID_INPUT",
        None,
    )


@pytest.mark.parametrize(
    "body",
    [
        [],
        "x",
        {},
        {"valid": "yes"},
        {"errorWrappers": [1]},
        {"errorWrappers": [1], "valid": False},
        {"errorWrappers": [{"error": "INVALID"}]},
        {"isValid": False},
        {"isValid": False, "userError": None},
        {"isValid": True, "userError": "INVALID"},
        {"isValid": False, "userError": "VALID"},
        {"valid": False, "vatNumber": "1234567890"},
        {"valid": True, "countryCode": "PT"},
        Reply(status=500, body={"valid": False}),
        Reply(status=404, body={"valid": False}),
    ],
)
async def test_odd_answers_are_pending(asking: Api, vies: Any, body: Any) -> None:
    """What cannot be read is no verdict."""
    vies.server.routes["/check-vat-number"] = lambda _: body
    found = await verified(asking)
    assert found["status"] == "PENDING"


@pytest.mark.parametrize(
    ("kind", "value", "asked_for"),
    [
        ("GR_VAT", "EL065099393", ("EL", "065099393")),
        ("XI_VAT", "XI941840283", ("XI", "941840283")),
        ("MC_VAT", "FR53000090353", ("FR", "53000090353")),
        ("FR_VAT", "FR44732829320", ("FR", "44732829320")),
        ("RO_VAT", "RO18027998", ("RO", "18027998")),
    ],
)
async def test_prefixes(
    asking: Api, vies: Any, kind: str, value: str, asked_for: tuple[str, str]
) -> None:
    """Greece is EL, Northern Ireland XI, Monaco France."""
    await verified(asking, kind=kind, value=value)
    found = {(each["countryCode"], each["vatNumber"]) for each in questions(vies)}
    assert asked_for in found


async def test_great_britain_is_not_asked_for(asking: Api, vies: Any) -> None:
    """Its numbers left with it."""
    british = [{"kind": "GB_VAT", "value": "GB980780684"}]
    client = await asking.new_client(identifiers=british)
    payload = await asking.do("verificationStart", {"clientId": client["id"]})
    assert [each["code"] for each in payload["userErrors"]] == ["NOTHING_TO_VERIFY"]
    assert "GB" not in {each["countryCode"] for each in questions(vies)}


async def test_who_asks_is_given_proof(asking: Api, vies: Any) -> None:
    """A workspace that says who it is gets a consultation number with each answer."""
    own = {"name": "vies", "settings": {"requester_vat_number": "FR44732829320"}}
    await asking.done("pluginConfigure", own)
    found = await verified(asking)
    assert (found["status"], found["evidence"]["requestIdentifier"]) == ("VALID", "WAPIAAAAZ1")
    assert {
        "countryCode": "PL",
        "vatNumber": "7740001454",
        "requesterMemberStateCode": "FR",
        "requesterNumber": "44732829320",
    } in questions(vies)


async def test_a_requester_that_is_refused(asking: Api, vies: Any) -> None:
    """The number is verified all the same, and the evidence says why there is no proof."""
    own = {"name": "vies", "settings": {"requester_vat_number": "FR44732829320"}}
    await asking.done("pluginConfigure", own)
    vies.commission.case = 202
    found = await verified(asking)
    assert (found["status"], found["evidence"]["requesterRefused"]) == ("VALID", True)
    assert "requestIdentifier" not in found["evidence"]


async def test_a_requester_needs_the_form_of_one(asking: Api) -> None:
    """What cannot be a VAT number is refused when it is set."""
    own = {"name": "vies", "settings": {"requester_vat_number": "73282932"}}
    payload = await asking.do("pluginConfigure", own)
    assert payload["userErrors"][0]["path"][:2] == ["input", "settings"]


async def test_a_workspace_can_do_without(asking: Api) -> None:
    """Switched off, the plugin is not asked there."""
    await asking.done("pluginConfigure", {"name": "vies", "isActive": False})
    client = await asking.new_client(identifiers=[POLISH])
    payload = await asking.do("verificationStart", {"clientId": client["id"]})
    assert [each["code"] for each in payload["userErrors"]] == ["NOTHING_TO_VERIFY"]


COMPANY = """query($kind: String!, $value: String!) { company(kind: $kind, value: $value) {
    status draft { name country addresses { line1 line2 postalCode city }
    identifiers { kind value } } source { registry attribution } } }"""


async def company(api: Api, kind: str, value: str) -> Any:
    """A company by its number."""
    return (await api(COMPANY, {"kind": kind, "value": value}))["company"]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("CHEMIKÓW 7\n09-411 PŁOCK", ("CHEMIKÓW 7", None, "09-411", "PŁOCK")),
        ("VIA ROMA 1 \n00144 ROMA RM\n", ("VIA ROMA 1", None, "00144", "ROMA RM")),
        ("2, RUE X\nBAT A\nL-1930 LUXEMBOURG", ("2, RUE X", "BAT A", "1930", "LUXEMBOURG")),
        ("SOMEWHERE IN PARIS", ("SOMEWHERE IN PARIS", None, None, None)),
    ],
)
async def test_a_company_by_its_number(
    asking: Api, vies: Any, address: str, expected: tuple[Any, ...]
) -> None:
    """Name and address for a new client, as far as they can be told apart."""
    vies.commission.address = address
    found = await company(asking, "PT_VAT", "PT576615366")
    assert found["status"] == "FOUND"
    assert found["draft"]["name"] == "ORLEN SPÓŁKA AKCYJNA"
    assert found["draft"]["country"] == "PT"
    (place,) = found["draft"]["addresses"]
    assert (place["line1"], place["line2"]) == expected[:2]
    assert place["city"] == expected[3]
    assert {"kind": "PT_VAT", "value": "PT576615366"} in found["draft"]["identifiers"]
    assert found["source"]["registry"] == "EU_VIES"


@pytest.mark.parametrize(
    ("case", "name", "status"),
    [
        (200, "", "NOT_FOUND"),
        (201, "", "NOT_FOUND"),
        (100, "---", "PROTECTED"),
        (100, None, "UNAVAILABLE"),
        (100, 7.5, "UNAVAILABLE"),
        (301, "", "UNAVAILABLE"),
        (400, "", "UNAVAILABLE"),
    ],
)
async def test_five_truths(asking: Api, vies: Any, case: int, name: Any, status: str) -> None:
    """Not valid, not told, and not available are kept apart."""
    vies.commission.case, vies.commission.name = case, name
    found = await company(asking, "DE_VAT", "DE168812780")
    assert (found["status"], found["draft"]) == (status, None)

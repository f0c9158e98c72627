"""Rows D20 to D24 of the contract: what contact details are used for, and with whose consent."""

from __future__ import annotations

import pytest

from clientgraph.testing import Api, Workspace
from tests.contract.answers import shown
from tests.events.people import person

pytestmark = pytest.mark.anyio

PEOPLE = [
    {"firstName": "Max", "lastName": "Roux", "email": "max@roux.fr", "isInvoiceRecipient": True},
    {"firstName": "Zoé", "lastName": "Blanc", "email": "zoe@blanc.fr", "mobile": "0612345678"},
]
PROOF = {
    "source": "FORM",
    "givenAt": "2026-01-31T09:30:00Z",
    "wording": "I would like to hear of offers.\nI can withdraw at any time.",
    "evidence": "Form 4711",
}


async def test_d20_the_email_for_invoices_is_known_without_any_consent(api: Api) -> None:
    """One query gives where invoices go, apart from what the person agreed to besides."""
    chosen = "invoiceContact { id }"
    client = await api.new_client("Ganymède", chosen, contacts=PEOPLE)
    await api.done(
        "consentGive",
        {
            "clientId": client["id"],
            "contactId": client["invoiceContact"]["id"],
            "purpose": "PRODUCT_UPDATES",
            "channels": ["EMAIL"],
            "source": "FORM",
        },
    )
    assert await shown(
        api,
        client["id"],
        """invoiceContact { email
            marketing: mayContact(purpose: MARKETING, channel: EMAIL)
            updates: mayContact(purpose: PRODUCT_UPDATES, channel: EMAIL) }""",
    ) == {"invoiceContact": {"email": "max@roux.fr", "marketing": False, "updates": True}}


async def test_d21_promotions_go_to_those_who_agreed_and_no_others(api: Api) -> None:
    """A mailing list is one query; who withdraws is on it no more."""
    client = await api.new_client("Ganymède", "contacts { nodes { id } }", contacts=PEOPLE)
    zoe = {"clientId": client["id"], "contactId": client["contacts"]["nodes"][1]["id"]}
    mailing = """{ contacts(filter: {consent: {purpose: MARKETING, channel: EMAIL}}) {
        nodes { email } } }"""
    assert (await api(mailing))["contacts"]["nodes"] == []
    agreed = {"purpose": "MARKETING", "channels": ["EMAIL"]}
    await api.done("consentGive", {**zoe, **agreed, "source": "FORM"})
    assert (await api(mailing))["contacts"]["nodes"] == [{"email": "zoe@blanc.fr"}]
    await api.done("consentWithdraw", {**zoe, **agreed})
    assert (await api(mailing))["contacts"]["nodes"] == []


async def test_d22_the_phone_has_a_consent_of_its_own(api: Api) -> None:
    """Calls about invoices, deliveries and incidents: a purpose and a channel, not e-mail too."""
    client = await api.new_client("Ganymède", "contacts { nodes { id } }", contacts=PEOPLE)
    contact = client["contacts"]["nodes"][1]["id"]
    given = {"clientId": client["id"], "contactId": contact, "purpose": "SERVICE"}
    await api.done("consentGive", {**given, "channels": ["PHONE"], "source": "PHONE"})
    found = await api(
        """query($id: ID!) { node(id: $id) { ... on Contact { mobile
            phone: mayContact(purpose: SERVICE, channel: PHONE)
            email: mayContact(purpose: SERVICE, channel: EMAIL)
            promotion: mayContact(purpose: MARKETING, channel: PHONE) } } }""",
        {"id": contact},
    )
    assert found["node"] == {
        "mobile": "+33612345678",
        "phone": True,
        "email": False,
        "promotion": False,
    }


async def test_d23_the_proof_of_an_explicit_consent_is_kept(workspace: Workspace) -> None:
    """What was agreed to, when, how, and who wrote it down, withdrawn or not."""
    ada = await person(workspace, "Ada")
    client = await ada.api.new_client("Marie Curie", kind="INDIVIDUAL")
    of_client = {"clientId": client["id"], "purpose": "MARKETING"}
    given = {**of_client, "channels": ["EMAIL", "PHONE"], **PROOF}
    await ada.api.done("consentGive", given)
    when = "2026-02-28T10:00:00Z"
    await ada.api.done("consentWithdraw", {**of_client, "channels": ["PHONE"], "withdrawnAt": when})
    found = await shown(
        ada.api,
        client["id"],
        """consents { nodes { purpose channel status isInForce givenAt withdrawnAt source wording
            evidence recordedBy { name } withdrawnBy { name } contact { id } client { name } } }""",
    )
    both = {
        **PROOF,
        "purpose": "MARKETING",
        "recordedBy": {"name": "Ada"},
        "contact": None,
        "client": {"name": "Marie Curie"},
    }
    standing = {"status": "GIVEN", "isInForce": True, "withdrawnAt": None, "withdrawnBy": None}
    ended = {"status": "WITHDRAWN", "isInForce": False, "withdrawnAt": when}
    assert {each["channel"]: each for each in found["consents"]["nodes"]} == {
        "EMAIL": {**both, **standing, "channel": "EMAIL"},
        "PHONE": {**both, **ended, "channel": "PHONE", "withdrawnBy": {"name": "Ada"}},
    }


async def test_d24_a_consent_holds_for_its_purpose_alone(api: Api) -> None:
    """Whoever agreed to one purpose has agreed to no other."""
    client = (await api.new_client("Marie Curie", kind="INDIVIDUAL"))["id"]
    for purpose in ("SERVICE", "MARKETING", "PRODUCT_UPDATES"):
        given = {"clientId": client, "purpose": purpose, "channels": ["EMAIL"]}
        await api.done("consentGive", {**given, "source": "FORM"})
        asked = " ".join(
            f"{each}: mayContact(purpose: {each}, channel: EMAIL)"
            for each in ("SERVICE", "MARKETING", "PRODUCT_UPDATES")
        )
        agreed = await shown(api, client, asked)
        assert [name for name, may in agreed.items() if may] == [purpose]
        listed = f"(filter: {{consent: {{purpose: {purpose}}}}})"
        found = await api(f"{{ clients{listed} {{ nodes {{ id }} }} }}")
        assert found["clients"]["nodes"] == [{"id": client}]
        await api.done("consentWithdraw", given)

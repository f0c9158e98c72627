"""Invited clients see and write their own file, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.contract.answers import shown
from tests.invitations.inviting import Guest, invited

from clientgraph.testing import Api, Workspace, Workspaces

pytestmark = pytest.mark.anyio

PERSON = {"firstName": "Zoé", "lastName": "Peeters", "email": "zoe@example.org"}
HIDDEN: dict[str, Any] = {
    "accountingCode": "411-SECRET",
    "externalReference": "EXT-SECRET",
    "contacts": [PERSON],
    "addresses": [{"line1": "10 rue de la Paix", "city": "Paris"}],
    "identifiers": [{"kind": "FR_SIREN", "value": "732829320"}],
}


async def test_a_guest_sees_the_own_file(api: Api) -> None:
    """The firm, what it says, what it asks for, and the client as it stands."""
    client = await api.new_client(**HIDDEN)
    guest = await invited(api, client["id"], message="Welcome", mandateWording="I mandate you.")
    found = await guest.file()
    assert found["client"]["contacts"][0].pop("id").startswith("contact_")
    assert found["client"]["addresses"][0].pop("id").startswith("address_")
    assert found == {
        "email": "zoe@example.org",
        "message": "Welcome",
        "mandateWording": "I mandate you.",
        "status": "INVITED",
        "answeredAt": None,
        "organisation": {"name": "Firm", "country": "FR"},
        "client": {
            "version": 1,
            "name": "Ganymède",
            "status": "ACTIVE",
            "tradingName": None,
            "email": None,
            "phone": None,
            "country": "FR",
            "identifiers": [
                {"value": "732829320", "formatted": "732 829 320", "kind": {"key": "FR_SIREN"}},
                {
                    "value": "FR44732829320",
                    "formatted": "FR 44 732 829 320",
                    "kind": {"key": "FR_VAT"},
                },
            ],
            "contacts": [{**PERSON, "isMain": True}],
            "addresses": [
                {"kind": "MAIN", "line1": "10 rue de la Paix", "city": "Paris", "country": "FR"}
            ],
            "mandate": None,
            "requiredFields": [{"path": ["name"], "label": None}],
        },
    }


async def test_the_schema_of_guests_names_nothing_of_the_firms(api: Api) -> None:
    """It can be introspected, and has no field for what is the firm's alone."""
    guest = await invited(api, (await api.new_client())["id"])
    found = await guest("{ __schema { types { name fields { name } } } }")
    types = {
        each["name"]: {field["name"] for field in each["fields"] or ()}
        for each in found["__schema"]["types"]
    }
    assert types["Query"] == {"invitation"}
    assert types["Mutation"] == {
        "invitationOpen",
        "invitationAccept",
        "invitationDecline",
        "clientComplete",
    }
    assert {"Client", "Event", "Category", "Member", "Contact"} & types.keys() == set()
    assert types["InvitingFirm"] == {"name", "country"}
    hidden = {"accountingCode", "categories", "events", "externalReference", "reference"}
    assert hidden & (types["OwnClient"] | types["OwnContact"]) == set()


async def test_neither_token_is_known_where_the_other_is_good(api: Api) -> None:
    """The token of an invitation opens no file of the firm, and a member's no invitation."""
    guest = await invited(api, (await api.new_client())["id"])
    stranger = Api(api.client, guest.token)
    assert await stranger.codes("{ viewer { role } }") == ["UNAUTHENTICATED"]
    member = await Guest(api.client, api.token).answer("{ invitation { status } }")
    assert member.status_code == 401
    for wrong in ("cgs_", guest.token[:-1], guest.token + "0", "cgs_" + "0" * 49):
        refused = await Guest(api.client, wrong).answer("{ invitation { status } }")
        assert refused.status_code == 401, wrong
    in_url = await api.client.get(f"/invitation?token={guest.token}&query={{invitation{{status}}}}")
    assert in_url.status_code == 405


async def test_a_guest_completes_the_file(api: Api) -> None:
    """Fields, people, addresses and numbers in one go; what is not named stays."""
    client = await api.new_client(**HIDDEN)
    guest = await invited(api, client["id"])
    contact = (await guest.file())["client"]["contacts"][0]["id"]
    given = {
        "expectedVersion": 1,
        "tradingName": "Gany",
        "phone": "01 42 68 53 00",
        "identifiers": [{"kind": "FR_SIRET", "value": "732 829 320 00074"}],
        "contacts": [
            {"contactId": contact, "lastName": "Janssens"},
            {"firstName": "Max", "email": "max@example.org"},
        ],
        "addresses": [{"kind": "BILLING", "line1": "PO box 7", "city": "Lyon"}],
    }
    done = (await guest.done("clientComplete", given, "client { version }"))["invitation"]
    assert done == {"client": {"version": 2}}
    found = (await guest.file())["client"]
    assert (found["tradingName"], found["phone"]) == ("Gany", "+33142685300")
    assert {each["kind"]["key"]: each["value"] for each in found["identifiers"]} == {
        "FR_SIRET": "73282932000074",
        "FR_SIREN": "732829320",
        "FR_VAT": "FR44732829320",
    }
    people = [(each["firstName"], each["lastName"], each["email"]) for each in found["contacts"]]
    assert people == [
        ("Zoé", "Janssens", "zoe@example.org"),
        ("Max", None, "max@example.org"),
    ]
    assert [each["city"] for each in found["addresses"]] == ["Paris", "Lyon"]
    kept = await shown(api, client["id"], "accountingCode externalReference")
    assert kept == {"accountingCode": "411-SECRET", "externalReference": "EXT-SECRET"}


async def test_every_mistake_is_told_and_nothing_written(api: Api) -> None:
    """Mistakes of all parts at once; those about others without a word of who they are."""
    secret = await api.new_client(
        "Secret Rival",
        contacts=[{"lastName": "Rival", "email": "rival@example.org"}],
        identifiers=[{"kind": "FR_SIRET", "value": "73282932000074"}],
    )
    client = await api.new_client()
    guest = await invited(api, client["id"])
    given: dict[str, Any] = {
        "tradingName": "Gany",
        "website": "no address",
        "identifiers": [{"kind": "FR_SIRET", "value": "73282932000074"}],
        "contacts": [
            {"firstName": "Max", "email": "rival@example.org"},
            {"email": "nobody"},
        ],
        "addresses": [{"line1": "10 rue", "country": "XX"}],
    }
    payload = await guest.do("clientComplete", given)
    found = {".".join(each["path"][1:]): each["code"] for each in payload["userErrors"]}
    assert found == {
        "website": "INVALID_URL",
        "identifiers.0.value": "TAKEN_BY_OTHER",
        "contacts.0.email": "TAKEN_BY_OTHER",
        "contacts.1.email": "INVALID_EMAIL",
        "addresses.0.country": "INVALID_COUNTRY",
    }
    text = str(payload)
    assert "Rival" not in text
    assert secret["id"] not in text
    assert (await guest.file())["client"]["tradingName"] is None
    stale = {"expectedVersion": 7, "tradingName": "Gany"}
    assert await guest.mistakes("clientComplete", stale) == [
        ("expectedVersion", "VERSION_CONFLICT")
    ]
    tried = {"tradingName": "Gany", "validateOnly": True}
    await guest.done("clientComplete", tried)
    assert (await guest.file())["client"]["tradingName"] is None


async def test_a_part_of_another_client_is_like_none(api: Api) -> None:
    """Neither people nor addresses of others can be changed or told from unknown ones."""
    other = await api.new_client(
        "Io",
        "contacts { nodes { id } } addresses { id }",
        contacts=[{"lastName": "Max"}],
        addresses=[{"city": "Lyon"}],
    )
    guest = await invited(api, (await api.new_client())["id"])
    given = {
        "contacts": [{"contactId": other["contacts"]["nodes"][0]["id"], "lastName": "Mine"}],
        "addresses": [{"addressId": other["addresses"][0]["id"], "city": "Mine"}],
    }
    assert await guest.mistakes("clientComplete", given) == [
        ("contacts.0.contactId", "NOT_FOUND"),
        ("addresses.0.addressId", "NOT_FOUND"),
    ]
    found = await shown(api, other["id"], "contacts { nodes { lastName } } addresses { city }")
    assert found == {"contacts": {"nodes": [{"lastName": "Max"}]}, "addresses": [{"city": "Lyon"}]}


async def test_accepting_gives_the_mandate_that_was_asked_for(api: Api) -> None:
    """In the words of the invitation, signed today by the one who accepts, by self-service."""
    client = await api.new_client()
    guest = await invited(api, client["id"], mandateWording="I mandate you.")
    assert await guest.mistakes("invitationAccept", {"mandate": {"signatoryName": " "}}) == [
        ("mandate.signatoryName", "REQUIRED")
    ]
    given = {"mandate": {"signatoryName": "Zoé Peeters", "signatoryPosition": "Manager"}}
    done = await guest.done("invitationAccept", given, "status client { mandate { wording } }")
    assert done["invitation"] == {
        "status": "ACCEPTED",
        "client": {"mandate": {"wording": "I mandate you."}},
    }
    asked = "mandate { origin evidence wording signatoryName signatoryPosition signedOn status }"
    assert (await shown(api, client["id"], asked))["mandate"] == {
        "origin": "SELF_SERVICE",
        "evidence": "STATED",
        "wording": "I mandate you.",
        "signatoryName": "Zoé Peeters",
        "signatoryPosition": "Manager",
        "signedOn": datetime.now(UTC).date().isoformat(),
        "status": "IN_FORCE",
    }
    other = await invited(api, (await api.new_client("Io"))["id"])
    assert await other.mistakes("invitationAccept", given) == [("mandate", "MANDATE_NOT_ASKED")]


async def test_accepting_takes_a_draft_into_use(api: Api) -> None:
    """Where something required lacks it stays a draft, and what lacks is told."""
    await api.done("organisationUpdate", {"requirements": "fiche"})
    ready = await api.new_client("Io", isDraft=True, contacts=[PERSON])
    lacking = await api.new_client("Leda", isDraft=True)
    done = await (await invited(api, ready["id"])).done("invitationAccept", {}, "client { status }")
    assert (done["invitation"]["client"]["status"], done["warnings"]) == ("ACTIVE", [])
    guest = await invited(api, lacking["id"])
    done = await guest.done("invitationAccept", {}, "status client { status }")
    assert done["invitation"] == {"status": "ACCEPTED", "client": {"status": "DRAFT"}}
    told = [(".".join(each["path"][1:]), each["code"]) for each in done["warnings"]]
    assert told == [("client.contacts", "REQUIRED")]
    later = {"contacts": [{**PERSON, "email": "leda@example.org"}]}
    await guest.done("clientComplete", later)
    assert len((await guest.file())["client"]["contacts"]) == 1


async def test_an_invitation_is_answered_once(api: Api) -> None:
    """Accepted, it can still be used to complete the file; declined, it leads nowhere."""
    guest = await invited(api, (await api.new_client())["id"])
    await guest.done("invitationAccept", {})
    for again in ("invitationAccept", "invitationDecline"):
        assert await guest.mistakes(again, {}) == [("", "INVITATION_ANSWERED")]
    await guest.done("clientComplete", {"tradingName": "Gany"})
    client = await api.new_client("Io")
    guest = await invited(api, client["id"])
    done = await guest.done("invitationDecline", {"reason": "Not now"})
    assert done["invitation"] == {"status": "DECLINED"}
    assert (await guest.answer("{ invitation { status } }")).status_code == 401
    found = await shown(
        api, client["id"], "onboarding { status invitation { declineReason answeredAt } }"
    )
    assert found["onboarding"]["status"] == "DECLINED"
    assert found["onboarding"]["invitation"]["declineReason"] == "Not now"
    assert found["onboarding"]["invitation"]["answeredAt"] is not None


async def test_a_client_out_of_use_keeps_its_guests_out(api: Api) -> None:
    """Deactivated, the file is shut; in use again, it is open again."""
    client = await api.new_client()
    guest = await invited(api, client["id"])
    await api.done("clientDeactivate", {"id": client["id"]})
    shut = (await guest.answer("{ invitation { status } }")).json()
    assert [each["extensions"]["code"] for each in shut["errors"]] == ["UNAUTHENTICATED"]
    written = (
        await guest.answer(
            'mutation { clientComplete(input: {name: "X"}) { userErrors { code } } }'
        )
    ).json()
    assert [each["extensions"]["code"] for each in written["errors"]] == ["UNAUTHENTICATED"]
    await api.done("clientActivate", {"id": client["id"]})
    assert await guest.file("status") == {"status": "INVITED"}


async def test_a_guest_of_one_firm_is_nobody_in_another(
    workspaces: Workspaces, workspace: Workspace
) -> None:
    """Each link opens the file that it was made for, and an id of another firm is like none."""
    away = (await workspaces.make(name="Away")).api()
    foreign = await away.new_client(
        "Away Client", "contacts { nodes { id } }", contacts=[{"lastName": "Max"}]
    )
    there = await invited(away, foreign["id"])
    api = workspace.api()
    here = await invited(api, (await api.new_client("Home Client"))["id"])
    asked = "organisation { name } client { name }"
    assert await here.file(asked) == {
        "organisation": {"name": "Firm"},
        "client": {"name": "Home Client"},
    }
    assert (await there.file(asked))["client"] == {"name": "Away Client"}
    given = {"contacts": [{"contactId": foreign["contacts"]["nodes"][0]["id"], "lastName": "Mine"}]}
    assert await here.mistakes("clientComplete", given) == [("contacts.0.contactId", "NOT_FOUND")]


async def test_guests_have_limits_of_their_own(api: Api) -> None:
    """What is more than a form asks for is refused."""
    guest = await invited(api, (await api.new_client())["id"])
    many = " ".join(f"a{number}: invitation {{ status }}" for number in range(6))
    refused = (await guest.answer(f"{{ {many} }}")).json()
    assert [each["extensions"]["code"] for each in refused["errors"]] == ["COST_EXCEEDED"]
    codes = set()
    for _ in range(150):
        body = (await guest.answer("{ invitation { client { contacts { id } } } }")).json()
        codes |= {each["extensions"]["code"] for each in body.get("errors", ())}
    assert codes == {"RATE_LIMITED"}


async def test_a_guest_is_asked_for_what_holds_for_its_client(api: Api) -> None:
    """A client with policies of its own is marked by them."""
    made = await api.new_client(policies={"requirements": "fiche"}, isDraft=True)
    guest = await invited(api, made["id"])
    found = await guest.file("client { requiredFields { path } }")
    paths = [each["path"] for each in found["client"]["requiredFields"]]
    assert paths == [["name"], ["mainContact"], ["contacts", "email"]]

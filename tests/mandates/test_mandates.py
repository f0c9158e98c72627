"""Mandates are recorded, corrected while they stand, and revoked for good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.contract.answers import mistakes, shown
from tests.contract.answers import names as listed
from tests.events.people import person

from clientgraph import global_ids
from clientgraph.testing import Api, Workspace

pytestmark = pytest.mark.anyio

SHOWN = """id version scope evidence evidenceReference wording origin
    signatoryName signatoryPosition signatoryEmail signedOn
    validFrom validUntil status revokedOn revocationReason
    recordedBy { name } revokedBy { name }"""
OWN = f"mandate {{ {SHOWN} }}"


def day(distance: int) -> str:
    """A day, so many from today."""
    return (datetime.now(UTC).date() + timedelta(days=distance)).isoformat()


async def given(api: Api, client_id: str, **fields: Any) -> Any:
    """A new mandate of a client."""
    made = await api.done("mandateCreate", {"clientId": client_id, **fields}, OWN)
    return made["mandate"]


async def history(api: Api, client_id: str, arguments: str = "") -> list[Any]:
    """Wording and status of a client's mandates, as its record shows them."""
    found = await shown(api, client_id, f"mandates{arguments} {{ nodes {{ wording status }} }}")
    return [(each["wording"], each["status"]) for each in found["mandates"]["nodes"]]


async def test_a_mandate_says_who_signed_what_and_when(workspace: Workspace) -> None:
    """All that was given comes back, with the member who wrote it down."""
    api = (await person(workspace, "Ada")).api
    client = await api.new_client()
    made = await given(
        api,
        client["id"],
        scope="PEPPOL_RECEIVE",
        evidence="DOCUMENT",
        evidenceReference="Binder 7",
        wording="Version 3",
        signatoryName="Zoé Peeters",
        signatoryPosition="Manager",
        signatoryEmail="zoe@example.org",
        signedOn=day(-3),
        validUntil=day(30),
        channel="FORM",
    )
    assert made.pop("id").startswith("mandate_")
    assert made == {
        "version": 1,
        "scope": "PEPPOL_RECEIVE",
        "evidence": "DOCUMENT",
        "evidenceReference": "Binder 7",
        "wording": "Version 3",
        "origin": "FORM",
        "signatoryName": "Zoé Peeters",
        "signatoryPosition": "Manager",
        "signatoryEmail": "zoe@example.org",
        "signedOn": day(-3),
        "validFrom": day(-3),
        "validUntil": day(30),
        "status": "IN_FORCE",
        "revokedOn": None,
        "revocationReason": None,
        "recordedBy": {"name": "Ada"},
        "revokedBy": None,
    }


async def test_a_mandate_with_nothing_said_holds_from_today(api: Api) -> None:
    """It is one for all of e-invoicing that somebody states to have."""
    client = await api.new_client()
    made = await given(api, client["id"])
    assert {
        name: made[name] for name in ("scope", "evidence", "origin", "validFrom", "status")
    } == {
        "scope": "E_INVOICING",
        "evidence": "STATED",
        "origin": "API",
        "validFrom": day(0),
        "status": "IN_FORCE",
    }
    assert made["recordedBy"] is None


async def test_every_mistake_is_told_at_once(api: Api) -> None:
    """Days that do not fit, a document that is nowhere, an address that is none."""
    client = await api.new_client()
    wrong = {
        "clientId": client["id"],
        "evidence": "DOCUMENT",
        "signatoryEmail": "nobody",
        "signedOn": day(3),
        "validFrom": day(1),
        "validUntil": day(0),
    }
    assert sorted(await mistakes(api, "mandateCreate", wrong)) == [
        ("evidenceReference", "REQUIRED"),
        ("signatoryEmail", "INVALID_EMAIL"),
        ("signedOn", "IN_FUTURE"),
        ("validUntil", "ENDS_BEFORE_BEGIN"),
    ]
    nobody = {"clientId": global_ids.encode("Client", UUID(int=7))}
    assert await mistakes(api, "mandateCreate", nobody) == [("clientId", "NOT_FOUND")]
    assert await history(api, client["id"]) == []


async def test_a_mandate_is_upcoming_then_in_force_then_expired(api: Api) -> None:
    """Its days decide, the first and the last one included."""
    client = await api.new_client()
    for wording, first, last in (
        ("upcoming", day(2), None),
        ("today", day(0), day(0)),
        ("over", day(-9), day(-1)),
    ):
        await given(api, client["id"], wording=wording, validFrom=first, validUntil=last)
    assert await history(api, client["id"]) == [
        ("over", "EXPIRED"),
        ("today", "IN_FORCE"),
        ("upcoming", "UPCOMING"),
    ]
    assert await history(api, client["id"], "(inForce: true)") == [("today", "IN_FORCE")]
    assert await history(api, client["id"], "(inForce: false)") == [
        ("over", "EXPIRED"),
        ("upcoming", "UPCOMING"),
    ]


async def test_the_mandate_in_force_is_the_one_that_began_last(api: Api) -> None:
    """One of all e-invoicing covers every scope; one of a part covers that part alone."""
    client = await api.new_client()
    asked = """whole: mandate { wording } receive: mandate(scope: PEPPOL_RECEIVE) { wording }
        send: mandate(scope: PEPPOL_SEND) { wording } any: mandate(scope: null) { wording }"""
    none = dict.fromkeys(("whole", "receive", "send", "any"))
    assert await shown(api, client["id"], asked) == none
    await given(api, client["id"], wording="receive", scope="PEPPOL_RECEIVE", validFrom=day(-1))
    receive = {"wording": "receive"}
    assert await shown(api, client["id"], asked) == {**none, "receive": receive, "any": receive}
    await given(api, client["id"], wording="new", validFrom=day(0))
    await given(api, client["id"], wording="old", validFrom=day(-5))
    new = {"wording": "new"}
    assert await shown(api, client["id"], asked) == dict.fromkeys(none, new)


async def test_a_correction_changes_what_is_given(api: Api) -> None:
    """Absent fields stay, null clears, what must be there cannot be cleared."""
    client = await api.new_client()
    made = await given(api, client["id"], wording="V1", signatoryName="Zoé", signedOn=day(-2))
    change = {"id": made["id"], "expectedVersion": 1, "wording": None, "validUntil": day(9)}
    done = await api.done("mandateUpdate", change, OWN)
    assert done["mandate"] == {**made, "version": 2, "wording": None, "validUntil": day(9)}
    again = await api.done("mandateUpdate", {**change, "expectedVersion": 2}, OWN)
    assert again["mandate"]["version"] == 3
    stale = await api.do("mandateUpdate", change, OWN)
    assert [error["code"] for error in stale["userErrors"]] == ["VERSION_CONFLICT"]
    assert stale["mandate"] == again["mandate"]
    cleared = {"id": made["id"], "scope": None, "evidence": None, "validFrom": None}
    assert sorted(await mistakes(api, "mandateUpdate", cleared)) == [
        ("evidence", "REQUIRED"),
        ("scope", "REQUIRED"),
        ("validFrom", "REQUIRED"),
    ]
    ends = {"id": made["id"], "validUntil": day(-3)}
    assert await mistakes(api, "mandateUpdate", ends) == [("validUntil", "ENDS_BEFORE_BEGIN")]


async def test_a_revoked_mandate_stays_as_it_is(workspace: Workspace) -> None:
    """It ends at once, tells when, why and by whom, and is changed no more."""
    api = (await person(workspace, "Ada")).api
    client = await api.new_client()
    made = await given(api, client["id"], wording="V1")
    tried = {"id": made["id"], "reason": "Left", "validateOnly": True}
    assert (await api.done("mandateRevoke", tried, OWN))["mandate"]["status"] == "REVOKED"
    assert (await shown(api, client["id"], "mandate { status }"))["mandate"] == {
        "status": "IN_FORCE"
    }
    done = await api.done("mandateRevoke", {"id": made["id"], "reason": "Left"}, OWN)
    ended = {
        **made,
        "version": 2,
        "status": "REVOKED",
        "revokedOn": day(0),
        "revocationReason": "Left",
        "revokedBy": {"name": "Ada"},
    }
    assert done["mandate"] == ended
    assert await shown(api, client["id"], "mandate { id }") == {"mandate": None}
    for mutation in ("mandateUpdate", "mandateRevoke"):
        refused = await api.do(mutation, {"id": made["id"]}, OWN)
        assert [error["code"] for error in refused["userErrors"]] == ["MANDATE_REVOKED"]
        assert refused["mandate"] == ended
    late = await given(api, client["id"])
    tomorrow = {"id": late["id"], "revokedOn": day(2)}
    assert await mistakes(api, "mandateRevoke", tomorrow) == [("revokedOn", "IN_FUTURE")]


async def test_clients_are_filtered_by_mandate(api: Api) -> None:
    """One in force of any scope counts; one that is over or revoked does not."""
    ids = {name: (await api.new_client(name))["id"] for name in ("Io", "Europa", "Leda", "Thebe")}
    await given(api, ids["Io"], scope="PEPPOL_SEND")
    await given(api, ids["Europa"], validFrom=day(-5), validUntil=day(-1))
    gone = await given(api, ids["Leda"])
    await api.done("mandateRevoke", {"id": gone["id"]})
    assert await listed(api, "(filter: {hasMandate: true})") == ["Io"]
    assert await listed(api, "(filter: {hasMandate: false})") == ["Europa", "Leda", "Thebe"]


async def test_an_upsert_gives_a_mandate_once(api: Api) -> None:
    """A client that has one in force keeps it and is unchanged; others get one."""
    records: list[dict[str, Any]] = [
        {"name": "Io", "externalReference": "1", "mandate": {"wording": "V1"}},
        {"name": "Leda", "externalReference": "2"},
    ]
    call = {"matchBy": {"field": "EXTERNAL_REFERENCE"}, "channel": "IMPORT"}
    chosen = "results { action client { mandate { wording origin evidence } } }"

    async def sent() -> list[Any]:
        done = await api.done("clientsUpsert", {**call, "records": records}, chosen)
        return [(each["action"], each["client"]["mandate"]) for each in done["results"]]

    first = {"wording": "V1", "origin": "IMPORT", "evidence": "STATED"}
    assert await sent() == [("CREATED", first), ("CREATED", None)]
    records[0]["mandate"], records[1]["mandate"] = {"wording": "V2"}, {}
    second = {"wording": None, "origin": "IMPORT", "evidence": "STATED"}
    assert await sent() == [("UNCHANGED", first), ("UPDATED", second)]
    assert await sent() == [("UNCHANGED", first), ("UNCHANGED", second)]
    records[1]["mandate"] = {"signatoryEmail": "nobody"}
    wrong = {**call, "records": records}
    assert await mistakes(api, "clientsUpsert", wrong) == [
        ("records.1.mandate.signatoryEmail", "INVALID_EMAIL")
    ]


async def test_deleting_the_client_deletes_its_mandates(api: Api) -> None:
    """Nothing of them is left."""
    client = await api.new_client()
    made = await given(api, client["id"])
    await api.done("clientDelete", {"id": client["id"]})
    found = await api("query($id: ID!) { node(id: $id) { id } }", {"id": made["id"]})
    assert found == {"node": None}

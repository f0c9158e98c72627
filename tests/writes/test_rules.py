"""Rules of records that hold at their edges: sizes, places, levels, owners, empty changes."""

from __future__ import annotations

from typing import Any

import pytest

from clientgraph.testing import Api, Workspace
from tests.contract.answers import mistakes, shown

pytestmark = pytest.mark.anyio

LONGEST = {"contacts": 100, "addresses": 100, "identifiers": 50}
PART: dict[str, dict[str, Any]] = {
    "contacts": {"lastName": "Roux"},
    "addresses": {"city": "Paris", "kind": "OTHER"},
    "identifiers": {"kind": "FR_NONE", "value": "1"},
}


@pytest.mark.parametrize("name", list(LONGEST))
async def test_a_record_has_so_many_parts(api: Api, name: str) -> None:
    """One entry too many is told once, before any entry is looked at."""
    given = {"name": "Io", name: [PART[name]] * (LONGEST[name] + 1)}
    payload = await api.do("clientCreate", given)
    assert [
        (error["path"], error["code"], error["message"]) for error in payload["userErrors"]
    ] == [
        (
            ["input", name],
            "TOO_MANY",
            f"At most {LONGEST[name]} entries are possible in one call.",
        )
    ]
    if name != "identifiers":
        await api.done("clientCreate", {"name": "Io", name: [PART[name]] * LONGEST[name]})


async def test_a_change_has_so_many_identifiers(api: Api) -> None:
    """The same in an update."""
    made = await api.new_client()
    given = {"id": made["id"], "identifiers": [PART["identifiers"]] * 51}
    assert await mistakes(api, "clientUpdate", given) == [("identifiers", "TOO_MANY")]


async def test_two_hundred_mistakes_are_told(api: Api) -> None:
    """A record that is wrong everywhere is answered with its first mistakes."""
    person = {"email": "x", "phone": "x", "mobile": "x", "locale": "x", "civility": "x"}
    found = await mistakes(api, "clientCreate", {"name": "Io", "contacts": [person] * 100})
    assert len(found) == 200
    assert found[0] == ("contacts.0.civility", "UNKNOWN_CIVILITY")


async def test_an_address_says_where(api: Api) -> None:
    """One without street, code, city and region is refused, new or emptied."""
    for empty in ({}, {"label": "Warehouse", "country": "BE"}, {"city": " "}):
        found = await mistakes(api, "clientCreate", {"name": "Io", "addresses": [empty]})
        assert found == [("addresses.0.line1", "ADDRESS_WITHOUT_PLACE")]
    made = await api.new_client("Io", "addresses { id }", addresses=[{"city": "Paris"}])
    cleared = {"id": made["addresses"][0]["id"], "city": None}
    assert await mistakes(api, "addressUpdate", cleared) == [("line1", "ADDRESS_WITHOUT_PLACE")]


async def test_the_only_address_can_be_deleted(api: Api) -> None:
    """Nothing else could become the default for billing; not where the workspace needs it."""
    made = await api.new_client("Io", "addresses { id }", addresses=[{"city": "Paris"}])
    only = {"id": made["addresses"][0]["id"]}
    await api.done("addressDelete", only)
    assert await shown(api, made["id"], "addresses { id } billingAddress { id }") == {
        "addresses": [],
        "billingAddress": None,
    }
    paris = {"line1": "1 rue Haute", "postalCode": "75001", "city": "Paris"}
    kept = await api.new_client(
        "Io", "addresses { id }", country="DE", addresses=[{**paris, "country": "FR"}]
    )
    await api.done("organisationUpdate", {"requirements": "jump"})
    only = {"id": kept["addresses"][0]["id"]}
    assert await mistakes(api, "addressDelete", only) == [("id", "MAIN_ADDRESS")]


async def test_a_client_may_have_no_main_address(api: Api) -> None:
    """Where none is required, the main address can become another kind; billing keeps it."""
    made = await api.new_client("Io", "addresses { id }", addresses=[{"city": "Paris"}])
    only = {"id": made["addresses"][0]["id"]}
    await api.done("addressUpdate", {**only, "kind": "OTHER"})
    assert await shown(api, made["id"], "mainAddress { id } billingAddress { id }") == {
        "mainAddress": None,
        "billingAddress": only,
    }


async def test_what_is_below_counts_as_a_level(api: Api) -> None:
    """A company cannot be moved where those below it would stand too deep."""

    async def chain(levels: int) -> list[str]:
        made: list[str] = []
        for _ in range(levels):
            parent = {"parent": made[-1]} if made else {}
            made.append((await api.new_client("Io", **parent))["id"])
        return made

    upper, lower = await chain(19), await chain(2)
    moved = {"id": lower[0], "parent": upper[-1]}
    await api.done("clientUpdate", {**moved, "validateOnly": True})
    await api.new_client("Io", parent=lower[1])
    assert await mistakes(api, "clientUpdate", moved) == [("parent", "TOO_DEEP")]


@pytest.mark.parametrize("kind", ["client", "contact", "address"])
async def test_a_change_of_nothing_changes_nothing(api: Api, kind: str) -> None:
    """Without any field the version stays; a stale one is still told."""
    chosen = "contacts { nodes { id } } addresses { id }"
    made = await api.new_client(
        "Io", chosen, contacts=[{"lastName": "Roux"}], addresses=[{"city": "Paris"}]
    )
    ids = {
        "client": made["id"],
        "contact": made["contacts"]["nodes"][0]["id"],
        "address": made["addresses"][0]["id"],
    }
    payload = await api.done(f"{kind}Update", {"id": ids[kind]}, f"{kind} {{ version }}")
    assert payload[kind] == {"version": 1}
    stale = {"id": ids[kind], "expectedVersion": 2}
    assert await mistakes(api, f"{kind}Update", stale) == [("expectedVersion", "VERSION_CONFLICT")]


async def test_a_workspaces_payment_terms_are_named_as_given(api: Api) -> None:
    """The path is that of the input; a workspace always has terms."""
    found = await mistakes(api, "organisationUpdate", {"paymentTerms": {"days": 999}})
    assert found == [("paymentTerms.days", "OUT_OF_RANGE")]
    assert await mistakes(api, "organisationUpdate", {"paymentTerms": None}) == [
        ("paymentTerms", "REQUIRED")
    ]


async def test_a_members_email_is_unique_in_any_case(api: Api) -> None:
    """Nobody has the same address twice by writing it otherwise."""
    person = {"name": "Grace", "email": "grace@example.com", "role": "MEMBER"}
    await api.done("memberCreate", person)
    again = {**person, "email": "Grace@Example.com"}
    assert await mistakes(api, "memberCreate", again) == [("email", "TAKEN")]


@pytest.mark.parametrize(
    ("changed", "place"),
    [({"isActive": False}, "isActive"), ({"role": "ADMIN"}, "role")],
)
async def test_the_last_owner_is_told_where(api: Api, changed: dict[str, Any], place: str) -> None:
    """At the field that would take the last owner away."""
    owner = {"name": "Ada", "email": "ada@example.com", "role": "OWNER"}
    made = await api.done("memberCreate", owner, "member { id }")
    given = {"id": made["member"]["id"], **changed}
    assert await mistakes(api, "memberUpdate", given) == [(place, "LAST_OWNER")]


async def test_a_taken_identifier_names_its_client(workspace: Workspace) -> None:
    """People read name and reference; programs take the id."""
    siret = {"kind": "FR_SIRET", "value": "73282932000074"}
    api = workspace.api()
    made = await api.new_client("Ganymède", "reference", identifiers=[siret])
    payload = await api.do("clientCreate", {"name": "Io", "identifiers": [siret]})
    assert [(error["recordId"], error["message"]) for error in payload["userErrors"]] == [
        (
            made["id"],
            f"Another client (Ganymède, {made['reference']}) has this identifier. Open that "
            "client, or change or delete it first.",
        )
    ]

"""Policies of single clients: given by templates, changed afterwards, in force everywhere."""

from __future__ import annotations

from typing import Any

import pytest

from clientgraph.testing import Api, Workspace
from tests.templates.preparing import changed, mistakes, template

pytestmark = pytest.mark.anyio

POLICIES = "policies { requirements emailUniqueness deletionPolicy }"
NONE = {"requirements": None, "emailUniqueness": None, "deletionPolicy": None}


async def made(api: Api, name: str, selection: str = "", **fields: Any) -> Any:
    """A new client with its policies."""
    chosen = f"client {{ id version status {POLICIES} {selection} }}"
    return (await api.done("clientCreate", {"name": name, **fields}, chosen))["client"]


async def test_a_template_gives_policies_to_its_clients(api: Api) -> None:
    """To those that are made with it; a later change of the template is not theirs."""
    given = {
        "requirements": "fiche",
        "emailUniqueness": "WARN",
        "deletionPolicy": "DRAFTS_ONLY",
        "draftPolicy": "AUTOMATIC",
    }
    selection = "defaults { policies { requirements emailUniqueness deletionPolicy draftPolicy } }"
    kept = await template(api, selection=selection, defaults={"policies": given})
    assert kept["defaults"]["policies"] == given
    client = await made(api, "Ada", template=kept["id"])
    assert client["policies"] == {name: given[name] for name in NONE}
    assert client["status"] == "DRAFT"
    after = await changed(api, kept["id"], selection, defaults={"policies": {"requirements": None}})
    assert after["defaults"]["policies"] == {**given, "requirements": None}
    text = f"query($id: ID!) {{ client(by: {{id: $id}}) {{ {POLICIES} }} }}"
    assert (await api(text, {"id": client["id"]}))["client"]["policies"] == client["policies"]
    gone = await changed(api, kept["id"], selection, defaults={"policies": None})
    assert set(gone["defaults"]["policies"].values()) == {None}
    assert (await made(api, "Bea", template=kept["id"]))["policies"] == NONE


async def test_whoever_creates_a_client_goes_before_the_template(api: Api) -> None:
    """Policy by policy."""
    kept = await template(
        api, defaults={"policies": {"requirements": "fiche", "deletionPolicy": "DRAFTS_ONLY"}}
    )
    client = await made(api, "Ada", template=kept["id"], policies={"requirements": "lenient"})
    assert client["policies"] == {
        **NONE,
        "requirements": "lenient",
        "deletionPolicy": "DRAFTS_ONLY",
    }
    assert client["status"] == "ACTIVE"


async def test_policies_are_changed_afterwards(api: Api) -> None:
    """One by one or all; null is the workspace's again."""
    client = await made(
        api, "Ada", policies={"requirements": "jump", "emailUniqueness": "WARN"}, isDraft=True
    )
    chosen = f"client {{ {POLICIES} }}"
    for given, after in (
        ({"requirements": None}, {**NONE, "emailUniqueness": "WARN"}),
        (
            {"deletionPolicy": "DRAFTS_ONLY"},
            {**NONE, "emailUniqueness": "WARN", "deletionPolicy": "DRAFTS_ONLY"},
        ),
        (None, NONE),
    ):
        answer = await api.done("clientUpdate", {"id": client["id"], "policies": given}, chosen)
        assert answer["client"]["policies"] == after


async def test_what_a_client_must_have_filled(api: Api) -> None:
    """By its own preset: at creation, at activation, and of its contacts."""
    fiche = {"policies": {"requirements": "fiche"}}
    assert await mistakes(api, "clientCreate", {"name": "Ada", **fiche}) == [
        ("contacts", "REQUIRED")
    ]
    draft = await made(api, "Ada", isDraft=True, **fiche)
    assert await mistakes(api, "clientActivate", {"id": draft["id"]}) == [("contacts", "REQUIRED")]
    person = {"lastName": "Lovelace", "email": "ada@ada.example"}
    client = await made(api, "Bea", contacts=[person], **fiche)
    another = {"clientId": client["id"], "lastName": "Byron"}
    assert await mistakes(api, "contactCreate", another) == [("email", "REQUIRED")]
    other = await made(api, "Cleo")
    await api.done("contactCreate", {**another, "clientId": other["id"]})
    text = "query($preset: String) { requiredFields(requirements: $preset) { path } }"
    found = (await api(text, {"preset": "fiche"}))["requiredFields"]
    assert [each["path"] for each in found] == [["name"], ["mainContact"], ["contacts", "email"]]
    assert [each["path"] for each in (await api(text))["requiredFields"]] == [["name"]]
    assert await api.codes(text, {"preset": "strict"}) == ["BAD_USER_INPUT"]


async def test_with_whom_an_address_is_shared(api: Api) -> None:
    """The client that is written to says so, whatever others have."""
    await made(api, "Ada", email="info@shared.example")
    given = {"name": "Bea", "email": "info@shared.example"}
    assert await mistakes(api, "clientCreate", given) == [("email", "TAKEN")]
    warned = await api.done(
        "clientCreate",
        {**given, "policies": {"emailUniqueness": "WARN"}},
        "client { id } warnings { code }",
    )
    assert warned["warnings"] == [{"code": "TAKEN"}]
    within = await made(
        api, "Cleo", email="info@shared.example", policies={"emailUniqueness": "PER_CLIENT"}
    )
    person = {"clientId": within["id"], "email": "info@shared.example"}
    await api.done("contactCreate", {**person, "lastName": "Berg"})
    again = await mistakes(api, "contactCreate", {**person, "lastName": "Dal"})
    assert again == [("email", "TAKEN")]


async def test_two_clients_of_one_call(api: Api) -> None:
    """Whatever their order, the one that shares with nobody is told."""
    shared = {"email": "info@shared.example"}
    within = {
        "name": "Ada",
        "reference": "A",
        "policies": {"emailUniqueness": "PER_CLIENT"},
        **shared,
    }
    strict = {"name": "Bea", "reference": "B", **shared}
    for records in ([within, strict], [strict, within]):
        answer = await api.do(
            "clientsUpsert",
            {"matchBy": {"field": "REFERENCE"}, "records": records},
            "results { action userErrors { code } }",
        )
        place = records.index(strict)
        told = [[each["code"] for each in one["userErrors"]] for one in answer["results"]]
        assert told == [["DUPLICATE_IN_CALL"] if n == place and place else [] for n in (0, 1)]
    found = (await api("{ clients(first: 9) { nodes { name } } }"))["clients"]["nodes"]
    assert [each["name"] for each in found] == ["Ada", "Bea"]


async def test_policies_by_upsert(api: Api) -> None:
    """They are columns as any: what is so already is no change."""
    record = {"name": "Ada", "reference": "A", "policies": {"requirements": "lenient"}}
    call = {"matchBy": {"field": "REFERENCE"}, "records": [record]}
    chosen = f"results {{ action client {{ {POLICIES} }} }}"
    for action in ("CREATED", "UNCHANGED"):
        (one,) = (await api.done("clientsUpsert", call, chosen))["results"]
        assert one["action"] == action
        assert one["client"]["policies"] == {**NONE, "requirements": "lenient"}


async def test_whether_a_client_may_be_deleted(api: Api) -> None:
    """By its own policy, in both directions."""
    kept = await made(
        api, "Ada", "deletability { allowed }", policies={"deletionPolicy": "DRAFTS_ONLY"}
    )
    assert not kept["deletability"]["allowed"]
    assert await mistakes(api, "clientDelete", {"id": kept["id"]}) == [("id", "NOT_A_DRAFT")]
    await api.done("organisationUpdate", {"deletionPolicy": "DRAFTS_ONLY"})
    free = await made(api, "Bea", policies={"deletionPolicy": "UNLESS_BLOCKED"})
    await api.done("clientDelete", {"id": free["id"]})


async def test_who_sets_policies(workspace: Workspace, api: Api) -> None:
    """Those who set the workspace's; templates give them to everybody's clients."""
    member = Api(workspace.client, workspace.tokens["MEMBER"])
    lenient = {"requirements": "lenient"}
    client = await made(api, "Ada")
    for mutation, given in (
        ("clientCreate", {"name": "Bea", "policies": lenient}),
        ("clientUpdate", {"id": client["id"], "policies": None}),
    ):
        kind = f"{mutation[0].upper()}{mutation[1:]}Input"
        text = f"mutation($input: {kind}!) {{ {mutation}(input: $input) {{ client {{ id }} }} }}"
        assert await member.codes(text, {"input": given}) == ["FORBIDDEN"]
    kept = await template(api, defaults={"policies": lenient})
    assert (await made(member, "Bea", template=kept["id"]))["policies"] == {**NONE, **lenient}


async def test_what_is_no_policy(api: Api) -> None:
    """Is told at its place, with what there is."""
    wrong = {"requirements": "strict"}
    given = {"name": "Ada", "policies": wrong}
    answer = await api.do("clientCreate", given, "userErrors { path code message }")
    (error,) = answer["userErrors"]
    assert (error["path"], error["code"]) == (
        ["input", "policies", "requirements"],
        "UNKNOWN_PRESET",
    )
    assert "lenient" in error["message"]
    kept = await mistakes(
        api, "clientTemplateCreate", {"name": "T", "defaults": {"policies": wrong}}
    )
    assert kept == [("defaults.policies.requirements", "UNKNOWN_PRESET")]

"""When a new client may lack what is required."""

from __future__ import annotations

import pytest

from clientgraph.testing import Api, Workspace
from tests.contract.answers import mistakes, shown
from tests.fields.defining import define
from tests.policies.asking import WARNED, choose, rule, warned

pytestmark = pytest.mark.anyio

ONLY = {"name": "Io"}


async def test_drafts_are_made_on_request(api: Api) -> None:
    """By default whoever wants a draft says so; what is missing is a mistake otherwise."""
    await rule(api, "phone")
    assert (await api("{ organisation { draftPolicy } }"))["organisation"] == {
        "draftPolicy": "ON_REQUEST"
    }
    assert await mistakes(api, "clientCreate", ONLY) == [("phone", "REQUIRED")]
    made = await api.done("clientCreate", {**ONLY, "isDraft": True}, WARNED)
    assert (made["client"]["status"], made["warnings"]) == ("DRAFT", [])


async def test_what_lacks_something_becomes_a_draft(api: Api) -> None:
    """With AUTOMATIC the client is kept, and the warnings say what it lacks."""
    await choose(api, draftPolicy="AUTOMATIC", requirements="jump")
    await rule(api, "contacts.position")
    await define(api, "orbit", "TEXT", required=True)
    await define(api, "rank", "TEXT", on="CONTACT", required=True)
    given = {**ONLY, "contacts": [{"lastName": "Curie"}]}
    made = await api.done("clientCreate", given, WARNED)
    assert made["client"]["status"] == "DRAFT"
    lacking = [
        ("customFields.orbit", "DRAFT_LACKS", None),
        ("contacts.0.customFields.rank", "DRAFT_LACKS", None),
        ("addresses", "DRAFT_LACKS", None),
        ("identifiers.FR_SIRET", "DRAFT_LACKS", None),
        ("contacts.0.position", "DRAFT_LACKS", None),
    ]
    assert warned(made) == lacking
    missing = await mistakes(api, "clientActivate", {"id": made["client"]["id"]})
    assert sorted(missing) == sorted((place, "REQUIRED") for place, _, _ in lacking)


async def test_what_lacks_nothing_is_active(api: Api) -> None:
    """AUTOMATIC makes drafts of nothing else, and an active client does not become one."""
    await choose(api, draftPolicy="AUTOMATIC")
    await rule(api, "phone")
    made = await api.done("clientCreate", {**ONLY, "phone": "01 42 68 53 00"}, WARNED)
    assert (made["client"]["status"], made["warnings"]) == ("ACTIVE", [])
    cleared = {"id": made["client"]["id"], "phone": None}
    assert await mistakes(api, "clientUpdate", cleared) == [("phone", "REQUIRED")]
    assert await shown(api, made["client"]["id"], "status") == {"status": "ACTIVE"}


async def test_bad_values_make_no_draft(api: Api) -> None:
    """What is given must be good, and a client has a name, whatever the policy."""
    await choose(api, draftPolicy="AUTOMATIC")
    await rule(api, "phone")
    await rule(api, "email")
    found = await mistakes(api, "clientCreate", {**ONLY, "phone": "1", "email": "no"})
    assert sorted(found) == [("email", "INVALID_EMAIL"), ("phone", "INVALID_PHONE")]
    assert await mistakes(api, "clientCreate", {}) == [("name", "REQUIRED")]


async def test_a_workspace_may_have_no_drafts(api: Api) -> None:
    """With NEVER a draft is refused, along with what it lacks."""
    await choose(api, draftPolicy="NEVER")
    await rule(api, "phone")
    assert await mistakes(api, "clientCreate", {**ONLY, "isDraft": True}) == [
        ("isDraft", "DRAFTS_NOT_ALLOWED"),
        ("phone", "REQUIRED"),
    ]


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("en", "The client is a draft until this field is filled."),
        ("fr", "Le client reste un brouillon tant que ce champ n'est pas rempli."),
        ("nl", "De klant blijft een concept zolang dit veld niet is ingevuld."),
        ("de", "Der Kunde bleibt ein Entwurf, bis dieses Feld ausgefüllt ist."),
    ],
)
async def test_warnings_speak_the_callers_language(
    workspace: Workspace, language: str, message: str
) -> None:
    """Like mistakes."""
    await choose(workspace.api(), draftPolicy="AUTOMATIC")
    await rule(workspace.api(), "phone")
    made = await workspace.api("MEMBER", language).done("clientCreate", ONLY, WARNED)
    assert made["warnings"] == [
        {
            "path": ["input", "phone"],
            "code": "DRAFT_LACKS",
            "message": message,
            "recordId": None,
        }
    ]


async def test_a_recap_warns_too_and_a_repeat_says_the_same(api: Api) -> None:
    """`validateOnly` shows the warnings and writes nothing; a key answers the first answer."""
    await choose(api, draftPolicy="AUTOMATIC")
    await rule(api, "phone")
    recap = await api.done("clientCreate", {**ONLY, "validateOnly": True}, WARNED)
    assert warned(recap) == [("phone", "DRAFT_LACKS", None)]
    assert (await api("{ clients { totalCount } }"))["clients"]["totalCount"] == 0
    once = {**ONLY, "idempotencyKey": "one"}
    first = await api.done("clientCreate", once, WARNED)
    assert await api.done("clientCreate", once, WARNED) == first
    assert warned(first) == warned(recap)


async def test_warnings_of_one_mutation_are_not_those_of_the_next(api: Api) -> None:
    """Two in one request: each has its own."""
    await choose(api, draftPolicy="AUTOMATIC")
    await rule(api, "phone")
    found = await api(
        """mutation {
        a: clientCreate(input: {name: "Io"}) { warnings { code } }
        b: clientCreate(input: {name: "Io", phone: "0142685300"}) { warnings { code } } }"""
    )
    assert found == {"a": {"warnings": [{"code": "DRAFT_LACKS"}]}, "b": {"warnings": []}}

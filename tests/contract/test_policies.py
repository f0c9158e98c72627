"""Rows about what is required, unique, deletable and on by plan; and where rows contradict."""

from __future__ import annotations

from typing import Any

import pytest

from clientgraph.testing import Api, Workspace, Workspaces
from tests.contract.answers import mistakes, names, shown
from tests.policies.asking import WARNED, choose, rule, starred, warned
from tests.policies.switching import switch

pytestmark = pytest.mark.anyio

PROFILE = "Complete your company profile first"
PLAN = "Not part of your plan"
CREATE = "mutation($input: ClientCreateInput!) { clientCreate(input: $input) { client { id } } }"
ADDRESS = {"line1": "10 rue de la Paix", "postalCode": "75002", "city": "Paris"}
PERSONAL = {
    "name": "Ada Lovelace",
    "email": "ada@ganymede.example",
    "phone": "+33142685300",
    "addresses": [ADDRESS],
}


async def features(api: Api) -> dict[str, tuple[bool, str | None]]:
    """Whether each feature is on, and why not."""
    found = await api("{ organisation { features { key isEnabled reason } } }")
    return {
        each["key"]: (each["isEnabled"], each["reason"])
        for each in found["organisation"]["features"]
    }


async def test_j4_a_step_may_come_before_the_first_client(
    workspace: Workspace, workspaces: Workspaces
) -> None:
    """A workspace on the plan Open creates clients only once its profile is complete."""
    api = workspace.api()
    await switch(workspaces, workspace, "CLIENT_CREATE", PROFILE)
    assert (await features(api))["CLIENT_CREATE"] == (False, PROFILE)
    assert await api.codes(CREATE, {"input": {"name": "Io"}}) == ["FORBIDDEN"]
    await switch(workspaces, workspace, "CLIENT_CREATE")
    await api.new_client("Io")


async def test_j17_creation_from_inside_an_invoice_is_for_some_plans(
    workspace: Workspace, workspaces: Workspaces
) -> None:
    """Plans without it still create clients, but not from within a document."""
    api, inline = workspace.api(), {"name": "Io", "channel": "INLINE"}
    await api.new_client(**inline)
    await switch(workspaces, workspace, "INLINE_CLIENT_CREATE", PLAN)
    assert (await features(api))["INLINE_CLIENT_CREATE"] == (False, PLAN)
    assert await api.codes(CREATE, {"input": inline}) == ["FORBIDDEN"]
    await api.new_client("Io", channel="FORM")


async def test_j18_creation_from_inside_an_invoice_asks_for_the_same(api: Api) -> None:
    """What is starred and what is refused is the same by either way."""
    await choose(api, requirements="jump")
    await rule(api, "phone", channels=["FORM"])
    asked = [await starred(api, channel=each) for each in ("FORM", "INLINE")]
    refused = [
        await mistakes(api, "clientCreate", {"name": "Io", "channel": each, "email": "no"})
        for each in ("FORM", "INLINE")
    ]
    assert asked[0] == asked[1]
    assert refused[0] == refused[1]
    assert ("phone", "REQUIRED") in refused[0]


async def test_j28_bank_details_are_not_in_every_plan(
    workspace: Workspace, workspaces: Workspaces
) -> None:
    """A front end knows beforehand whether to show the button."""
    api = workspace.api("VIEWER")
    assert (await features(api))["BANK_DETAILS_DOCUMENT"] == (True, None)
    await switch(workspaces, workspace, "BANK_DETAILS_DOCUMENT", PLAN)
    assert (await features(api))["BANK_DETAILS_DOCUMENT"] == (False, PLAN)


async def test_j30_data_is_right_from_the_start(api: Api) -> None:
    """All that is missing or wrong is told at creation, and nothing of it is kept."""
    await choose(api, requirements="jump")
    given = {"name": "Io", "email": "no", "addresses": [{**ADDRESS, "postalCode": "7"}]}
    found = await mistakes(api, "clientCreate", given)
    assert sorted(found) == [
        ("addresses.0.postalCode", "INVALID_POSTAL_CODE"),
        ("email", "INVALID_EMAIL"),
        ("identifiers.FR_SIRET", "REQUIRED"),
    ]
    assert await names(api, "") == []


async def test_n1_managing_clients_is_for_some_plans(
    workspace: Workspace, workspaces: Workspaces
) -> None:
    """The refusal names the feature and the plan's reason for programs and people."""
    await switch(workspaces, workspace, "CLIENT_CREATE", "Pro and Enterprise only")
    body = await workspace.api("ADMIN").answer(CREATE, {"input": {"name": "Io"}})
    (error,) = body["errors"]
    assert error["extensions"] == {
        "code": "FORBIDDEN",
        "feature": "CLIENT_CREATE",
        "reason": "Pro and Enterprise only",
    }


async def test_n2_rules_and_policies_take_an_administrator(workspace: Workspace) -> None:
    """A member works within them and does not change them."""
    text = 'mutation { requirementRuleCreate(input: {path: "phone"}) { userErrors { code } } }'
    assert await workspace.api("MEMBER").codes(text) == ["FORBIDDEN"]
    found = await workspace.api("ADMIN")(text)
    assert found == {"requirementRuleCreate": {"userErrors": []}}


async def test_d5_a_form_knows_what_to_mark(api: Api) -> None:
    """One query answers every field that has an asterisk, for a country and a form."""
    await rule(api, "mainContact.lastName", channels=["FORM"])
    await rule(api, "identifiers.FR_SIRET", countries=["FR"])
    asked = {"country": "FR", "channel": "FORM"}
    assert await starred(api, **asked) == [
        "name",
        "mainContact",
        "mainContact.lastName",
        "identifiers.FR_SIRET",
    ]
    assert await starred(api, country="BE", channel="API") == ["name"]


async def test_d15_personal_information_can_be_mandatory(api: Api) -> None:
    """Name, address, city, postcode, e-mail and phone: each is starred, and refused when absent."""
    wanted = ("mainAddress.line1", "mainAddress.city", "mainAddress.postalCode", "email", "phone")
    for path in wanted:
        await rule(api, path)
    assert await starred(api) == ["name", "mainAddress", *wanted]
    assert sorted(await mistakes(api, "clientCreate", {})) == [
        ("addresses", "REQUIRED"),
        ("email", "REQUIRED"),
        ("name", "REQUIRED"),
        ("phone", "REQUIRED"),
    ]
    for part in ADDRESS:
        address = {**ADDRESS, "region": "x", part: None}
        found = await mistakes(api, "clientCreate", {**PERSONAL, "addresses": [address]})
        assert (f"addresses.0.{part}", "REQUIRED") in found
    await api.new_client(**PERSONAL)


async def test_d16_all_fields_but_the_name_can_be_optional(api: Api) -> None:
    """The lenient preset asks for a name; each preset's rows can be lifted one by one."""
    assert await starred(api) == ["name"]
    await api.new_client("Io")
    await choose(api, requirements="fiche")
    for path in ("mainContact", "contacts.email"):
        await rule(api, path, isRequired=False)
    assert await starred(api) == ["name"]
    await api.new_client("Leda")


async def test_f29_client_and_contact_come_together_or_not_at_all(api: Api) -> None:
    """A contact whose address is taken keeps its client from being made."""
    await choose(api, requirements="fiche")
    person = {"lastName": "Galilei", "email": "galilei@pisa.example"}
    await api.new_client("Io", contacts=[person])
    given = {"name": "Leda", "contacts": [person]}
    assert await mistakes(api, "clientCreate", given) == [("contacts.0.email", "TAKEN")]
    assert await names(api, "") == ["Io"]


async def test_f30_an_address_is_unique_over_clients_and_contacts(api: Api) -> None:
    """A duplicate is refused in whatever case, and the holder is named."""
    person = {"lastName": "Galilei", "email": "galilei@pisa.example"}
    made = await api.new_client("Io", "mainContact { id }", contacts=[person], email="io@io.eu")
    for address, holder in (
        ("GALILEI@pisa.example", made["mainContact"]["id"]),
        ("IO@io.eu", made["id"]),
    ):
        for given in ({"email": address}, {"contacts": [{"lastName": "X", "email": address}]}):
            payload = await api.do("clientCreate", {"name": "Leda", **given})
            (error,) = payload["userErrors"]
            assert (error["code"], error["recordId"]) == ("TAKEN", holder)


async def test_b11_all_mandatory_fields_are_filled_to_continue(api: Api) -> None:
    """A draft goes on to be a client once nothing is missing; until then all of it is named."""
    await choose(api, requirements="jump", draftPolicy="AUTOMATIC")
    made = (await api.done("clientCreate", {"name": "Io", "country": "DE"}, WARNED))["client"]
    assert await mistakes(api, "clientActivate", {"id": made["id"]}) == [("addresses", "REQUIRED")]
    berlin = {"line1": "Unter den Linden 1", "postalCode": "10117", "city": "Berlin"}
    await api.done("addressCreate", {"clientId": made["id"], **berlin})
    await api.done("clientActivate", {"id": made["id"]})
    assert await shown(api, made["id"], "status") == {"status": "ACTIVE"}


async def test_b32_only_drafts_are_deleted_where_the_policy_says_so(api: Api) -> None:
    """An active or inactive client is refused with the reason; a draft goes."""
    await choose(api, deletionPolicy="DRAFTS_ONLY")
    client = await api.new_client("Io")
    refused = [("id", "NOT_A_DRAFT")]
    assert await mistakes(api, "clientDelete", {"id": client["id"]}) == refused
    await api.done("clientDeactivate", {"id": client["id"]})
    assert await mistakes(api, "clientDelete", {"id": client["id"]}) == refused
    draft = await api.new_client("Leda", isDraft=True)
    await api.done("clientDelete", {"id": draft["id"]})


async def test_b33_the_first_step_knows_the_policy(api: Api) -> None:
    """What a confirmation would ask for in vain is told before it."""
    await choose(api, deletionPolicy="DRAFTS_ONLY")
    asked = "deletability { allowed reasons { code } }"
    client = await api.new_client("Io", asked)
    assert client["deletability"] == {"allowed": False, "reasons": [{"code": "NOT_A_DRAFT"}]}
    draft = await api.new_client("Leda", asked, isDraft=True)
    assert draft["deletability"] == {"allowed": True, "reasons": []}


async def test_b36_partial_data_is_accepted_as_it_comes(api: Api) -> None:
    """Where drafts are automatic the basic information makes one, and says what is left."""
    await choose(api, requirements="banqup", draftPolicy="AUTOMATIC")
    made = await api.done("clientCreate", {"name": "Io"}, WARNED)
    assert made["client"]["status"] == "DRAFT"
    assert warned(made) == [("contacts", "DRAFT_LACKS", None)]


async def test_conflict_what_is_mandatory_goes_by_workspace_country_and_channel(
    api: Api, other: Workspace
) -> None:
    """D15 and D16 live side by side: in two workspaces, two countries and two channels."""
    await rule(api, "phone", countries=["BE"], channels=["FORM"])
    cases: list[tuple[Api, dict[str, Any], list[tuple[str, str]]]] = [
        (api, {"country": "BE", "channel": "FORM"}, [("phone", "REQUIRED")]),
        (api, {"country": "BE", "channel": "IMPORT"}, []),
        (api, {"country": "FR", "channel": "FORM"}, []),
        (other.api(), {"country": "BE", "channel": "FORM"}, []),
    ]
    for caller, given, expected in cases:
        assert await mistakes(caller, "clientCreate", {"name": "Io", **given}) == expected


@pytest.mark.parametrize(
    ("policy", "errors", "warnings"),
    [
        ("STRICT", [("email", "TAKEN")], []),
        ("PER_CLIENT", [], []),
        ("WARN", [], [("email", "TAKEN")]),
    ],
)
async def test_conflict_uniqueness_of_addresses_is_a_policy(
    api: Api, policy: str, errors: list[Any], warnings: list[Any]
) -> None:
    """F30 by default; workspaces whose clients share mailboxes choose another."""
    await choose(api, emailUniqueness=policy)
    await api.new_client("Io", contacts=[{"lastName": "G", "email": "g@pisa.example"}])
    payload = await api.do("clientCreate", {"name": "Leda", "email": "g@pisa.example"}, WARNED)
    assert [(each["path"][1], each["code"]) for each in payload["userErrors"]] == errors
    assert [(place, code) for place, code, _ in warned(payload)] == warnings

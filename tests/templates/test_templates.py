"""Templates: made, changed, listed, archived; what they set is checked as a client's fields are."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from clientgraph.testing import Api, Workspace
from tests.fields.defining import TIERS, define
from tests.templates.preparing import (
    DEFAULTS,
    category,
    changed,
    client_type,
    listed,
    member,
    mistakes,
    template,
)

pytestmark = pytest.mark.anyio

NOTHING: dict[str, Any] = {
    "kind": None,
    "type": None,
    "categories": [],
    "country": None,
    "locale": None,
    "currency": None,
    "vatRegime": None,
    "paymentTerms": None,
    "accountingCode": None,
    "customFields": [],
}


async def everything(api: Api) -> dict[str, Any]:
    """Defaults for every field, as they are given."""
    await define(api, "tier", "CHOICE", options=TIERS)
    return {
        "kind": "PUBLIC_BODY",
        "type": await client_type(api, "PARTNER"),
        "categories": [await category(api, "Retail"), await category(api, "Export")],
        "country": "BE",
        "locale": "nl_be",
        "currency": "CHF",
        "vatRegime": "INTRA_COMMUNITY",
        "paymentTerms": {"days": 45, "endOfMonth": True},
        "accountingCode": " 411000 ",
        "customFields": [{"key": "tier", "value": "gold"}],
    }


SHOWN: dict[str, Any] = {
    "kind": "PUBLIC_BODY",
    "type": {"key": "PARTNER"},
    "categories": [{"name": "Retail"}, {"name": "Export"}],
    "country": "BE",
    "locale": "nl-BE",
    "currency": "CHF",
    "vatRegime": "INTRA_COMMUNITY",
    "paymentTerms": {"days": 45, "endOfMonth": True, "origin": "CLIENT"},
    "accountingCode": "411000",
    "customFields": [{"key": "tier", "display": "Gold"}],
}


async def test_a_template_needs_a_name_alone(api: Api) -> None:
    """Without more it sets nothing, assigns nobody and is not the default one."""
    chosen = f"name description isDefault archivedAt assignees {{ name }} {DEFAULTS}"
    made = await template(api, "  Plain  ", chosen)
    assert made == {
        "id": made["id"],
        "version": 1,
        "name": "Plain",
        "description": None,
        "isDefault": False,
        "archivedAt": None,
        "assignees": [],
        "defaults": NOTHING,
    }
    found = await api("query($id: ID!) { node(id: $id) { __typename id } }", {"id": made["id"]})
    assert found["node"] == {"__typename": "ClientTemplate", "id": made["id"]}


async def test_defaults_are_kept_as_clients_have_them(api: Api) -> None:
    """Each field is cleaned as a client's and shown again."""
    made = await template(api, selection=DEFAULTS, defaults=await everything(api))
    assert made["defaults"] == SHOWN
    assert await listed(api, DEFAULTS) == [{"defaults": SHOWN}]


async def test_absent_defaults_stay_and_null_clears_them(api: Api) -> None:
    """A change touches the defaults that it names; without any, all are gone."""
    made = await template(api, defaults=await everything(api))
    given = {"currency": None, "accountingCode": "", "type": None, "locale": "fr-BE"}
    after = await changed(api, made["id"], DEFAULTS, defaults=given)
    expected = {**SHOWN, "currency": None, "accountingCode": None, "type": None, "locale": "fr-BE"}
    assert after == {"id": made["id"], "version": 2, "defaults": expected}
    given = {"categories": [], "paymentTerms": None, "customFields": [{"key": "tier"}]}
    after = await changed(api, made["id"], DEFAULTS, defaults=given)
    expected |= {"categories": [], "paymentTerms": None, "customFields": []}
    assert after["defaults"] == expected
    same = await changed(api, made["id"], DEFAULTS, description="Belgian towns")
    assert same["defaults"] == expected
    assert (await changed(api, made["id"], DEFAULTS, defaults=None))["defaults"] == NOTHING


WRONG: dict[str, Any] = {
    "type": "clienttype_0",
    "country": "FRA",
    "locale": "fr",
    "currency": "XXX",
    "paymentTerms": {"days": 400},
    "accountingCode": "x" * 65,
    "customFields": [
        {"key": "budget", "value": "much"},
        {"key": "number", "value": "7"},
        {"key": "colour", "value": "red"},
    ],
}


async def test_all_mistakes_of_a_template_come_at_once(api: Api) -> None:
    """Each at its place, as for a client; nothing is made."""
    await define(api, "budget", "NUMBER")
    await define(api, "number", "TEXT", unique=True)
    await api.new_client("Io", customFields=[{"key": "number", "value": "7"}])
    retail = await category(api, "Retail")
    await api.done("categoryUpdate", {"id": retail, "isArchived": True})
    given = {
        "name": " ",
        "description": "x" * 2_001,
        "assignees": ["member_0"],
        "defaults": {**WRONG, "categories": [retail]},
    }
    assert sorted(await mistakes(api, "clientTemplateCreate", given)) == [
        ("assignees.0", "NOT_FOUND"),
        ("defaults.accountingCode", "TOO_LONG"),
        ("defaults.categories.0", "ARCHIVED"),
        ("defaults.country", "INVALID_COUNTRY"),
        ("defaults.currency", "INVALID_CURRENCY"),
        ("defaults.customFields.0.value", "WRONG_JSON"),
        ("defaults.customFields.1.value", "DEFAULT_OF_UNIQUE"),
        ("defaults.customFields.2.key", "UNKNOWN_CUSTOM_FIELD"),
        ("defaults.locale", "INVALID_LOCALE"),
        ("defaults.paymentTerms.days", "OUT_OF_RANGE"),
        ("defaults.type", "NOT_FOUND"),
        ("description", "TOO_LONG"),
        ("name", "REQUIRED"),
    ]
    assert await listed(api) == []


async def test_a_language_that_is_not_offered_is_a_mistake(api: Api) -> None:
    """A template sets no locale that a client could not be given."""
    await api.done("organisationUpdate", {"languages": ["fr"]})
    given = {"name": "Dutch", "defaults": {"locale": "nl-BE"}}
    found = await mistakes(api, "clientTemplateCreate", given)
    assert found == [("defaults.locale", "LANGUAGE_NOT_OFFERED")]


async def test_archived_entries_stay_in_a_template_that_has_them(api: Api) -> None:
    """They are shown, and a change that repeats them passes; entries that are gone vanish."""
    kept, gone = await category(api, "Kept"), await category(api, "Gone")
    made = await template(api, defaults={"categories": [kept, gone]})
    await api.done("categoryUpdate", {"id": kept, "isArchived": True})
    await api.done("categoryDelete", {"id": gone})
    chosen = "defaults { categories { name archivedAt } }"
    (found,) = await listed(api, chosen)
    assert [each["name"] for each in found["defaults"]["categories"]] == ["Kept"]
    assert found["defaults"]["categories"][0]["archivedAt"] is not None
    again = await changed(api, made["id"], chosen, defaults={"categories": [kept]})
    assert again["defaults"] == found["defaults"]


async def test_names_of_templates_in_use_differ(api: Api, other: Workspace) -> None:
    """Without regard to case and accents; an archived template leaves its name to others."""
    first = await template(api, "Société")
    payload = await api.do("clientTemplateCreate", {"name": "societe"})
    assert payload["userErrors"] == [
        {
            "path": ["input", "name"],
            "code": "TAKEN",
            "message": "'Société' is used by another record.",
            "recordId": first["id"],
        }
    ]
    await template(other.api(), "Société")
    await changed(api, first["id"], name="SOCIÉTÉ")
    await changed(api, first["id"], isArchived=True)
    second = await template(api, "Societe")
    given = {"id": first["id"], "isArchived": False}
    assert await mistakes(api, "clientTemplateUpdate", given) == [("name", "TAKEN")]
    await changed(api, second["id"], name="Association")
    await changed(api, first["id"], isArchived=False)
    assert await listed(api) == [{"name": "Association"}, {"name": "SOCIÉTÉ"}]


async def test_one_template_is_the_default(api: Api) -> None:
    """A new default takes the place of the former, which changes; an archived one is none."""
    first = await template(api, "A", isDefault=True)
    second = await template(api, "B", isDefault=True)
    shown = "name isDefault version"
    assert await listed(api, shown) == [
        {"name": "A", "isDefault": False, "version": 2},
        {"name": "B", "isDefault": True, "version": 1},
    ]
    await changed(api, first["id"], isDefault=True)
    archived = await changed(api, first["id"], "isDefault", isArchived=True)
    assert archived["isDefault"] is False
    assert [each["isDefault"] for each in await listed(api, shown)] == [False]
    given = {"id": first["id"], "isDefault": True}
    assert await mistakes(api, "clientTemplateUpdate", given) == [("isDefault", "ARCHIVED")]
    given = {"id": second["id"], "isArchived": True, "isDefault": True}
    assert await mistakes(api, "clientTemplateUpdate", given) == [("isDefault", "ARCHIVED")]
    await changed(api, first["id"], isArchived=False, isDefault=True)
    assert [each["isDefault"] for each in await listed(api, shown)] == [True, False]


async def test_templates_that_become_the_default_at_once_take_turns(api: Api) -> None:
    """Of ten changes and five creations at the same moment all are done, and one is the default."""
    made = [await template(api, f"Template {number}") for number in range(5)]
    changes = [changed(api, each["id"], isDefault=True) for each in [*made, *reversed(made)]]
    creations = [template(api, f"New {number}", isDefault=True) for number in range(5)]
    await asyncio.gather(*changes, *creations)
    assert [each["isDefault"] for each in await listed(api, "isDefault")].count(True) == 1


async def test_one_template_gets_a_name(api: Api) -> None:
    """Of ten templates of one name at the same moment one is made, the others are told."""
    found = await asyncio.gather(
        *(mistakes(api, "clientTemplateCreate", {"name": "Io"}) for _ in range(10))
    )
    assert sorted(found) == [[], *([[("name", "TAKEN")]] * 9)]


async def test_a_template_that_clients_came_from_is_archived(api: Api) -> None:
    """Deleting removes a template without clients; one with clients is kept for these."""
    used, unused = await template(api, "Used", isDefault=True), await template(api, "Unused")
    made = await api.new_client("Io", "template { name archivedAt }")
    assert made["template"] == {"name": "Used", "archivedAt": None}
    chosen = "deletedId clientTemplate { name isDefault version }"
    gone = await api.done("clientTemplateDelete", {"id": unused["id"]}, chosen)
    assert gone == {"deletedId": unused["id"], "clientTemplate": None, "userErrors": []}
    for _ in range(2):
        kept = await api.done("clientTemplateDelete", {"id": used["id"]}, chosen)
        assert kept["deletedId"] is None
        assert kept["clientTemplate"] == {"name": "Used", "isDefault": False, "version": 2}
    assert await listed(api) == []
    assert await listed(api, arguments="(includeArchived: true)") == [{"name": "Used"}]
    await api.done("clientDelete", {"id": made["id"]})
    gone = await api.done("clientTemplateDelete", {"id": used["id"]}, chosen)
    assert gone["deletedId"] == used["id"]
    assert await mistakes(api, "clientTemplateDelete", {"id": used["id"]}) == [("id", "NOT_FOUND")]


async def test_a_template_is_deleted_while_clients_begin_with_it(api: Api) -> None:
    """Whichever comes first, no client was made with a template that is gone."""
    for number in range(5):
        made = await template(api, f"Template {number}")
        given = {"name": "Io", "template": made["id"]}
        begun, removed = await asyncio.gather(
            api.do("clientCreate", given, "client { template { id } }"),
            api.do("clientTemplateDelete", {"id": made["id"]}, "deletedId clientTemplate { id }"),
        )
        assert removed["userErrors"] == []
        if removed["deletedId"]:
            assert [error["code"] for error in begun["userErrors"]] == ["NOT_FOUND"]
        else:
            assert begun["client"]["template"] == removed["clientTemplate"] == {"id": made["id"]}


async def test_a_change_of_an_older_version_is_refused(api: Api) -> None:
    """The answer holds the template as it stands."""
    made = await template(api, "Io")
    await changed(api, made["id"], name="Europa")
    given = {"id": made["id"], "expectedVersion": 1, "name": "Leda"}
    payload = await api.do("clientTemplateUpdate", given, "clientTemplate { name version }")
    assert payload["clientTemplate"] == {"name": "Europa", "version": 2}
    assert [error["code"] for error in payload["userErrors"]] == ["VERSION_CONFLICT"]


async def test_members_read_templates_and_admins_write_them(workspace: Workspace) -> None:
    """Whoever makes clients sees what they can begin with."""
    await template(workspace.api("ADMIN"), "Standard")
    assert await listed(workspace.api("VIEWER")) == [{"name": "Standard"}]
    text = 'mutation { clientTemplateCreate(input: {name: "A"}) { userErrors { code } } }'
    assert await workspace.api("MEMBER").codes(text) == ["FORBIDDEN"]


async def test_assignees_of_a_template_are_replaced_as_a_whole(api: Api) -> None:
    """Those who have left may stay in it; nobody who has left is added."""
    ada, ben, eve = [await member(api, name) for name in ("Ada", "Ben", "Eve")]
    made = await template(api, "A", "assignees { name }", assignees=[ben, ada])
    assert made["assignees"] == [{"name": "Ada"}, {"name": "Ben"}]
    await api.done("memberUpdate", {"id": ada, "isActive": False})
    after = await changed(api, made["id"], "assignees { name }", assignees=[ada, eve])
    assert after["assignees"] == [{"name": "Ada"}, {"name": "Eve"}]
    given = {"name": "B", "assignees": [ben, ada]}
    assert await mistakes(api, "clientTemplateCreate", given) == [("assignees.1", "NOT_FOUND")]
    given = {"id": made["id"], "assignees": [ben] * 101}
    assert await mistakes(api, "clientTemplateUpdate", given) == [("assignees", "TOO_MANY")]

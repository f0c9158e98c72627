"""Rules add to the preset of required fields, or lift some of it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from graphql import build_schema

from clientgraph.loading import installed
from clientgraph.policies.paths import known_paths
from clientgraph.schema import Schema
from clientgraph.testing import Api, Workspace
from tests.contract.answers import mistakes
from tests.policies.asking import choose, rule, starred

pytestmark = pytest.mark.anyio

ALL = "{ requirementRules { path countries channels isRequired version } }"
PATHS = sorted(known_paths(["FR_SIRET"]))
PERSON = {"lastName": "Curie"}
MAIN = "mainContact { id }"
PLACE = {"label": "Office", "region": None, "line2": "2e étage"}
# What the fixtures below have already, which a rule about it finds filled.
HELD = {"name", "mainContact", "mainAddress", "contacts.lastName", "mainContact.lastName"}
HELD |= {"mainAddress.label", "mainAddress.line2"}


async def test_a_rule_requires_a_field(api: Api) -> None:
    """It is checked at creation and at changes, starred in forms, and gone when it is deleted."""
    made = await rule(api, "phone")
    assert await starred(api) == ["name", "phone"]
    assert await mistakes(api, "clientCreate", {"name": "Io"}) == [("phone", "REQUIRED")]
    client = await api.new_client("Io", phone="01 42 68 53 00")
    cleared = {"id": client["id"], "phone": None}
    assert await mistakes(api, "clientUpdate", cleared) == [("phone", "REQUIRED")]
    gone = await api.done("requirementRuleDelete", {"id": made["id"]}, "deletedId")
    assert gone["deletedId"] == made["id"]
    await api.done("clientUpdate", cleared)
    assert await starred(api) == ["name"]


async def test_rules_are_listed_with_what_they_say(api: Api) -> None:
    """Countries and channels are sorted and named once; absent, empty and null stand for all."""
    await rule(api, "email", countries=["FR", "BE", "FR"], channels=["IMPORT", "FORM"])
    await rule(api, "identifiers.FR_SIRET", countries=None, channels=[], isRequired=False)
    common = {"version": 1}
    assert (await api(ALL))["requirementRules"] == [
        {
            **common,
            "path": "email",
            "countries": ["BE", "FR"],
            "channels": ["FORM", "IMPORT"],
            "isRequired": True,
        },
        {
            **common,
            "path": "identifiers.FR_SIRET",
            "countries": [],
            "channels": [],
            "isRequired": False,
        },
    ]


async def test_a_rule_is_changed(api: Api) -> None:
    """What is given changes, null means all, and a former version is refused."""
    made = await rule(api, "email", countries=["FR"], channels=["FORM"])
    given = {"id": made["id"], "expectedVersion": 1, "channels": None, "isRequired": False}
    shown = "requirementRule { path countries channels isRequired version }"
    payload = await api.done("requirementRuleUpdate", given, shown)
    assert payload["requirementRule"] == {
        "path": "email",
        "countries": ["FR"],
        "channels": [],
        "isRequired": False,
        "version": 2,
    }
    assert await mistakes(api, "requirementRuleUpdate", given) == [
        ("expectedVersion", "VERSION_CONFLICT")
    ]
    nothing = {"id": made["id"], "path": None, "isRequired": None}
    assert await mistakes(api, "requirementRuleUpdate", nothing) == [
        ("path", "REQUIRED"),
        ("isRequired", "REQUIRED"),
    ]


async def test_every_mistake_in_a_rule_is_told(api: Api) -> None:
    """Paths are compared to the letter; the nearest ones are named."""
    given = {
        "path": "mainAddress.cty",
        "countries": ["FR", "ZZ"],
        "channels": ["FORM", "INLINE"],
    }
    payload = await api.do("requirementRuleCreate", given)
    assert [(error["path"], error["code"]) for error in payload["userErrors"]] == [
        (["input", "path"], "UNKNOWN_PATH"),
        (["input", "countries", "1"], "INVALID_COUNTRY"),
        (["input", "channels", "1"], "CHANNEL_WITHOUT_RULES"),
    ]
    assert payload["userErrors"][0]["message"].startswith(
        "No field of this name can be required. The nearest ones that can: mainAddress.city, "
    )
    assert payload["userErrors"][2]["message"] == (
        "This channel has the rules of FORM. Name FORM instead."
    )
    for path in ("main_address.city", "identifiers.FR_NOTHING", "contacts", "customFields.x"):
        assert await mistakes(api, "requirementRuleCreate", {"path": path}) == [
            ("path", "UNKNOWN_PATH")
        ]
    assert await mistakes(api, "requirementRuleCreate", {}) == [("path", "REQUIRED")]
    assert (await api(ALL))["requirementRules"] == []


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("en", "A client always has a name. This cannot be lifted."),
        ("fr", "Un client a toujours un nom. Cette obligation ne peut pas être levée."),
        ("nl", "Een klant heeft altijd een naam. Dit kan niet worden opgeheven."),
        ("de", "Ein Kunde hat immer einen Namen. Das lässt sich nicht aufheben."),
    ],
)
async def test_the_name_stays_required(workspace: Workspace, language: str, message: str) -> None:
    """A rule that would lift it is refused, in the caller's language."""
    api = workspace.api("ADMIN", language)
    given = {"path": "name", "isRequired": False}
    (error,) = (await api.do("requirementRuleCreate", given))["userErrors"]
    assert error["path"] == ["input", "isRequired"]
    assert (error["code"], error["message"]) == ("ALWAYS_REQUIRED", message)


async def test_one_rule_speaks_for_each_case(api: Api) -> None:
    """The same path, countries and channels again are TAKEN, whatever the order they come in."""
    first = await rule(api, "email", countries=["FR", "BE"])
    other = await rule(api, "email", countries=["FR"])
    again = {"path": "email", "countries": ["BE", "FR"], "isRequired": False}
    payload = await api.do("requirementRuleCreate", again)
    (error,) = payload["userErrors"]
    assert (error["path"], error["code"], error["recordId"]) == (
        ["input", "path"],
        "TAKEN",
        first["id"],
    )
    moved = {"id": other["id"], "countries": ["BE", "FR"]}
    assert await mistakes(api, "requirementRuleUpdate", moved) == [("path", "TAKEN")]
    await api.done("requirementRuleUpdate", {"id": first["id"], "countries": ["BE", "FR"]})


async def test_one_of_many_makes_the_rule(api: Api) -> None:
    """Ten admins with the same rule at the same moment: nine are told that it is there."""
    given = {"path": "phone", "countries": ["FR"]}
    calls = [mistakes(api, "requirementRuleCreate", given) for _ in range(10)]
    answers = await asyncio.gather(*calls)
    assert sorted(answers) == [[], *[[("path", "TAKEN")]] * 9]


async def test_the_special_outdoes_the_general(api: Api) -> None:
    """Preset, then rules for all, for channels, for countries, for both: the last one counts."""
    await choose(api, requirements="fiche")
    steps: list[tuple[dict[str, Any], bool]] = [
        ({}, False),
        ({"channels": ["FORM"]}, True),
        ({"countries": ["BE"]}, False),
        ({"countries": ["BE"], "channels": ["FORM"]}, True),
    ]
    path = "contacts.email"
    asked = {"country": "BE", "channel": "FORM"}
    assert path in await starred(api, **asked)
    for fields, is_required in steps:
        await rule(api, path, isRequired=is_required, **fields)
        assert (path in await starred(api, **asked)) is is_required
    assert path not in await starred(api, country="BE", channel="API")
    assert path in await starred(api, country="FR", channel="FORM")
    assert path not in await starred(api, country="FR", channel="IMPORT")


async def test_of_two_alike_the_later_counts(api: Api) -> None:
    """Rules that each name countries, or each name channels, go by when they were made."""
    await rule(api, "phone", countries=["FR", "BE"])
    await rule(api, "phone", countries=["FR"], isRequired=False)
    assert await starred(api, country="FR") == ["name"]
    assert await starred(api, country="BE") == ["name", "phone"]
    await rule(api, "phone", countries=["FR", "DE"])
    assert await starred(api, country="FR") == ["name", "phone"]


async def test_a_rule_lifts_what_the_preset_requires(api: Api) -> None:
    """Jump without its SIRET: French clients no longer need one."""
    await choose(api, requirements="jump")
    given = {"name": "Io", "addresses": [{"line1": "1 rue A", "postalCode": "75001", "city": "P"}]}
    assert await mistakes(api, "clientCreate", given) == [("identifiers.FR_SIRET", "REQUIRED")]
    await rule(api, "identifiers.FR_SIRET", isRequired=False)
    await api.new_client(**given)


async def test_a_field_of_the_main_address_asks_for_an_address(api: Api) -> None:
    """Unless the address itself is lifted: the field is then asked of one that is there."""
    await rule(api, "mainAddress.city")
    assert await starred(api) == ["name", "mainAddress", "mainAddress.city"]
    assert await mistakes(api, "clientCreate", {"name": "Io"}) == [("addresses", "REQUIRED")]
    await rule(api, "mainAddress", isRequired=False)
    assert await starred(api) == ["name", "mainAddress.city"]
    await api.new_client("Io")
    partial = {"name": "Io", "addresses": [{"line1": "1 rue A"}]}
    assert await mistakes(api, "clientCreate", partial) == [("addresses.0.city", "REQUIRED")]


@pytest.mark.parametrize("path", PATHS)
async def test_every_field_can_be_required(api: Api, path: str) -> None:
    """A client that lacks it is refused at the field's own place in the input."""
    await rule(api, path)
    assert path in await starred(api)
    found = await mistakes(
        api, "clientCreate", {"name": "Io", "contacts": [PERSON], "addresses": [PLACE]}
    )
    place = path.replace("mainContact", "contacts").replace("mainAddress", "addresses")
    head, _, rest = place.partition(".")
    index = ".0" if rest and head in ("contacts", "addresses") else ""
    expected = f"{head}{index}{'.' if rest else ''}{rest}"
    assert found == ([] if path in HELD else [(expected, "REQUIRED")])


def test_every_field_is_one_of_the_inputs() -> None:
    """No rule can ask for what a caller cannot give."""
    schema = build_schema(Schema.with_plugins(installed()).printed())
    kinds: Any = schema.type_map
    inputs = {
        "contacts": kinds["ContactInput"].fields,
        "mainContact": kinds["ContactInput"].fields,
        "mainAddress": kinds["AddressInput"].fields,
    }
    for path in PATHS:
        head, _, rest = path.partition(".")
        if head in inputs:
            assert not rest or rest in inputs[head], path
        else:
            assert head in kinds["ClientCreateInput"].fields, path


async def test_type_parent_categories_and_terms_stay_filled(api: Api) -> None:
    """What is held in other columns or tables is seen, and cannot be cleared."""
    lists = await api("{ clientTypes { id } }")
    category = (await api.done("categoryCreate", {"name": "Moon"}, "category { id }"))["category"]
    parent = await api.new_client("Jupiter")
    for path in ("type", "parent", "categories", "paymentTerms"):
        await rule(api, path)
    given = {
        "type": lists["clientTypes"][0]["id"],
        "parent": parent["id"],
        "categories": [category["id"]],
        "paymentTerms": {"days": 0},
    }
    made = await api.new_client("Io", **given)
    await api.done("clientUpdate", {"id": made["id"], "name": "Io II"})
    await api.done("clientUpdate", {"id": made["id"], **given})
    empty = {"type": None, "parent": None, "categories": [], "paymentTerms": None}
    found = await mistakes(api, "clientUpdate", {"id": made["id"], **empty})
    assert sorted(found) == [(name, "REQUIRED") for name in sorted(empty)]
    await api.done("clientDeactivate", {"id": made["id"]})
    await api.done("clientActivate", {"id": made["id"]})


async def test_only_admins_make_rules(workspace: Workspace) -> None:
    """Everybody reads them, members do not write them."""
    await rule(workspace.api("ADMIN"), "phone")
    found = await workspace.api("VIEWER")(ALL)
    assert [each["path"] for each in found["requirementRules"]] == ["phone"]
    text = 'mutation { requirementRuleCreate(input: {path: "email"}) { userErrors { code } } }'
    assert await workspace.api("MEMBER").codes(text) == ["FORBIDDEN"]


async def test_rules_of_another_workspace_say_nothing_here(
    workspace: Workspace, other: Workspace
) -> None:
    """Neither are they checked nor listed, and their ids do not exist."""
    theirs = await rule(other.api(), "phone")
    api = workspace.api()
    assert await starred(api) == ["name"]
    assert (await api(ALL))["requirementRules"] == []
    assert await mistakes(api, "requirementRuleDelete", {"id": theirs["id"]}) == [
        ("id", "NOT_FOUND")
    ]


async def test_what_a_rule_comes_upon_stays_until_it_is_touched(api: Api) -> None:
    """A form that sends the country and the main contact as they are does not touch the rest."""
    made = await api.new_client("Io", country="FR", contacts=[PERSON], selection=MAIN)
    for path in ("phone", "mainAddress.city", "mainContact.position"):
        await rule(api, path)
    same = {"id": made["id"], "name": "Io II", "country": "FR"}
    await api.done("clientUpdate", same)
    person = {"id": made["mainContact"]["id"], "lastName": "Joliot"}
    await api.done("contactUpdate", {**person, "isMain": True})
    assert await mistakes(api, "clientUpdate", {**same, "phone": None}) == [("phone", "REQUIRED")]
    assert await mistakes(api, "contactUpdate", {**person, "position": None}) == [
        ("position", "REQUIRED")
    ]
    assert await mistakes(api, "clientUpdate", {**same, "country": "BE"}) == [
        ("phone", "REQUIRED"),
        ("addresses", "REQUIRED"),
        ("contacts.0.position", "REQUIRED"),
    ]
    other = {"clientId": made["id"], **PERSON}
    made_other = await api.done("contactCreate", other, "contact { id }")
    becoming = {"id": made_other["contact"]["id"], "isMain": True}
    assert await mistakes(api, "contactUpdate", becoming) == [("position", "REQUIRED")]

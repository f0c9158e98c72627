"""Rows B1 to B8 of the contract: configuration templates."""

from __future__ import annotations

from typing import Any

import pytest

from clientgraph.testing import Api
from tests.contract.answers import mistakes, shown

pytestmark = pytest.mark.anyio

SETTINGS: dict[str, Any] = {
    "country": "BE",
    "locale": "nl-BE",
    "currency": "EUR",
    "paymentTerms": {"days": 30, "endOfMonth": True},
}


async def template(api: Api, name: str, **fields: Any) -> str:
    """A new template."""
    made = await api.done(
        "clientTemplateCreate", {"name": name, **fields}, "clientTemplate { id name description }"
    )
    return str(made["clientTemplate"]["id"])


async def member(api: Api, name: str) -> str:
    """A new member."""
    given = {"name": name, "email": f"{name.lower()}@example.org", "role": "MEMBER"}
    return str((await api.done("memberCreate", given, "member { id }"))["member"]["id"])


async def test_b1_adding_a_client_starts_by_choosing_a_template(api: Api) -> None:
    """A client is added with one of the listed templates; only one that is there will do."""
    await template(api, "Belgian", defaults=SETTINGS)
    await template(api, "Swiss", defaults={"country": "CH", "currency": "CHF"})
    choices = (await api("{ clientTemplates { id name } }"))["clientTemplates"]
    assert [choice["name"] for choice in choices] == ["Belgian", "Swiss"]
    chosen = "template { name } country currency"
    made = await api.new_client("Ganymède", chosen, template=choices[1]["id"])
    assert (made["template"], made["country"], made["currency"]) == ({"name": "Swiss"}, "CH", "CHF")
    given = {"name": "Io", "template": "clienttemplate_0"}
    assert await mistakes(api, "clientCreate", given) == [("template", "NOT_FOUND")]


async def test_b1_a_default_template_stands_in_for_the_choice(api: Api) -> None:
    """Where a workspace has a default template, a client that names none begins with that."""
    chosen = "template { name } country"
    before = await api.new_client("Io", chosen)
    assert (before["template"], before["country"]) == (None, "FR")
    await template(api, "Belgian", defaults=SETTINGS, isDefault=True)
    made = await api.new_client("Europa", chosen)
    assert (made["template"], made["country"]) == ({"name": "Belgian"}, "BE")


async def test_b2_b6_assigned_users_are_assigned_to_clients_using_it(api: Api) -> None:
    """Users are optional; those of a template look after each client that is made with it."""
    alone = await template(api, "Nobody's")
    assert (await api.new_client("Io", "assignees { name }", template=alone))["assignees"] == []
    people = [await member(api, "Zoé"), await member(api, "Ada")]
    shared = await template(api, "Shared", assignees=people)
    made = await api.new_client("Europa", "assignees { name }", template=shared)
    assert made["assignees"] == [{"name": "Ada"}, {"name": "Zoé"}]
    mine = f'{{ clients(filter: {{assignee: "{people[0]}"}}) {{ nodes {{ name }} }} }}'
    assert (await api(mine))["clients"]["nodes"] == [{"name": "Europa"}]


async def test_b2_b7_integrations_are_linked_to_clients_using_it(api: Api) -> None:
    """They are optional; those of a template are linked to each client that is made with it."""
    chosen = "integrations { integration { key label } template { name } }"
    known = (await api("{ integrations { key label } }"))["integrations"]
    assert {"key": "WELCOME_LETTER", "label": "Welcome letter"} in known
    alone = await template(api, "Alone")
    assert (await api.new_client("Io", chosen, template=alone))["integrations"] == []
    both = await template(api, "Linked", integrations=[each["key"] for each in known])
    made = await api.new_client("Europa", chosen, template=both)
    assert made["integrations"] == [
        {"integration": each, "template": {"name": "Linked"}} for each in known
    ]
    linked = '{ clients(filter: {integration: "WELCOME_LETTER"}) { nodes { name } } }'
    assert (await api(linked))["clients"]["nodes"] == [{"name": "Europa"}]


async def test_b7_b8_integrations_can_be_changed_afterwards(api: Api) -> None:
    """On the client; later changes of the template leave it alone."""
    chosen = "integrations { integration { key } }"
    used = await template(api, "Linked", integrations=["WELCOME_LETTER"])
    first, last = [await api.new_client(name, template=used) for name in ("Io", "Europa")]
    await api.done("clientUpdate", {"id": first["id"], "integrations": []})
    await api.done("clientTemplateUpdate", {"id": used, "integrations": []})
    assert (await shown(api, first["id"], chosen))["integrations"] == []
    assert (await shown(api, last["id"], chosen))["integrations"] == [
        {"integration": {"key": "WELCOME_LETTER"}}
    ]


async def test_b3_clients_are_set_up_alike_without_repeated_work(api: Api) -> None:
    """Ten clients of which only the name was given have the same settings."""
    await template(api, "Belgian", defaults=SETTINGS, isDefault=True)
    for number in range(10):
        await api.new_client(f"Client {number}")
    chosen = "country locale currency paymentTerms { days endOfMonth }"
    found = (await api(f"{{ clients {{ nodes {{ {chosen} }} }} }}"))["clients"]["nodes"]
    assert found == [SETTINGS] * 10


async def test_b4_templates_are_managed(api: Api) -> None:
    """They are listed, read, changed and deleted."""
    made = await template(api, "Belgian", defaults=SETTINGS)
    given = {"id": made, "name": "Flemish", "defaults": {"currency": "USD"}}
    await api.done("clientTemplateUpdate", given)
    listed = "{ clientTemplates { id name defaults { country currency } } }"
    assert (await api(listed))["clientTemplates"] == [
        {"id": made, "name": "Flemish", "defaults": {"country": "BE", "currency": "USD"}}
    ]
    gone = await api.done("clientTemplateDelete", {"id": made}, "deletedId")
    assert gone["deletedId"] == made
    assert (await api(listed))["clientTemplates"] == []


async def test_b5_a_template_has_a_name_and_may_have_a_description(api: Api) -> None:
    """The name is mandatory, the description optional; both can be changed."""
    for name in (None, "", "  "):
        assert await mistakes(api, "clientTemplateCreate", {"name": name}) == [("name", "REQUIRED")]
    assert await mistakes(api, "clientTemplateCreate", {}) == [("name", "REQUIRED")]
    made = await template(api, "Belgian")
    described = "clientTemplate { name description }"
    given: dict[str, Any] = {"id": made, "description": "Towns\nin Belgium"}
    after = await api.done("clientTemplateUpdate", given, described)
    assert after["clientTemplate"] == {"name": "Belgian", "description": "Towns\nin Belgium"}
    given = {"id": made, "description": None}
    after = await api.done("clientTemplateUpdate", given, described)
    assert after["clientTemplate"] == {"name": "Belgian", "description": None}
    cleared = {"id": made, "name": None}
    assert await mistakes(api, "clientTemplateUpdate", cleared) == [("name", "REQUIRED")]


async def test_b8_what_a_template_applied_can_be_changed(api: Api) -> None:
    """Every setting, the users too, is replaced on the client; the template stays as it was."""
    people = [await member(api, "Ada"), await member(api, "Zoé")]
    used = await template(api, "Belgian", defaults=SETTINGS, assignees=people[:1])
    made = await api.new_client("Ganymède", template=used)
    changes: dict[str, Any] = {
        "country": "CH",
        "locale": "fr-CH",
        "currency": "CHF",
        "paymentTerms": {"days": 10, "endOfMonth": False},
    }
    await api.done("clientUpdate", {"id": made["id"], "assignees": people[1:], **changes})
    chosen = "country locale currency paymentTerms { days endOfMonth } assignees { name }"
    expected = {**changes, "assignees": [{"name": "Zoé"}]}
    assert await shown(api, made["id"], chosen) == expected
    found = await api("{ clientTemplates { assignees { name } defaults { country } } }")
    assert found["clientTemplates"] == [
        {"assignees": [{"name": "Ada"}], "defaults": {"country": "BE"}}
    ]


async def test_b8_later_changes_of_a_template_do_not_rewrite_clients(api: Api) -> None:
    """Clients keep what they were given and what was changed since, and count no new version."""
    ada = await member(api, "Ada")
    used = await template(api, "Belgian", defaults=SETTINGS, assignees=[ada])
    made = await api.new_client("Ganymède", template=used)
    await api.done("clientUpdate", {"id": made["id"], "currency": "CHF"})
    chosen = "version country locale currency paymentTerms { days } assignees { name }"
    before = await shown(api, made["id"], chosen)
    later = {"country": "NL", "locale": None, "currency": "USD", "paymentTerms": {"days": 5}}
    await api.done("clientTemplateUpdate", {"id": used, "assignees": [], "defaults": later})
    assert await shown(api, made["id"], chosen) == before
    assert (before["country"], before["currency"], before["version"]) == ("BE", "CHF", 2)

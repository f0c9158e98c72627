"""How clients begin: what they take from a template, and what stays of it."""

from __future__ import annotations

from typing import Any

import pytest

from clientgraph.testing import Api
from tests.fields.defining import TIERS, define
from tests.plans.explained import asked
from tests.templates.preparing import (
    CLIENT,
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


@pytest.fixture
async def belgian(api: Api) -> dict[str, Any]:
    """The default template, which sets everything; its id and version."""
    await define(api, "tier", "CHOICE", options=TIERS, defaultValue="silver")
    await define(api, "visits", "NUMBER")
    found: dict[str, Any] = await template(
        api,
        "Belgian town",
        isDefault=True,
        assignees=[await member(api, "Ben"), await member(api, "Ada")],
        defaults={
            "kind": "PUBLIC_BODY",
            "type": await client_type(api, "PARTNER"),
            "categories": [await category(api, "Towns")],
            "country": "BE",
            "locale": "nl-BE",
            "currency": "CHF",
            "vatRegime": "INTRA_COMMUNITY",
            "paymentTerms": {"days": 45, "endOfMonth": True},
            "accountingCode": "411000",
            "customFields": [{"key": "tier", "value": "gold"}, {"key": "visits", "value": 4}],
        },
    )
    return found


BELGIAN: dict[str, Any] = {
    "template": {"name": "Belgian town"},
    "kind": "PUBLIC_BODY",
    "type": {"key": "PARTNER"},
    "categories": [{"name": "Towns"}],
    "country": "BE",
    "countryOrigin": "CLIENT",
    "locale": "nl-BE",
    "localeOrigin": "CLIENT",
    "currency": "CHF",
    "currencyOrigin": "CLIENT",
    "vatRegime": "INTRA_COMMUNITY",
    "paymentTerms": {"days": 45, "endOfMonth": True, "origin": "CLIENT"},
    "accountingCode": "411000",
    "customFields": [{"key": "tier", "display": "Gold"}, {"key": "visits", "display": "4"}],
    "assignees": [{"name": "Ada"}, {"name": "Ben"}],
}
PLAIN: dict[str, Any] = {
    "template": None,
    "kind": "COMPANY",
    "type": None,
    "categories": [],
    "country": "FR",
    "countryOrigin": "ORGANISATION",
    "locale": "fr-FR",
    "localeOrigin": "ORGANISATION",
    "currency": "EUR",
    "currencyOrigin": "ORGANISATION",
    "vatRegime": "TAXABLE",
    "paymentTerms": {"days": 30, "endOfMonth": False, "origin": "ORGANISATION"},
    "accountingCode": None,
    "customFields": [{"key": "tier", "display": "Silver"}],
    "assignees": [],
}


async def begun(api: Api, **given: Any) -> dict[str, Any]:
    """What a new client has of what a template can set."""
    made = await api.new_client("Io", CLIENT, **given)
    return {name: value for name, value in made.items() if name not in ("id", "version")}


async def shown(api: Api, client_id: str) -> Any:
    """The same of a client as a fresh query shows it."""
    text = f"query($id: ID!) {{ client(by: {{id: $id}}) {{ {CLIENT} }} }}"
    return (await api(text, {"id": client_id}))["client"]


async def test_a_client_takes_everything_from_its_template(
    api: Api, belgian: dict[str, Any]
) -> None:
    """Named, or because it is the default one; with null there is no template."""
    assert await begun(api) == BELGIAN
    assert await begun(api, template=belgian["id"]) == BELGIAN
    assert await begun(api, template=None) == PLAIN


async def test_without_a_default_template_clients_have_none(api: Api) -> None:
    """A template that is there is not taken unasked."""
    await template(api, "Belgian", defaults={"country": "BE"})
    made = await api.new_client("Io", "country template { name }")
    assert (made["country"], made["template"]) == ("FR", None)


async def test_what_is_given_wins_field_by_field(api: Api, belgian: dict[str, Any]) -> None:
    """Custom fields win key by key; what is not given stays the template's."""
    eve = await member(api, "Eve")
    given = {
        "kind": "COMPANY",
        "country": "LU",
        "paymentTerms": {"days": 10},
        "categories": [],
        "assignees": [eve],
        "customFields": [{"key": "visits", "value": 9}],
    }
    assert await begun(api, **given) == BELGIAN | {
        "kind": "COMPANY",
        "country": "LU",
        "paymentTerms": {"days": 10, "endOfMonth": False, "origin": "CLIENT"},
        "categories": [],
        "assignees": [{"name": "Eve"}],
        "customFields": [{"key": "tier", "display": "Gold"}, {"key": "visits", "display": "9"}],
    }


async def test_what_is_given_as_null_is_not_the_templates(
    api: Api, belgian: dict[str, Any]
) -> None:
    """A field that is named without a value has none, and falls back as without template."""
    names = ("kind", "type", "categories", "country", "locale", "currency", "vatRegime")
    names = (*names, "paymentTerms", "assignees")
    given: dict[str, Any] = dict.fromkeys(names)
    fields = [{"key": "tier", "value": None}, {"key": "visits"}]
    made = await begun(api, **given, accountingCode=" ", customFields=fields)
    assert made == PLAIN | {"template": {"name": "Belgian town"}, "customFields": []}
    kept = await begun(api, customFields=None)
    assert kept["customFields"] == BELGIAN["customFields"]


async def test_clients_stay_as_they_are_when_the_template_changes(
    api: Api, belgian: dict[str, Any]
) -> None:
    """Neither a change nor the archiving of a template reaches clients that were made with it."""
    made = await api.new_client("Io")
    given = {"country": "NL", "currency": None, "categories": [], "customFields": [{"key": "tier"}]}
    await changed(api, belgian["id"], name="Dutch town", assignees=[], defaults=given)
    expected = BELGIAN | {"template": {"name": "Dutch town"}}
    assert await shown(api, made["id"]) == expected
    assert (await begun(api))["country"] == "NL"
    await api.done("clientTemplateDelete", {"id": belgian["id"]})
    assert await shown(api, made["id"]) == expected
    versions = await api(f'{{ client(by: {{id: "{made["id"]}"}}) {{ version }} }}')
    assert versions["client"]["version"] == 1


async def test_every_setting_can_be_changed_afterwards(api: Api, belgian: dict[str, Any]) -> None:
    """Each can be replaced or cleared like any other value; the template is still remembered."""
    made = await api.new_client("Io")
    given = {
        "kind": "COMPANY",
        "type": None,
        "categories": [],
        "country": "FR",
        "locale": None,
        "currency": None,
        "vatRegime": "TAXABLE",
        "paymentTerms": None,
        "accountingCode": None,
        "assignees": [],
        "customFields": [{"key": "tier", "value": "silver"}, {"key": "visits"}],
    }
    await api.done("clientUpdate", {"id": made["id"], **given})
    expected = PLAIN | {"template": {"name": "Belgian town"}, "countryOrigin": "CLIENT"}
    assert await shown(api, made["id"]) == expected


async def test_a_template_that_is_not_in_use_is_a_mistake_among_the_others(api: Api) -> None:
    """Unknown and archived ones are told at their place, along with all else that is wrong."""
    old = await template(api, "Old", defaults={"country": "BE"})
    await changed(api, old["id"], isArchived=True)
    for chosen, code in ((old["id"], "ARCHIVED"), ("clienttemplate_0", "NOT_FOUND")):
        given = {"name": "Io", "template": chosen}
        assert await mistakes(api, "clientCreate", given) == [("template", code)]
        given |= {"name": " ", "currency": "XXX"}
        assert sorted(await mistakes(api, "clientCreate", given)) == [
            ("currency", "INVALID_CURRENCY"),
            ("name", "REQUIRED"),
            ("template", code),
        ]
    assert (await api("{ clients { totalCount } }"))["clients"]["totalCount"] == 0


async def test_what_no_longer_does_is_left_out(api: Api, belgian: dict[str, Any]) -> None:
    """Entries, choices, custom fields, languages and members that went out of use since."""
    for entry in (await api("{ categories { id } }"))["categories"]:
        await api.done("categoryUpdate", {"id": entry["id"], "isArchived": True})
    await api.done("clientTypeDelete", {"id": await client_type(api, "PARTNER")})
    await api.done("organisationUpdate", {"languages": ["fr"]})
    people = (await api("{ organisation { members { id name } } }"))["organisation"]["members"]
    ada = next(each["id"] for each in people if each["name"] == "Ada")
    await api.done("memberUpdate", {"id": ada, "isActive": False})
    found = await api("{ customFieldDefinitions(on: CLIENT) { id key } }")
    fields = {each["key"]: each["id"] for each in found["customFieldDefinitions"]}
    await api.done("customFieldDefinitionArchive", {"id": fields["visits"]})
    silver = {"choices": TIERS["choices"][1:]}
    given = {"id": fields["tier"], "options": silver, "acceptInvalid": True}
    await api.done("customFieldDefinitionUpdate", given)
    assert await begun(api, template=belgian["id"]) == BELGIAN | {
        "type": None,
        "categories": [],
        "locale": "fr-FR",
        "localeOrigin": "ORGANISATION",
        "customFields": [{"key": "tier", "display": "Silver"}],
        "assignees": [{"name": "Ben"}],
    }
    shown_still = "clientTemplate { defaults { categories { name } customFields { key } } }"
    given = {"id": belgian["id"], "validateOnly": True}
    kept = await api.done("clientTemplateUpdate", given, shown_still)
    assert kept["clientTemplate"]["defaults"] == {
        "categories": [{"name": "Towns"}],
        "customFields": [{"key": "tier"}, {"key": "visits"}],
    }


async def test_a_field_that_became_unique_is_left_out(api: Api) -> None:
    """Two clients of one template never stand in each other's way."""
    made = await define(api, "number", "TEXT")
    await template(
        api, isDefault=True, defaults={"customFields": [{"key": "number", "value": "7"}]}
    )
    await api.done("customFieldDefinitionUpdate", {"id": made["id"], "unique": True})
    for name in ("Io", "Europa"):
        client = await api.new_client(name, "customFields { key }")
        assert client["customFields"] == []


async def test_a_reference_to_a_client_that_is_gone_is_left_out(api: Api) -> None:
    """A template may refer to a client; when that is deleted, new clients refer to nobody."""
    await define(api, "broker", "CLIENT_REFERENCE")
    broker = (await api.new_client("Leda"))["id"]
    fields = [{"key": "broker", "value": broker}]
    await template(api, isDefault=True, defaults={"customFields": fields})
    chosen = "customFields { ... on ClientReferenceValue { client { name } } }"
    made = await api.new_client("Io", chosen)
    assert made["customFields"] == [{"client": {"name": "Leda"}}]
    await api.done("clientDelete", {"id": broker})
    assert (await api.new_client("Europa", chosen))["customFields"] == []


async def test_what_is_required_may_come_from_the_template(api: Api) -> None:
    """Required custom fields are checked when the template has been applied."""
    await define(api, "sector", "TEXT", required=True)
    given = {"name": "Io"}
    assert await mistakes(api, "clientCreate", given) == [("customFields.sector", "REQUIRED")]
    fields = [{"key": "sector", "value": "Space"}]
    made = await template(api, defaults={"customFields": fields})
    assert await mistakes(api, "clientCreate", given | {"template": made["id"]}) == []


async def test_the_templates_country_rules_the_new_client(api: Api) -> None:
    """Required identifiers and national phone numbers are those of the template's country."""
    await api.done("organisationUpdate", {"requirements": "jump"})
    address = {"line1": "1 rue Haute", "postalCode": "1000", "city": "Bruxelles"}
    given = {"name": "Io", "phone": "02 234 56 78", "addresses": [address]}
    assert ("identifiers.FR_SIRET", "REQUIRED") in await mistakes(api, "clientCreate", given)
    await template(api, isDefault=True, defaults={"country": "BE"})
    made = await api.new_client(selection="phone", **given)
    assert made["phone"] == "+3222345678"


async def test_a_recap_shows_what_the_template_does(api: Api, belgian: dict[str, Any]) -> None:
    """With `validateOnly` the answer is the client as it would be, and nothing is made."""
    assert await begun(api, validateOnly=True) == BELGIAN
    assert (await api("{ clients { totalCount } }"))["clients"]["totalCount"] == 0


async def test_drafts_begin_with_templates_too(api: Api, belgian: dict[str, Any]) -> None:
    """A draft has the settings of its template at once."""
    assert await begun(api, isDraft=True) == BELGIAN


async def test_clients_with_templates_take_as_many_statements_whatever_their_number(
    api: Api, belgian: dict[str, Any]
) -> None:
    """Four clients or nine, of three templates and none: the same statements for all they show."""
    retail, ada = await category(api, "Retail"), await member(api, "Zoe")
    for number in range(2):
        await template(
            api,
            f"Template {number}",
            assignees=[ada],
            defaults={"categories": [retail], "type": await client_type(api, "PROSPECT")},
        )
    known = [each["id"] for each in await listed(api, "id")]
    for number in range(9):
        await api.new_client(f"Client {number}", template=[*known, None][number % 4])
    query = f"""query($first: Int) {{ clients(first: $first) {{ nodes {{ {CLIENT}
        template {{ name assignees {{ name }} {DEFAULTS} }} }} }} }}"""

    async def tables(first: int) -> list[str]:
        texts = [text for text, _ in await asked(api, query, first=first)]
        return sorted(text.partition(" WHERE ")[0] for text in texts if '"api_token"' not in text)

    found = (await api(query, {"first": 9}))["clients"]["nodes"]
    assert [each["template"] and each["template"]["name"] for each in found[:4]] == [
        "Belgian town",
        "Template 0",
        "Template 1",
        None,
    ]
    assert await tables(4) == await tables(9)

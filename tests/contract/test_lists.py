"""Rows F5, F15, F20, F28 and D34 to D38 of the contract: managed lists and counts by them."""

from __future__ import annotations

from typing import Any

import pytest

from clientgraph.testing import Api, Statements, Workspace
from tests.contract.answers import mistakes, names, shown

pytestmark = pytest.mark.anyio

GROUPS = "key label count"


async def added(api: Api, kind: str, name: str, **fields: Any) -> Any:
    """A new entry of a list."""
    selection = f"{kind} {{ id version key name label position archivedAt inUse clientCount }}"
    return (await api.done(f"{kind}Create", {"name": name, **fields}, selection))[kind]


async def entries(api: Api, listed: str, selection: str = "key label") -> Any:
    """A list as it is chosen from."""
    found = await api(f"{{ {listed} {{ {selection} }} }}")
    return found[listed.partition("(")[0]]


async def groups(api: Api, by: str, arguments: str = "", selection: str = GROUPS) -> Any:
    """The counts of clients by something."""
    found = await api(f"{{ clientStatistics(groupBy: {by}{arguments}) {{ {selection} }} }}")
    return found["clientStatistics"]


async def test_f5_a_client_has_a_type_that_the_workspace_manages(api: Api) -> None:
    """Types are shipped, added by the workspace, given to a client, changed and taken away."""
    shipped = await entries(api, "clientTypes")
    assert [each["key"] for each in shipped] == [
        "COMPANY",
        "ASSOCIATION",
        "PUBLIC_BODY",
        "SOLE_TRADER",
        "PARTNER",
        "PROSPECT",
    ]
    made = await added(api, "clientType", "Grand compte")
    assert (made["key"], made["position"], made["clientCount"]) == ("GRAND_COMPTE", 6, 0)
    client = await api.new_client(type=made["id"], selection="type { key clientCount inUse }")
    assert client["type"] == {"key": "GRAND_COMPTE", "clientCount": 1, "inUse": True}
    await api.done("clientUpdate", {"id": client["id"], "email": "io@example.org"})
    assert (await shown(api, client["id"], "type { key }"))["type"] == {"key": "GRAND_COMPTE"}
    await api.done("clientUpdate", {"id": client["id"], "type": None})
    assert (await shown(api, client["id"], "type { key }"))["type"] is None


async def test_f15_a_workspace_offers_its_languages(api: Api) -> None:
    """A client's language is one of those that the workspace offers; at first, any."""
    assert (await api("{ organisation { languages } }"))["organisation"] == {"languages": []}
    swahili = await api.new_client("Nairobi", locale="sw-KE")
    given = {"languages": ["fr", "NL", "fr"]}
    payload = await api.done("organisationUpdate", given, "organisation { languages }")
    assert payload["organisation"] == {"languages": ["fr", "nl"]}
    assert (await api.new_client("Io", "locale", locale="nl-BE"))["locale"] == "nl-BE"
    refused = [("locale", "LANGUAGE_NOT_OFFERED")]
    assert await mistakes(api, "clientCreate", {"name": "Leda", "locale": "de-DE"}) == refused
    change = {"id": swahili["id"], "locale": "sw-TZ"}
    assert await mistakes(api, "clientUpdate", change) == refused
    await api.done("clientUpdate", {"id": swahili["id"], "name": "Mombasa"})
    unknown = {"languages": ["fr", "klingon"]}
    found = await mistakes(api, "organisationUpdate", unknown)
    assert found == [("languages", "INVALID_LANGUAGE")]
    await api.done("organisationUpdate", {"languages": []})
    await api.done("clientUpdate", change)


async def test_f20_civilities_can_be_added(api: Api) -> None:
    """A workspace's own civility is chosen by its key, like the shipped ones."""
    made = await added(
        api, "civility", "Mx", translations=[{"language": "fr", "name": "Mix"}], position=1
    )
    assert (made["key"], made["label"]) == ("MX", "Mx")
    french = Api(api.client, api.token, "fr")
    offered = [each["label"] for each in await entries(french, "civilities")]
    assert offered == ["Madame", "Monsieur", "Mix", "Professeur", "Maître", "Docteur"]
    client = await french.new_client(
        contacts=[{"lastName": "Galilei", "civility": "MX"}],
        selection="mainContact { id civility { key label } }",
    )
    assert client["mainContact"]["civility"] == {"key": "MX", "label": "Mix"}
    payload = await api.done("civilityDelete", {"id": made["id"]}, "deletedId civility { key }")
    assert payload == {"deletedId": None, "civility": {"key": "MX"}, "userErrors": []}
    new = {"name": "Io", "contacts": [{"lastName": "Marius", "civility": "MX"}]}
    assert await mistakes(api, "clientCreate", new) == [("contacts.0.civility", "ARCHIVED")]
    kept = {"id": client["mainContact"]["id"], "civility": "MX", "position": "Director"}
    await api.done("contactUpdate", kept)


@pytest.mark.parametrize(
    ("language", "labels"),
    [
        ("en", "Website, Recommendation, Trade fair, Phone call, E-mail campaign, Social network"),
        (
            "fr",
            "Site web, Recommandation, Salon, Appel téléphonique, Campagne e-mail, Réseau social",
        ),
        ("nl", "Website, Aanbeveling, Beurs, Telefoongesprek, E-mailcampagne, Sociaal netwerk"),
        ("de", "Website, Empfehlung, Messe, Telefonat, E-Mail-Kampagne, Soziales Netzwerk"),
    ],
)
async def test_f28_sources_are_shipped_in_four_languages(
    api: Api, language: str, labels: str
) -> None:
    """A new workspace finds sources, named in the language of whoever asks."""
    found = await entries(Api(api.client, api.token, language), "contactSources")
    assert ", ".join(each["label"] for each in found[:6]) == labels
    assert found[6]["key"] == "OTHER"


async def test_f28_a_contact_has_a_source(api: Api) -> None:
    """Shipped and own sources are given to contacts, filtered by, and taken away again."""
    own = await added(api, "contactSource", "Newsletter")
    fair = (await entries(api, "contactSources", "id key"))[2]["id"]
    client = await api.new_client(
        contacts=[{"lastName": "Un", "source": own["id"]}, {"lastName": "Deux"}],
        selection="contacts { nodes { id source { key clientCount } } }",
    )
    first, second = client["contacts"]["nodes"]
    assert first["source"] == {"key": "NEWSLETTER", "clientCount": 1}
    assert second["source"] is None
    given = {"id": second["id"], "source": fair}
    payload = await api.done("contactUpdate", given, "contact { source { key } }")
    assert payload["contact"]["source"] == {"key": "TRADE_FAIR"}
    text = "query($f: ContactFilter) { contacts(filter: $f) { nodes { lastName } } }"
    for sources, expected in (([fair], ["Deux"]), ([fair, own["id"]], ["Deux", "Un"]), ([], [])):
        found = await api(text, {"f": {"source": sources}})
        assert [each["lastName"] for each in found["contacts"]["nodes"]] == expected
    await api.done("contactUpdate", {"id": second["id"], "source": None})
    assert await mistakes(api, "contactUpdate", {"id": second["id"], "source": first["id"]}) == [
        ("source", "NOT_FOUND")
    ]
    missing = {"name": "Io", "contacts": [{"lastName": "A"}, {"lastName": "B", "source": "x"}]}
    assert await mistakes(api, "clientCreate", missing) == [("contacts.1.source", "NOT_FOUND")]


@pytest.fixture
async def retail(api: Api) -> dict[str, str]:
    """Three categories by name, and four clients in them."""
    made = {
        name: (await added(api, "category", name))["id"]
        for name in ("Grossistes", "Détaillants", "Clients réguliers")
    }
    wholesale, retail, regular = made.values()
    await api.new_client("Both", categories=[wholesale, regular])
    await api.new_client("Wholesaler", categories=[wholesale])
    await api.new_client("Retailer", categories=[retail])
    await api.new_client("None")
    return made


async def test_d34_d36_a_client_is_in_several_categories(api: Api, retail: dict[str, str]) -> None:
    """Categories are given in any number, answered in the list's order, and replaced as a set."""
    first, second, third = retail.values()
    client = await api.new_client(
        categories=[third, first, third], selection="categories { name clientCount }"
    )
    assert client["categories"] == [
        {"name": "Grossistes", "clientCount": 3},
        {"name": "Clients réguliers", "clientCount": 2},
    ]
    for given, expected in (([second, third], ["Détaillants", "Clients réguliers"]), (None, [])):
        change = {"id": client["id"], "categories": given}
        payload = await api.done("clientUpdate", change, "client { categories { name } }")
        assert [each["name"] for each in payload["client"]["categories"]] == expected
    wrong = {"id": client["id"], "categories": [first, client["id"]]}
    assert await mistakes(api, "clientUpdate", wrong) == [("categories.1", "NOT_FOUND")]
    for mutation, given in (
        ("clientUpdate", {"id": client["id"]}),
        ("clientCreate", {"name": "A"}),
    ):
        many = {**given, "categories": [first] * 101}
        assert await mistakes(api, mutation, many) == [("categories", "TOO_MANY")]


async def test_d35_categories_are_made_by_the_workspace(api: Api) -> None:
    """A workspace begins without categories, and adds, renames and orders its own."""
    assert await entries(api, "categories") == []
    first = await added(api, "category", "Grossistes")
    second = await added(api, "category", "Détaillants")
    assert [each["key"] for each in (first, second)] == ["GROSSISTES", "DETAILLANTS"]
    taken = await api.do("categoryCreate", {"name": "détaillants!"})
    assert [(e["path"], e["code"], e["recordId"]) for e in taken["userErrors"]] == [
        (["input", "name"], "TAKEN", second["id"])
    ]
    await api.done("categoryUpdate", {"id": second["id"], "name": "Magasins", "position": 0})
    assert [each["label"] for each in await entries(api, "categories")] == [
        "Grossistes",
        "Magasins",
    ]
    payload = await api.done("categoryDelete", {"id": first["id"]}, "deletedId category { id }")
    assert (payload["deletedId"], payload["category"]) == (first["id"], None)
    assert [each["key"] for each in await entries(api, "categories")] == ["DETAILLANTS"]


async def test_d35_a_category_in_use_is_archived(api: Api, retail: dict[str, str]) -> None:
    """Deleting what clients have archives it: it stays with them and cannot be chosen anew."""
    category = retail["Grossistes"]
    before = await names(api, "")
    selection = "deletedId category { name archivedAt }"
    payload = await api.done("categoryDelete", {"id": category}, selection)
    assert payload["deletedId"] is None
    assert payload["category"]["archivedAt"] is not None
    listed = [each["key"] for each in await entries(api, "categories")]
    assert listed == ["DETAILLANTS", "CLIENTS_REGULIERS"]
    assert len(await entries(api, "categories(includeArchived: true)")) == 3
    refused = [("categories.0", "ARCHIVED")]
    new = {"name": "Io", "categories": [category]}
    assert await mistakes(api, "clientCreate", new) == refused
    kept = await api('{ clients(search: "both") { nodes { id categories { key } } } }')
    client = kept["clients"]["nodes"][0]
    assert [each["key"] for each in client["categories"]] == ["GROSSISTES", "CLIENTS_REGULIERS"]
    both = {"id": client["id"], "categories": [category, retail["Détaillants"]]}
    await api.done("clientUpdate", both)
    again = await added(api, "category", "Grossistes")
    assert again["key"] == "GROSSISTES_2"
    restored = {"id": category, "isArchived": False}
    assert await mistakes(api, "categoryUpdate", restored) == [("name", "TAKEN")]
    await api.done("categoryUpdate", {**restored, "name": "Gros"}, "category { archivedAt }")
    await api.done("clientCreate", new)
    assert await names(api, "") == sorted([*before, "Io"])


async def test_d35_bad_entries_are_refused_at_their_place(api: Api) -> None:
    """Every mistake in an entry is told at once."""
    given = {
        "key": "bad key",
        "position": -1,
        "translations": [
            {"language": "fr", "name": "Un"},
            {"language": "fr", "name": "Deux"},
            {"language": "xx", "name": " "},
        ],
    }
    assert sorted(await mistakes(api, "categoryCreate", given)) == [
        ("key", "INVALID_KEY"),
        ("name", "REQUIRED"),
        ("position", "OUT_OF_RANGE"),
        ("translations.1.language", "DUPLICATE"),
        ("translations.2.language", "INVALID_LANGUAGE"),
        ("translations.2.name", "REQUIRED"),
    ]
    taken = {"name": "Madam", "key": "MADAME"}
    assert await mistakes(api, "civilityCreate", taken) == [("key", "TAKEN")]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"anyOf": ["Grossistes", "Détaillants"]}, ["Both", "Retailer", "Wholesaler"]),
        ({"allOf": ["Grossistes", "Clients réguliers"]}, ["Both"]),
        ({"noneOf": ["Grossistes"]}, ["None", "Retailer"]),
        ({"isSet": False}, ["None"]),
        ({"isSet": True, "noneOf": ["Clients réguliers"]}, ["Retailer", "Wholesaler"]),
        ({"anyOf": []}, []),
        ({"allOf": [], "noneOf": []}, ["Both", "None", "Retailer", "Wholesaler"]),
    ],
)
async def test_d37_clients_are_found_by_category(
    api: Api, retail: dict[str, str], wanted: dict[str, Any], expected: list[str]
) -> None:
    """Any, all and none of some categories, or having any, choose clients."""
    given = {
        test: [retail[name] for name in value] if isinstance(value, list) else value
        for test, value in wanted.items()
    }
    found = await api(
        "query($f: ClientFilter) { clients(filter: $f) { totalCount nodes { name } } }",
        {"f": {"categories": given}},
    )
    assert [each["name"] for each in found["clients"]["nodes"]] == expected
    assert found["clients"]["totalCount"] == len(expected)


async def test_d37_clients_are_found_by_type(api: Api) -> None:
    """One of several types chooses clients."""
    types = {each["key"]: each["id"] for each in await entries(api, "clientTypes", "key id")}
    for key in ("COMPANY", "PARTNER", "PROSPECT"):
        await api.new_client(key.title(), type=types[key])
    await api.new_client("None")
    given = {"type": [types["COMPANY"], types["PROSPECT"]]}
    for wanted, expected in (
        (given, ["Company", "Prospect"]),
        ({"not": given}, ["None", "Partner"]),
        ({"hasType": False}, ["None"]),
        ({"hasType": True, "not": given}, ["Partner"]),
    ):
        found = await api(
            "query($f: ClientFilter) { clients(filter: $f) { nodes { name } } }", {"f": wanted}
        )
        assert [each["name"] for each in found["clients"]["nodes"]] == expected


async def test_d38_clients_are_counted_by_category(api: Api, retail: dict[str, str]) -> None:
    """Each category with its clients, the largest first, and those without any last of theirs."""
    assert await groups(api, "CATEGORY", selection="key count category { name }") == [
        {"key": "GROSSISTES", "count": 2, "category": {"name": "Grossistes"}},
        {"key": "CLIENTS_REGULIERS", "count": 1, "category": {"name": "Clients réguliers"}},
        {"key": "DETAILLANTS", "count": 1, "category": {"name": "Détaillants"}},
        {"key": None, "count": 1, "category": None},
    ]
    both = '{clients(search: "both") { nodes { id } } }'
    found = (await api(both))["clients"]["nodes"][0]["id"]
    await api.done("clientDeactivate", {"id": found})
    assert (await groups(api, "CATEGORY"))[0]["count"] == 1
    assert (await groups(api, "CATEGORY", ", includeInactive: true"))[0]["count"] == 2
    chosen = f', filter: {{categories: {{anyOf: ["{retail["Détaillants"]}"]}}}}'
    assert await groups(api, "CATEGORY", chosen) == [
        {"key": "DETAILLANTS", "label": "Détaillants", "count": 1}
    ]


async def test_d38_clients_are_counted_by_what_they_are(api: Api) -> None:
    """Country, status, kind, type and source, labelled in the caller's language."""
    french = Api(api.client, api.token, "fr")
    types = {each["key"]: each["id"] for each in await entries(api, "clientTypes", "key id")}
    sources = {each["key"]: each["id"] for each in await entries(api, "contactSources", "key id")}
    salon = {"lastName": "A", "source": sources["TRADE_FAIR"]}
    site = {"lastName": "B", "source": sources["WEBSITE"]}
    await api.new_client("Un", country="BE", type=types["COMPANY"], contacts=[salon, salon, site])
    await api.new_client("Deux", country="BE", kind="PUBLIC_BODY", contacts=[salon])
    await api.new_client("Trois", isDraft=True, contacts=[{"lastName": "C"}])
    assert await groups(french, "COUNTRY") == [
        {"key": "BE", "label": "Belgique", "count": 2},
        {"key": "FR", "label": "France", "count": 1},
    ]
    assert await groups(french, "STATUS") == [
        {"key": "ACTIVE", "label": "Actif", "count": 2},
        {"key": "DRAFT", "label": "Brouillon", "count": 1},
    ]
    assert await groups(french, "KIND") == [
        {"key": "COMPANY", "label": "Société", "count": 2},
        {"key": "PUBLIC_BODY", "label": "Organisme public", "count": 1},
    ]
    assert await groups(french, "TYPE", selection="count type { key }") == [
        {"count": 2, "type": None},
        {"count": 1, "type": {"key": "COMPANY"}},
    ]
    assert await groups(french, "SOURCE", selection="label count source { key }") == [
        {"label": "Salon", "count": 2, "source": {"key": "TRADE_FAIR"}},
        {"label": "Site web", "count": 1, "source": {"key": "WEBSITE"}},
        {"label": None, "count": 1, "source": None},
    ]


@pytest.mark.parametrize("by", ["CATEGORY", "TYPE", "COUNTRY", "STATUS", "KIND", "SOURCE"])
async def test_d38_counts_take_one_statement(
    watched_workspace: Workspace, statements: Statements, by: str
) -> None:
    """However many groups there are, one SELECT counts them."""
    api = watched_workspace.api()
    for number in range(3):
        category = await added(api, "category", f"Category {number}")
        await api.new_client(f"Client {number}", categories=[category["id"]])
    await statements.take()
    await groups(api, by, selection="key label count category { label } type { label }")
    sent = await statements.take()
    selects = [text for text in sent if text.startswith("SELECT") and "api_token" not in text]
    assert ["count(" in text for text in selects] == [True]

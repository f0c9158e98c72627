"""A view keeps a list as it was, and says at once what it could not be opened with."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest
from tests.contract.answers import mistakes
from tests.events.people import Person
from tests.fields.defining import define
from tests.views.saving import SHOWN, saved, unfit, view_names

from clientgraph import global_ids
from clientgraph.storage.rows import insert_many
from clientgraph.storage.scope import Scope
from clientgraph.testing import Api, Workspace, Workspaces
from clientgraph.views.models import SavedView

pytestmark = pytest.mark.anyio

CODES = {
    "FILTER_TOO_DEEP",
    "INVALID_COUNTRY",
    "INVALID_FILTER",
    "TOO_LONG",
    "TOO_MANY_VALUES",
    "UNKNOWN_CUSTOM_FIELD",
}
WHOLE: dict[str, Any] = {
    "filter": {
        "country": ["BE", "FR"],
        "or": [{"name": {"startsWith": "a"}}, {"createdAt": {"gt": "2020-01-01T00:00:00Z"}}],
        "consent": {"purpose": "MARKETING"},
    },
    "search": "moon",
    "sort": ["NAME_DESC", "CREATED_AT_ASC"],
    "sortByCustomField": None,
    "columns": ["name", "mainContact.email", "paymentTerms.days", "contacts.totalCount"],
    "includeInactive": True,
}


async def test_a_view_is_kept_whole(ada: Person) -> None:
    """Everything comes back as it was given, from the mutation and by id."""
    made = await saved(ada.api, "Moons", **WHOLE)
    expected = {**WHOLE, "name": "Moons", "on": "CLIENTS", "isShared": False, "version": 1}
    assert {**made, "id": None} == {**expected, "id": None, "owner": {"name": "Ada"}}
    text = f"query($id: ID!) {{ node(id: $id) {{ ... on SavedView {{ {SHOWN} }} }} }}"
    assert (await ada.api(text, {"id": made["id"]}))["node"] == made


async def test_a_view_of_nothing_but_a_name(ada: Person) -> None:
    """The plain list under a name."""
    made = await saved(ada.api, " Ours ", "EVENTS", isShared=True)
    assert made == {
        "id": made["id"],
        "version": 1,
        "name": "Ours",
        "on": "EVENTS",
        "filter": {},
        "search": None,
        "sort": [],
        "sortByCustomField": None,
        "columns": [],
        "includeInactive": False,
        "isShared": True,
        "owner": {"name": "Ada"},
    }


async def test_fields_change_one_by_one(ada: Person) -> None:
    """Absent fields stay, null clears, and versions count."""
    made = await saved(ada.api, "Moons", **WHOLE)
    cleared = {"filter": None, "search": None, "sort": None, "columns": None}
    given = {"id": made["id"], "expectedVersion": 1, "name": "Planets", **cleared}
    changed = (await ada.api.done("savedViewUpdate", given, f"savedView {{ {SHOWN} }}"))[
        "savedView"
    ]
    empty = {"filter": {}, "search": None, "sort": [], "columns": [], "version": 2}
    assert changed == {**made, **empty, "name": "Planets"}
    assert await mistakes(ada.api, "savedViewUpdate", given) == [
        ("expectedVersion", "VERSION_CONFLICT")
    ]
    for name in ("name", "isShared"):
        wrong = {"id": made["id"], name: None}
        assert await mistakes(ada.api, "savedViewUpdate", wrong) == [(name, "REQUIRED")]


async def test_views_are_listed_by_name(ada: Person) -> None:
    """Of one list or of all, in pages."""
    for name, on in (("b", "CLIENTS"), ("Á", "CLIENTS"), ("c", "CONTACTS")):
        await saved(ada.api, name, on)
    assert await view_names(ada.api, "(on: CLIENTS)") == ["Á", "b"]
    assert await view_names(ada.api, "(on: CONTACTS)") == ["c"]
    assert await view_names(ada.api) == ["Á", "b", "c"]
    page = (await ada.api("{ savedViews(first: 1) { pageInfo { endCursor } } }"))["savedViews"]
    after = page["pageInfo"]["endCursor"]
    assert await view_names(ada.api, f'(first: 1, after: "{after}")') == ["b"]
    codes = await ada.api.codes(f'{{ savedViews(on: CLIENTS, after: "{after}") {{ totalCount }} }}')
    assert codes == ["BAD_CURSOR"]


async def test_mistakes_in_a_filter_have_their_place(api: Api) -> None:
    """Each mistake is at the way to it within the filter."""
    custom = "filter.customFields"
    deep: dict[str, Any] = {}
    for _ in range(7):
        deep = {"not": deep}
    cases: list[tuple[Any, list[str]]] = [
        ({"country": [5]}, ["filter.country.0"]),
        ({"country": ["XX"]}, ["filter.country.0"]),
        (
            {"or": [{}, {"name": {"eq": 1}, "status": ["GONE"]}]},
            ["filter.or.1.status.0", "filter.or.1.name.eq"],
        ),
        ({"nonsense": 1}, ["filter"]),
        ({"createdAt": {"gt": "yesterday"}}, ["filter.createdAt.gt"]),
        ({"consent": {}}, ["filter.consent"]),
        ({"customFields": [{"key": "nothing", "op": "EQ", "value": 1}]}, [f"{custom}.0.key"]),
        (deep, ["filter"]),
        ("country", ["filter"]),
        ([], ["filter"]),
        ({"name": {"contains": "x" * 20_000}}, ["filter"]),
        ({"country": ["FR"] * 501}, ["filter"]),
    ]
    for given, places in cases:
        found = await unfit(api, filter=given)
        assert sorted(place for place, _ in found) == sorted(places), given
        assert {code for _, code in found} <= CODES
    await saved(api, filter={"country": "FR", "status": "ACTIVE"}, isShared=True)


async def test_json_that_is_nested_without_end_is_refused(api: Api) -> None:
    """However it comes: no filter of the list can be as deep."""
    deep = "{and: [" * 30 + "{}" + "]}" * 30
    text = """mutation { savedViewCreate(input: {name: "Deep", on: CLIENTS, isShared: true,
        filter: FILTER}) { userErrors { path code message } } }"""
    payload = (await api(text.replace("FILTER", deep)))["savedViewCreate"]
    assert payload["userErrors"] == [
        {
            "path": ["input", "filter"],
            "code": "FILTER_TOO_DEEP",
            "message": "Filters can be nested 6 levels deep, no deeper.",
        }
    ]


async def test_filters_are_those_of_their_list(api: Api) -> None:
    """What clients are filtered by is no filter of contacts or events, and the other way round."""
    assert await unfit(api, "CONTACTS", filter={"country": ["FR"]}) == [
        ("filter", "INVALID_FILTER")
    ]
    assert await unfit(api, "EVENTS", filter={"isMain": True}) == [("filter", "INVALID_FILTER")]
    assert await unfit(api, "CLIENTS", filter={"isMain": True}) == [("filter", "INVALID_FILTER")]
    long = {"text": " ".join("abcdefghijk")}
    assert await unfit(api, "EVENTS", filter=long) == [("filter.text", "TOO_MANY_WORDS")]
    await saved(api, "a", "CONTACTS", filter={"isMain": True}, isShared=True)
    await saved(api, "b", "EVENTS", filter={"isOpen": True, "kinds": ["CALL"]}, isShared=True)


async def test_all_other_mistakes_come_at_once(api: Api) -> None:
    """Names, searches, orders, columns and what events do not have."""
    assert await unfit(
        api,
        name="x" * 101,
        search="y" * 201,
        sort=["NAME_ASC", "NAME_DESC", "LENGTH_ASC", "CREATED_AT_ASC"],
        columns=["name", "nothing", "name"],
        filter={"country": [5]},
    ) == [
        ("name", "TOO_LONG"),
        ("search", "TOO_LONG"),
        ("filter.country.0", "INVALID_FILTER"),
        ("sort", "TOO_MANY"),
        ("sort.1", "DUPLICATE"),
        ("sort.2", "UNKNOWN_CHOICE"),
        ("columns.1", "UNKNOWN_COLUMN"),
        ("columns.2", "DUPLICATE"),
    ]
    assert await unfit(api, name=" ", search=" ".join("abcdefghijk")) == [
        ("search", "TOO_MANY_WORDS"),
        ("name", "REQUIRED"),
    ]
    assert await unfit(api, columns=["name"] * 51) == [
        ("columns", "TOO_MANY"),
        *((f"columns.{place}", "DUPLICATE") for place in range(1, 50)),
    ]
    await define(api, "friend", "CLIENT_REFERENCE")
    for key, code in (("nothing", "UNKNOWN_CUSTOM_FIELD"), ("friend", "NOT_SORTABLE")):
        assert await unfit(api, sortByCustomField={"key": key}) == [("sortByCustomField.key", code)]
    assert await unfit(api, "EVENTS", search="a", includeInactive=True, sort=["NAME_ASC"]) == [
        ("sort.0", "UNKNOWN_CHOICE"),
        ("search", "NOT_IN_THIS_LIST"),
        ("includeInactive", "NOT_IN_THIS_LIST"),
    ]


async def test_columns_lead_to_values_of_the_records(api: Api) -> None:
    """Through records and connections, to custom fields by their keys; never to a record itself."""
    await define(api, "budget", "MONEY")
    good = {
        "CLIENTS": ["name", "customFields.budget", "mainContact.client.customFields.budget"],
        "CONTACTS": ["client.name", "civility.label", "consents.nodes.channel"],
        "EVENTS": ["kind.label", "author.name", "client.mainContact.phone"],
    }
    bad = [
        "",
        ".",
        "name.",
        "name.length",
        "mainContact",
        "customFields",
        "customFields.other",
        "customFields.budget.amount",
        "mainContact.customFields.budget",
        "identifier.value",
        "mayContact",
        "__typename",
        "parent." * 6 + "name",
        "x" * 1000,
    ]
    for on, columns in good.items():
        assert (await saved(api, "good", on, columns=columns, isShared=True))["columns"] == columns
    assert await unfit(api, columns=bad) == [
        (f"columns.{place}", "UNKNOWN_COLUMN") for place in range(len(bad))
    ]


async def test_a_member_has_200_views_at_most(
    workspaces: Workspaces, workspace: Workspace, ada: Person, ben: Person
) -> None:
    """The next one is refused, whoever comes at the same moment; others have their own count."""
    owner = global_ids.decode("Member", ada.id)
    row = {"sort_name": "v", "on_list": "CLIENTS", "conditions": "{}", "orders": "[]"}
    kept = {"columns": "[]", "include_inactive": False, "visibility": "PRIVATE", "granted_to": ""}
    async with workspaces.database.write(Scope(workspace.id, owner)) as session:
        made = [{**row, **kept, "name": f"V{n}", "author_id": owner} for n in range(198)]
        await insert_many(session, SavedView, made)
    given = {"name": "One more", "on": "CLIENTS"}
    answers = await asyncio.gather(*(ada.api.do("savedViewCreate", given) for _ in range(6)))
    codes = Counter(
        answer["userErrors"][0]["code"] if answer["userErrors"] else "done" for answer in answers
    )
    assert codes == {"done": 2, "TOO_MANY_VIEWS": 4}
    await saved(ben.api)

"""A list that is opened by a view shows what was saved, within what is asked besides."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from tests.events.people import Person
from tests.fields.defining import define, given
from tests.fields.test_plugin_types import Places
from tests.invoicing import with_plugin
from tests.plans.explained import asked
from tests.views.saving import listed, saved

from clientgraph.config import Settings
from clientgraph.testing import Api, Workspace, running

pytestmark = pytest.mark.anyio


@pytest.fixture
async def moons(api: Api) -> None:
    """Clients of two countries, one of them out of use."""
    for name, country in (("Io", "BE"), ("Leda", "BE"), ("Triton", "FR"), ("Nereid", "FR")):
        await api.new_client(name, country=country, contacts=[{"lastName": f"{name} person"}])
    carme = await api.new_client("Carme", country="BE", contacts=[{"lastName": "Carme person"}])
    await api.done("clientDeactivate", {"id": carme["id"]})


@pytest.mark.usefixtures("moons")
async def test_both_filters_must_hold(ada: Person) -> None:
    """The view's filter and the given one, whatever either is."""
    view = await saved(ada.api, filter={"country": ["BE"]})
    assert await listed(ada.api, view) == ["Io", "Leda"]
    assert await listed(ada.api, view, ', filter: {name: {startsWith: "l"}}') == ["Leda"]
    assert await listed(ada.api, view, ', filter: {country: ["FR"]}') == []
    either = await saved(ada.api, filter={"or": [{"name": {"eq": "Io"}}, {"country": ["FR"]}]})
    assert await listed(ada.api, either, ', filter: {country: ["BE"]}') == ["Io"]


@pytest.mark.usefixtures("moons")
async def test_given_order_and_search_win(ada: Person) -> None:
    """Where none are given the view's hold; inactive ones are there where either says so."""
    view = await saved(
        ada.api, search="person", sort=["NAME_DESC"], filter={"country": ["FR", "BE"]}
    )
    assert await listed(ada.api, view) == ["Triton", "Nereid", "Leda", "Io"]
    assert await listed(ada.api, view, ", sort: [NAME_ASC]") == ["Io", "Leda", "Nereid", "Triton"]
    assert await listed(ada.api, view, ', search: "io"') == ["Io"]
    names = ["Triton", "Nereid", "Leda", "Io", "Carme"]
    assert await listed(ada.api, view, ", includeInactive: true") == names
    whole = await saved(ada.api, includeInactive=True, search="carme")
    assert await listed(ada.api, whole) == ["Carme"]
    by_status = await saved(ada.api, filter={"status": ["INACTIVE"]})
    assert await listed(ada.api, by_status) == ["Carme"]


@pytest.mark.usefixtures("moons")
async def test_contacts_open_by_a_view(ada: Person) -> None:
    """The same for contacts."""
    view = await saved(ada.api, "V", "CONTACTS", filter={"isMain": True}, sort=["NAME_DESC"])
    names = ["Triton person", "Nereid person", "Leda person", "Io person"]
    assert await listed(ada.api, view, on="contacts") == names
    assert await listed(ada.api, view, ", sort: [NAME_ASC]", "contacts") == names[::-1]
    assert await listed(ada.api, view, ", filter: {isMain: false}", "contacts") == []
    whole = await saved(ada.api, "V", "CONTACTS", search="carme", includeInactive=True)
    assert await listed(ada.api, whole, on="contacts") == ["Carme person"]
    assert await listed(ada.api, whole, ', search: "leda"', "contacts") == ["Leda person"]


async def test_events_open_by_a_view(ada: Person, ben: Person) -> None:
    """The same for events; a shared view shows each caller what this caller may see."""
    client = (await ada.api.new_client("Io"))["id"]
    await ada.event(client, kind="TASK", title="open")
    await ada.event(client, kind="TASK", title="mine", visibility="PRIVATE")
    await ada.event(client, kind="CALL", title="call")
    wanted = {"isOpen": True, "client": client}
    view = await saved(
        ada.api, "V", "EVENTS", filter=wanted, sort=["CREATED_AT_ASC"], isShared=True
    )
    assert await listed(ada.api, view, on="events") == ["open", "mine"]
    assert await listed(ben.api, view, on="events") == ["open"]
    assert await listed(ada.api, view, ', filter: {text: "mine"}', "events") == ["mine"]
    newest = ", sort: [CREATED_AT_DESC]"
    assert await listed(ada.api, view, newest, "events") == ["mine", "open"]


async def test_a_view_opens_its_own_list_alone(ada: Person) -> None:
    """A view of contacts is none of clients; an id of nothing is as bad."""
    view = await saved(ada.api, "V", "CONTACTS")
    text = "query($v: ID) { clients(view: $v) { totalCount } }"
    for wrong in (view["id"], "nonsense", "", ada.id):
        body = await ada.api.answer(text, {"v": wrong})
        assert [error["message"] for error in body["errors"]] == [
            "There is no such view of this list."
        ]
    assert (await ada.api(text, {"v": None}))["clients"] == {"totalCount": 0}


@pytest.mark.usefixtures("moons")
async def test_cursors_belong_to_what_the_view_was(ada: Person) -> None:
    """They go on through the pages of the view, and end with a change of its filter."""
    view = await saved(ada.api, filter={"country": ["BE"]})
    text = """query($v: ID, $after: String) { clients(view: $v, first: 1, after: $after) {
        nodes { name } pageInfo { endCursor } } }"""
    page = (await ada.api(text, {"v": view["id"]}))["clients"]
    cursor = page["pageInfo"]["endCursor"]
    following = (await ada.api(text, {"v": view["id"], "after": cursor}))["clients"]
    assert [page["nodes"], following["nodes"]] == [[{"name": "Io"}], [{"name": "Leda"}]]
    assert await ada.api.codes(text, {"after": cursor}) == ["BAD_CURSOR"]
    await ada.api.done("savedViewUpdate", {"id": view["id"], "filter": {"country": ["BE", "FR"]}})
    assert await ada.api.codes(text, {"v": view["id"], "after": cursor}) == ["BAD_CURSOR"]


MISSING = (
    "'{}': What reads fields of the type PLACE is not installed. The value can only be kept or "
    "cleared."
)


async def test_a_view_that_a_removed_plugin_breaks_says_so(
    settings: Settings, workspace: Workspace
) -> None:
    """It stays to be read and mended; opened, it names itself and the reason."""
    wanted = {"customFields": [{"key": "site", "op": "EQ", "value": [48, 2]}]}
    async with running(settings, with_plugin("places", Places())) as client:
        api = replace(workspace, client=client).api()
        await define(api, "site", "PLACE")
        shared = {"filter": wanted, "columns": ["customFields.site"], "isShared": True}
        view = await saved(api, "In Paris", **shared)
        await api.new_client("Io", customFields=given(site=[48, 2]))
        await api.new_client("Leda", customFields=given(site=[0, 0]))
        assert await listed(api, view) == ["Io"]
    api = workspace.api()
    await _is_broken(api, view, MISSING.format("filter.customFields.0.key"))
    await api.done("savedViewUpdate", {"id": view["id"], "name": "Paris"})
    await api.done("savedViewUpdate", {"id": view["id"], "filter": None})
    assert await listed(api, view) == ["Io", "Leda"]


async def test_a_view_whose_field_was_archived_still_finds(ada: Person, api: Api) -> None:
    """Values of archived fields are kept, and so is what is found by them."""
    field = await define(api, "orbit", "NUMBER")
    wanted = {"customFields": [{"key": "orbit", "op": "GT", "value": 3}]}
    view = await saved(ada.api, "Far out", filter=wanted, columns=["customFields.orbit"])
    await api.new_client("Io", customFields=given(orbit=4))
    await api.done("customFieldDefinitionArchive", {"id": field["id"]})
    assert await listed(ada.api, view) == ["Io"]


async def _is_broken(api: Api, view: Any, reason: str) -> None:
    text = "query($v: ID) { clients(view: $v) { totalCount } }"
    (error,) = (await api.answer(text, {"v": view["id"]}))["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["message"] == f"The view '{view['name']}' can no longer be applied: {reason}"
    node = "query($id: ID!) { node(id: $id) { ... on SavedView { filter } } }"
    found = await api(node, {"id": view["id"]})
    assert found["node"]["filter"] == view["filter"]


async def test_a_page_by_a_view_takes_one_statement_more(ada: Person) -> None:
    """The view itself, however many records there are."""
    view = await saved(ada.api, filter={"country": ["BE"]})
    query = "query($v: ID) { clients(view: $v) { nodes { name } } }"
    plain = await _read(ada.api, "{ clients { nodes { name } } }")
    through = await _read(ada.api, query, v=view["id"])
    assert plain == ["client"]
    assert through == ["saved_view", "client"]


async def _read(api: Api, query: str, **variables: Any) -> list[str]:
    """The table of each statement; those that recognise the token are left out."""
    texts = [text for text, _ in await asked(api, query, **variables)]
    return [found[1] for text in texts if (found := re.search(r" FROM (\w+)", text))]


PLACED = {
    "clients": ("CLIENT", "NAME_DESC"),
    "contacts": ("CONTACT", "NAME_DESC"),
    "events": ("EVENT", "CREATED_AT_DESC"),
}


async def _places(api: Api, on: str) -> None:
    """Four records a to d of a list: b and d at the place 1, c at 2, a at none."""
    await define(api, "place", "NUMBER", on=PLACED[on][0])
    values = {"a": {}, "b": {"place": 1}, "c": {"place": 2}, "d": {"place": 1}}
    client = None if on == "clients" else (await api.new_client())["id"]
    for name, held in values.items():
        fields = {"customFields": given(**held)}
        if on == "clients":
            await api.new_client(name, **fields)
        elif on == "contacts":
            await api.done("contactCreate", {"clientId": client, "lastName": name, **fields})
        else:
            await api.done("eventCreate", {"clientId": client, "title": name, **fields})


@pytest.mark.parametrize("on", list(PLACED))
async def test_a_view_keeps_an_order_by_a_custom_field(ada: Person, api: Api, on: str) -> None:
    """It comes before the view's `sort`, and any given order takes the place of both."""
    await _places(api, on)
    order = {"sortByCustomField": {"key": "place", "direction": "DESC"}, "sort": [PLACED[on][1]]}
    view = await saved(ada.api, "V", on.upper(), **order)
    assert {name: view[name] for name in order} == order
    assert await listed(ada.api, view, on=on) == ["c", "d", "b", "a"]
    assert await listed(ada.api, view, ", sort: [CREATED_AT_ASC]", on) == ["a", "b", "c", "d"]
    up = ', sort: [CREATED_AT_ASC], sortByCustomField: {key: "place"}'
    assert await listed(ada.api, view, up, on) == ["b", "d", "c", "a"]
    alone = ', sortByCustomField: {key: "place", direction: DESC}'
    plain = await saved(ada.api, "W", on.upper())
    assert await listed(ada.api, view, alone, on) == await listed(ada.api, plain, alone, on)
    await ada.api.done("savedViewUpdate", {"id": view["id"], "sortByCustomField": None})
    assert await listed(ada.api, view, on=on) == ["d", "c", "b", "a"]


ORDERLESS = "'sortByCustomField.key': Fields of the type CLIENT_REFERENCE have no order to sort by."


async def test_a_view_whose_order_is_gone_says_so(ada: Person, api: Api) -> None:
    """A field whose type has no order any more breaks what was sorted by it."""
    field = await define(api, "rank", "TEXT")
    view = await saved(ada.api, "Ranked", sortByCustomField={"key": "rank"})
    assert view["sortByCustomField"] == {"key": "rank", "direction": "ASC"}
    retyped = {"id": field["id"], "type": "CLIENT_REFERENCE"}
    await api.done("customFieldDefinitionUpdate", retyped)
    await _is_broken(ada.api, view, ORDERLESS)

"""Custom fields of events: like those of other records, and as private as their event."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from tests.events.people import Person, person
from tests.events.test_privacy import refused, row
from tests.fields.defining import VALUES, define, given, mistakes
from tests.plans.explained import asked, plan, read_whole
from tests.storage.statements import recorded
from tests.walls.fingerprint import everything
from tests.writes.whole_database import operator

from clientgraph import global_ids
from clientgraph.events.models import Event
from clientgraph.fields.keys import number_key, text_key
from clientgraph.fields.models import EventCustomValue
from clientgraph.storage.ids import uuid7
from clientgraph.storage.rows import insert_many
from clientgraph.storage.scope import Scope
from clientgraph.storage.session import Session
from clientgraph.testing import Api, Workspace, Workspaces

pytestmark = pytest.mark.anyio

CANARY = "Zqxcanary"
IMPACT = "impact { total invalid duplicates examples { recordId } }"


async def _titles(api: Api, **asked: Any) -> list[str]:
    """Titles of events that meet a condition on a custom field, the first first."""
    query = """query($f: EventFilter) { events(filter: $f, sort: [CREATED_AT_ASC]) {
        nodes { title } } }"""
    found = await api(query, {"f": {"customFields": [asked]}})
    return [each["title"] for each in found["events"]["nodes"]]


async def test_events_have_custom_fields(api: Api, client_id: str) -> None:
    """Defaults, required values, phone numbers of the client's country; changed and cleared."""
    await define(api, "place", "TEXT", "EVENT", required=True)
    await define(api, "line", "PHONE", "EVENT")
    await define(api, "cost", "MONEY", "EVENT", defaultValue={"amount": "1", "currency": "EUR"})
    note = {"clientId": client_id, "title": "N"}
    assert mistakes(await api.do("eventCreate", note)) == [("input.customFields.place", "REQUIRED")]
    entries = given(place="Lyon", line="01 42 68 53 00")
    made = await api.done(
        "eventCreate", {**note, "customFields": entries}, f"event {{ id version {VALUES} }}"
    )
    event = made["event"]
    shown = [(each["key"], each["display"]) for each in event["customFields"]]
    assert shown == [("place", "Lyon"), ("line", "+33142685300"), ("cost", "€1.00")]
    change = {"id": event["id"], "customFields": given(cost=None, line="04 78 42 12 34")}
    changed = (await api.done("eventUpdate", change, f"event {{ version {VALUES} }}"))["event"]
    shown = [(each["key"], each["display"]) for each in changed["customFields"]]
    assert shown == [("place", "Lyon"), ("line", "+33478421234")]
    assert changed["version"] == event["version"] + 1
    wrong = {"id": event["id"], "customFields": given(place=None, line="12", nothing=1)}
    assert mistakes(await api.do("eventUpdate", wrong)) == [
        ("input.customFields.1.value", "INVALID_PHONE"),
        ("input.customFields.2.key", "UNKNOWN_CUSTOM_FIELD"),
        ("input.customFields.0.value", "REQUIRED"),
    ]


async def test_events_are_filtered_by_custom_fields(api: Api, client_id: str) -> None:
    """Alike with clients: by value, range, part and absence."""
    await define(api, "mood", "TEXT", "EVENT")
    await define(api, "cost", "DECIMAL", "EVENT")
    for title, values in (
        ("a", {"mood": "Très bien", "cost": "9"}),
        ("b", {"mood": "Bien", "cost": "10"}),
        ("c", {}),
    ):
        note = {"clientId": client_id, "title": title, "customFields": given(**values)}
        await api.done("eventCreate", note)
    for key, op, value, expected in (
        ("mood", "EQ", "tres bien", "a"),
        ("mood", "CONTAINS", "bien", "ab"),
        ("mood", "STARTS_WITH", "bi", "b"),
        ("mood", "NE", "bien", "ac"),
        ("mood", "IN", ["bien", "x"], "b"),
        ("mood", "IS_SET", False, "c"),
        ("cost", "GT", "9", "b"),
        ("cost", "LTE", "10", "ab"),
    ):
        assert "".join(await _titles(api, key=key, op=op, value=value)) == expected, (key, op)


async def test_a_page_of_events_takes_as_many_statements_whatever_its_size(
    api: Api, client_id: str
) -> None:
    """Definitions and values are read once for all events of a page."""
    query = f"query($n: Int) {{ events(first: $n) {{ nodes {{ {VALUES} }} }} }}"
    await define(api, "a", "TEXT", "EVENT")
    for number in range(6):
        note = {"clientId": client_id, "title": "N", "customFields": given(a=str(number))}
        await api.done("eventCreate", note)
    counts = []
    for first in (1, 6):
        with recorded() as statements:
            found = await api(query, {"n": first})
        assert [len(each["customFields"]) for each in found["events"]["nodes"]] == [1] * first
        counts.append(len([each for each in statements if '"api_token"' not in each[0]]))
    assert counts == [3, 3]


def _questions() -> list[str]:
    """Everything by which a value could show: filters, orders, counts."""
    shown = f"{{ totalCount pageInfo {{ hasNextPage endCursor }} nodes {{ title {VALUES} }} }}"
    conditions = [
        f'{{key: "mark", op: EQ, value: "{CANARY}"}}',
        f'{{key: "mark", op: IN, value: ["{CANARY}"]}}',
        f'{{key: "mark", op: CONTAINS, value: "{CANARY[2:5]}"}}',
        f'{{key: "mark", op: STARTS_WITH, value: "{CANARY[:3]}"}}',
        f'{{key: "mark", op: NE, value: "{CANARY}"}}',
        '{key: "mark", op: IS_SET}',
        '{key: "mark", op: IS_SET, value: false}',
        '{key: "weight", op: GT, value: 0}',
    ]
    asked = [f"events(first: 2, filter: {{customFields: [{each}]}}) {shown}" for each in conditions]
    asked += [
        f'events(first: 2, sortByCustomField: {{key: "{key}", direction: {way}}}) {shown}'
        for key in ("mark", "weight")
        for way in ("ASC", "DESC")
    ]
    return [f"{{ {each} }}" for each in asked]


async def _answers(api: Api) -> list[str]:
    found = []
    for question in _questions():
        body = await api.answer(question)
        body.pop("extensions", None)
        assert "errors" not in body, body["errors"]
        found.append(json.dumps(body))
    return found


@pytest.mark.parametrize("visibility", ["PRIVATE", "GRANTED"])
async def test_values_of_a_private_event_show_nowhere(
    workspace: Workspace, ada: Person, ben: Person, eve: Person, client_id: str, visibility: str
) -> None:
    """Every list, filter, order, count and preview of others is as without the event."""
    owner = workspace.api()
    mark = await define(owner, "mark", "TEXT", "EVENT", unique=True)
    await define(owner, "weight", "NUMBER", "EVENT")
    open_ = await ada.event(client_id, title="open", customFields=given(mark="m", weight=1))
    granted = [ben.id] if visibility == "GRANTED" else []
    others = [eve.api, owner, workspace.api("VIEWER"), *([] if granted else [ben.api])]
    change = {"id": mark["id"], "type": "NUMBER", "validateOnly": True}
    before = [await _answers(api) for api in others]
    told = await owner.do("customFieldDefinitionUpdate", change, IMPACT)
    secret = await ada.event(
        client_id,
        title="mine",
        visibility=visibility,
        grantedTo=granted,
        customFields=given(mark=CANARY, weight=5),
    )
    await ada.api.done("eventUpdate", {"id": secret["id"], "customFields": given(weight=7)})
    assert [await _answers(api) for api in others] == before
    assert await owner.do("customFieldDefinitionUpdate", change, IMPACT) == told
    assert told["impact"]["total"] == 1
    for sees in [ada, *([ben] if granted else [])]:
        assert await _titles(sees.api, key="mark", op="EQ", value=CANARY) == ["mine"]
    taken = {"id": open_["id"], "customFields": given(mark=CANARY)}
    await owner.done("eventUpdate", taken)
    await ada.api.done("eventDelete", {"id": secret["id"]})


async def test_only_open_events_claim_unique_values(
    ada: Person, ben: Person, workspace: Workspace, client_id: str
) -> None:
    """A private event neither takes a value nor is refused one; it may have to before it opens."""
    await define(workspace.api(), "ticket", "TEXT", "EVENT", unique=True)
    mine = await ada.event(
        client_id, title="mine", visibility="PRIVATE", customFields=given(ticket="T1")
    )
    theirs = await ben.event(client_id, title="theirs", customFields=given(ticket="T1"))
    again = {"clientId": client_id, "title": "2", "customFields": given(ticket="t1")}
    refused = await ben.api.do("eventCreate", again)
    assert mistakes(refused) == [("input.customFields.0.value", "TAKEN")]
    assert refused["userErrors"][0]["recordId"] == theirs["id"]
    await ada.api.done("eventCreate", {**again, "visibility": "PRIVATE"})
    opened = {"id": mine["id"], "visibility": "ORGANISATION"}
    refused = await ada.api.do("eventUpdate", opened)
    assert mistakes(refused) == [("input.visibility", "TAKEN")]
    assert refused["userErrors"][0]["recordId"] == theirs["id"]
    refused = await ada.api.do("eventUpdate", {**opened, "customFields": given(ticket="T1")})
    assert mistakes(refused) == [("input.customFields.0.value", "TAKEN")]
    await ada.api.done("eventUpdate", {**opened, "customFields": given(ticket="T2")})
    await ben.api.done("eventUpdate", {"id": theirs["id"], "visibility": "PRIVATE"})
    await ada.api.done("eventUpdate", {"id": mine["id"], "customFields": given(ticket="T1")})
    refused = await ben.api.do("eventUpdate", {"id": theirs["id"], "visibility": "ORGANISATION"})
    assert mistakes(refused) == [("input.visibility", "TAKEN")]
    await ada.api.done("eventUpdate", {"id": mine["id"], "visibility": "PRIVATE"})
    await ben.api.done("eventUpdate", {"id": theirs["id"], "visibility": "ORGANISATION"})
    refused = await ada.api.do("eventUpdate", opened)
    assert mistakes(refused) == [("input.visibility", "TAKEN")]


async def test_one_of_two_events_opens_with_a_unique_value(
    ada: Person, ben: Person, workspace: Workspace, client_id: str
) -> None:
    """Opened at the same time, one keeps the value and the other is told of it."""
    await define(workspace.api(), "ticket", "TEXT", "EVENT", unique=True)
    for number in range(3):
        hidden = {"visibility": "PRIVATE", "customFields": given(ticket=f"T{number}")}
        events = [await each.event(client_id, title="N", **hidden) for each in (ada, ben)]
        told = await asyncio.gather(
            *(
                each.api.do("eventUpdate", {"id": event["id"], "visibility": "ORGANISATION"})
                for each, event in zip((ada, ben), events, strict=True)
            )
        )
        assert sorted(map(mistakes, told)) == [[], [("input.visibility", "TAKEN")]]


async def test_a_field_becomes_unique_whatever_private_events_hold(
    workspace: Workspace, ada: Person, client_id: str
) -> None:
    """The preview counts open events alone, also for an admin who has private ones."""
    admin = await person(workspace, "Adam", "ADMIN")
    ticket = await define(admin.api, "ticket", "TEXT", "EVENT")
    values = {"title": "N", "customFields": given(ticket="T1")}
    await ada.event(client_id, visibility="PRIVATE", **values)
    await admin.event(client_id, visibility="PRIVATE", **values)
    await admin.event(client_id, **values)
    change = {"id": ticket["id"], "unique": True}
    done = await admin.api.done("customFieldDefinitionUpdate", change, IMPACT)
    assert done["impact"] == {"total": 2, "invalid": 0, "duplicates": 0, "examples": []}
    again = await admin.api.do("eventCreate", {"clientId": client_id, **values})
    assert mistakes(again) == [("input.customFields.0.value", "TAKEN")]


async def test_a_new_type_leaves_private_values_to_their_authors(
    workspace: Workspace, ada: Person, client_id: str
) -> None:
    """Nobody else can read them anew: they are shown as they are, found by no value, kept."""
    owner = workspace.api()
    size = await define(owner, "size", "TEXT", "EVENT")
    await ada.event(client_id, title="open", customFields=given(size="10"))
    mine = await ada.event(
        client_id, title="mine", visibility="PRIVATE", customFields=given(size="1000000000")
    )
    await owner.done("customFieldDefinitionUpdate", {"id": size["id"], "type": "NUMBER"})
    shown = f'{{ node(id: "{mine["id"]}") {{ ... on Event {{ {VALUES} }} }} }}'
    (value,) = (await ada.api(shown))["node"]["customFields"]
    assert (value["__typename"], value["raw"]) == ("UnknownValue", "1000000000")
    assert await _titles(ada.api, key="size", op="GT", value=1) == ["open"]
    assert await _titles(ada.api, key="size", op="IS_SET") == ["open", "mine"]
    await ada.api.done("eventUpdate", {"id": mine["id"], "title": "still mine"})
    await ada.api.done("eventUpdate", {"id": mine["id"], "customFields": given(size=11)})
    assert await _titles(ada.api, key="size", op="GT", value=1) == ["open", "still mine"]


async def test_values_go_along_with_their_event(
    workspaces: Workspaces, workspace: Workspace, ada: Person, client_id: str
) -> None:
    """A client takes the private events of others along, values and all."""
    await define(workspace.api(), "mark", "TEXT", "EVENT")
    await ada.event(client_id, title="mine", visibility="PRIVATE", customFields=given(mark=CANARY))
    await workspace.api().done("clientDelete", {"id": client_id})
    found = await everything(workspaces.settings)
    assert str(workspace.id) not in str(found["event_custom_value"])


async def test_the_database_keeps_values_of_private_events_too(
    workspaces: Workspaces, workspace: Workspace, ada: Person, ben: Person, client_id: str
) -> None:
    """Forged SQL in a session of another member, or of none, meets the second wall."""
    mark = await define(workspace.api(), "mark", "TEXT", "EVENT")
    mine = await ada.event(
        client_id, title="mine", visibility="PRIVATE", customFields=given(mark="mine")
    )
    ours = await ada.event(client_id, title="ours", grantedTo=[ben.id])
    await ben.api.done("eventUpdate", {"id": ours["id"], "customFields": given(mark="ours")})
    await ada.event(client_id, title="open", customFields=given(mark="open"))
    database, home = workspaces.database, workspace.id
    for member, expected in (
        (row("Member", ada.id), ["mine", "open", "ours"]),
        (row("Member", ben.id), ["open", "ours"]),
        (None, ["open"]),
    ):
        async with database.read(Scope(home, member)) as session:
            found = await session.select("SELECT key FROM event_custom_value")
            assert sorted(each["key"] for each in found) == expected
    forged = Scope(home, row("Member", ben.id))
    event = row("Event", mine["id"])
    for attack in (
        "UPDATE event_custom_value SET value = '1' WHERE record_id = ?",
        "UPDATE event_custom_value SET record_id = ? WHERE key = 'open'",
        "DELETE FROM event_custom_value WHERE record_id = ?",
    ):
        await refused(workspaces, forged, attack, [event])
    with pytest.raises(Exception, match=r"another workspace or member|row-level security"):
        async with database.write(forged) as session:
            await _give(session, row("CustomFieldDefinition", mark["id"]), "TEXT", [event])
    async with database.read(Scope(home, row("Member", ada.id))) as session:
        found = await session.select("SELECT key FROM event_custom_value ORDER BY key")
        assert [each["key"] for each in found] == ["mine", "open", "ours"]


async def test_an_unseen_event_is_not_there_for_its_values(
    ada: Person, ben: Person, workspace: Workspace, client_id: str
) -> None:
    """Giving values to another's private event is answered like giving them to none at all."""
    await define(workspace.api(), "mark", "TEXT", "EVENT", required=True)
    secret = await ada.event(
        client_id, title="mine", visibility="PRIVATE", customFields=given(mark="m")
    )
    unknown = global_ids.encode("Event", uuid7())
    told = [
        await ben.api.do("eventUpdate", {"id": id_, "customFields": given(mark="x")})
        for id_ in (secret["id"], unknown)
    ]
    assert told[0] == told[1]
    assert mistakes(told[0]) == [("input.id", "NOT_FOUND")]


@pytest.mark.parametrize(
    "asked_for",
    [
        'sortByCustomField: {key: "size", direction: DESC}, PAGE',
        'filter: {customFields: [{key: "size", op: GT, value: 190}]}, PAGE',
        'filter: {customFields: [{key: "mark", op: CONTAINS, value: "19"}]}, PAGE',
        'filter: {customFields: [{key: "mark", op: EQ, value: "19"}]}, PAGE',
    ],
)
async def test_values_of_events_are_read_by_an_index(
    workspaces: Workspaces, workspace: Workspace, ada: Person, dialect: str, asked_for: str
) -> None:
    """Through both walls, and through the event that each value belongs to."""
    size = await define(workspace.api(), "size", "NUMBER", "EVENT")
    mark = await define(workspace.api(), "mark", "TEXT", "EVENT")
    client = await workspace.api().new_client("Io")
    scope = Scope(workspace.id, row("Member", ada.id))
    async with workspaces.database.write(scope) as session:
        made = await _many(session, row("Client", client["id"]), row("Member", ada.id))
        for field, kind in ((size, "NUMBER"), (mark, "TEXT")):
            await _give(session, row("CustomFieldDefinition", field["id"]), kind, made)
    await operator(workspaces.settings, "ANALYZE")
    query = f"{{ events({asked_for.replace('PAGE', 'first: 5')}) {{ nodes {{ title }} }} }}"
    (reading,) = [each for each in await asked(ada.api, query) if "event_custom_value" in each[0]]
    assert len((await ada.api(query))["events"]["nodes"]) >= 1
    steps = await plan(workspaces, workspace, reading)
    assert read_whole(steps, dialect) == [], steps
    assert any("event_custom_value_" in step for step in steps), steps


async def _many(session: Session, client_id: UUID, author: UUID) -> list[UUID]:
    """Two hundred events, every fourth of them private."""
    now = datetime.now(UTC)
    common = {"client_id": client_id, "kind": "NOTE", "is_task": False, "author_id": author}
    common |= {"occurred_at": now, "sort_due": now, "granted_to": "", "search_text": "n"}
    rows = [
        {**common, "title": f"{n}", "visibility": "ORGANISATION" if n % 4 else "PRIVATE"}
        for n in range(200)
    ]
    return [event.id for event in await insert_many(session, Event, rows)]


async def _give(session: Session, field_id: UUID, kind: str, records: list[UUID]) -> None:
    """Each record the next number."""
    common = {"definition_id": field_id, "ordinal": 0, "type": kind, "is_exclusive": False}
    rows = [
        {
            **common,
            "record_id": record,
            "value": str(n) if kind == "NUMBER" else f'"{n}"',
            "key": number_key(Decimal(n)) if kind == "NUMBER" else text_key(str(n)),
        }
        for n, record in enumerate(records)
    ]
    await insert_many(session, EventCustomValue, rows)

"""How the database lists events: in order, from an index, whatever the caller may see of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from clientgraph import global_ids
from clientgraph.events.models import Event
from clientgraph.storage.rows import insert_many
from clientgraph.storage.scope import Scope
from clientgraph.testing import Workspace, Workspaces
from tests.events.people import Person, person
from tests.plans.explained import asked, plan, read_whole, sorts
from tests.writes.whole_database import operator

pytestmark = pytest.mark.anyio

MANY = 2_000
IN_ORDER = {
    "newest": "PAGE",
    "oldest": "sort: [OCCURRED_AT_ASC], PAGE",
    "by due date": "sort: [DUE_AT_ASC], PAGE",
    "by creation": "sort: [CREATED_AT_DESC], PAGE",
    "open tasks by due date": "sort: [DUE_AT_ASC], filter: {isOpen: true}, PAGE",
    "overdue tasks by due date": "sort: [DUE_AT_ASC], filter: {isOverdue: true}, PAGE",
    "one's tasks by due date": 'sort: [DUE_AT_ASC], filter: {assignee: "MEMBER"}, PAGE',
    "by author": 'filter: {author: "MEMBER"}, PAGE',
    "of a kind": 'filter: {kinds: ["CALL"]}, PAGE',
    "of a client": 'filter: {client: "CLIENT"}, PAGE',
    "of a contact": 'filter: {contact: "CONTACT"}, PAGE',
}
FOUND = {
    "of clients": "{ clients(first: 5) { nodes { events(first: 3) { nodes { title } } } } }",
    "of contacts": "{ contacts(first: 5) { nodes { events(first: 3) { totalCount } } } }",
    "counted": '{ events(filter: {client: "CLIENT"}) { totalCount } }',
    "nobody's tasks": "{ events(first: 3, filter: {isAssigned: false}) { nodes { title } } }",
    "of two kinds": '{ events(first: 3, filter: {kinds: ["CALL", "NOTE"]}) { nodes { title } } }',
}


@pytest.fixture(scope="module")
async def full(workspaces: Workspaces) -> tuple[Workspace, Person, dict[str, str]]:
    """A workspace with many events of two clients, a member of it, and whom they are about."""
    made = await workspaces.make()
    api, writer = made.api(), await person(made, "Ada")
    clients = [
        await api.new_client(name, "mainContact { id }", contacts=[{"lastName": "R"}])
        for name in ("Io", "Leda")
    ]
    rows = [
        {
            "client_id": global_ids.decode("Client", each["id"]),
            "contact_id": global_ids.decode("Contact", each["mainContact"]["id"]),
        }
        for each in clients
    ]
    author = global_ids.decode("Member", writer.id)
    assert author is not None
    now = datetime.now(UTC)
    async with workspaces.database.write(Scope(made.id, author)) as session:
        await insert_many(session, Event, [_row(n, author, now) | rows[n % 2] for n in range(MANY)])
    await operator(workspaces.settings, "ANALYZE")
    about = {"CLIENT": clients[0]["id"], "CONTACT": clients[0]["mainContact"]["id"]}
    return made, writer, {**about, "MEMBER": writer.id}


def filled(text: str, ids: dict[str, str]) -> str:
    """A query with ids in place of the words that stand for them."""
    for word, id_ in ids.items():
        text = text.replace(word, id_)
    return text


def _row(number: int, author: UUID, now: datetime) -> dict[str, object]:
    is_task = number % 5 == 0
    due = now + timedelta(hours=number - 100)
    mine = number % 10 == 0
    return {
        "kind": "TASK" if is_task else ("CALL" if number % 7 == 0 else "NOTE"),
        "is_task": is_task,
        "title": f"Event {number}",
        "search_text": f"event {number}",
        "occurred_at": now - timedelta(minutes=number),
        "due_at": due if is_task else None,
        "sort_due": due if is_task else datetime(9999, 12, 31, tzinfo=UTC),
        "done_at": now if number % 3 == 0 and is_task else None,
        "author_id": author if mine else None,
        "assignee_id": author if mine and is_task else None,
        "visibility": "PRIVATE" if mine and number % 20 == 0 else "ORGANISATION",
        "granted_to": "",
    }


@pytest.mark.parametrize("name", list(IN_ORDER))
async def test_pages_of_events_come_in_order_from_an_index(
    workspaces: Workspaces, full: tuple[Workspace, Person, dict[str, str]], dialect: str, name: str
) -> None:
    """First and next page, from both ends: no table is read whole, and nothing is sorted."""
    workspace, member, ids = full
    arguments = filled(IN_ORDER[name], ids)
    query = f"events({arguments}) {{ nodes {{ title }} pageInfo {{ startCursor endCursor }} }}"
    for end, onwards in (("first", "after"), ("last", "before")):
        page = "{ " + query.replace("PAGE", f"{end}: 10") + " }"
        found = (await member.api(page))["events"]
        assert len(found["nodes"]) == 10
        cursor = found["pageInfo"]["endCursor" if end == "first" else "startCursor"]
        following = "{ " + query.replace("PAGE", f'{end}: 10, {onwards}: "{cursor}"') + " }"
        for text in (page, following):
            for statement in await asked(member.api, text):
                steps = await plan(workspaces, workspace, statement)
                assert read_whole(steps, dialect) == [], steps
                assert sorts(steps) == [], steps


@pytest.mark.parametrize("name", list(FOUND))
async def test_events_are_found_by_an_index(
    workspaces: Workspaces, full: tuple[Workspace, Person, dict[str, str]], dialect: str, name: str
) -> None:
    """Events of clients and contacts, counts and several kinds: no table is read whole."""
    workspace, member, ids = full
    statements = await asked(member.api, filled(FOUND[name], ids))
    assert any(" FROM event " in text for text, _ in statements)
    for statement in statements:
        steps = await plan(workspaces, workspace, statement)
        assert read_whole(steps, dialect) == [], steps


async def test_due_dates_are_looked_up_not_read_through(
    workspaces: Workspaces, full: tuple[Workspace, Person, dict[str, str]], dialect: str
) -> None:
    """What is due within some days is found by both ends, however much was due before."""
    workspace, member, _ = full
    days = '{gte: "2998-01-01T00:00:00Z", lt: "2998-02-01T00:00:00Z"}'
    query = f"{{ events(sort: [DUE_AT_ASC], filter: {{dueAt: {days}}}) {{ nodes {{ title }} }} }}"
    (statement,) = [each for each in await asked(member.api, query) if " FROM event " in each[0]]
    steps = await plan(workspaces, workspace, statement)
    ends = {"sqlite": ("sort_due>?", "sort_due<?"), "postgres": ("sort_due >=", "sort_due <")}
    (found,) = [step for step in steps if all(end in step for end in ends[dialect])]
    assert found.startswith(("SEARCH", "Index Cond")), steps
    assert sorts(steps) == [], steps


async def test_events_of_many_clients_take_one_statement(workspace: Workspace) -> None:
    """As many statements for the events of nine clients as for those of one, people included."""
    api, ada = workspace.api("VIEWER"), await person(workspace, "Ada")
    query = """query($first: Int) { clients(first: $first) { nodes { events(first: 3) {
        totalCount nodes { kind { label } author { name } assignee { name } grantedTo { name }
        contact { lastName } client { name } } } } } }"""
    for name in "ABCDEFGHI":
        made = await ada.api.new_client(name, "mainContact { id }", contacts=[{"lastName": "R"}])
        contact = made["mainContact"]["id"]
        await ada.event(made["id"], kind="TASK", title="T", contactId=contact, assigneeId=ada.id)

    async def shapes(first: int) -> list[str]:
        texts = [text for text, _ in await asked(api, query, first=first)]
        return sorted(text.partition(" WHERE ")[0] for text in texts if '"api_token"' not in text)

    # For one client the list is asked as it is, for several by a window of each.
    assert await shapes(2) == await shapes(9)
    assert len(await shapes(1)) == len(await shapes(9))

"""How the database lists attachments: from an index, whatever they are kept with."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from clientgraph import global_ids
from clientgraph.attachments.models import Attachment
from clientgraph.storage.rows import insert_many
from clientgraph.storage.scope import Scope
from clientgraph.testing import Workspace, Workspaces
from tests.plans.explained import asked, plan, read_whole
from tests.writes.whole_database import operator

pytestmark = pytest.mark.anyio

MANY = 900
PLACES = ("Client", "Contact", "Event")


@pytest.fixture(scope="module")
async def full(workspaces: Workspaces) -> tuple[Workspace, dict[str, str]]:
    """A workspace with many attachments of a client, a contact and an event, and their ids."""
    made = await workspaces.make()
    api = made.api()
    client = await api.new_client("Io", "mainContact { id }", contacts=[{"lastName": "R"}])
    note = {"clientId": client["id"], "title": "Visit"}
    event = (await api.done("eventCreate", note, "event { id }"))["event"]
    ids = {"Client": client["id"], "Contact": client["mainContact"]["id"], "Event": event["id"]}
    parents = [(kind, global_ids.decode(kind, ids[kind])) for kind in PLACES]
    async with workspaces.database.write(Scope(made.id)) as session:
        rows = [_row(number, *parents[number % 3]) for number in range(MANY)]
        await insert_many(session, Attachment, rows)
    await operator(workspaces.settings, "ANALYZE")
    return made, ids


def _row(number: int, kind: str, parent: UUID | None) -> dict[str, Any]:
    named = {"title": f"File {number}", "filename": f"{number}.pdf", "sha256": f"{number}"}
    parents = {f"{each.lower()}_id": parent if each == kind else None for each in PLACES}
    return {**named, **parents, "media_type": "application/pdf", "size": number, "author_id": None}


@pytest.mark.parametrize("kind", PLACES)
async def test_pages_of_attachments_come_from_an_index(
    workspaces: Workspaces, full: tuple[Workspace, dict[str, str]], dialect: str, kind: str
) -> None:
    """Those of one record, first and next page, and their number: no table is read whole."""
    workspace, ids = full
    api, page = workspace.api(), "nodes { title } totalCount pageInfo { endCursor }"
    text = f"""query($id: ID!, $after: String) {{ node(id: $id) {{ ... on {kind} {{
        attachments(first: 10, after: $after) {{ {page} }} }} }} }}"""
    given = {"id": ids[kind]}
    found = (await api(text, given))["node"]["attachments"]
    assert (len(found["nodes"]), found["totalCount"]) == (10, MANY // 3)
    for after in (None, found["pageInfo"]["endCursor"]):
        statements = await asked(api, text, **given, after=after)
        assert any(" FROM attachment " in statement for statement, _ in statements)
        for statement in statements:
            steps = await plan(workspaces, workspace, statement)
            assert read_whole(steps, dialect) == [], steps

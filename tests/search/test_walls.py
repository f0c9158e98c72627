"""A search knows its own workspace alone, in what it finds, in which order and how."""

from __future__ import annotations

import re
from typing import Any

import pytest

from clientgraph.storage.scope import Scope
from clientgraph.storage.session import Session
from clientgraph.testing import Api, Workspace, Workspaces
from clientgraph.words import grams_wanted, numbers
from tests.events.people import person
from tests.search.finding import names, page

pytestmark = pytest.mark.anyio

NAMES = ["Mars", "Marseille Auto", "Camarsac", "Ganymède"]
SEARCHES = ["mars", "ma", "ganimède", "marsa"]


async def _answers(api: Api) -> list[Any]:
    found = [await page(api, text) for text in SEARCHES]
    return [
        ([node["name"] for node in each["nodes"]], each["totalCount"], each["searchedFor"])
        for each in found
    ]


async def test_others_change_nothing(workspace: Workspace, other: Workspace) -> None:
    """Hits, order, counts and corrections are the same whatever another workspace holds."""
    api = workspace.api()
    for name in NAMES:
        await api.new_client(name)
    before = await _answers(api)
    assert before[2] == (["Ganymède"], 1, ["ganymede"])
    for name in ("Ganimède", "Marsa", "Mars", "Mars", "Marsala"):
        await other.api().new_client(name, tradingName="Canari")
    assert await _answers(api) == before
    assert await names(api, "canari") == []
    assert (await page(api, "canary"))["searchedFor"] is None


def test_numbers_of_grams_are_the_workspaces_own(workspace: Workspace, other: Workspace) -> None:
    """The same letters are other numbers in another workspace: the index does not tell letters."""
    own, foreign = (numbers(each.id, grams_wanted("canari")) for each in (workspace, other))
    assert len(own) == 4
    assert not set(own) & set(foreign)


async def _index(session: Session, grams: list[int]) -> list[Any]:
    """The documents that the index itself gives, past all that a search checks."""
    if session.dialect == "postgres":
        sql, value = "SELECT doc FROM client_search_gram WHERE grams @> ?", grams
    else:
        sql = "SELECT rowid AS doc FROM client_search_gram WHERE client_search_gram MATCH ?"
        value = " ".join(map(str, grams))
    return [row["doc"] for row in await session.select(sql, [value])]


async def test_the_index_says_nothing_to_others(
    workspaces: Workspaces, workspace: Workspace, other: Workspace
) -> None:
    """Own numbers lead to no foreign document; a foreign document's number leads to no text."""
    await other.api().new_client("Canari")
    foreign = numbers(other.id, grams_wanted("canari"))
    async with workspaces.database.read(Scope(organisation=workspace.id)) as session:
        assert await _index(session, numbers(workspace.id, grams_wanted("canari"))) == []
        (doc,) = await _index(session, foreign)
        assert await session.select("SELECT * FROM client_search WHERE doc = ?", [doc]) == []
    async with workspaces.database.read(Scope(organisation=other.id)) as session:
        assert await _index(session, foreign) == [doc]
        assert len(await session.select("SELECT * FROM client_search WHERE doc = ?", [doc])) == 1


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM client_search_gram",
        "UPDATE client_search_gram SET grams = grams",
        "DELETE FROM client_search",
        "UPDATE client_search SET names = 'x'",
    ],
)
async def test_nobody_writes_in_anothers_index(
    workspaces: Workspaces, workspace: Workspace, other: Workspace, sql: str
) -> None:
    """Forged writes touch nothing of the other workspace."""
    await other.api().new_client("Canari")
    try:
        async with workspaces.database.write(Scope(organisation=workspace.id)) as session:
            assert await session.execute(sql) == 0
    except Exception as error:  # noqa: BLE001 - of each database its own
        assert re.search("not authorized|of another workspace", str(error))  # noqa: PT017
    assert await names(other.api(), "canari") == ["Canari"]


async def test_a_number_cannot_be_put_under_a_foreign_document(
    workspaces: Workspaces, workspace: Workspace, other: Workspace, dialect: str
) -> None:
    """Neither as an entry of the index nor as a document with a foreign number."""
    await other.api().new_client("Canari")
    foreign = numbers(other.id, grams_wanted("canari"))
    async with workspaces.database.read(Scope(organisation=workspace.id)) as session:
        (doc,) = await _index(session, foreign)
    column = "doc" if dialect == "postgres" else "rowid"
    sql = f"INSERT INTO client_search_gram ({column}, grams) VALUES (?, ?)"  # noqa: S608
    with pytest.raises(Exception, match=r"row-level security|not authorized"):
        async with workspaces.database.write(Scope(organisation=workspace.id)) as session:
            await session.execute(sql, [doc, [1]])


async def test_events_are_not_searched(workspace: Workspace) -> None:
    """What members note for themselves or for all is in no document."""
    api, ada = workspace.api(), await person(workspace, "Ada")
    client = await api.new_client("Alpha")
    for visibility in ("PRIVATE", "ORGANISATION"):
        await ada.event(client["id"], title="Vertraulich", body="Geheimnis", visibility=visibility)
    for each in (api, ada.api):
        assert (await names(each, "vertraulich"), await names(each, "geheimnis")) == ([], [])

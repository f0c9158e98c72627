"""Searches among very many clients begin with the index, whatever the database thinks of them."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest

from clientgraph.storage.scope import Scope
from clientgraph.testing import Workspace, Workspaces
from tests.plans.crowd import crowd, firm
from tests.storage.statements import Statement, recorded

pytestmark = pytest.mark.anyio

MANY = 100_000
QUERIES = {
    "three letters": 'clients(search: "ger") { nodes { name } }',
    "one letter": 'clients(search: "b") { nodes { name } }',
    "two words": 'clients(search: "garage lambert") { nodes { name } }',
    "a number": 'clients(search: "732 829 320") { nodes { name } }',
    "by name": 'clients(search: "ger", sort: [NAME_ASC]) { nodes { name } }',
    "with a filter": 'clients(search: "ger", filter: {country: ["FR"]}) { nodes { name } }',
    "counted": 'clients(search: "ger") { totalCount }',
    "backwards": 'clients(search: "ger", last: 10) { nodes { name } }',
    "mistyped": 'clients(search: "boulangreie") { searchedFor nodes { name } }',
    "contacts": 'contacts(search: "ger") { totalCount nodes { lastName } }',
    "part of a name": 'clients(filter: {name: {contains: "rage lamb"}}) { nodes { name } }',
    "part of a name, counted": 'clients(filter: {name: {contains: "ger"}}) { totalCount }',
    "contacts of clients": 'clients(first: 3) { nodes { contacts(search: "ger") { totalCount } } }',
}


@pytest.fixture(scope="module")
async def full(workspaces: Workspaces) -> Workspace:
    """A workspace with very many clients."""
    made = await workspaces.make()
    await crowd(workspaces.settings, made, MANY)
    return made


async def plans(workspaces: Workspaces, workspace: Workspace, asked: Statement) -> list[list[str]]:
    """How the database goes about a statement: for these values and, where it can, for any."""
    text, values = asked
    async with workspaces.database.read(Scope(organisation=workspace.id)) as session:
        if session.dialect == "sqlite":
            found = await session.client.execute_query_dict(f"EXPLAIN QUERY PLAN {text}", values)
            return [[row["detail"] for row in found]]
        connection: Any = session.client._connection
        await connection.execute(f"PREPARE asked AS {text}")
        made = []
        for mode in ("force_custom_plan", "force_generic_plan"):
            await connection.execute(f"SET LOCAL plan_cache_mode = {mode}")
            given = ", ".join(map(_literal, values))
            rows = await connection.fetch(f"EXPLAIN EXECUTE asked({given})")
            made.append([row[0].strip() for row in rows])
        await connection.execute("DEALLOCATE asked")
        return made


def _literal(value: Any) -> str:
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return "'{" + ",".join(map(str, value)) + "}'"
    return f"'{value}'"


def begins_with_the_index(steps: list[str], dialect: str) -> bool:
    """Whether documents are read only where the index of grams leads to them."""
    if dialect == "sqlite":
        own = r"SCAN (?!json_each|ranked|sorted|\(sub)"
        scans = [step for step in steps if re.match(own, step)]
        indexed = all(re.match(r"SCAN \w+_search_gram VIRTUAL TABLE INDEX \d+:M", s) for s in scans)
        documents = [step for step in steps if re.search(r"main\.\w+_search ", step)]
        keyed = r"USING (INTEGER PRIMARY KEY|INDEX \S+ \(organisation_id=\? AND \w+_id=\?\))"
        return bool(scans) and indexed and all(re.search(keyed, step) for step in documents)
    indexed = any("Bitmap Index Scan on" in s and "_search_grams" in s for s in steps)
    keyed = [
        following
        for step, following in pairwise(steps)
        if re.search(r" Scan using \w+ on \w+_search ", step)
    ]
    return (
        indexed
        and not any("Seq Scan" in step for step in steps)
        and all(
            re.match(r"Index Cond: (\(doc = ANY|\(\(organisation_id = .* AND \(\w+_id = )", step)
            for step in keyed
        )
    )


@pytest.mark.parametrize("how", QUERIES)
async def test_a_search_begins_with_the_index(
    workspaces: Workspaces, full: Workspace, dialect: str, how: str
) -> None:
    """No table is read whole, nor all documents of a workspace, in any statement of a search."""
    with recorded() as statements:
        await full.api()("{ " + QUERIES[how] + " }")
    searches = [each for each in statements if "_search_gram" in each[0]]
    assert searches
    for statement in searches:
        for steps in await plans(workspaces, full, statement):
            assert begins_with_the_index(steps, dialect), "\n".join(steps)


@pytest.mark.parametrize(
    "what", ['search: "ger", sort: [NAME_DESC]', 'filter: {name: {contains: "ger"}}']
)
async def test_hits_are_sorted_rather_than_looked_for(
    workspaces: Workspaces, full: Workspace, what: str
) -> None:
    """No order is walked until hits turn up, neither for the first page nor for the next."""
    query = f"query($after: String) {{ clients({what}, first: 2, after: $after) {{ EDGES }} }}"
    query = query.replace("EDGES", "pageInfo { endCursor } nodes { name }")
    with recorded() as statements:
        page = (await full.api()(query))["clients"]
        await full.api()(query, {"after": page["pageInfo"]["endCursor"]})
    searches = [each for each in statements if "_search_gram" in each[0]]
    assert len(searches) == 2
    for statement in searches:
        for steps in await plans(workspaces, full, statement):
            assert not any("client_by_name" in step for step in steps), "\n".join(steps)


async def test_one_among_many_is_found(full: Workspace) -> None:
    """By its name, its number in any form, and a mistyped name; the exact hit comes first."""
    name, number, _ = firm(4711)
    split = f"{number[:3]} {number[3:6]} {number[6:]}"
    for text in (name, number, split, name.upper()):
        query = "query($s: String) { clients(search: $s, first: 1) { nodes { name } } }"
        assert (await full.api()(query, {"s": text}))["clients"]["nodes"] == [{"name": name}]


async def test_a_search_is_one_statement(full: Workspace) -> None:
    """One that finds something: the page, and the count where it is asked for."""
    with recorded() as statements:
        await full.api()('{ clients(search: "ger") { totalCount nodes { name } } }')
    assert len([each for each in statements if "client_search" in each[0]]) == 2

"""What custom fields cost: as many statements whatever the page, and filters by an index."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from clientgraph import global_ids
from clientgraph.clients.models import Client
from clientgraph.fields.keys import number_key, text_key
from clientgraph.fields.models import ClientCustomValue
from clientgraph.storage.rows import insert_many
from clientgraph.storage.scope import Scope
from clientgraph.storage.session import Session
from clientgraph.testing import Api, Workspace, Workspaces
from tests.fields.defining import VALUES, define
from tests.plans.explained import plan, read_whole
from tests.storage.statements import recorded
from tests.writes.whole_database import operator

pytestmark = pytest.mark.anyio

MANY = 400
FIELDS = 10
PAGE = f"query($first: Int) {{ clients(first: $first) {{ nodes {{ name {VALUES} }} }} }}"
CONDITIONS: list[tuple[str, Any]] = [
    ("EQ", "7"),
    ("IN", ["7", "8"]),
    ("LT", "9"),
    ("GTE", "390"),
]


async def _full(workspaces: Workspaces, workspace: Workspace) -> None:
    """Many clients with ten custom fields each."""
    api = workspace.api()
    kinds = ["DECIMAL", *["TEXT"] * (FIELDS - 1)]
    made = [await define(api, f"f{place}", kind) for place, kind in enumerate(kinds)]
    ids = [global_ids.decode("CustomFieldDefinition", each["id"]) for each in made]
    async with workspaces.database.write(Scope(organisation=workspace.id)) as session:
        await _fill(session, list(zip(ids, kinds, strict=True)))


async def _fill(session: Session, fields: list[tuple[UUID | None, str]]) -> None:
    common = {"kind": "COMPANY", "status": "ACTIVE", "country": "FR", "vat_regime": "TAXABLE"}
    named = [
        {"name": f"C{n:03}", "sort_name": f"c{n:03}", "reference": f"R{n}"} for n in range(MANY)
    ]
    rows = [{**common, **each, "is_country_default": True} for each in named]
    clients = await insert_many(session, Client, rows)
    for field_id, kind in fields:
        values = [
            {
                "record_id": client.id,
                "definition_id": field_id,
                "ordinal": 0,
                "type": kind,
                "value": f'"{n}"',
                "key": number_key(Decimal(n)) if kind == "DECIMAL" else text_key(str(n)),
                "is_exclusive": False,
            }
            for n, client in enumerate(clients)
        ]
        await insert_many(session, ClientCustomValue, values)


async def _asked(api: Api, query: str, **variables: Any) -> tuple[Any, list[Any]]:
    with recorded() as statements:
        found = await api(query, variables)
    return found, [each for each in statements if '"api_token"' not in each[0]]


async def test_a_page_of_five_and_of_a_hundred_take_as_many_statements(
    workspaces: Workspaces, workspace: Workspace
) -> None:
    """Ten custom fields on each client: the page, the definitions, the values."""
    await _full(workspaces, workspace)
    counts = []
    for first in (5, 100):
        found, statements = await _asked(workspace.api("MEMBER"), PAGE, first=first)
        nodes = found["clients"]["nodes"]
        assert [len(row["customFields"]) for row in nodes] == [FIELDS] * first
        counts.append(len(statements))
    assert counts == [3, 3]


async def test_a_sorted_page_takes_as_many_statements_whatever_its_size(
    workspaces: Workspaces, workspace: Workspace, dialect: str
) -> None:
    """The order takes none of its own; a value is looked up by its record in an index."""
    await _full(workspaces, workspace)
    await operator(workspaces.settings, "ANALYZE")
    query = PAGE.replace("(first: $first)", '(first: $first, sortByCustomField: {key: "f0"})')
    counts = []
    for first in (5, 100):
        found, statements = await _asked(workspace.api("MEMBER"), query, first=first)
        names = [row["name"] for row in found["clients"]["nodes"]]
        assert names == [f"C{n:03}" for n in range(first)]
        counts.append(len(statements))
        (reading,) = [each for each in statements if "custom_place" in each[0]]
        steps = await plan(workspaces, workspace, reading)
        assert read_whole(steps, dialect) == [], steps
        assert any("client_custom_value_record" in step for step in steps), steps
    assert counts == [3, 3]


async def test_a_search_reads_the_values_of_one_field(
    workspaces: Workspaces, workspace: Workspace, dialect: str
) -> None:
    """CONTAINS is bounded by the definition: ten fields are there, the index leads to one."""
    await _full(workspaces, workspace)
    await operator(workspaces.settings, "ANALYZE")
    query = "query($f: ClientFilter) { clients(filter: $f, first: 100) { nodes { name } } }"
    condition = {"customFields": [{"key": "f3", "op": "CONTAINS", "value": "39"}]}
    found, statements = await _asked(workspace.api(), query, f=condition)
    assert len(found["clients"]["nodes"]) == 14
    (reading,) = [each for each in statements if "client_custom_value" in each[0]]
    steps = await plan(workspaces, workspace, reading)
    assert read_whole(steps, dialect) == [], steps
    places = [n for n, step in enumerate(steps) if "client_custom_value_" in step]
    assert places, steps
    for place in places:
        bounds = " ".join(steps[place : place + 2])
        assert "organisation_id" in bounds, steps
        assert "definition_id" in bounds or "record_id" in bounds, steps


async def test_filters_are_answered_by_an_index(
    workspaces: Workspaces, workspace: Workspace, dialect: str
) -> None:
    """Equality, choice and range of a number: values are read from the index of their keys."""
    await _full(workspaces, workspace)
    query = "query($f: ClientFilter) { clients(filter: $f, first: 100) { nodes { name } } }"
    lengths = []
    for op, value in CONDITIONS:
        condition = {"customFields": [{"key": "f0", "op": op, "value": value}]}
        found, statements = await _asked(workspace.api(), query, f=condition)
        lengths.append(len(found["clients"]["nodes"]))
        (reading,) = [each for each in statements if "client_custom_value" in each[0]]
        steps = await plan(workspaces, workspace, reading)
        assert read_whole(steps, dialect) == [], steps
        assert any("client_custom_value_" in step for step in steps), steps
    assert lengths == [1, 2, 9, 10]

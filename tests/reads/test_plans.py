"""What plans read, when they give way, and how they are turned off."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, Final

import pytest

from clientgraph.config import Settings
from clientgraph.operations.service import READS
from clientgraph.testing import Api, Statements, running
from tests.walls.worlds import World

pytestmark = pytest.mark.anyio

PARTS: Final = """query($first: Int) { clients(first: $first) { nodes {
    id name contacts(first: 2) { nodes { id lastName } } addresses { city }
    events(first: 2) { nodes { id title } } customFields { key display } } } }"""


@pytest.fixture
async def seen(
    settings: Settings, home: World, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Api, Statements]]:
    """An API of the home world, and the statements that it leads to."""
    statements = Statements()
    statements.watch(monkeypatch)
    async with running(settings) as client:
        api = replace(home.workspace, client=client).api()
        # PostgreSQL's driver asks about the types of parameters once for a connection.
        await api(PARTS, {"first": 1})
        await statements.take()
        yield api, statements


async def _selects(api: Api, statements: Statements, text: str, **variables: Any) -> list[str]:
    await statements.take()
    await api(text, variables)
    return [each for each in await statements.take() if each.lstrip().startswith("SELECT")]


async def test_statements_do_not_grow_with_the_page(seen: tuple[Api, Statements]) -> None:
    """One for the list and one for each relation; custom fields have definitions and values."""
    few = await _selects(*seen, PARTS, first=2)
    many = await _selects(*seen, PARTS, first=9)
    assert len(few) == len(many) == 6


async def test_only_what_is_shown_is_read(seen: tuple[Api, Statements]) -> None:
    """Columns of the answer, of the order and of the cursor; all where a resolver may need any."""
    (text,) = await _selects(*seen, "{ clients(first: 3) { nodes { id name } } }")
    assert text.split(" FROM ")[0].split(", ") == ["SELECT id", "name", "sort_name"]
    (text,) = await _selects(
        *seen, "{ clients(first: 3) { edges { cursor node { country } } pageInfo { endCursor } } }"
    )
    assert text.split(" FROM ")[0].split(", ") == ["SELECT country", "sort_name", "id"]
    text, *_ = await _selects(*seen, "{ clients { nodes { deletability { allowed } } } }")
    assert "accounting_code" in text


def _run(by: str) -> float:
    found: float = READS.labels(by)._value.get()
    return found


async def test_an_error_is_told_by_ordinary_execution(home: World) -> None:
    """At its place, beside what has none."""
    planned, ordinary = _run("plan"), _run("ordinary")
    body = await home.workspace.api().answer(
        "{ viewer { role } clients(first: 0) { nodes { id } } }"
    )
    assert body["data"] is None
    assert [error["path"] for error in body["errors"]] == [["clients"]]
    assert (_run("plan"), _run("ordinary")) == (planned, ordinary + 1)


async def test_conditions_are_part_of_the_plan(home: World) -> None:
    """One document, whose variables decide what is in it."""
    text = "query($with: Boolean!) { organisation { slug name @include(if: $with) } }"
    api = home.workspace.api()
    for wanted in (True, False, True):
        assert ("name" in (await api(text, {"with": wanted}))["organisation"]) is wanted


async def test_plans_can_be_turned_off(settings: Settings, home: World) -> None:
    """By a setting of the operator."""
    async with running(replace(settings, read_engine=False)) as client:
        before = _run("plan")
        api = replace(home.workspace, client=client).api()
        assert (await api("{ clients(first: 1) { nodes { name } } }"))["clients"]["nodes"]
        assert _run("plan") == before

"""The GraphQL of the documentation works: run as owner of a workspace like the demo's."""

from __future__ import annotations

from itertools import cycle
from typing import Any

import pytest

from clientgraph.demo.companies import Company, companies
from clientgraph.testing import Api, Workspace
from tests.docs.blocks import Block, names
from tests.docs.operations import HOW_TO, SCREENS, operations, pages, same

pytestmark = pytest.mark.anyio

AT_ONCE = 10
PAGES = [page for page in pages() if not page[0].path.startswith((SCREENS, HOW_TO))]


@pytest.fixture
async def demo(workspace: Workspace) -> Api:
    """The owner's API of a workspace with the companies of the demo, in the demo's order."""
    # Each token has a budget of its own; the owner's is kept for the page.
    loaders = cycle([workspace.api("ADMIN"), workspace.api("MEMBER")])
    made: dict[str | None, str | None] = {None: None}
    waiting: list[Company] = []
    for company in companies():
        if company.parent_lei not in made or len(waiting) == AT_ONCE:
            made |= await _create(next(loaders), waiting, made)
            waiting = []
        waiting.append(company)
    await _create(next(loaders), waiting, made)
    return workspace.api("OWNER")


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
async def test_operations_of_a_page_work(page: list[Block], demo: Api) -> None:
    """Operations of a page work in order, with the variables and the answer shown behind them."""
    for operation in operations(page):
        await operation.answered(demo)


def test_what_is_shown_is_compared() -> None:
    """Values must be equal, and `"…"` stands for one value, or for the rest of a list."""
    assert same({"a": ["…", 2]}, {"a": [1, 2]})
    assert same([1, "…"], [1, 2, 3])
    assert same([1, "…"], [1])
    assert not same([1, "…"], [2, 3])
    assert not same([1], [1, 2])
    assert not same({"a": 1}, {"a": 1, "b": 2})
    assert not same({"a": 1, "b": "…"}, {"a": 1})


async def _create(
    api: Api, group: list[Company], made: dict[str | None, str | None]
) -> dict[str | None, str | None]:
    """Make clients in one request; the id of each by its LEI."""
    given = {
        f"c{number}": {**company.given, "parent": made[company.parent_lei]}
        for number, company in enumerate(group)
    }
    head = ", ".join(f"${name}: ClientCreateInput!" for name in given)
    fields = (f"{name}: clientCreate(input: ${name}) {{ client {{ id }} }}" for name in given)
    answer = await api(f"mutation({head}) {{ {' '.join(fields)} }}", given)
    return {_lei(given[name]): payload["client"]["id"] for name, payload in answer.items()}


def _lei(given: dict[str, Any]) -> str | None:
    values = (one["value"] for one in given["identifiers"] if one["kind"] == "LEI")
    return next(values, given["name"])

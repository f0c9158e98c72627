"""The GraphQL of the documentation works: run as owner of a workspace like the demo's."""

from __future__ import annotations

import json
from itertools import cycle, takewhile
from typing import Any

import pytest
from graphql import OperationDefinitionNode, OperationType, build_schema, parse, validate

from clientgraph.demo.companies import Company, companies
from tests.docs.blocks import ROOT, Block, blocks, by_page, names
from tests.workspaces import Api, Workspace

pytestmark = pytest.mark.anyio

AT_ONCE = 10
PAGES = [
    page
    for page in by_page(*{block.language for block in blocks()})
    if any(block.language == "graphql" for block in page)
]


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
    schema = build_schema((ROOT / "schema.graphql").read_text("utf-8"))
    for number, block in enumerate(page):
        if block.language != "graphql":
            continue
        document = parse(block.text)
        operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
        if not operations:
            continue
        assert validate(schema, document) == [], str(block)
        if operations[0].operation is not OperationType.SUBSCRIPTION:
            await _answered(demo, block, _shown(page[number + 1 :]))


async def _answered(api: Api, block: Block, shown: list[dict[str, Any]]) -> None:
    given = next((table for table in shown if "data" not in table), {})
    body = await api.answer(block.text, given)
    assert "errors" not in body, f"{block}: {body['errors']}"
    mistakes = [
        mistake
        for payload in body["data"].values()
        if isinstance(payload, dict)
        for mistake in payload.get("userErrors", [])
    ]
    assert bool(mistakes) == block.may_be_refused, f"{block}: {mistakes}"
    for wanted in (table["data"] for table in shown if "data" in table):
        assert _same(wanted, body["data"]), f"{block}: {json.dumps(body['data'], indent=2)}"


def _shown(following: list[Block]) -> list[dict[str, Any]]:
    """The JSON between an operation and the next one."""
    mine = takewhile(lambda block: block.language == "json", following)
    return [json.loads(block.text) for block in mine]


def _same(wanted: Any, found: Any) -> bool:
    """Whether an answer is the one that is shown; ``"…"`` stands for what differs each time."""
    if wanted == "…":
        return True
    if isinstance(wanted, dict) and isinstance(found, dict):
        return wanted.keys() == found.keys() and all(_same(v, found[k]) for k, v in wanted.items())
    if isinstance(wanted, list) and isinstance(found, list):
        return len(wanted) == len(found) and all(map(_same, wanted, found))
    return bool(wanted == found)


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

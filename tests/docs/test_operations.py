"""The GraphQL of the documentation works: run as owner of a workspace like the demo's."""

from __future__ import annotations

import json
from itertools import takewhile
from typing import Any

import pytest
from graphql import OperationDefinitionNode, OperationType, build_schema, parse, validate

from tests.docs.blocks import ROOT, Block, by_page, names
from tests.workspaces import Api, Workspace

pytestmark = pytest.mark.anyio

COMPANIES = ROOT / "src/clientgraph/demo/companies.json"
AT_ONCE = 10
# Where a record of the file comes from, and to whom it belongs by another number.
NOT_INPUT = ("source", "parentLei")
PAGES = by_page("graphql", "json")


@pytest.fixture
async def demo(workspace: Workspace) -> Api:
    """The owner's API of a workspace with the companies of the demo."""
    companies = json.loads(COMPANIES.read_text("utf-8"))
    given = [
        {k: v for k, v in company.items() if k not in ("source", "parentLei")}
        for company in companies
    ]
    # Each token has a budget of its own; the owner's is kept for the page.
    loaders = [workspace.api(role) for role in ("ADMIN", "MEMBER")]
    for start in range(0, len(given), AT_ONCE):
        await _create(loaders[start // AT_ONCE % len(loaders)], given[start : start + AT_ONCE])
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


async def _create(api: Api, companies: list[dict[str, Any]]) -> None:
    given = {f"c{number}": company for number, company in enumerate(companies)}
    head = ", ".join(f"${name}: ClientCreateInput!" for name in given)
    fields = (f"{name}: clientCreate(input: ${name}) {{ client {{ id }} }}" for name in given)
    made = await api(f"mutation({head}) {{ {' '.join(fields)} }}", given)
    assert [name for name in given if made[name]["client"] is None] == []

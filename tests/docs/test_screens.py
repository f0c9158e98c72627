"""The screens of docs/screens can be drawn: each query answers all that its screen shows."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from clientgraph.operations.limits import Limits
from clientgraph.testing import Api, Statements
from tests.docs.blocks import ROOT, Block, names
from tests.docs.operations import SCREENS, Operation, operations, pages
from tests.docs.showcase import MORE, PRIVATE, Showcase, enlarge

pytestmark = pytest.mark.anyio

PAGES = [page for page in pages() if page[0].path.startswith(SCREENS)]
PRICED = re.compile(r"^\| `(\w+)` \| ([\d,]+) \|$", re.MULTILINE)
QUERY = re.compile(r"^query (\w+)")
RUNS = 3
WITH_NOTES = {"activity", "contacts", "events", "notes"}


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
async def test_a_screen_shows_what_its_page_says(page: list[Block], showcase: Showcase) -> None:
    """Every answer is the one on the page, at the price in the index and far from any limit."""
    limits, priced = Limits(), prices()
    async for operation, body in answered(page, showcase.api):
        cost = body["extensions"]["cost"]
        if name := query_name(operation):
            assert cost["requested"] == priced[name], str(operation.block)
        assert cost["requested"] <= limits.cost / 2
        assert cost["nodes"] <= limits.nodes / 2
        assert cost["depth"] <= limits.depth / 2
        if "$first" in operation.block.text:
            whole = {**operation.variables, "first": limits.page}
            assert len((await showcase.api(operation.block.text, whole))["clients"]["nodes"]) > 0


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
async def test_fuller_screens_take_no_more_statements(
    page: list[Block], showcase: Showcase, statements: Statements
) -> None:
    """Fifty clients for five, and more parts of each, are read in as many statements."""
    queries = [
        operation async for operation, _ in answered(page, showcase.api) if query_name(operation)
    ]
    few = [await counted(operation, showcase, statements) for operation in queries]
    await enlarge(showcase.workspace)
    many = [await counted(operation, showcase, statements) for operation in queries]
    assert [sent for sent, _ in many] == [sent for sent, _ in few]
    for operation, (_, before), (_, after) in zip(queries, few, many, strict=True):
        if "clients" in before:
            rows = [len(data["clients"]["nodes"]) for data in (before, after)]
            assert rows == [rows[0], min(rows[0] + MORE, 50)], str(operation.block)


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
async def test_a_viewer_sees_the_same_screens(page: list[Block], showcase: Showcase) -> None:
    """Who only reads is answered whole screens too, without a note that is somebody's own."""
    viewer = replace(showcase.workspace.api("VIEWER"), language="fr")
    async for operation, body in answered(page, showcase.api):
        if query_name(operation):
            mine, theirs = body["data"], await viewer(operation.block.text, operation.variables)
            assert PRIVATE["title"] not in str(theirs)
            assert theirs.keys() == mine.keys()
            assert theirs.get("clients") == mine.get("clients")
            client = theirs.get("client") or {}
            other = {name for name, shown in client.items() if shown != mine["client"][name]}
            assert other <= WITH_NOTES, str(operation.block)


def test_the_index_prices_each_query() -> None:
    """Every named query of the screens is in the table of prices, and no other."""
    named = [query_name(operation) for page in PAGES for operation in operations(page)]
    assert sorted(prices()) == sorted(filter(None, named))


def prices() -> dict[str, int]:
    """What the index of the screens says that each query costs."""
    text = (ROOT / SCREENS / "README.md").read_text("utf-8")
    return {name: int(points.replace(",", "")) for name, points in PRICED.findall(text)}


def query_name(operation: Operation) -> str | None:
    """The name of a query; None for a mutation."""
    found = QUERY.match(operation.block.text)
    return found[1] if found else None


async def answered(page: list[Block], api: Api) -> AsyncIterator[tuple[Operation, dict[str, Any]]]:
    """The operations of a page with what they answer; an id ``"…"`` is that of the last client."""
    known: str | None = None
    for operation in operations(page):
        given = {key: known if v == "…" else v for key, v in operation.variables.items()}
        body = await replace(operation, variables=given).answered(api)
        yield operation, body
        if shown := body["data"].get("client"):
            known = shown["id"]


async def counted(
    operation: Operation, showcase: Showcase, statements: Statements
) -> tuple[int, Any]:
    """How many statements a query takes once the token is known, and its data."""
    api = await showcase.as_newcomer()
    given = {**operation.variables, **({"first": 50} if "$first" in operation.block.text else {})}
    sent = []
    await api("{ viewer { name } }")
    await statements.noted()
    for _ in range(RUNS):
        await statements.take()
        data = await api(operation.block.text, given)
        sent.append(len(await statements.take()))
    return min(sent), data

"""The operations of a page, and whether they answer what the page shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from graphql import OperationDefinitionNode, OperationType, build_schema, parse, validate

from clientgraph.testing import Api
from tests.docs.blocks import ROOT, Block, blocks, by_page

SCREENS = "docs/screens/"
# Its operations, requests and commands are those of the plugin that its Python makes.
HOW_TO = "docs/plugins/how-to.md"


@dataclass(frozen=True)
class Operation:
    """An operation with the JSON behind it: its variables, and the answer where it is shown."""

    block: Block
    variables: dict[str, Any] = field(default_factory=dict)
    answers: tuple[dict[str, Any], ...] = ()

    async def answered(self, api: Api) -> dict[str, Any]:
        """Run it; the whole answer, which must be the one that is shown."""
        body = await api.answer(self.block.text, self.variables)
        assert "errors" not in body, f"{self.block}: {body['errors']}"
        mistakes = [
            mistake
            for payload in body["data"].values()
            if isinstance(payload, dict)
            for mistake in payload.get("userErrors", [])
        ]
        assert bool(mistakes) == self.block.may_be_refused, f"{self.block}: {mistakes}"
        for answer in self.answers:
            shown = json.dumps(body["data"], indent=2, ensure_ascii=False)
            assert same(answer["data"], body["data"]), f"{self.block}: {shown}"
        return body


def pages() -> list[list[Block]]:
    """The blocks of each page that has GraphQL."""
    every = by_page(*{block.language for block in blocks()})
    return [page for page in every if any(block.language == "graphql" for block in page)]


def operations(page: list[Block], definition: str = "") -> Iterator[Operation]:
    """The queries and mutations of a page in order, each of them valid.

    ``definition`` is the schema where that is another one than the repository's.
    """
    schema = build_schema(definition or (ROOT / "schema.graphql").read_text("utf-8"))
    for number, block in enumerate(page):
        if block.language != "graphql":
            continue
        document = parse(block.text)
        found = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
        if not found:
            continue
        assert validate(schema, document) == [], str(block)
        if found[0].operation is not OperationType.SUBSCRIPTION:
            tables = _shown(page[number + 1 :])
            given = next((table for table in tables if "data" not in table), {})
            yield Operation(block, given, tuple(table for table in tables if "data" in table))


def same(wanted: Any, found: Any) -> bool:
    """Whether an answer is the one that is shown.

    ``"…"`` stands for what differs each time; behind entries of a list, for any more of them.
    """
    if wanted == "…":
        return True
    if isinstance(wanted, dict) and isinstance(found, dict):
        return wanted.keys() == found.keys() and all(same(v, found[k]) for k, v in wanted.items())
    if isinstance(wanted, list) and isinstance(found, list):
        if len(wanted) > 1 and wanted[-1] == "…":
            wanted, found = wanted[:-1], found[: len(wanted) - 1]
        return len(wanted) == len(found) and all(map(same, wanted, found))
    return bool(wanted == found)


def _shown(following: list[Block]) -> list[dict[str, Any]]:
    """The JSON between an operation and the next one."""
    mine = takewhile(lambda block: block.language == "json", following)
    return [json.loads(block.text) for block in mine]

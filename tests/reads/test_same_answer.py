"""Whatever is asked, a plan answers what ordinary execution answers, byte for byte."""

from __future__ import annotations

import gc
import os
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from random import Random
from typing import Final

import orjson
import pytest
from graphql import build_schema, is_object_type
from graphql.pyutils import Path

from clientgraph import global_ids
from clientgraph.config import Settings
from clientgraph.loading import installed
from clientgraph.operations.limits import Limits
from clientgraph.operations.service import READS
from clientgraph.reads.levels import Selected
from clientgraph.schema import Schema
from clientgraph.testing import Api, begun
from tests.reads.operations import Operations
from tests.walls.worlds import World

pytestmark = pytest.mark.anyio

# As many as the nightly run asks for, or as fit into every run.
OPERATIONS: Final = int(os.environ.get("CLIENTGRAPH_TEST_OPERATIONS", "2000"))
BATCH: Final = 100
ROLES: Final = ("OWNER", "VIEWER", "MEMBER", "ADMIN")
LIMITS: Final = Limits(
    budget=10**9, refill=10**9, cost=20_000, nodes=200_000, aliases=200, tokens=5_000
)
# What differs from one answer to the next by its nature.
_VARYING: Final = re.compile(rb'(?<="available":)\d+|(?<="errorId":)"[^"]+"')


@dataclass(frozen=True)
class Both:
    """One workspace behind two applications: with the engine and without."""

    planned: World
    ordinary: World

    async def answers(self, role: str, text: str, variables: object) -> tuple[bytes, bytes]:
        """What both say, without what varies."""
        found = []
        for world in (self.planned, self.ordinary):
            api = Api(world.workspace.client, world.workspace.tokens[role])
            response = await api.client.post(
                "/graphql",
                json={"query": text, "variables": variables},
                headers={"Authorization": f"Bearer {api.token}"},
            )
            found.append(_VARYING.sub(b"0", response.content))
        return found[0], found[1]


@pytest.fixture(scope="module")
async def both(settings: Settings, home: World) -> AsyncIterator[Both]:
    """Two applications on the database."""
    async with AsyncExitStack() as stack:
        made = []
        for planned in (True, False):
            wanted = replace(settings, read_engine=planned)
            there = await stack.enter_async_context(begun(wanted, limits=LIMITS))
            workspace = replace(home.workspace, client=there.client)
            made.append(replace(home, workspaces=there, workspace=workspace))
        yield Both(*made)


@pytest.fixture(scope="module")
def operations(home: World, away: World) -> Operations:
    """Over the schema with every plugin, and the ids of two workspaces.

    What plugins are asked for is never planned, so that there is nothing to compare.
    """
    made = Schema(installed().declared)
    left_out = {
        f"{kind.name}.{name}"
        for kind in made.core.type_map.values()
        if is_object_type(kind) and "strawberry-definition" in kind.extensions
        for name, field in kind.fields.items()
        if Selected(name, kind, field, [], Path(None, name, kind.name)).is_of_plugin
    }
    assert "Query.invoices" in left_out
    of_plugins = tuple(prefix for each in installed().declared.values() for prefix in each.nodes)
    known = [*home.ids.values(), *away.ids.values()]
    ids = [each for each in known if global_ids.prefix(each) not in of_plugins]
    assert len(ids) < len(known)
    return Operations(build_schema(made.as_str()), ids, frozenset(left_out))


def _same(planned: bytes, ordinary: bytes) -> bool:
    """Whether these answers are equal, but for which of two mistakes beside each other is told.

    Plans tell no mistakes, so both are ordinary execution's: it runs fields beside each other, and
    what it comes upon first is now one and now the other.
    """
    if planned == ordinary:
        return True
    both = orjson.loads(planned), orjson.loads(ordinary)
    return all("errors" in each for each in both) and both[0].get("data") == both[1].get("data")


def _read(by: str) -> float:
    found: float = READS.labels(by)._value.get()
    return found


# Where a plain field fails, graphql-core drops the coroutines of fields beside it. They are
# collected here, so that no other test is told of them.
@pytest.mark.filterwarnings(
    "ignore:coroutine .* was never awaited:RuntimeWarning",
    "ignore::pytest.PytestUnraisableExceptionWarning",
)
@pytest.mark.parametrize("batch", range(-(-OPERATIONS // BATCH)))
async def test_any_operation(both: Both, operations: Operations, batch: int) -> None:
    """A hundred operations made from the batch's number."""
    before = _read("plan")
    faultless = 0
    for number in range(BATCH):
        random = Random(batch * BATCH + number)  # noqa: S311 - to be made again
        text, variables = operations.make(random)
        role = random.choice(ROLES)
        planned, ordinary = await both.answers(role, text, variables)
        assert _same(planned, ordinary), f"{role}: {text} {variables}"
        faultless += b'"errors"' not in ordinary
    # Each answer without an error came of a plan, and there are enough of them to speak of.
    assert faultless > BATCH / 4
    assert _read("plan") - before >= faultless
    gc.collect()

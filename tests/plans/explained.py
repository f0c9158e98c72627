"""How the database goes about statements."""

from __future__ import annotations

import re
from typing import Any

from clientgraph.storage.scope import Scope
from clientgraph.testing import Api, Workspace, Workspaces
from tests.storage.statements import Statement, recorded


async def plan(
    workspaces: Workspaces, workspace: Workspace, statement: Statement, *, as_is: bool = False
) -> list[str]:
    """How the database would go about a statement: one line for each step.

    ``as_is``: with what it knows of the tables, which must be large ones.
    """
    text, values = statement
    async with workspaces.database.read(Scope(organisation=workspace.id)) as session:
        if session.dialect == "sqlite":
            found = await session.client.execute_query_dict(f"EXPLAIN QUERY PLAN {text}", values)
            return [row["detail"] for row in found]
        # Small tables are read whole even where there is an index; this shows that there is one.
        if not as_is:
            await session.client.execute_query("SET LOCAL enable_seqscan = off")
        found = await session.client.execute_query_dict(f"EXPLAIN {text}", values)
        return [row["QUERY PLAN"].strip() for row in found]


def read_whole(steps: list[str], dialect: str) -> list[str]:
    """The steps that read a whole table."""
    if dialect == "sqlite":
        own = re.compile(r"SCAN (?!json_each|ranked|sorted|\(subquery)")
        return [step for step in steps if own.match(step)]
    whole = [step for step in steps if "Seq Scan" in step]
    for step, following in zip(steps, [*steps[1:], ""], strict=True):
        if re.search(r"Index (Only )?Scan", step) and not following.startswith("Index Cond"):
            whole += [step]
    return whole


def sorts(steps: list[str]) -> list[str]:
    """The steps that sort."""
    return [step for step in steps if re.search(r"^(->\s+)?Sort |TEMP B-TREE", step)]


async def asked(api: Api, query: str, **variables: Any) -> list[Statement]:
    """The reading statements of a query, the look-up of its token among them."""
    with recorded() as statements:
        await api(query, variables)
    return [each for each in statements if not each[0].startswith("UPDATE")]

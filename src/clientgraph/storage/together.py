"""Rows of several models, read in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, cast

import orjson
from tortoise.models import Model

from clientgraph.contract.operation import Dialect
from clientgraph.storage.conditions import EVERYTHING, Condition, all_of, compare
from clientgraph.storage.models import columns_of
from clientgraph.storage.reading import shape
from clientgraph.storage.rows import organisation_of
from clientgraph.storage.session import Session

_ARRAY: Final[dict[Dialect, str]] = {"postgres": "json_build_array", "sqlite": "json_array"}


@dataclass(frozen=True)
class Wanted:
    """The workspace's rows of a model that meet a condition; ``key`` names the workspace."""

    model: type[Model]
    where: Condition = EVERYTHING
    key: str = "organisation_id"


async def select_together(session: Session, *wanted: Wanted) -> list[list[Any]]:
    """The rows of each model, in no order: few and small ones, which travel as JSON."""
    organisation, array = organisation_of(session), _ARRAY[session.dialect]
    texts: list[str] = []
    values: list[Any] = []
    for place, each in enumerate(wanted):
        own = all_of([compare(each.key, "=", organisation), each.where])
        columns = ", ".join(columns_of(each.model))
        texts.append(
            f"SELECT {place}, CAST({array}({columns}) AS TEXT) FROM {each.model._meta.db_table}"
            f" WHERE {own.sql}"
        )
        values += own.values
    # JSON has values as SQLite has them.
    make = [
        shape(cast("Any", each.model), tuple(columns_of(each.model)), "sqlite") for each in wanted
    ]
    found: list[list[Any]] = [[] for _ in wanted]
    for place, packed in await session.rows(" UNION ALL ".join(texts), values):
        found[place].append(make[place](orjson.loads(packed)))
    return found

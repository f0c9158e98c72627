"""Batches of rows by the ids that they refer to, which any field can be loaded by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar
from uuid import UUID

from clientgraph.context import Context
from clientgraph.storage.models import Record
from clientgraph.storage.reading import select_by

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class RowsBy(Generic[R]):
    """Rows of a model by a column, in the order of another; all columns, or those named."""

    model: type[R]
    column: str
    order: str
    columns: tuple[str, ...] | None = None

    async def __call__(self, context: Context, keys: Sequence[UUID]) -> dict[UUID, list[R]]:
        """Those of each key."""
        return await select_by(
            context.session, self.model, self.column, keys, self.order, self.columns
        )

    def of(self, columns: Sequence[str]) -> RowsBy[R]:
        """The same rows with these columns alone."""
        return replace(self, columns=tuple(columns))

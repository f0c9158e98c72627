"""Of a client's contacts and addresses, one at most holds each place: main, default, recipient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from clientgraph.context import Context
from clientgraph.drafts import Checked
from clientgraph.storage.models import Record
from clientgraph.storage.rows import having_any, rows, update


def check_single(
    made: Sequence[Mapping[str, Any]], column: str, held: Any, checked: Checked
) -> None:
    """Note a mistake at every row after the first whose ``column`` is ``held``."""
    places = [index for index, row in enumerate(made) if row.get(column) == held]
    for index in places[1:]:
        checked.add((str(index), column), "DUPLICATE", other=places[0])


async def take_over(
    context: Context,
    model: type[Record],
    client_id: UUID,
    places: Mapping[str, tuple[Any, Any]],
    claims: Mapping[str, Any],
    own: UUID | None,
) -> None:
    """Free each place that ``claims`` asks for from the row that holds it; such a row changes.

    ``places`` maps column → (held, free); ``own`` is the row that claims, if it exists already.
    The caller holds the client's lock.
    """
    claimed = {column: held for column, (held, _) in places.items() if claims.get(column) == held}
    if not claimed:
        return
    holders = having_any(rows(context.session, model).filter(client_id=client_id), claimed)
    for row in await holders:
        if row.id == own:
            continue
        freed = {
            column: places[column][1]
            for column, held in claimed.items()
            if getattr(row, column) == held
        }
        await update(context.session, row, freed)
        context.changed("UPDATED", model.__name__, row, client_id=client_id)

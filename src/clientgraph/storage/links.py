"""Tables of pairs: rows of one kind linked to any number of another; and who refers to what."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from clientgraph.storage.conditions import all_of, any_of, joined, negated
from clientgraph.storage.rows import organisation_of, own
from clientgraph.storage.session import Dialect, Session


@dataclass(frozen=True)
class Links:
    """A table of pairs ``<owner>_id``, ``<other>_id``; owner and other are tables of records."""

    table: str
    owner: str
    other: str


_PAIRS: Mapping[Dialect, str] = {
    "postgres": "SELECT ?::uuid, unnest(?::uuid[]), unnest(?::uuid[])",
    "sqlite": "SELECT ?, json_extract(value, '$[0]'), json_extract(value, '$[1]')"
    " FROM json_each(?) WHERE true",
}


async def links_of(
    session: Session, links: Links, owner_ids: Sequence[UUID]
) -> dict[UUID, set[UUID]]:
    """What each of the owners is linked to."""
    chosen = own(session, any_of(session.dialect, f"{links.owner}_id", owner_ids))
    found = await session.select(
        f"SELECT {links.owner}_id AS owner, {links.other}_id AS other FROM {links.table}"
        f" WHERE {chosen.sql}",
        chosen.values,
    )
    grouped: dict[UUID, set[UUID]] = {owner_id: set() for owner_id in owner_ids}
    for row in found:
        grouped[UUID(str(row["owner"]))].add(UUID(str(row["other"])))
    return grouped


async def replace_links(
    session: Session, links: Links, wanted: Mapping[UUID, Collection[UUID]]
) -> None:
    """Link each owner to these and no others; pairs that stay are not touched.

    Raises `Conflict` where one of them is gone.
    """
    if not wanted:
        return
    pair = joined(f"{links.owner}_id", f"{links.other}_id")
    kept = [f"{owner}{other}" for owner, others in wanted.items() for other in others]
    owners = any_of(session.dialect, f"{links.owner}_id", list(wanted))
    gone = own(session, all_of([owners, negated(any_of(session.dialect, pair, kept))]))
    await session.execute(f"DELETE FROM {links.table} WHERE {gone.sql}", gone.values)
    await add_links(session, links, wanted)


async def add_links(
    session: Session, links: Links, wanted: Mapping[UUID, Collection[UUID]]
) -> None:
    """Link each owner to these, too; raises `Conflict` where one of them is gone."""
    pairs = [[owner, other] for owner in sorted(wanted) for other in sorted(wanted[owner])]
    if not pairs:
        return
    given = [pairs] if session.dialect == "sqlite" else zip(*pairs, strict=True)
    await session.execute(
        f"INSERT INTO {links.table} (organisation_id, {links.owner}_id, {links.other}_id)"
        f" {_PAIRS[session.dialect]} ON CONFLICT DO NOTHING",
        [organisation_of(session), *map(list, given)],
    )


async def count_references(
    session: Session, table: str, column: str, counted: str, values: Sequence[Any]
) -> dict[str, int]:
    """How many different ``counted`` refer by ``column`` to each value, which is shown as text."""
    chosen = own(session, any_of(session.dialect, column, values))
    found = await session.select(
        f"SELECT {column} AS value, count(DISTINCT {counted}) AS n FROM {table}"
        f" WHERE {chosen.sql} GROUP BY {column}",
        chosen.values,
    )
    return {str(row["value"]): int(row["n"]) for row in found}

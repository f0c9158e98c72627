"""The references that clients are given when they come without one: C00001, C00002…

And what people know clients by.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from clientgraph.clients.models import Client
from clientgraph.context import Context
from clientgraph.storage.rows import organisation_of, rows
from clientgraph.storage.session import Session

# In a form that PostgreSQL answers from the index: of EXISTS it makes a table of all references,
# and what is worked out beside the column of a walled table is no condition for an index.
_NEXT: Final = """UPDATE organisation SET next_reference = next_reference + 1 WHERE id = ?
    RETURNING next_reference - 1 AS number, (
        SELECT 1 FROM client WHERE client.organisation_id = ? AND client.reference =
        (SELECT 'C' || CASE WHEN next_reference <= 100000
            THEN substr(CAST(99999 + next_reference AS TEXT), 2)
            ELSE CAST(next_reference - 1 AS TEXT) END) LIMIT 1) IS NOT NULL AS taken"""
# The innermost query has the number of each reference of our form and null for any other; ltrim
# leaves what is not a digit.
_BEYOND: Final = """UPDATE organisation SET next_reference = 2 + (
        SELECT min(number) FROM (
            SELECT number, lead(number) OVER (ORDER BY number) AS following FROM (
                SELECT CASE WHEN substr(reference, 1, 1) = 'C'
                    AND length(reference) BETWEEN 2 AND 10
                    AND ltrim(substr(reference, 2), '0123456789') = ''
                    THEN CAST(substr(reference, 2) AS BIGINT) END AS number
                FROM client WHERE organisation_id = ?
            ) numbered WHERE number >= ?
        ) ordered WHERE following IS NULL OR following > number + 1
    ) WHERE id = ? RETURNING next_reference - 1 AS number"""


_RUN: Final = """UPDATE organisation SET next_reference = next_reference + ?
    WHERE id = ? RETURNING next_reference - ? AS number"""


async def free_references(session: Session, number: int) -> list[str]:
    """So many free client references of the workspace, in the order of their numbers."""
    found: list[str] = []
    while len(found) < number:
        # Behind what was given by hand there is room for as many as are still wanted.
        found.append(await free_reference(session))
        wanted = number - len(found)
        if not wanted:
            break
        values = [wanted, organisation_of(session), wanted]
        start = int((await session.select(_RUN, values))[0]["number"])
        run = [_spelled(each) for each in range(start, start + wanted)]
        taken = {row.reference for row in await rows(session, Client).filter(reference__in=run)}
        found += [each for each in run if each not in taken]
    return found


def _spelled(number: int) -> str:
    return f"C{number:05d}"


async def free_reference(session: Session) -> str:
    """The next free client reference of the workspace, e.g. ``C00042``.

    Behind a run of numbers that were given by hand it goes on after the run, in one step. Until
    the transaction ends nobody else in the workspace can take one: call it late.
    """
    organisation = organisation_of(session)
    found = (await session.select(_NEXT, [organisation, organisation]))[0]
    if found["taken"]:
        found = (await session.select(_BEYOND, [organisation, found["number"], organisation]))[0]
    return _spelled(found["number"])


async def names(context: Context, ids: Sequence[UUID]) -> dict[UUID, str]:
    """What people know each client by: its name and reference."""
    found = await rows(context.session, Client).filter(id__in=list(ids))
    return {client.id: f"{client.name}, {client.reference}" for client in found}

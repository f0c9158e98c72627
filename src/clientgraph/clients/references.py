"""The references that clients are given when they come without one: C00001, C00002…"""

from __future__ import annotations

from typing import Final

from clientgraph.storage.rows import organisation_of
from clientgraph.storage.session import Session

_NEXT: Final = """UPDATE organisation SET next_reference = next_reference + 1 WHERE id = ?
    RETURNING next_reference - 1 AS number, EXISTS (
        SELECT 1 FROM client WHERE client.organisation_id = ? AND client.reference =
        'C' || CASE WHEN next_reference <= 100000
            THEN substr(CAST(99999 + next_reference AS TEXT), 2)
            ELSE CAST(next_reference - 1 AS TEXT) END) AS taken"""
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


async def free_reference(session: Session) -> str:
    """The next free client reference of the workspace, e.g. ``C00042``.

    Behind a run of numbers that were given by hand it goes on after the run, in one step. Until
    the transaction ends nobody else in the workspace can take one: call it late.
    """
    organisation = organisation_of(session)
    found = (await session.select(_NEXT, [organisation, organisation]))[0]
    if found["taken"]:
        found = (await session.select(_BEYOND, [organisation, found["number"], organisation]))[0]
    return f"C{found['number']:05d}"

"""Lists of mandates, and the filter by what is in force, read from an index."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

import orjson

from clientgraph.mandates.models import Mandate
from clientgraph.storage.conditions import Condition, all_of, negated
from clientgraph.storage.listings import NEWEST_ID, Listing

# Said in words, not as a value: partial indexes are used where the statement says what is in them.
_STANDS: Final = Condition("revoked_on IS NULL")


def today() -> date:
    """The day that mandates are looked at."""
    return datetime.now(UTC).date()


def in_force_on(day: date) -> Condition:
    """Mandates that are in force on a day."""
    return all_of(
        [_STANDS, Condition("valid_from <= ? AND coalesce(valid_until, ?) >= ?", (day, day, day))]
    )


def has_mandate(*, wanted: bool) -> Condition:
    """Clients that have a mandate in force, of any scope, or none."""
    inner = in_force_on(today())
    found = Condition(
        "EXISTS (SELECT 1 FROM mandate p WHERE p.organisation_id = client.organisation_id"  # noqa: S608
        f" AND p.client_id = client.id AND {inner.sql})",
        inner.values,
    )
    return found if wanted else negated(found)


def of_client(*, in_force: bool | None) -> Listing[Mandate]:
    """The mandates of each of several clients, the last recorded first."""
    now = in_force_on(today())
    chosen = {None: [], True: [now], False: [negated(now)]}[in_force]
    return Listing(Mandate, "client.mandates", [NEWEST_ID], all_of(chosen), orjson.dumps(in_force))

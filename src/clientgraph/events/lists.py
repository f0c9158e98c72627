"""Lists of events: which and in what order. No list holds what its caller may not see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import orjson

from clientgraph.context import Actor
from clientgraph.events.models import Event
from clientgraph.fields import lists as custom_fields
from clientgraph.lists import found_by, ordered
from clientgraph.storage.conditions import (
    Condition,
    all_of,
    any_of,
    compare,
    in_range,
    negated,
)
from clientgraph.storage.listings import Listing, Order, by_time
from clientgraph.storage.session import Dialect
from clientgraph.visibility import visible

Filter = Mapping[str, Any]


class EventSort(Enum):
    """How lists of events can be ordered."""

    OCCURRED_AT_DESC = "OCCURRED_AT_DESC"
    OCCURRED_AT_ASC = "OCCURRED_AT_ASC"
    DUE_AT_ASC = "DUE_AT_ASC"
    CREATED_AT_ASC = "CREATED_AT_ASC"
    CREATED_AT_DESC = "CREATED_AT_DESC"


_ORDERS = {
    EventSort.OCCURRED_AT_DESC: by_time("occurred_at", descending=True),
    EventSort.OCCURRED_AT_ASC: by_time("occurred_at"),
    EventSort.DUE_AT_ASC: by_time("sort_due"),
    EventSort.CREATED_AT_ASC: by_time("created_at"),
    EventSort.CREATED_AT_DESC: by_time("created_at", descending=True),
}
_NO_FILTER: Filter = {}
_OPEN = Condition("is_task AND done_at IS NULL")
_DONE = Condition("is_task AND done_at IS NOT NULL")
_ASSIGNED = Condition("assignee_id IS NOT NULL")
_UNASSIGNED = Condition("is_task AND assignee_id IS NULL")


def listing(
    dialect: Dialect,
    actor: Actor | None,
    wanted: Filter,
    sort: Sequence[EventSort] = (),
    *,
    within: Filter = _NO_FILTER,
    before: Order | None = None,
    name: str = "events",
) -> Listing[Event]:
    """Events that match and that the caller may see: the last ones first unless sorted.

    ``within`` are conditions that must hold besides; ``before`` is an order that comes before
    ``sort``.
    """
    orders = ordered(_ORDERS, sort, EventSort.OCCURRED_AT_DESC, before=before)
    where = all_of([visible(actor), condition(dialect, within), condition(dialect, wanted)])
    member = actor.member_id if actor else None
    chosen = [member, within, wanted, *(before.key() if before else ())]
    key = orjson.dumps(chosen, default=str, option=orjson.OPT_SORT_KEYS)
    return Listing(Event, name, orders, where, key)


def condition(dialect: Dialect, wanted: Filter) -> Condition:
    """A filter as SQL; everything given together must hold."""
    return all_of(
        _FIELDS[name](dialect, value) for name, value in wanted.items() if value is not None
    )


def _assigned(_dialect: Dialect, wanted: bool) -> Condition:
    return _ASSIGNED if wanted else _UNASSIGNED


def _open(_dialect: Dialect, wanted: bool) -> Condition:
    return _OPEN if wanted else _DONE


def _overdue(_dialect: Dialect, wanted: bool) -> Condition:
    # By the column of the index: what has no due date is due at the end of time.
    late = all_of([_OPEN, compare("sort_due", "<", datetime.now(UTC))])
    return late if wanted else negated(late)


def _text(_dialect: Dialect, wanted: str) -> Condition:
    return found_by(wanted)


def _is(column: str) -> Any:
    return lambda _dialect, wanted: compare(column, "=", wanted)


def _within(column: str) -> Any:
    return lambda _dialect, wanted: in_range(column, wanted)


def _due(_dialect: Dialect, wanted: Mapping[str, Any]) -> Condition:
    # The first by the index; the second leaves out what has no due date.
    return all_of([in_range("sort_due", wanted), in_range("due_at", wanted)])


def _kinds(dialect: Dialect, wanted: Sequence[str]) -> Condition:
    # One kind, the usual case, is met in order by the index of kinds.
    if len(wanted) == 1:
        return compare("kind", "=", wanted[0])
    return any_of(dialect, "kind", list(wanted))


_FIELDS: Mapping[str, Any] = {
    "kinds": _kinds,
    "client": _is("client_id"),
    "contact": _is("contact_id"),
    "author": _is("author_id"),
    "assignee": _is("assignee_id"),
    "is_assigned": _assigned,
    "is_open": _open,
    "is_overdue": _overdue,
    "occurred_at": _within("occurred_at"),
    "due_at": _due,
    "text": _text,
    "custom_fields": custom_fields.condition,
}

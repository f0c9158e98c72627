"""What all lists share: words to find, orders to choose from, and how much may be asked at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, Final, TypeVar

from clientgraph import values
from clientgraph.errors import BadUserInput
from clientgraph.storage.conditions import EVERYTHING, NOTHING, Condition, all_of, contains
from clientgraph.storage.pages import BY_ID, NEWEST_ID, Order

E = TypeVar("E", bound=Enum)

LONGEST_SEARCH: Final = 200
MOST_WORDS: Final = 10
MOST_ORDERS: Final = 3
MOST_CONDITIONS: Final = 100
MOST_VALUES: Final = 500


def found_by(search: str | None, place: str = "search") -> Condition:
    """Rows whose search text has every word; a search without a letter or digit finds nothing.

    ``place`` is where the words were given, for the refusal of too many.
    """
    if search is None or not search.strip():
        return EVERYTHING
    if len(search) > LONGEST_SEARCH:
        raise BadUserInput(f"'{place}' can have {LONGEST_SEARCH} characters, no more.")
    words = values.folded(search).split()
    if len(words) > MOST_WORDS:
        raise BadUserInput(f"'{place}' can have {MOST_WORDS} words, no more.")
    return all_of(contains("search_text", word) for word in words) if words else NOTHING


def ordered(known: Mapping[E, Order], chosen: Sequence[E], default: E) -> list[Order]:
    """The orders of a list, three at most, then one that no two rows share."""
    orders = [known[choice] for choice in chosen or [default]]
    if len(orders) > MOST_ORDERS or len({order.column for order in orders}) < len(orders):
        raise BadUserInput(f"'sort' can have {MOST_ORDERS} orders, no more, each of another field.")
    return [*orders, NEWEST_ID if orders[-1].descending else BY_ID]


def check_size(wanted: Mapping[str, Any]) -> None:
    """Raise `BadUserInput` for a filter of too many conditions, nested ones counted too."""
    conditions = listed = 0
    left: list[Any] = [wanted]
    while left:
        each = left.pop()
        if isinstance(each, Mapping):
            inner = [value for value in each.values() if value is not None]
        elif isinstance(each, list):
            inner = [value for value in each if isinstance(value, Mapping)]
            listed += len(each) - len(inner)
        else:
            inner = []
        left += inner
        conditions += not inner
    if conditions > MOST_CONDITIONS:
        raise BadUserInput(f"A filter can have {MOST_CONDITIONS} conditions, no more.")
    if listed > MOST_VALUES:
        raise BadUserInput(f"The lists of a filter can have {MOST_VALUES} values, no more.")

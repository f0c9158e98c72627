"""What all lists share: words to find, orders to choose from, and how much may be asked at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, TypeVar

from clientgraph import values
from clientgraph.context import Context
from clientgraph.errors import BadArgument, BadUserInput, UserError
from clientgraph.spelling import camel_case
from clientgraph.storage.conditions import EVERYTHING, NOTHING, Condition, all_of, contains
from clientgraph.storage.listings import BY_ID, NEWEST_ID, Order
from clientgraph.storage.search import Found, found
from clientgraph.words import readings

E = TypeVar("E", bound=Enum)

LONGEST_SEARCH: Final = 200
MOST_WORDS: Final = 10
MOST_ORDERS: Final = 3
MOST_CONDITIONS: Final = 100
MOST_VALUES: Final = 500


@dataclass(frozen=True)
class Search:
    """What was searched for, and which records that finds in which order."""

    text: str
    found: Found


def unfit(context: Context, path: tuple[str, ...], code: str, /, **params: Any) -> BadArgument:
    """A mistake in an argument of a list, told with its place in the caller's language."""
    error = UserError(path, code, params)
    place = ".".join(map(camel_case, path))
    return BadArgument(error, f"'{place}': {context.messages.text(error, context.language)}")


def search_for(context: Context, record: str, text: str | None) -> Search | None:
    """A search for records, ``client`` or ``contact``; None for a blank text, which is none.

    A text without a letter or digit finds nothing; raises `BadArgument` for too many words.
    """
    if text is None or not text.strip():
        return None
    check_words(context, text, ("search",))
    meant = [[[word] for word in words] for words in readings(text)]
    return Search(text, found(context.session, record, meant))


def check_words(context: Context, text: str, path: tuple[str, ...]) -> None:
    """Raise `BadArgument` where a text to find is too long or has too many words."""
    if len(text) > LONGEST_SEARCH:
        raise unfit(context, path, "TOO_LONG", length=len(text), longest=LONGEST_SEARCH)
    if len(values.folded(text).split()) > MOST_WORDS:
        raise unfit(context, path, "TOO_MANY_WORDS", longest=MOST_WORDS)


def found_by(text: str) -> Condition:
    """Rows whose search text has every word; a text without a letter or digit finds nothing."""
    if not text.strip():
        return EVERYTHING
    words = values.folded(text).split()
    return all_of(contains("search_text", word) for word in words) if words else NOTHING


def by_relevance(search: Search | None) -> Order | None:
    """The most relevant first; None without a search, of which alone there is relevance."""
    if search is None:
        return None
    return Order("relevance", read=int, computed=search.found.relevance)


def ordered(
    known: Mapping[E, Order],
    chosen: Sequence[E],
    default: E,
    *,
    relevance: Order | None = None,
    before: Order | None = None,
) -> list[Order]:
    """The orders of a list, three at most, then one that no two rows share.

    A choice that ``known`` lacks stands for relevance, which is also the default where there is
    any; the default order settles what relevance leaves open. ``before`` is one more order that
    comes before them all.
    """
    orders = [each for each in (known.get(choice, relevance) for choice in chosen) if each]
    if not orders and relevance is not None:
        orders = [relevance]
    if all(order is relevance for order in orders):
        orders.append(known[default])
    if len(orders) > MOST_ORDERS or len({order.column for order in orders}) < len(orders):
        raise BadUserInput(f"'sort' can have {MOST_ORDERS} orders, no more, each of another field.")
    first = [before] if before else []
    return [*first, *orders, NEWEST_ID if orders[-1].descending else BY_ID]


def check_size(context: Context, path: tuple[str, ...], wanted: Mapping[str, Any]) -> None:
    """Raise `BadArgument` for a filter of too many conditions, nested ones counted too."""
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
        raise unfit(context, path, "TOO_MANY_CONDITIONS", longest=MOST_CONDITIONS)
    if listed > MOST_VALUES:
        raise unfit(context, path, "TOO_MANY_VALUES", longest=MOST_VALUES)

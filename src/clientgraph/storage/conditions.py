"""Parts of a WHERE clause: SQL that this code base wrote, values only as parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from clientgraph.storage.session import Dialect


@dataclass(frozen=True)
class Condition:
    """SQL with ``?`` placeholders and the values for them, in order.

    Where it ``leads``, few rows meet it and it names them: they are found by it and then sorted.
    """

    sql: str
    values: tuple[Any, ...] = ()
    leads: bool = False


EVERYTHING = Condition("1 = 1")
NOTHING = Condition("1 = 0")
LAST_CHARACTER = "\U0010ffff"
_BOUNDS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def compare(column: str, operator: str, value: Any) -> Condition:
    """``column operator value``; column and operator come from code, never from a request."""
    return Condition(f"{column} {operator} ?", (value,))


def any_of(dialect: Dialect, column: str, values: Sequence[Any]) -> Condition:
    """The column is one of the values; one statement text whatever their number."""
    if dialect == "postgres":
        return Condition(f"{column} = ANY(?)", (list(values),))
    return Condition(f"{column} IN (SELECT value FROM json_each(?))", (list(values),))


def joined(first: str, second: str) -> str:
    """Two columns of ids as one text, to be one of several pairs."""
    return f"CAST({first} AS TEXT) || CAST({second} AS TEXT)"


def refers_to(column: str, table: str, where: Condition) -> Condition:
    """The column names a row of another table that meets a condition; names come from code."""
    return Condition(f"{column} IN (SELECT id FROM {table} WHERE {where.sql})", where.values)


def contains(column: str, text: str) -> Condition:
    """The column holds the text somewhere."""
    return Condition(rf"{column} LIKE ? ESCAPE '\'", (f"%{escaped(text)}%",))


def starts_with(column: str, text: str) -> Condition:
    """The column begins with the text."""
    return Condition(rf"{column} LIKE ? ESCAPE '\'", (f"{escaped(text)}%",))


def between(column: str, text: str) -> Condition:
    """The column, sorted by code points, from this text on as far as texts begin with it."""
    return all_of([compare(column, ">=", text), compare(column, "<", text + LAST_CHARACTER)])


def escaped(text: str) -> str:
    """Text for LIKE in which nothing is a wildcard."""
    return text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")


def in_range(column: str, bounds: Mapping[str, Any]) -> Condition:
    """The column within bounds named gt, gte, lt and lte; None bounds nothing."""
    return all_of(
        compare(column, _BOUNDS[name], value) for name, value in bounds.items() if value is not None
    )


def all_of(conditions: Iterable[Condition]) -> Condition:
    """Every one of them; nothing to hold means everything passes."""
    parts = [*conditions]
    leads = any(part.leads for part in parts)
    found = _joined(parts, " AND ", EVERYTHING)
    return found if found.leads is leads else replace(found, leads=leads)


def one_of(conditions: Iterable[Condition]) -> Condition:
    """At least one of them; nothing to choose from means nothing passes."""
    return _joined(conditions, " OR ", NOTHING)


def negated(condition: Condition) -> Condition:
    """What does not meet the condition; unknown counts as not met."""
    return Condition(f"NOT COALESCE(({condition.sql}), 1 = 0)", condition.values)


def _joined(conditions: Iterable[Condition], word: str, empty: Condition) -> Condition:
    parts = [each for each in conditions if each != empty]
    if not parts:
        return empty
    if len(parts) == 1:
        return parts[0]
    sql = word.join(f"({part.sql})" for part in parts)
    return Condition(sql, tuple(value for part in parts for value in part.values))

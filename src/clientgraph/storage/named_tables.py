"""Which tables a statement names: read off its text, so that it is told before anything runs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_TOKEN: Final = re.compile(
    r"""--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\w+|\S""", re.DOTALL
)
_NOT_SQL: Final = ("--", "/*", "'")
_NAME: Final = re.compile(r'"(?:[^"]|"")*"|[^\W\d]\w*')
_QUERIES: Final = frozenset({"select", "with", "values", "table", "insert", "update", "delete"})
# What a list of tables ends with, each in its own query.
_ENDS: Final = frozenset(
    "where group order having limit offset fetch union except intersect window for set returning"
    " values select".split()
)
_BEFORE_TABLE: Final = frozenset({"lateral", "only"})
_JOINS: Final = frozenset({"from", "join", "into", "using"})
# What may stand before ``UPDATE table`` and the query ``TABLE table``; elsewhere these are others.
_BEGINNINGS: Final = frozenset({"", "(", ")", "all", "distinct", "except", "intersect", "union"})
_OPENING, _CLOSING, _COMMA = "(", ")", ","


@lru_cache(maxsize=1_000)
def named_tables(sql: str) -> frozenset[str]:
    """Names of the tables, in lower case, without schemas, functions and the query's own CTEs.

    Where a table is due and something else than a name stands, that is answered in its place.
    """
    tokens = [each for each in _TOKEN.findall(sql) if not each.startswith(_NOT_SQL)]
    return frozenset(_Reader(tokens).tables()) - _ctes(tokens)


@dataclass
class _Level:
    """What is between two parentheses.

    ``lists``  whether it is in a list of tables, so that a comma leads to the next one.
    ``due``    the word after which a table is due now; empty where none is.
    """

    is_query: bool
    lists: bool = False
    due: str = ""


class _Reader:
    """Goes through the tokens of one statement."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self._tokens = tokens
        self._levels = [_Level(is_query=True)]

    def tables(self) -> Iterator[str]:
        """Each name that stands where a table does."""
        place = 0
        while place < len(self._tokens):
            level = self._levels[-1]
            token = self._word(place)
            if token == _OPENING:
                self._open(place)
            elif token == _CLOSING:
                self._levels = self._levels[:-1] or [_Level(is_query=True)]
            elif level.due and token not in _BEFORE_TABLE:
                place = self._end_of_name(place)
                # INSERT INTO table (columns): no function, as it would be after FROM.
                if self._word(place + 1) != _OPENING or level.due == "into":
                    yield _plain(self._tokens[place])
                level.due = ""
            elif level.is_query:
                self._go_on(level, token, place)
            place += 1

    def _open(self, place: int) -> None:
        """Between parentheses stands a query, joined tables, or something that names none."""
        level = self._levels[-1]
        is_query = self._word(place + 1) in _QUERIES
        due = "" if is_query else level.due
        self._levels.append(_Level(is_query=is_query or bool(due), lists=bool(due), due=due))
        level.due = ""

    def _go_on(self, level: _Level, token: str, place: int) -> None:
        joins = token in _JOINS and not self._is_other(token, place)
        begins = token in ("update", "table") and self._word(place - 1) in _BEGINNINGS
        if joins or begins:
            level.lists, level.due = True, token
        elif token == _COMMA and level.lists:
            level.due = token
        elif token in _ENDS:
            level.lists = False

    def _is_other(self, word: str, place: int) -> bool:
        """``IS DISTINCT FROM`` compares, and ``USING (`` names columns."""
        if word == "from":
            return self._word(place - 1) == "distinct"
        return word == "using" and self._word(place + 1) == _OPENING

    def _end_of_name(self, place: int) -> int:
        """Where the last part of a name with schemas stands."""
        while self._word(place + 1) == "." and place + 2 < len(self._tokens):
            place += 2
        return place

    def _word(self, place: int) -> str:
        return self._tokens[place].lower() if 0 <= place < len(self._tokens) else ""


def _plain(token: str) -> str:
    if not _NAME.fullmatch(token):
        return token
    return token.strip('"').replace('""', '"').lower()


def _ctes(tokens: Sequence[str]) -> frozenset[str]:
    """Names that the statement itself gives to queries: ``name (columns) AS MATERIALIZED (``."""
    found = set()
    for place, token in enumerate(tokens):
        after = [each.lower() for each in tokens[place + 1 : place + 5]]
        rest = [each for each in after if each not in ("not", "materialized")]
        if token.lower() != "as" or len(rest) < 2 or rest[0] != _OPENING or rest[1] not in _QUERIES:
            continue
        name = place - 1
        if tokens[name] == _CLOSING:
            while name > 0 and tokens[name] != _OPENING:
                name -= 1
            name -= 1
        found.add(_plain(tokens[name]))
    return frozenset(found)

"""The objects of a level, made of their rows by one generated function for each kind of row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from graphql import GraphQLLeafType

from clientgraph.reads.leaves import shower, shown_as_is
from clientgraph.reads.refused import Unplanned
from clientgraph.storage.reading import Row

_MOST_KINDS: Final = 32
Objects = list[dict[str, Any]]


@dataclass(frozen=True)
class Plain:
    """A leaf that a row tells: by what was read for it, else by a function of the row where one is
    given, else by an attribute."""

    attribute: str
    function: Callable[[Any], Any] | None
    leaf: GraphQLLeafType
    is_required: bool


# What stands under a response name: a plain value, a type's name, or None until a step fills it in.
Part = Plain | str | None


class Assembly:
    """Makes the objects of one selection; what steps fill in is None until then, at its place."""

    def __init__(self, parts: Mapping[str, Part]) -> None:
        self._parts = parts
        self._known: dict[type, Callable[[Sequence[Any]], Objects]] = {}

    def of(self, rows: Sequence[Any]) -> Objects:
        """One object for each row, in their order."""
        if len(set(map(type, rows))) == 1:
            return self._made_of(type(rows[0]))(rows)
        return [made for row in rows for made in self._made_of(type(row))([row])]

    def _made_of(self, kind: type) -> Callable[[Sequence[Any]], Objects]:
        found = self._known.get(kind)
        if found is None:
            if len(self._known) >= _MOST_KINDS:
                self._known.clear()
            found = self._known[kind] = _compiled(self._parts, kind)
        return found


def _compiled(parts: Mapping[str, Part], kind: type) -> Callable[[Sequence[Any]], Objects]:
    """A function for rows of one kind.

    Nothing of a request is part of its text: keys and names are handed in as values.
    """
    given: dict[str, Any] = {"missing": _missing}
    texts = []
    for number, (key, part) in enumerate(parts.items()):
        given[f"key{number}"] = key
        if isinstance(part, Plain):
            text = _value(part, kind, number, given)
        else:
            given[f"fixed{number}"] = part
            text = f"fixed{number}"
        texts.append(f"key{number}: {text}")
    raw = "row.raw" if issubclass(kind, Row) else "None"
    code = f"lambda rows: [{{{', '.join(texts)}}} for row in rows for raw in ({raw},)]"
    made: Callable[[Sequence[Any]], Objects] = eval(code, given)  # noqa: S307
    return made


def _value(part: Plain, kind: type, number: int, given: dict[str, Any]) -> str:
    """The text that shows one value, with what it needs put among what is given."""
    given[f"show{number}"] = shower(part.leaf)
    found, shown = _read(part, kind, number, given), f"show{number}(v)"
    as_is = shown_as_is(part.leaf)
    if as_is is not None:
        shown = f"(v if v.__class__ is {as_is.__name__} else {shown})"
    absent = "missing()" if part.is_required else "None"
    return f"{shown} if (v := {found}) is not None else {absent}"


def _read(part: Plain, kind: type, number: int, given: dict[str, Any]) -> str:
    known = kind.places.get(part.attribute) if issubclass(kind, Row) else None
    if known is None and part.function is not None:
        given[f"function{number}"] = part.function
        return f"function{number}(row)"
    if known is None:
        return f"row.{part.attribute}"
    place, convert = known
    if convert is None:
        return f"raw[{place}]"
    given[f"convert{number}"] = convert
    return f"(None if (v := raw[{place}]) is None else convert{number}(v))"


def _missing() -> NoReturn:
    raise Unplanned

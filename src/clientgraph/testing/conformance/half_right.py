"""Answers that are half right: recorded ones in which one member is missing or another thing."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import Any, Final

from clientgraph.testing.replay import Asked, Reply

MOST: Final = 60
_ABSENT: Final = object()
_ANOTHER_TYPE: Final = object()
_CHANGES: Final[Sequence[Any]] = (_ABSENT, None, _ANOTHER_TYPE, {}, [])

Place = tuple[str | int, ...]


def half_right(body: Any, most: int = MOST) -> list[tuple[str, Any]]:
    """What was changed, and the body with that change: the same ones each time.

    A member is taken out, or becomes null, a value of another type, an empty object or an empty
    list. Of a list, the first item stands for all. Each member is changed once before any is
    changed again, the outer ones first, until there are ``most`` bodies.
    """
    return list(islice(_half_right(body), most))


def says_nothing(body: Any, nothing: Sequence[Any]) -> bool:
    """Whether a body has what stands for "no such company" in it."""
    return any(_holds(body, each) for each in nothing)


class Bent:
    """Routes that keep the JSON that they answer, and answer something else in its place.

    ``told``     path → the JSON that it answered last, with status 200.
    ``instead``  path → what it is to answer.
    """

    def __init__(self, routes: Mapping[str, Any]) -> None:
        self.told: dict[str, Any] = {}
        self.instead: dict[str, Any] = {}
        self.routes = {path: partial(self._answer, path, route) for path, route in routes.items()}

    def _answer(self, path: str, route: Any, asked: Asked) -> Any:
        if path in self.instead:
            return Reply(body=self.instead[path])
        made = route(asked) if callable(route) else route
        reply = made if isinstance(made, Reply) else Reply(body=made)
        with suppress(ValueError):
            body = json.loads(reply.content)
            if reply.status == 200 and isinstance(body, dict | list):
                self.told[path] = body
        return made


def _half_right(body: Any) -> Iterator[tuple[str, Any]]:
    places = list(_places(body))
    for turn in range(len(_CHANGES)):
        for number, place in enumerate(places):
            change = _CHANGES[(number + turn) % len(_CHANGES)]
            changed = _changed(body, place, change)
            if changed != body:
                told = "taken out" if change is _ABSENT else json.dumps(_at(changed, place))
                yield f"{'.'.join(map(str, place))} is {told}", changed


def _places(body: Any) -> Iterator[Place]:
    """Where the members are, the outer ones first."""
    level: list[tuple[Place, Any]] = [((), body)]
    while level:
        level = [((*p, name), each) for p, part in level for name, each in _members(part)]
        yield from (place for place, _ in level)


def _members(part: Any) -> list[tuple[str | int, Any]]:
    if isinstance(part, dict):
        return list(part.items())
    return [(0, part[0])] if isinstance(part, list) and part else []


def _at(body: Any, place: Place) -> Any:
    for name in place:
        body = body[name]
    return body


def _changed(body: Any, place: Place, change: Any) -> Any:
    made = copy.deepcopy(body)
    *outer, name = place
    part = _at(made, tuple(outer))
    if change is _ABSENT:
        del part[name]
    elif change is _ANOTHER_TYPE:
        part[name] = 7 if isinstance(part[name], str) else "x"
    else:
        part[name] = copy.deepcopy(change)
    return made


def _holds(body: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict) and wanted:
        return isinstance(body, dict) and all(
            name in body and _holds(body[name], inner) for name, inner in wanted.items()
        )
    return bool(body == wanted)

"""The name of a person in one cell as first and last name, and the title before it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from clientgraph.columns.names import Names

_BACKWARDS: Final = ("last_name", "first_name")


def split(full: str, civilities: Names) -> dict[str, Any]:
    """``first_name``, ``last_name`` and ``civility`` of a name, as far as they are there.

    ``Dupont, Anne`` and ``DUPONT Anne`` begin with the last name, all others with the first. One
    word alone is a last name.
    """
    found, full = _titled(full, civilities)
    last, comma, first = full.partition(",")
    if not comma:
        first, last = _parts(full.split())
    names = {"first_name": first.strip(), "last_name": last.strip()}
    return found | {name: value for name, value in names.items() if value}


def beside(full: str, known: Mapping[str, Any], civilities: Names) -> dict[str, Any]:
    """What a whole name adds to a first or a last name alone: the other one, and the title.

    Without the part that is known it is what remains, or all of it where it has not that part, as
    *Name* beside *First name* is the last name.
    """
    found, full = _titled(full, civilities)
    mine, other = ("first_name", "last_name") if "first_name" in known else _BACKWARDS
    part = str(known[mine])
    length = len(part)
    if full[:length].casefold() == part.casefold() and full[length : length + 1] in ("", " ", ","):
        full = full[length:]
    elif full.casefold().endswith(f" {part}".casefold()):
        full = full[:-length]
    rest = full.strip(" ,")
    return found | ({other: rest} if rest else {})


def _titled(full: str, civilities: Names) -> tuple[dict[str, Any], str]:
    """The ``civility`` before a name, if there is one, and the name."""
    title, blank, rest = full.partition(" ")
    if blank and rest.strip() and civilities.knows(title):
        return {"civility": civilities.value(title)}, rest.strip()
    return {}, full


def _parts(words: list[str]) -> tuple[str, str]:
    if len(words) < 2:
        return "", "".join(words)
    loud = 0
    while loud < len(words) and words[loud].isupper() and len(words[loud]) > 1:
        loud += 1
    if 0 < loud < len(words):
        return " ".join(words[loud:]), " ".join(words[:loud])
    return words[0], " ".join(words[1:])

"""The name of a person in one cell as first and last name, and the title before it."""

from __future__ import annotations

from typing import Any

from clientgraph.columns.names import Names


def split(full: str, civilities: Names) -> dict[str, Any]:
    """``first_name``, ``last_name`` and ``civility`` of a name, as far as they are there.

    ``Dupont, Anne`` and ``DUPONT Anne`` begin with the last name, all others with the first. One
    word alone is a last name.
    """
    found: dict[str, Any] = {}
    title, blank, rest = full.partition(" ")
    if blank and rest.strip() and civilities.knows(title):
        found["civility"] = civilities.value(title)
        full = rest.strip()
    last, comma, first = full.partition(",")
    if not comma:
        first, last = _parts(full.split())
    names = {"first_name": first.strip(), "last_name": last.strip()}
    return found | {name: value for name, value in names.items() if value}


def _parts(words: list[str]) -> tuple[str, str]:
    if len(words) < 2:
        return "", "".join(words)
    loud = 0
    while loud < len(words) and words[loud].isupper() and len(words[loud]) > 1:
        loud += 1
    if 0 < loud < len(words):
        return " ".join(words[loud:]), " ".join(words[:loud])
    return words[0], " ".join(words[1:])

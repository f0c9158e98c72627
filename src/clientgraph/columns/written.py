"""Values of fields as cells that are read as the same values again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from clientgraph.columns.names import Names
from clientgraph.sheets.cells import Cell

Writer = Callable[[Any, str], Cell]
YES: Final[Mapping[str, str]] = {"en": "Yes", "fr": "Oui", "nl": "Ja", "de": "Ja"}
NO: Final[Mapping[str, str]] = {"en": "No", "fr": "Non", "nl": "Nee", "de": "Nein"}


def as_it_is(value: Any, _language: str) -> Cell:
    """Texts and numbers."""
    cell: Cell = value
    return cell


def yes_no(value: Any, language: str) -> Cell:
    """In a word."""
    return (YES if value else NO)[language]


def named(names: Names) -> Writer:
    """By its name; what has none any more is left out."""
    return lambda value, _language: names.shown.get(value)


def several(names: Names) -> Writer:
    """By their names, apart by semicolons."""
    return lambda value, _language: (
        "; ".join(names.shown[each] for each in value if each in names.shown) or None
    )


def labelled(options: Mapping[str, Mapping[str, str]]) -> Writer:
    """By the label in a language, or else in English, or else by the key."""

    def write(value: Any, language: str) -> Cell:
        labels = options.get(value, {})
        return labels.get(language) or labels.get("en") or str(value)

    return write


def client(names: Names) -> Writer:
    """The reference of a client whose id a draft has."""
    return lambda value, _language: names.shown.get(UUID(str(value)))

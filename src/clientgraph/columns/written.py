"""Values of fields as cells that are read as the same values again."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from clientgraph.columns.names import Names
from clientgraph.sheets.cells import Cell

Writer = Callable[[Any, str], Cell]
_APART: Final = re.compile(r'[;|\n"]')
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
    return lambda value, _language: listed(
        [names.shown[each] for each in value if each in names.shown], names
    )


def keys(value: Any, _language: str) -> Cell:
    """As they are, apart by semicolons."""
    return "; ".join(value) or None


def listed(shown: Sequence[str], names: Names) -> Cell:
    """Several names in one cell: in quotation marks where they would be read as others."""
    found = "; ".join(map(_quoted, shown))
    if len(shown) > 1 and names.knows(found):
        found = "; ".join(_in_marks(each) for each in shown)
    return found or None


def _quoted(name: str) -> str:
    return _in_marks(name) if _APART.search(name) else name


def _in_marks(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def labelled(options: Mapping[str, Mapping[str, str]], names: Names) -> Writer:
    """By the label in a language, or else in English; by the key where others have the label."""

    def write(value: Any, language: str) -> Cell:
        labels = options.get(value, {})
        label = labels.get(language) or labels.get("en")
        return label if label and names.only(label) == value else str(value)

    return write


def client(names: Names) -> Writer:
    """The reference of a client whose id a draft has."""
    return lambda value, _language: names.shown.get(UUID(str(value)))

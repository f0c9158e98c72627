"""Cards as rows: which property of a card stands in which column.

A column is named after its property, part and kind: ``FN``, ``N.family``, ``TEL.work``,
``ADR.city``; the second of the same is ``TEL.work.2``. Preferred ones come first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from clientgraph.sheets.cards import Property

NAMES: Final = ("N.family", "N.given", "N.additional", "N.prefix", "N.suffix")
UNITS: Final = ("ORG", "ORG.unit")
PLACES: Final = (
    "ADR.po_box",
    "ADR.extended",
    "ADR.street",
    "ADR.city",
    "ADR.region",
    "ADR.postal_code",
    "ADR.country",
    # What RFC 9554 adds; `ADR.street` has number and name together for those who do not know it.
    "ADR.room",
    "ADR.apartment",
    "ADR.floor",
    "ADR.number",
    "ADR.street_name",
    "ADR.more",
)
EMAILS: Final = ("EMAIL", "EMAIL.client")
NUMBERS: Final = ("TEL", "TEL.work", "TEL.home", "TEL.cell", "TEL.fax")
ORDER: Final = (
    "KIND",
    "FN",
    *NAMES,
    "NICKNAME",
    *UNITS,
    "TITLE",
    "ROLE",
    *EMAILS,
    *NUMBERS,
    *PLACES,
    "URL",
    "BDAY",
    "LANG",
    "CATEGORIES",
    "NOTE",
    "UID",
    "X-CLIENTGRAPH-REFERENCE",
)
"""All columns, in their order; of each there may be a second and more."""

PARTS: Final[Mapping[str, Sequence[str]]] = {"N": NAMES, "ORG": UNITS, "ADR": PLACES}
# The first that a number is of, as many are of several.
_KINDS_OF_NUMBERS: Final = ("fax", "cell", "work", "home")
_SCHEMES: Final = {"TEL": "tel:", "EMAIL": "mailto:"}
# Column of a person's card → that of an organisation's.
_OF_ORGANISATIONS: Final = {"FN": "ORG", "EMAIL": "EMAIL.client", "TEL.work": "TEL"}
# By one of these somebody is known.
_KNOWN_BY: Final = frozenset(("FN", "NICKNAME", "ORG", *EMAILS, *NAMES, *NUMBERS))


def values_of(card: Sequence[Property]) -> dict[str, str] | None:
    """Column → text of one card; None where nobody is known by it."""
    found: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for each in sorted(card, key=lambda each: "pref" not in each.types):
        texts = _texts(each)
        if not any(texts.values()):
            continue
        count = counts[_counted(each, texts)] = counts[_counted(each, texts)] + 1
        for column, text in texts.items():
            if text:
                found[numbered(column, count)] = text
    if found.get("KIND", "").lower() == "org":
        _make_its_own(found)
    return found if any(column in _KNOWN_BY for column in found) else None


def _make_its_own(found: dict[str, str]) -> None:
    """Of an organisation's card neither name nor number nor address is a person's (RFC 6350)."""
    for column, own in _OF_ORGANISATIONS.items():
        if column in found:
            found.setdefault(own, found.pop(column))


def numbered(column: str, count: int) -> str:
    """The name of the column of the first, second or later one."""
    return column if count == 1 else f"{column}.{count}"


def place_of(column: str) -> tuple[int, int]:
    """Where a column stands: its count, and its place in the order. Raises ValueError."""
    name, _, last = column.rpartition(".")
    count, name = (int(last), name) if last.isdecimal() else (1, column)
    if name not in ORDER:
        raise ValueError(f"cards have no column '{column}'")
    return count, ORDER.index(name)


def sorted_columns(columns: set[str]) -> list[str]:
    """Columns in their order: all of the first address, then all of the second."""
    return sorted(columns, key=lambda column: _rank(*place_of(column)))


def _rank(count: int, place: int) -> tuple[int, int, int]:
    group = ORDER[place].partition(".")[0]
    first = next(at for at, each in enumerate(ORDER) if each.partition(".")[0] == group)
    return (first, count, place) if group == "ADR" else (place, count, 0)


def _texts(each: Property) -> dict[str, str]:
    if each.name in PARTS:
        columns, parts = PARTS[each.name], each.parts
        last = len(columns) - 1
        # What a unit is part of is a unit of it: the rest stands in the last column.
        kept = [*parts[:last], ", ".join(part for part in parts[last:] if part)]
        found = {column: text.strip() for column, text in zip(columns, kept, strict=False)}
        if name := found.pop("ADR.street_name", ""):
            found["ADR.street"] = name
        return found
    if each.name == "TEL":
        kind = next((kind for kind in _KINDS_OF_NUMBERS if kind in each.types), None)
        return {f"TEL.{kind}" if kind else "TEL": _without_scheme(each)}
    # An address of the organisation rather than of the person, as our own cards have it.
    name = "EMAIL.client" if each.name == "EMAIL" and "x-client" in each.types else each.name
    return {name: _without_scheme(each)} if name in ORDER else {}


def _counted(each: Property, texts: Mapping[str, str]) -> str:
    return each.name if each.name in PARTS else next(iter(texts))


def _without_scheme(each: Property) -> str:
    scheme = _SCHEMES.get(each.name, "")
    text = each.text.strip()
    return text[len(scheme) :] if text.lower().startswith(scheme) else text

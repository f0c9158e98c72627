"""Rows of a sheet that sum it up or say where it is from: they are no clients."""

from __future__ import annotations

import re
from typing import Final

from clientgraph.columns.drafting import is_blank
from clientgraph.sheets.cells import Cell, Row

_TOTALS: Final = frozenset(
    (
        *("total", "totals", "grand total", "subtotal", "sum", "total général", "total general"),
        *("totaux", "sous-total", "somme", "totaal", "totalen", "eindtotaal", "subtotaal"),
        *("algemeen totaal", "gesamt", "gesamtsumme", "summe", "zwischensumme", "insgesamt"),
    )
)
_NUMBER: Final = re.compile(r"[-+(]?[\d\s.,']*\d[\d\s.,']*[%)]?\s*(?:€|£|\$|[A-Z]{3})?")
_LONGEST: Final = 100
_LINES: Final = re.compile(
    r"""
    \d+\s(?:records?|rows?|clients?|customers?|contacts?|enregistrements?|lignes?
        |rijen|rij|klanten|klant|contacten|zeilen?|kunden?|datensätze?|kontakte?)\.?
    | (?:exported|generated|printed|created)\s(?:on|at|by)\s.+
    | (?:exporté|généré|imprimé|édité)e?s?\s(?:le|par|à)\s.+
    | (?:geëxporteerd|gegenereerd|afgedrukt|gemaakt)\s(?:op|door)\s.+
    | (?:exportiert|erstellt|gedruckt)\s(?:am|von)\s.+
    | (?:page|pagina|seite)\s\d+(?:\s?(?:of|sur|de|van|von|/)\s?\d+)?
    """,
    re.VERBOSE | re.IGNORECASE,
)


def is_footer(row: Row) -> bool:
    """Whether a row is a word for a sum with nothing but numbers, or one line about the sheet."""
    place, first = next(
        ((place, cell) for place, cell in enumerate(row.cells) if not is_blank(cell)), (0, None)
    )
    if not isinstance(first, str) or len(first) > _LONGEST:
        return False
    said, others = first.strip(), row.cells[place + 1 :]
    if said.rstrip(" :").lower() in _TOTALS:
        return all(map(_is_number, others))
    return _LINES.fullmatch(said) is not None and all(map(is_blank, others))


def _is_number(cell: Cell) -> bool:
    if isinstance(cell, str):
        return is_blank(cell) or _NUMBER.fullmatch(cell.strip()) is not None
    return cell is None or (isinstance(cell, int | float) and not isinstance(cell, bool))

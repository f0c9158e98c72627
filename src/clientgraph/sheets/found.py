"""What a file was found to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class SheetInfo:
    """A sheet of a workbook: rows and columns reach to its last cell that is not blank."""

    name: str
    is_hidden: bool
    rows: int
    columns: int


@dataclass(frozen=True, kw_only=True)
class Details:
    """What is only told of texts: encoding (Python's name), separator, cards that were left out.

    Cards count from 1; one is left out that has no end, or nothing to know somebody by.
    """

    encoding: str | None = None
    separator: str | None = None
    unread_cards: Sequence[int] = ()


@dataclass(frozen=True, kw_only=True)
class Found:
    """The answer of the process that read a file."""

    format: str
    rows: int
    sheets: Sequence[SheetInfo] = ()
    chosen: str | None = None
    details: Details = field(default_factory=Details)

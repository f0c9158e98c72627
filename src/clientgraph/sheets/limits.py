"""How much of a file is read, and what that may cost; what is more is told, never cut."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class SheetLimits:
    """Of one file: ``text`` in characters of a cell, ``unpacked`` and ``memory`` in bytes.

    ``ratio`` says how many times larger than packed an archive's content may be, ``kept`` how
    many bytes the file of rows may have.
    """

    rows: int = 50_000
    columns: int = 500
    text: int = 32_767
    unpacked: int = 250_000_000
    ratio: int = 200
    seconds: int = 60
    memory: int = 1_000_000_000
    kept: int = 1_000_000_000


USUAL: Final = SheetLimits()

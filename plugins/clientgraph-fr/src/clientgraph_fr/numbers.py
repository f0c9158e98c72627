"""Which unit or establishment a number names."""

from __future__ import annotations

from typing import Final

from clientgraph import Unavailable

KINDS: Final = frozenset({"FR_SIREN", "FR_SIRET", "FR_VAT"})
_MONACO: Final = "000"


def sirene_number(kind: str, value: str) -> str:
    """The SIREN or SIRET; raises `Unavailable` for a VAT number that holds none.

    Numbers of Monaco and those with letters in their key are VAT numbers, and say nothing of
    Sirene.
    """
    if kind != "FR_VAT":
        return value
    key, siren = value[2:4], value[4:]
    if not key.isdigit() or siren.startswith(_MONACO):
        raise Unavailable("the VAT number holds no SIREN")
    return siren

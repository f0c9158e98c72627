"""The shape of one line of the tables: an identifier kind as data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

INTERNATIONAL: Final = ""


class Nature(StrEnum):
    """What a number registers; it decides the standard label and whether the kind is a tax one."""

    VAT = "vat"
    TAX = "tax"
    REGISTER = "register"
    ESTABLISHMENT = "establishment"
    ROUTE = "route"

    @property
    def is_tax(self) -> bool:
        """Whether it counts as a tax registration (EN 16931 BT-48)."""
        return self in {Nature.VAT, Nature.TAX}


@dataclass(frozen=True, slots=True)
class Row:
    """One identifier kind.

    ``key``      upper snake; the part before the first underscore is the default country.
    ``module``   the python-stdnum module that checks the number, or "" where ``shape`` or a rule
                 of `clientgraph_stdnum.rules` is the whole check.
    ``example``  a well-formed number in its printed form.
    ``name``     what the country calls the number, shown inside the standard label.
    ``labels``   (en, fr, nl, de), where the standard label is not what people say.
    ``prefix``   stored before the number; ``suffix`` stored after it.
    ``codes``    prefixes that people type and that are taken off; the country code by default.
    ``endings``  suffixes that people type and that are taken off.
    ``asked``    prefix that the module wants to see although the number is kept without.
    ``shape``    pattern that the number, without prefix and suffix, must match as a whole.
    ``bare``     pattern that it must match when no prefix was typed.
    ``width``    digits to which ``zeros`` (at most) lost leading zeros are restored; only for
                 numbers with check digits.
    ``fills``    a shorter form without the leading zeros was official once: they are restored even
                 after a typed prefix, where no spreadsheet can have dropped them.
    ``mask``     printed forms of the stored one, chosen by the number of ``#``.
    ``rewrites`` the module answers another spelling of the number, and that one is stored.
    ``spaced``   separators are a part of the number and are kept.
    ``unique``   False where several clients may rightly carry the same value.
    """

    key: str
    module: str
    nature: Nature
    example: str
    name: str = ""
    labels: tuple[str, str, str, str] | None = None
    prefix: str = ""
    suffix: str = ""
    codes: tuple[str, ...] | None = None
    endings: tuple[str, ...] = ()
    asked: str = ""
    shape: str = ""
    bare: str = ""
    width: int = 0
    zeros: int = 1
    fills: bool = False
    mask: tuple[str, ...] = ()
    country: str | None = None
    rewrites: bool = False
    spaced: bool = False
    unique: bool = True

    @property
    def territory(self) -> str | None:
        """ISO 3166-1 alpha-2 code of the country, None for an international kind."""
        code = self.key.partition("_")[0] if self.country is None else self.country
        return code or None

    @property
    def typed_codes(self) -> tuple[str, ...]:
        """The prefixes that may stand before the number and are taken off."""
        if self.codes is not None:
            return self.codes
        return (self.prefix,) if self.prefix else (self.territory or "",)

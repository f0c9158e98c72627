"""Amounts of money: kept in minor units of their currency (ISO 4217), shown as decimals."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Final

from babel import Locale
from babel.numbers import format_currency, get_currency_precision, list_currencies

from clientgraph import FieldProblem

LARGEST: Final = 10**15
_CODE: Final = re.compile("[A-Z]{3}")


@cache
def _currencies() -> frozenset[str]:
    return frozenset(filter(_CODE.fullmatch, list_currencies()))


def currency(code: str) -> str:
    """An ISO 4217 code as it is kept; raises `FieldProblem`."""
    cleaned = code.strip()
    if cleaned not in _currencies():
        raise FieldProblem("INVALID_CURRENCY", value=cleaned[:20])
    return cleaned


def minor(amount: Decimal, code: str) -> int:
    """An amount in minor units: 12.50 EUR → 1250, 12 JPY → 12; raises `FieldProblem`."""
    places = get_currency_precision(code)
    units = amount.scaleb(places)
    if abs(units) > LARGEST:
        highest = decimal(LARGEST, code)
        raise FieldProblem("OUT_OF_RANGE", lowest=f"{-highest:f}", highest=f"{highest:f}")
    if units != units.to_integral_value():
        raise FieldProblem("TOO_MANY_DECIMALS", places=places)
    return int(units)


def decimal(units: int, code: str) -> Decimal:
    """Minor units as an amount with the currency's decimals."""
    return Decimal(units).scaleb(-get_currency_precision(code))


def written(units: int, code: str, locale: str) -> str:
    """An amount as a locale (``fr-BE``) writes it."""
    return format_currency(decimal(units, code), code, locale=Locale.parse(locale, sep="-"))

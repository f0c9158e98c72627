"""PERCENTAGE: a share in hundredths, exact. A number is a number: nothing is worked out."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

import strawberry
from babel.numbers import format_percent

from clientgraph import CustomFieldValue, FieldProblem, FieldType, TypedForm, number_key
from clientgraph_fields_extra.texts import Options, check_known, in_locale, whole_option

USUAL_PLACES: Final = 2
MOST_PLACES: Final = 10
LARGEST: Final = Decimal(10) ** 12
_WRITTEN: Final = re.compile(r"([+-]?[0-9]{1,18}(?:\.[0-9]{1,18})?)\s*%?")


@strawberry.type(description="A share in hundredths.")
class PercentageValue(CustomFieldValue):
    """Stored as the text of an exact number."""

    @strawberry.field(description="In hundredths: 12.5 for 12.5 %.")
    def percent(self) -> Decimal:
        """As stored."""
        return Decimal(self.stored)

    @strawberry.field(description="As a factor: 0.125 for 12.5 %.")
    def factor(self) -> Decimal:
        """By a hundred."""
        return Decimal(self.stored).scaleb(-2)


def places(options: Options) -> int:
    """How many digits after the point there can be."""
    return whole_option(options, "decimals", USUAL_PLACES, 0, MOST_PLACES)


def _bound(options: Options, name: str, usual: int) -> Decimal:
    try:
        found = Decimal(str(options.get(name, usual))[:40])
    except ArithmeticError:
        raise FieldProblem("INVALID_OPTION", option=name, allowed='12.5, "12.5"') from None
    if not found.is_finite() or abs(found) > LARGEST:
        raise FieldProblem("INVALID_OPTION", option=name, allowed=f"-{LARGEST} - {LARGEST}")
    return found


def check_options(options: Options) -> Options:
    """``min`` (0) and ``max`` (100), both in hundredths; ``decimals``: 0 to 10, usually 2."""
    check_known(options, "min", "max", "decimals")
    places(options)
    highest = _bound(options, "max", 100)
    if _bound(options, "min", 0) > highest:
        raise FieldProblem("INVALID_OPTION", option="min", allowed=f"≤ {highest:f}")
    return options


def parse(value: Any, options: Options, _country: str) -> str:
    """An exact number of hundredths, with or without its sign, in the field's decimal places."""
    text = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
    found = _WRITTEN.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        raise FieldProblem("WRONG_JSON", expected='"12.5"')
    number = Decimal(found[1])
    padded = number.quantize(Decimal(1).scaleb(-places(options)))
    exact = padded if padded == number else number
    return f"{exact or exact.copy_abs():f}"


def check_limits(stored: Any, options: Options) -> None:
    """Within ``min`` and ``max``, in ``decimals`` places."""
    number, most = Decimal(stored), places(options)
    lowest, highest = _bound(options, "min", 0), _bound(options, "max", 100)
    if not lowest <= number <= highest:
        raise FieldProblem("OUT_OF_RANGE", lowest=f"{lowest:f}", highest=f"{highest:f}")
    if number != number.quantize(Decimal(1).scaleb(-most)):
        raise FieldProblem("TOO_MANY_DECIMALS", places=most)


def display(stored: Any, locale: str, _options: Options) -> str:
    """``12.5 %`` as the language writes it, with the digits that say something."""
    return format_percent(
        Decimal(stored).scaleb(-2), locale=in_locale(locale), decimal_quantization=False
    )


PERCENTAGE: Final = FieldType(
    key="PERCENTAGE",
    label={"en": "Percentage", "fr": "Pourcentage", "nl": "Percentage", "de": "Prozentsatz"},
    operators=frozenset({"EQ", "NE", "IN", "LT", "LTE", "GT", "GTE", "IS_SET"}),
    parse=parse,
    sort_key=lambda stored: number_key(Decimal(stored)),
    display=display,
    graphql_type=PercentageValue,
    form=TypedForm(
        selection="percent",
        shape="{ percent: string }",
        type=lambda _: "string",
        take="value.percent",
        json_schema=lambda _: {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"},
    ),
    check_options=check_options,
    check_limits=check_limits,
)

"""What the types of custom fields that ship with the service take, as values and as options."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from babel.numbers import get_currency_precision

from clientgraph import values
from clientgraph.fields.keys import DECIMAL_PLACES, WHOLE_DIGITS, decimal_places, number_key
from clientgraph.hookspecs import LANGUAGES, FieldProblem

MOST_CHOICES: Final = 200
Options = Mapping[str, Any]
_CHOICE_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?")


def _string(value: Any, expected: str) -> str:
    if not isinstance(value, str):
        raise FieldProblem("WRONG_JSON", expected=expected)
    return value


def _of_text(clean: Callable[[str], str | None], expected: str) -> Any:
    """A parser for texts; one that is nothing but blanks is none."""

    def parse(value: Any, _options: Options, _country: str) -> str:
        found = clean(_string(value, expected))
        if not found:
            raise FieldProblem("REQUIRED")
        return found

    return parse


url: Final = _of_text(values.website, '"https://example.com"')
email: Final = _of_text(values.email, '"a@example.com"')


def text(value: Any, options: Options, _country: str) -> str:
    """A trimmed text within the option ``maxLength``."""
    longest = options.get("maxLength", values.LONGEST_TEXT)
    found = values.text(_string(value, '"text"'), longest)
    if not found:
        raise FieldProblem("REQUIRED")
    return found


def phone(value: Any, _options: Options, country: str) -> str:
    """E.164; national numbers are read with the record's country."""
    return values.phone(_string(value, '"+3222345678"'), country)


def boolean(value: Any, _options: Options, _country: str) -> bool:
    """True or false, no texts."""
    if not isinstance(value, bool):
        raise FieldProblem("WRONG_JSON", expected="true")
    return value


def day(value: Any, _options: Options, _country: str) -> str:
    """A day (ISO 8601), years 1 to 9999."""
    given = _string(value, '"2026-01-31"')
    try:
        return date.fromisoformat(given).isoformat()
    except ValueError:
        raise FieldProblem("INVALID_DATE") from None


def _exact(value: Any, expected: str) -> Decimal:
    """A number of a whole number or a text; binary fractions are not exact."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole and not (isinstance(value, str) and _NUMBER.fullmatch(value.strip())):
        raise FieldProblem("WRONG_JSON", expected=expected)
    return Decimal(value)


def number(value: Any, options: Options, _country: str) -> int | float:
    """A number within ``min`` and ``max``; whole ones stay whole."""
    if isinstance(value, float) and math.isfinite(value):
        found = Decimal(repr(value))
    else:
        found = _exact(value, "12.5")
    _check_range(found, options)
    number_key(found)
    return int(found) if found == found.to_integral_value() else float(found)


def decimal(value: Any, options: Options, _country: str) -> str:
    """An exact number within ``min`` and ``max``, with up to ``decimals`` places."""
    found = _exact(value, '"1234.50"')
    _check_range(found, options)
    _check_places(found, options.get("decimals", DECIMAL_PLACES))
    number_key(found)
    return f"{found:f}"


def _check_range(found: Decimal, options: Options) -> None:
    limit = "9" * WHOLE_DIGITS
    lowest, highest = options.get("min", f"-{limit}"), options.get("max", limit)
    if not Decimal(str(lowest)) <= found <= Decimal(str(highest)):
        raise FieldProblem("OUT_OF_RANGE", lowest=lowest, highest=highest)


def _check_places(found: Decimal, places: int) -> None:
    if decimal_places(found) > places:
        raise FieldProblem("TOO_MANY_DECIMALS", places=places)


def money(value: Any, options: Options, _country: str) -> dict[str, str]:
    """Amount and currency; among ``currencies`` where there are such."""
    expected = '{"amount": "12.50", "currency": "EUR"}'
    if not isinstance(value, dict) or value.keys() != {"amount", "currency"}:
        raise FieldProblem("WRONG_JSON", expected=expected)
    currency = values.currency(_string(value["currency"], expected))
    allowed = options.get("currencies")
    if allowed and currency not in allowed:
        raise FieldProblem("UNKNOWN_CHOICE", known=", ".join(allowed))
    amount = _exact(value["amount"], expected)
    number_key(amount)
    places = get_currency_precision(currency)
    _check_places(amount, places)
    return {"amount": f"{amount:.{places}f}", "currency": currency}


def choice(value: Any, options: Options, _country: str) -> str:
    """The key of a choice."""
    known = [each["key"] for each in options.get("choices", ())]
    if _string(value, '"key"') not in known:
        raise FieldProblem("UNKNOWN_CHOICE", known=", ".join(known[:20]))
    return str(value)


def choices(value: Any, options: Options, country: str) -> list[str]:
    """Keys of choices, each once, in the order of the choices."""
    if not isinstance(value, list):
        raise FieldProblem("WRONG_JSON", expected='["key"]')
    found = {choice(each, options, country) for each in value}
    return [each["key"] for each in options["choices"] if each["key"] in found]


def _known(options: Options, *names: str) -> None:
    for name in options:
        if name not in names:
            raise FieldProblem("UNKNOWN_OPTION", option=name[:40], known=", ".join(names))


def text_options(options: Options) -> Options:
    """``maxLength``: 1 to 500 characters."""
    _known(options, "maxLength")
    return _whole(options, "maxLength", 1, values.LONGEST_TEXT)


def number_options(options: Options) -> Options:
    """``min`` and ``max``."""
    _known(options, "min", "max")
    return _range(options)


def decimal_options(options: Options) -> Options:
    """``min``, ``max`` and ``decimals``."""
    _known(options, "min", "max", "decimals")
    return _whole(_range(options), "decimals", 0, DECIMAL_PLACES)


def _whole(options: Options, name: str, lowest: int, highest: int) -> Options:
    value = options.get(name, lowest)
    if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
        raise FieldProblem("INVALID_OPTION", option=name)
    return options


def _range(options: Options) -> Options:
    bounds = {}
    for name in ("min", "max"):
        if name not in options:
            continue
        try:
            bounds[name] = Decimal(str(options[name]))
            number_key(bounds[name])
        except (InvalidOperation, FieldProblem):
            raise FieldProblem("INVALID_OPTION", option=name) from None
    if len(bounds) == 2 and bounds["min"] > bounds["max"]:
        raise FieldProblem("INVALID_OPTION", option="min")
    return options


def money_options(options: Options) -> Options:
    """``currencies``: those that may be used."""
    _known(options, "currencies")
    given = options.get("currencies", [])
    known = values.currencies()
    if not isinstance(given, list) or not all(
        isinstance(each, str) and each in known for each in given
    ):
        raise FieldProblem("INVALID_OPTION", option="currencies")
    return options


def choice_options(options: Options) -> Options:
    """``choices``: a list of key and labels by language."""
    _known(options, "choices")
    given = options.get("choices")
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_CHOICES:
        raise FieldProblem("INVALID_OPTION", option="choices")
    made = [_choice_option(each) for each in given]
    if len({each["key"] for each in made}) < len(made):
        raise FieldProblem("INVALID_OPTION", "each key once", option="choices")
    return {"choices": made}


def _choice_option(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict) or not _is_label(given.get("labels", {})):
        raise FieldProblem("INVALID_OPTION", option="choices")
    key = given.get("key")
    if (
        not isinstance(key, str)
        or not _CHOICE_KEY.fullmatch(key)
        or given.keys() - {"key", "labels"}
    ):
        raise FieldProblem("INVALID_OPTION", "a choice has a key and labels", option="choices")
    return {"key": key, "labels": given.get("labels", {})}


def _is_label(labels: Any) -> bool:
    return isinstance(labels, dict) and all(
        language in LANGUAGES and isinstance(label, str) and values.text(label, 100)
        for language, label in labels.items()
    )


def keys(options: Options) -> Sequence[str]:
    """The keys of the choices."""
    return [each["key"] for each in options.get("choices", ())]

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
from clientgraph.contract.fields import FieldProblem
from clientgraph.fields.keys import DECIMAL_PLACES, WHOLE_DIGITS, decimal_places, number_key
from clientgraph.hookspecs import LANGUAGES

MOST_CHOICES: Final = 200
# Whole numbers of more than 64 bits cannot be written as JSON.
_BEYOND_WHOLE: Final = 2**63
Options = Mapping[str, Any]
_CHOICE: Final = '{"key": "gold", "labels": {"en": "Gold"}}'
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


text: Final = _of_text(values.text, '"text"')


def text_limits(stored: str, options: Options) -> None:
    """Within ``maxLength``."""
    longest = options.get("maxLength", values.LONGEST_TEXT)
    if len(stored) > longest:
        raise FieldProblem("TOO_LONG", length=len(stored), longest=longest)


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
        found = date.fromisoformat(given).isoformat()
    except ValueError:
        raise FieldProblem("INVALID_DATE") from None
    # Weeks and days without hyphens are ISO 8601 too, but nothing that a form means to give.
    if found != given:
        raise FieldProblem("INVALID_DATE")
    return found


def _exact(value: Any, expected: str) -> Decimal:
    """A number of a whole number or a text; binary fractions are not exact."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole and not (isinstance(value, str) and _NUMBER.fullmatch(value.strip())):
        raise FieldProblem("WRONG_JSON", expected=expected)
    found = Decimal(value)
    return found or found.copy_abs()


def number(value: Any, _options: Options, _country: str) -> int | float:
    """A number; whole ones stay whole."""
    if isinstance(value, float) and math.isfinite(value):
        found = Decimal(repr(value))
    else:
        found = _exact(value, "12.5")
    number_key(found)
    whole = found == found.to_integral_value() and abs(found) < _BEYOND_WHOLE
    return int(found) if whole else float(found)


def decimal(value: Any, _options: Options, _country: str) -> str:
    """An exact number."""
    found = _exact(value, '"1234.50"')
    number_key(found)
    return f"{found:f}"


def number_limits(stored: int | float | str, options: Options) -> None:
    """Within ``min`` and ``max``, with up to ``decimals`` places."""
    found, limit = Decimal(str(stored)), "9" * WHOLE_DIGITS
    lowest, highest = options.get("min", f"-{limit}"), options.get("max", limit)
    if not Decimal(str(lowest)) <= found <= Decimal(str(highest)):
        raise FieldProblem("OUT_OF_RANGE", lowest=lowest, highest=highest)
    _check_places(found, options.get("decimals", DECIMAL_PLACES))


def _check_places(found: Decimal, places: int) -> None:
    if decimal_places(found) > places:
        raise FieldProblem("TOO_MANY_DECIMALS", places=places)


def money(value: Any, _options: Options, _country: str) -> dict[str, str]:
    """Amount and currency."""
    expected = '{"amount": "12.50", "currency": "EUR"}'
    if not isinstance(value, dict) or value.keys() != {"amount", "currency"}:
        raise FieldProblem("WRONG_JSON", expected=expected)
    currency = values.currency(_string(value["currency"], expected))
    amount = _exact(value["amount"], expected)
    number_key(amount)
    places = get_currency_precision(currency)
    _check_places(amount, places)
    return {"amount": f"{amount:.{places}f}", "currency": currency}


def money_limits(stored: Mapping[str, str], options: Options) -> None:
    """Among ``currencies`` where there are such."""
    allowed = options.get("currencies")
    if allowed and stored["currency"] not in allowed:
        raise FieldProblem("UNKNOWN_CHOICE", known=", ".join(allowed))


def choice(value: Any, options: Options, _country: str) -> str:
    """What can be the key of a choice."""
    if not _CHOICE_KEY.fullmatch(_string(value, '"key"')):
        raise _unknown_choice(options)
    return str(value)


def choice_limits(stored: str, options: Options) -> None:
    """One of ``choices``."""
    if stored not in keys(options):
        raise _unknown_choice(options)


def _unknown_choice(options: Options) -> FieldProblem:
    return FieldProblem("UNKNOWN_CHOICE", known=", ".join(keys(options)[:20]))


def choices(value: Any, options: Options, country: str) -> list[str]:
    """Keys of choices, each once: in the order of the choices, then any others."""
    if not isinstance(value, list):
        raise FieldProblem("WRONG_JSON", expected='["key"]')
    if len(value) > MOST_CHOICES:
        raise FieldProblem("TOO_MANY", longest=MOST_CHOICES)
    found = {choice(each, options, country) for each in value}
    known = [key for key in keys(options) if key in found]
    return [*known, *sorted(found.difference(known))]


def choices_limits(stored: Sequence[str], options: Options) -> None:
    """Each one of ``choices``."""
    for each in stored:
        choice_limits(each, options)


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
        raise FieldProblem("INVALID_OPTION", option=name, allowed=f"{lowest}-{highest}")
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
            raise FieldProblem("INVALID_OPTION", option=name, allowed='12.5, "12.5"') from None
    if len(bounds) == 2 and bounds["min"] > bounds["max"]:
        raise FieldProblem("INVALID_OPTION", option="min", allowed=f"≤ {bounds['max']:f}")
    return options


def money_options(options: Options) -> Options:
    """``currencies``: those that may be used."""
    _known(options, "currencies")
    given = options.get("currencies", [])
    known = values.currencies()
    if not isinstance(given, list) or not all(
        isinstance(each, str) and each in known for each in given
    ):
        raise FieldProblem("INVALID_OPTION", option="currencies", allowed='["EUR", "CHF"]')
    return options


def choice_options(options: Options) -> Options:
    """``choices``: a list of key and labels by language."""
    _known(options, "choices")
    given = options.get("choices")
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_CHOICES:
        allowed = f"[{_CHOICE}, …] (1-{MOST_CHOICES})"
        raise FieldProblem("INVALID_OPTION", option="choices", allowed=allowed)
    made: dict[str, dict[str, Any]] = {}
    for place, each in enumerate(given):
        choice = _choice_option(f"choices.{place}", each)
        if choice["key"] in made:
            other = list(made).index(choice["key"])
            raise FieldProblem("DUPLICATE", option=f"choices.{place}.key", other=other)
        made[choice["key"]] = choice
    return {"choices": list(made.values())}


def _choice_option(place: str, given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise FieldProblem("INVALID_OPTION", option=place, allowed=_CHOICE)
    for name in given.keys() - {"key", "labels"}:
        raise FieldProblem("UNKNOWN_OPTION", option=f"{place}.{name[:40]}", known="key, labels")
    key, labels = given.get("key"), given.get("labels", {})
    if not isinstance(key, str) or not _CHOICE_KEY.fullmatch(key):
        allowed = "A-Z a-z 0-9 . _ - (1-64)"
        raise FieldProblem("INVALID_OPTION", option=f"{place}.key", allowed=allowed)
    if not _is_label(labels):
        allowed = f'{{"en": "Gold"}} ({", ".join(LANGUAGES)})'
        raise FieldProblem("INVALID_OPTION", option=f"{place}.labels", allowed=allowed)
    return {"key": key, "labels": labels}


def _is_label(labels: Any) -> bool:
    return isinstance(labels, dict) and all(
        language in LANGUAGES and isinstance(label, str) and values.text(label, 100)
        for language, label in labels.items()
    )


def keys(options: Options) -> Sequence[str]:
    """The keys of the choices."""
    return [each["key"] for each in options.get("choices", ())]

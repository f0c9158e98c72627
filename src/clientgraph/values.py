"""Texts as people type them → the one form that is stored. Each raises `ValueProblem`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

import phonenumbers
from babel import Locale
from babel.core import get_global
from babel.numbers import list_currencies
from email_validator import EmailNotValidError, validate_email
from stdnum import iban as stdnum_iban
from stdnum.exceptions import ValidationError

LONGEST_TEXT: Final = 500

_CURRENCY_CODE = re.compile(r"[A-Z]{3}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]|[\u202a-\u202e\u2066-\u2069]")
_LOCALE = re.compile(r"([A-Za-z]{2,3})-([A-Za-z]{2})")
# Check digits are 98 minus a remainder of 97: never 00, 01 or 99, and never letters.
_IBAN_START = re.compile(r"[A-Z]{2}(?:0[2-9]|[1-8][0-9]|9[0-8])")
# Letters that Unicode does not decompose and people leave out when they search.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "\u0131": "i"}
)
_FRENCH_OVERSEAS = frozenset({"GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF"})
_BLANKS = re.compile(r"[^\S\n]+")


class ValueProblem(ValueError):
    """Why a text cannot be stored: an error code and what its message needs."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, Any] = params


def text(value: str, longest: int = LONGEST_TEXT) -> str | None:
    """Trimmed, blanks folded, NFC; None when nothing is left. Control characters are refused."""
    cleaned = _BLANKS.sub(" ", unicodedata.normalize("NFC", value)).strip()
    if _CONTROL.search(cleaned):
        raise ValueProblem("INVALID_TEXT")
    if len(cleaned) > longest:
        raise ValueProblem("TOO_LONG", longest=longest, length=len(cleaned))
    return cleaned or None


def folded(value: str) -> str:
    """For sorting and searching: no accents, no case, no punctuation, single blanks."""
    decomposed = unicodedata.normalize("NFKD", value.casefold().translate(_PLAIN))
    kept = (c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c))
    return " ".join("".join(kept).split())


def email(value: str) -> str:
    """An address that mail can be sent to by its form (RFC 5321, 6531); its domain lower case."""
    try:
        found = validate_email(value.strip(), check_deliverability=False, strict=True)
    except EmailNotValidError as error:
        raise ValueProblem("INVALID_EMAIL", hint=str(error).rstrip(".")) from error
    return found.normalized


def phone(value: str, country: str) -> str:
    """E.164. National input is read with ``country`` (ISO 3166-1 alpha-2).

    Overseas France dials within the French plan: what is no number there may be one of France.
    """
    for region in (country, "FR") if country in _FRENCH_OVERSEAS else (country,):
        try:
            number = phonenumbers.parse(value, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    raise ValueProblem("INVALID_PHONE", country=country)


def website(value: str) -> str:
    """An http or https address; ``https://`` is put before a bare host."""
    cleaned = value.strip()
    if "://" not in cleaned:
        cleaned = f"https://{cleaned}"
    try:
        parts = urlsplit(cleaned)
        host = (parts.hostname or "").encode("idna").decode()
        _ = parts.port
    except (ValueError, UnicodeError) as error:
        raise ValueProblem("INVALID_URL") from error
    plain = parts.scheme in ("http", "https") and "." in host and parts.username is None
    if not plain or len(cleaned) > LONGEST_TEXT or re.search(r"[\s<>\"]", cleaned):
        raise ValueProblem("INVALID_URL")
    return parts._replace(netloc=parts.netloc.lower()).geturl()


@cache
def countries() -> frozenset[str]:
    """ISO 3166-1 alpha-2 codes, and XK (Kosovo, user-assigned, in use by the EU)."""
    names = (str(name) for name in Locale("en").territories)
    return frozenset(code for code in names if len(code) == 2 and code.isalpha()) - _NOT_COUNTRIES


# What CLDR names beside ISO 3166-1: groups of countries and exceptionally reserved parts.
_NOT_COUNTRIES = frozenset("AC CP CQ DG EA EU EZ IC QO TA UN XA XB ZZ".split())


def country(value: str) -> str:
    """An ISO 3166-1 alpha-2 code in capitals; names and alpha-3 codes are refused."""
    cleaned = value.strip()
    if cleaned not in countries():
        raise ValueProblem("INVALID_COUNTRY", value=_shown(cleaned))
    return cleaned


def country_name(code: str, language: str) -> str:
    """The country's name in a language of the API."""
    return str(Locale(language).territories.get(code, code))


@cache
def currencies() -> frozenset[str]:
    """ISO 4217 codes that are or were legal tender."""
    return frozenset(code for code in list_currencies() if _CURRENCY_CODE.fullmatch(code))


def currency(value: str) -> str:
    """An ISO 4217 code in capitals."""
    cleaned = value.strip()
    if cleaned not in currencies():
        raise ValueProblem("INVALID_CURRENCY", value=_shown(cleaned))
    return cleaned


@cache
def languages() -> frozenset[str]:
    """ISO 639 codes of the languages that CLDR names."""
    names = (str(name) for name in Locale("en").languages)
    return frozenset(code for code in names if len(code) <= 3) - {"mul", "und", "zxx"}


def language(value: str) -> str:
    """An ISO 639 code in small letters, e.g. ``fr``."""
    cleaned = value.strip().lower()
    if cleaned not in languages():
        raise ValueProblem("INVALID_LANGUAGE", value=_shown(cleaned))
    return cleaned


def locale(value: str) -> str:
    """A BCP 47 tag of any language and any country, e.g. ``fr-BE``."""
    cleaned = value.strip().replace("_", "-")
    found = _LOCALE.fullmatch(cleaned)
    if found is None:
        raise ValueProblem("INVALID_LOCALE", value=_shown(cleaned))
    language, territory = found[1].lower(), found[2].upper()
    language = str(get_global("language_aliases").get(language, language))
    if language not in languages() or territory not in countries():
        raise ValueProblem("INVALID_LOCALE", value=_shown(cleaned))
    return f"{language}-{territory}"


def iban(value: str) -> str:
    """An IBAN (ISO 13616) by structure and check digits, without blanks."""
    try:
        number = str(stdnum_iban.validate(value, check_country=False))
    except ValidationError as error:
        raise ValueProblem("INVALID_IBAN") from error
    if not _IBAN_START.match(number):
        raise ValueProblem("INVALID_IBAN")
    return number


def _shown(value: str) -> str:
    return value if len(value) <= 20 else f"{value[:20]}…"

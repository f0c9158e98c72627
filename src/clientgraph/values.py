"""Texts as people type them → the one form that is stored. Each raises `ValueProblem`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
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
# What is costly to read is asked for more than once while a record is saved.
_REMEMBERED: Final = 1024

_CURRENCY_CODE = re.compile(r"[A-Z]{3}")
# Controls but for the tab, breaks of lines, what turns the direction of writing, and invisibles.
_CONTROL = re.compile(
    r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200b\ufeff]"
)
_LOCALE = re.compile(r"([A-Za-z]{2,3})-([A-Za-z]{2})")
# Check digits are 98 minus a remainder of 97: never 00, 01 or 99, and never letters.
_IBAN_START = re.compile(r"[A-Z]{2}(?:0[2-9]|[1-8][0-9]|9[0-8])")
# Letters that Unicode does not decompose and people leave out when they search.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "\u0131": "i"}
)
# Overseas France that is in the register of companies of France and dials within its plan.
FRENCH_OVERSEAS: Final = frozenset({"GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF"})
_BLANKS = re.compile(r"\s+")
_APART = re.compile(r"[^a-z0-9]+")


class ValueProblem(ValueError):
    """Why a text cannot be stored: an error code and what its message needs."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, Any] = params


def text(value: str, longest: int = LONGEST_TEXT) -> str | None:
    """One line, trimmed, blanks folded, NFC; None when nothing is left.

    Control characters and line breaks inside are refused.
    """
    trimmed = unicodedata.normalize("NFC", value).strip()
    if _CONTROL.search(trimmed):
        raise ValueProblem("INVALID_TEXT")
    cleaned = _BLANKS.sub(" ", trimmed)
    if len(cleaned) > longest:
        raise ValueProblem("TOO_LONG", longest=longest, length=len(cleaned))
    return cleaned or None


def lines(value: str, longest: int) -> str | None:
    """Several lines, each as `text` has one; None when nothing is left."""
    normal = unicodedata.normalize("NFC", value).replace("\r\n", "\n").strip()
    if _CONTROL.search(normal.replace("\n", " ")):
        raise ValueProblem("INVALID_TEXT")
    cleaned = "\n".join(_BLANKS.sub(" ", line) for line in normal.split("\n"))
    if len(cleaned) > longest:
        raise ValueProblem("TOO_LONG", longest=longest, length=len(cleaned))
    return cleaned or None


def folded(value: str) -> str:
    """For sorting and searching: no accents, no case, no punctuation, single blanks."""
    if value.isascii():
        return _APART.sub(" ", value.lower()).strip()
    decomposed = unicodedata.normalize("NFKD", value.casefold().translate(_PLAIN))
    kept = (c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c))
    return " ".join("".join(kept).split())


@lru_cache(_REMEMBERED)
def email(value: str) -> str:
    """An address that mail can be sent to by its form (RFC 5321, 6531); its domain lower case."""
    try:
        found = validate_email(value.strip(), check_deliverability=False, strict=True)
    except EmailNotValidError as error:
        raise ValueProblem("INVALID_EMAIL", hint=str(error).rstrip(".")) from error
    return found.normalized


def email_key(address: str) -> str:
    """An address as it is compared: without regard to case, as mailboxes are."""
    return address.lower()


@lru_cache(_REMEMBERED)
def phone(value: str, country: str) -> str:
    """E.164. National input is read with ``country`` (ISO 3166-1 alpha-2).

    Overseas France dials within the French plan: what is no number there may be one of France.
    E.164 has no extensions: a number with one is refused rather than cut.
    """
    for region in (country, "FR") if country in FRENCH_OVERSEAS else (country,):
        try:
            number = phonenumbers.parse(value, region)
        except phonenumbers.NumberParseException:
            continue
        if number.extension:
            hint = "it ends in an extension, which cannot be kept: leave that out"
            raise ValueProblem("INVALID_PHONE", country=country, hint=hint)
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
    hostile = re.search(r"[\s<>\"]", cleaned) or _CONTROL.search(cleaned)
    if not plain or len(cleaned) > LONGEST_TEXT or hostile:
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
    return frozenset(filter(_CURRENCY_CODE.fullmatch, list_currencies())) - _NOT_TENDER


# Metals, baskets and units of account, and the codes for tests and for no currency.
_NOT_TENDER = frozenset(
    "XAG XAU XBA XBB XBC XBD XDR XEU XFO XFU XPD XPT XRE XSU XTS XUA XXX".split()
)


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

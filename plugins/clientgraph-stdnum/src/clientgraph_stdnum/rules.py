"""National rules that a table cannot say: how these kinds are read and printed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Final

from clientgraph import IdentifierError
from clientgraph_stdnum.checks import check

_EU: Final = "AT|BE|BG|CY|CZ|DE|DK|EE|ES|FI|FR|GR|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK|XI"
_CRN_PREFIXES: Final = (
    "AC|CE|CS|ES|FC|FE|GE|GN|GS|IC|IP|LP|NA|NC|NF|NI|NL|NO|NP|NR|NV|NZ|OC|OE|PC|R|RC|RS|SA|SC|"
    "SE|SF|SG|SI|SL|SO|SP|SR|SZ|ZC"
)
_CRN: Final = re.compile(r"(?P<prefix>[A-Z]{2}|R)?(?P<serial>\d+)(?P<register>R?)")
_CRN_SHORTEST: Final = 6
_RCS: Final = re.compile(
    r"(?:(?P<first>[\d .]+) )?R\.?C\.?S\.? (?P<city>[A-Z][A-Z ]*?)(?: [AB])? ?(?P<last>\d[\d .]+)?"
)
_LUXEMBOURG: Final = re.compile(r"(?:RCS)?(?:LUXEMBOURG)?([A-L])0*([1-9]\d{0,5})")
_SECTION: Final = re.compile(r"\b(?:HRA|HRB|PR|GNR|VR) \d.*", re.IGNORECASE)
_EORI: Final = re.compile(r"([A-Z]{2})[A-Z0-9]{1,15}")


def belgian_establishment(number: str) -> str:
    """Establishment unit of the Belgian enterprise register, e.g. ``2000000339``.

    Ten digits, the first from 2 to 8, the last two 97 minus the first eight modulo 97
    (FPS Economy, Crossroads Bank for Enterprises).
    """
    number = number.removeprefix("BE")
    if not re.fullmatch(r"\d*", number):
        raise IdentifierError("INVALID_FORMAT", "an establishment unit number has ten digits")
    if len(number) != 10:
        raise IdentifierError("INVALID_LENGTH", "an establishment unit number has ten digits")
    if number[0] not in "2345678":
        raise IdentifierError("INVALID_COMPONENT", "numbers in 0 and 1 are those of enterprises")
    if int(number[8:]) != 97 - int(number[:8]) % 97:
        raise IdentifierError("INVALID_CHECKSUM", "the last two digits do not match")
    return number


def british_company(number: str) -> str:
    """Number of Companies House: eight characters, digits or a known prefix and digits.

    The register itself writes its serial numbers with leading zeros; six or more characters are
    filled up to eight.
    """
    match = _CRN.fullmatch(number)
    if not match:
        raise IdentifierError("INVALID_FORMAT", "write 8 digits, or 2 letters and 6 digits")
    prefix, serial, register = match["prefix"] or "", match["serial"], match["register"]
    if not _CRN_SHORTEST <= len(number) <= 8:
        raise IdentifierError("INVALID_LENGTH", "a company number has 8 characters")
    if prefix and not re.fullmatch(_CRN_PREFIXES, prefix):
        raise IdentifierError("INVALID_COMPONENT", f"no register uses the prefix {prefix}")
    if register and prefix not in {"IP", "SP", "NP"}:
        raise IdentifierError("INVALID_FORMAT", "only IP, SP and NP numbers end in R")
    return prefix + serial.zfill(8 - len(prefix) - len(register)) + register


def french_trade_register(line: str) -> str:
    """French trade register mention → ``552032534 RCS PARIS`` (Code de commerce, R123-237).

    Accepts the mention with the SIREN first or last; the town may have several words, loses its
    accents and hyphens, and the old register letter A or B falls away.
    """
    decomposed = unicodedata.normalize("NFD", line.upper())
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    match = _RCS.fullmatch(" ".join(plain.replace("-", " ").replace("'", " ").split()))
    numbers = [n for n in (match["first"], match["last"]) if n] if match else []
    if match is None or len(numbers) != 1:
        raise IdentifierError("INVALID_FORMAT", "write it like 552 032 534 RCS PARIS")
    siren = check("fr.siren", numbers[0].replace(" ", "").replace(".", ""))
    return f"{siren} RCS {match['city']}"


def luxembourg_register(number: str) -> str:
    """Number of the trade register of Luxembourg: section letter and serial, ``B123456``."""
    match = _LUXEMBOURG.fullmatch(number)
    if not match:
        raise IdentifierError("INVALID_FORMAT", "write the section letter and up to six digits")
    return match[1] + match[2]


def austrian_register(number: str) -> str:
    """Number of the Austrian Firmenbuch: ``FN123456A``."""
    number = number.removeprefix("AT").removeprefix("FN")
    check("at.businessid", number.lower())
    return f"FN{number.lstrip('0')}"


def german_register(line: str) -> str:
    """Court, section and serial of the German register: ``München HRB 42243``.

    The court's name is a part of the number and is kept in its official spelling.
    """
    return _SECTION.sub(lambda found: found[0].upper(), check("de.handelsregisternummer", line))


def eori(number: str) -> str:
    """Economic operator number of the EU: country code and up to 15 characters.

    Commission Delegated Regulation (EU) 2015/2446, annex B. XI is Northern Ireland.
    """
    match = _EORI.fullmatch(number)
    if not match:
        raise IdentifierError("INVALID_FORMAT", "write the country code and up to 15 characters")
    if not re.fullmatch(_EU, match[1]):
        raise IdentifierError("INVALID_COMPONENT", f"{match[1]} is no country code of an EU EORI")
    return number


READ: Final[Mapping[str, Callable[[str], str]]] = {
    "AT_FN": austrian_register,
    "BE_ESTABLISHMENT": belgian_establishment,
    "DE_HRB": german_register,
    "EU_EORI": eori,
    "FR_RCS": french_trade_register,
    "GB_CRN": british_company,
    "LU_RCS": luxembourg_register,
}
"""Kind → the function that reads it, in place of the table's own check."""

PRINT: Final[Mapping[str, Callable[[str], str]]] = {
    "AT_FN": lambda stored: f"FN {stored[2:].lower()}",
    "FR_RCS": lambda stored: f"{stored[:3]} {stored[3:6]} {stored[6:]}",
    "LU_RCS": lambda stored: f"{stored[:1]} {stored[1:]}",
}
"""Kind → the function that prints it, in place of the table's masks."""

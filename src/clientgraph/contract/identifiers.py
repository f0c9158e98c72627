"""Kinds of company identifiers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


class IdentifierError(ValueError):
    """Why a text is not an identifier of its kind.

    ``code`` is one of ``INVALID_FORMAT``, ``INVALID_LENGTH``, ``INVALID_CHECKSUM``,
    ``INVALID_COMPONENT``; the API answers it as the user error's code. ``hint`` may name the way
    out in one English clause ("a SIRET has 14 digits").
    """

    def __init__(self, code: str, hint: str = "") -> None:
        super().__init__(code, hint)
        self.code = code
        self.hint = hint


def _nothing_follows(_value: str) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, kw_only=True)
class IdentifierKind:
    """One kind of company identifier, e.g. the French SIRET.

    ``key``      upper snake case, prefixed by the country: ``FR_SIRET``, ``GB_CRN``, ``LEI``.
    ``label``    language → what a form shows; ``en`` is required.
    ``country``  ISO 3166-1 alpha-2, or None where the kind is international.
    ``example``  a well-formed value in its printed form.
    ``parse``    text as typed → the one stored form (upper case, no separators, prefix as the
                 field's practice has it). Restores leading zeros that a spreadsheet dropped, and
                 only when the checksum then passes. Raises `IdentifierError`.
    ``format``   stored form → printed form, e.g. ``732 829 320 00074``.
    ``derive``   stored form → stored forms of other kinds that follow from it
                 (``{"FR_SIREN": "732829320"}``). Derived identifiers are kept beside the given
                 one, marked as derived, and do not count as duplicates.
    ``unique``   whether two live clients of a workspace may share a given value (False) or not.
    ``is_tax``   True for VAT and other tax registrations (EN 16931 BT-48), False for registers.

    The functions answer at once, without waiting for anything. They are called in threads of the
    plugin, one after the other for the values of an operation, which have two seconds altogether. A
    number that was not parsed by then is refused (``PLUGIN_UNAVAILABLE``); after five times in a
    row that took longer the kind is not asked for a while.
    """

    key: str
    label: Mapping[str, str]
    country: str | None
    example: str
    parse: Callable[[str], str]
    format: Callable[[str], str]
    derive: Callable[[str], Mapping[str, str]] = _nothing_follows
    unique: bool = True
    is_tax: bool = False

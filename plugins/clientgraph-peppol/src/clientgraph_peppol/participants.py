"""Under which addresses a company may be found: its identifiers as Peppol writes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

Addresses = Callable[[str], Sequence[str]]


def _in(*schemes: str) -> Addresses:
    """The identifier as it is stored, in each of these schemes."""
    return lambda value: [f"{scheme}:{value}" for scheme in schemes]


def _siret(value: str) -> Sequence[str]:
    """An establishment: by itself, and as an address under its company's number."""
    return [f"0009:{value}", f"0225:{value[:9]}_{value}", f"0002:{value}"]


# The electronic address identifier schemes of Peppol (code list 9.7), in the order in which they
# are usual in the country. VAT numbers carry their prefix (EL for Greece).
_ADDRESSES: Final[Mapping[str, Addresses]] = {
    "AT_VAT": _in("9914"),
    "BE_ENTERPRISE": lambda value: [f"0208:{value}", f"9925:BE{value}"],
    "BG_VAT": _in("9926"),
    "CY_VAT": _in("9928"),
    "CZ_VAT": _in("9929"),
    "DE_LEITWEG": _in("0204"),
    "DE_VAT": _in("9930"),
    "DK_CVR": _in("0184"),
    "EE_VAT": _in("9931"),
    "ES_VAT": _in("9920"),
    "FR_SIREN": _in("0225", "0002"),
    "FR_SIRET": _siret,
    "FR_VAT": _in("9957"),
    "GB_VAT": _in("9932"),
    "GLN": _in("0088"),
    "GR_VAT": _in("9933"),
    "HR_VAT": _in("9934"),
    "HU_VAT": _in("9910"),
    "IE_VAT": _in("9935"),
    "IT_VAT": _in("0211"),
    "LEI": _in("0199"),
    "LT_VAT": _in("9937"),
    "LU_VAT": _in("9938"),
    "LV_VAT": _in("9939"),
    "MC_VAT": _in("9940"),
    "MT_VAT": _in("9943"),
    "NL_KVK": _in("0106"),
    "NL_VAT": _in("9944"),
    "NO_ORGNR": _in("0192"),
    "PL_VAT": _in("9945"),
    "PT_VAT": _in("9946"),
    "RO_VAT": _in("9947"),
    "SE_ORGNR": _in("0007"),
    "SI_VAT": _in("9949"),
    "SK_VAT": _in("9950"),
}
KINDS: Final = frozenset(_ADDRESSES)


def addresses(kind: str, value: str) -> Sequence[str]:
    """The participant identifiers of an identifier, the likeliest first: ``0208:0403170701``."""
    return _ADDRESSES[kind](value)

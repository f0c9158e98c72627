"""Which identifiers follow from others as a fact of how the numbers are built."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final


def french_vat(siren: str) -> str:
    """Intra-community VAT number that belongs to a SIREN: key = (12 + 3 SIREN) mod 97.

    The number exists for each SIREN, registered for VAT or not (Code général des impôts, 286 ter).
    """
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"


def _siren_of_vat(vat: str) -> str:
    # A key with letters is not computed from a SIREN, and Monaco's numbers (000…) contain none.
    key, siren = vat[2:4], vat[4:]
    return siren if key.isdigit() and not siren.startswith("000") else ""


FOLLOWS: Final[Mapping[str, Mapping[str, Callable[[str], str]]]] = MappingProxyType(
    {
        "FR_SIREN": {"FR_VAT": french_vat},
        "FR_SIRET": {"FR_SIREN": lambda v: v[:9], "FR_VAT": lambda v: french_vat(v[:9])},
        "FR_RCS": {"FR_SIREN": lambda v: v[:9], "FR_VAT": lambda v: french_vat(v[:9])},
        "FR_VAT": {"FR_SIREN": _siren_of_vat},
        "BE_VAT": {"BE_ENTERPRISE": lambda v: v[2:]},
        "BG_VAT": {"BG_EIK": lambda v: v[2:]},
        "CH_VAT": {"CH_UID": lambda v: v[:12]},
        "CZ_VAT": {"CZ_ICO": lambda v: v[2:]},
        "DK_VAT": {"DK_CVR": lambda v: v[2:]},
        "ES_CIF": {"ES_NIF": lambda v: v},
        "ES_VAT": {"ES_NIF": lambda v: v[2:], "ES_CIF": lambda v: v[2:]},
        "ES_NIF": {"ES_CIF": lambda v: v},
        "FI_VAT": {"FI_YTUNNUS": lambda v: v[2:]},
        "GR_VAT": {"GR_AFM": lambda v: v[2:]},
        "HR_VAT": {"HR_OIB": lambda v: v[2:]},
        "IN_GSTIN": {"IN_PAN": lambda v: v[2:12]},
        "NO_MVA": {"NO_ORGNR": lambda v: v[2:11]},
        "PL_VAT": {"PL_NIP": lambda v: v[2:]},
        "PT_VAT": {"PT_NIF": lambda v: v[2:]},
        "RO_VAT": {"RO_CUI": lambda v: v[2:]},
        "SE_VAT": {"SE_ORGNR": lambda v: v[2:12]},
        "XI_VAT": {"GB_VAT": lambda v: f"GB{v[2:]}"},
    }
)
"""Given kind → kind that follows → how. A result that its own kind refuses is dropped."""

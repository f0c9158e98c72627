"""The fields that can be required, and how the API spells the way to them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from clientgraph.requirements import MAIN_PARTS
from clientgraph.spelling import camel_case

CLIENT: Final = (
    *("name", "trading_name", "kind", "type", "categories", "parent", "reference"),
    *("external_reference", "country", "locale", "currency", "website", "email", "phone"),
    *("vat_regime", "payment_terms", "accounting_code", "activity_code", "iban"),
)
CONTACT: Final = (
    *("civility", "source", "first_name", "last_name", "email", "phone", "mobile"),
    *("switchboard_phone", "position", "locale"),
)
ADDRESS: Final = (
    *("label", "line1", "line2", "street_number", "box", "postal_code", "city", "region"),
)
# Before the key of a kind.
IDENTIFIERS: Final = "identifiers."


def known_paths(kinds: Iterable[str]) -> dict[str, str]:
    """Every path as the API spells it → as rules have it; ``kinds`` are those of identifiers."""
    paths = [
        *CLIENT,
        *MAIN_PARTS,
        *(f"{part}.{name}" for part in ("contacts", "main_contact") for name in CONTACT),
        *(f"main_address.{name}" for name in ADDRESS),
        *(f"{IDENTIFIERS}{kind}" for kind in kinds),
    ]
    return {spelled(path): path for path in paths}


def spelled(path: str) -> str:
    """A path as the API spells it: ``main_address.postal_code`` → ``mainAddress.postalCode``."""
    return ".".join(camel_case(part) for part in path.split("."))

"""Sort keys: texts whose byte order is the order of the values, on every database."""

from __future__ import annotations

import hashlib
from decimal import Decimal

from clientgraph.contract.fields import FieldProblem
from clientgraph.values import folded

WHOLE_DIGITS = 20
DECIMAL_PLACES = 18
LAST = "\U0010ffff"
# Index entries may have some 2,700 bytes on PostgreSQL; the rest of one is the ids.
_LONGEST = 1_800
_COMPLEMENT = str.maketrans("0123456789", "9876543210")


def text_key(text: str) -> str:
    """Without accents, case and punctuation; what is nothing but that stays as it is."""
    return shortened(folded(text) or text)


def shortened(key: str) -> str:
    """A key that fits an index: a very long one is cut and told apart by its hash."""
    packed = key.encode()
    if len(packed) <= _LONGEST:
        return key
    digest = hashlib.sha256(packed).hexdigest()
    return f"{packed[:_LONGEST].decode(errors='ignore')} {digest}"


def decimal_places(number: Decimal) -> int:
    """How many digits after the point say something; exact, whatever the number of digits."""
    digits = f"{number:f}"
    return len(digits.partition(".")[2].rstrip("0"))


def number_key(number: Decimal) -> str:
    """20 digits before and 18 after the point; negative ones sort below by their complements.

    Raises `FieldProblem` for a number that has more digits.
    """
    if not number.is_finite() or number.adjusted() >= WHOLE_DIGITS:
        limit = "9" * WHOLE_DIGITS
        raise FieldProblem("OUT_OF_RANGE", lowest=f"-{limit}", highest=limit)
    if decimal_places(number) > DECIMAL_PLACES:
        raise FieldProblem("TOO_MANY_DECIMALS", places=DECIMAL_PLACES)
    digits = f"{number.copy_abs():0{WHOLE_DIGITS + DECIMAL_PLACES + 1}.{DECIMAL_PLACES}f}"
    return f"0{digits.translate(_COMPLEMENT)}" if number < 0 else f"1{digits}"

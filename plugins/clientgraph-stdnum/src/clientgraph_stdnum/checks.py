"""The door to python-stdnum: one number, one module, one kind of error."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from typing import Final, cast

from stdnum.exceptions import (
    InvalidChecksum,
    InvalidComponent,
    InvalidFormat,
    InvalidLength,
    ValidationError,
)

from clientgraph import IdentifierError

_CODES: Final = (
    (InvalidLength, "INVALID_LENGTH", "the number of characters is wrong"),
    (InvalidChecksum, "INVALID_CHECKSUM", "the check digits do not match: look for a typing error"),
    (InvalidComponent, "INVALID_COMPONENT", "a part of it is not in use"),
    (InvalidFormat, "INVALID_FORMAT", "it has characters in the wrong place"),
)


def check(module: str, number: str) -> str:
    """Answer ``number`` in the compact spelling of a python-stdnum module such as ``fr.siren``.

    ``module`` comes from our tables, never from a caller. Raises `IdentifierError`.
    """
    validate = _validator(module)
    try:
        return validate(number)
    except ValidationError as error:
        raise _translated(error) from None
    except (ValueError, LookupError, TypeError, ArithmeticError):
        # Some modules fall over odd texts instead of refusing them.
        raise IdentifierError("INVALID_FORMAT", "it has characters in the wrong place") from None


@cache
def _validator(module: str) -> Callable[[str], str]:
    # Importing all modules at start costs 0.3 s; a workspace uses a handful of kinds.
    return cast("Callable[[str], str]", importlib.import_module(f"stdnum.{module}").validate)


def _translated(error: ValidationError) -> IdentifierError:
    for kind, code, hint in _CODES:
        if isinstance(error, kind):
            return IdentifierError(code, hint)
    return IdentifierError("INVALID_FORMAT", "it is not a number of this kind")

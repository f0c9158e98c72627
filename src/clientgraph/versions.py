"""Lost updates: what a caller saw must still be what there is."""

from __future__ import annotations

from typing import Protocol

from clientgraph.errors import UserError, UserErrors


class Versioned(Protocol):
    """Anything that counts its changes."""

    version: int


def check_version(row: Versioned, expected: int | None) -> None:
    """Raise VERSION_CONFLICT, with the row as it stands, when it is not as expected."""
    if expected is not None and expected != row.version:
        raise UserErrors(
            [
                UserError(
                    ("expected_version",),
                    "VERSION_CONFLICT",
                    {"expected": expected, "actual": row.version},
                )
            ],
            row,
        )

"""Migrations beyond the shipped ones, to go on from where those end."""

from __future__ import annotations

from typing import Final

from clientgraph.storage.migrator import Migration
from clientgraph.storage.session import Dialect


def step(number: int) -> list[str]:
    """Statements that can only be done once."""
    table = f"extra_{number}"
    return [
        f"CREATE TABLE {table} (id INTEGER PRIMARY KEY)",
        f"INSERT INTO {table} VALUES (1)",  # noqa: S608
    ]


def _numbered(number: int) -> Migration:
    def statements(_dialect: Dialect) -> list[str]:
        return step(number)

    return Migration("extra", f"{number:04d}_step", statements)


EXTRA: Final = [_numbered(number) for number in (1, 2, 3)]

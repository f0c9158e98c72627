"""Statements on one table, from names that stand in code; values are parameters."""

from __future__ import annotations

from collections.abc import Iterable


def selecting(table: str, columns: Iterable[str], where: str) -> str:
    """The rows that meet a condition."""
    return f"SELECT {', '.join(columns)} FROM {table} WHERE {where}"


def among(column: str, number: int) -> str:
    """The condition that a column is one of so many values."""
    return f"{column} IN ({', '.join('?' * number)})"


def inserting(table: str, columns: Iterable[str]) -> str:
    """One new row."""
    names = list(columns)
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"


def updating(table: str, columns: Iterable[str]) -> str:
    """One row at the version that was seen: new values, then its id and that version."""
    changes = ", ".join(f"{name} = ?" for name in columns)
    return f"UPDATE {table} SET {changes} WHERE id = ? AND version = ?"


def deleting(table: str) -> str:
    """One row by its id."""
    return f"DELETE FROM {table} WHERE id = ?"

"""Mistakes in inputs, collected so that all are answered at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from clientgraph import FieldProblem, UserError, UserErrors

T = TypeVar("T")


@dataclass
class Mistakes:
    """What is wrong so far."""

    found: list[UserError] = field(default_factory=list)

    def add(self, name: str, code: str, **params: Any) -> None:
        """Note what is wrong with a field of the input."""
        self.found.append(UserError((name,), code, params))

    def read(self, name: str, clean: Callable[[], T]) -> T | None:
        """What a field is read as; None, and a mistake, where it cannot be."""
        try:
            return clean()
        except FieldProblem as problem:
            self.add(name, problem.code, **problem.params)
            return None

    def end(self) -> None:
        """Raise `UserErrors` where anything is wrong."""
        if self.found:
            raise UserErrors(self.found)


def mistake(name: str, code: str, current: Any = None, **params: Any) -> UserErrors:
    """One mistake; ``current`` is the record as it stands."""
    return UserErrors([UserError((name,), code, params)], current)


def line(value: str, longest: int) -> str | None:
    """One line of text without blanks around it; None where nothing is left."""
    cleaned = " ".join(value.split())
    if not cleaned.isprintable():
        raise FieldProblem("INVALID_TEXT")
    if len(cleaned) > longest:
        raise FieldProblem("TOO_LONG", longest=longest, length=len(cleaned))
    return cleaned or None

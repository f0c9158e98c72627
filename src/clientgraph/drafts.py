"""From what a caller gave to what is stored: every field cleaned, every mistake collected.

A draft is a mapping with the fields that were given: an absent field stays as it is, a field that
is None is cleared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from clientgraph.errors import UserError, UserErrors
from clientgraph.values import ValueProblem

Draft = Mapping[str, Any]
Cleaner = Callable[[Any], Any]


@dataclass
class Checked:
    """Values that are fit to be stored, and the mistakes in those that are not."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: list[UserError] = field(default_factory=list)

    def take(self, draft: Draft, name: str, clean: Cleaner) -> None:
        """Clean one field of the draft, if it was given."""
        if name not in draft:
            return
        given = draft[name]
        if given is None:
            self.values[name] = None
            return
        try:
            self.values[name] = clean(given)
        except ValueProblem as problem:
            self.add((name,), problem.code, **problem.params)

    def add(
        self, path: tuple[str, ...], code: str, *, record: str | None = None, **params: Any
    ) -> None:
        """Note a mistake, once for each place and code; ``record`` is what stands in the way."""
        if all((known.path, known.code) != (path, code) for known in self.errors):
            self.errors.append(UserError(path, code, params, record=record))

    def require(self, *names: str) -> None:
        """These fields must not be empty, neither absent nor cleared."""
        for name in names:
            if self.values.get(name) is None and not self.complains_about(name):
                self.add((name,), "REQUIRED")

    def keep(self, *names: str) -> None:
        """These fields must not be cleared; absent is fine."""
        for name in names:
            if name in self.values and self.values[name] is None:
                self.add((name,), "REQUIRED")

    def complains_about(self, *place: str) -> bool:
        """Whether a mistake in this field, or in a part of it, is known already."""
        return any(error.path[: len(place)] == place for error in self.errors)

    def include(self, other: Checked, *prefix: str) -> None:
        """Take over the mistakes of a part."""
        self.errors.extend(error.under(*prefix) for error in other.errors)

    def raise_errors(self) -> None:
        """Raise `UserErrors` with everything that was noted, if anything was."""
        if self.errors:
            raise UserErrors(self.errors)


def clean(draft: Draft, cleaners: Mapping[str, Cleaner]) -> Checked:
    """Clean all given fields of a draft."""
    checked = Checked()
    for name, cleaner in cleaners.items():
        checked.take(draft, name, cleaner)
    return checked

"""From what a caller gave to what is stored: every field cleaned, every mistake collected.

A draft is a mapping with the fields that were given: an absent field stays as it is, a field that
is None is cleared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from clientgraph.errors import UserError, UserErrors
from clientgraph.values import ValueProblem

Draft = Mapping[str, Any]
Cleaner = Callable[[Any], Any]
MOST_ERRORS: Final = 200


@dataclass
class Checked:
    """Values that are fit to be stored, and the first mistakes in those that are not."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: list[UserError] = field(default_factory=list)
    _known: set[tuple[tuple[str, ...], str]] = field(default_factory=set)
    _places: set[tuple[str, ...]] = field(default_factory=set)

    def take(self, draft: Draft, name: str, clean: Cleaner) -> None:
        """Clean one field of the draft, if it was given."""
        if name not in draft:
            return
        given = draft[name]
        if is_blank(given):
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
        self.note(UserError(path, code, params, record=record))

    def note(self, error: UserError) -> None:
        """Note a mistake that is known already."""
        if (error.path, error.code) in self._known:
            return
        self._known.add((error.path, error.code))
        self._places.update(error.path[:end] for end in range(1, len(error.path) + 1))
        if len(self.errors) < MOST_ERRORS:
            self.errors.append(error)

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
        return place in self._places

    def include(self, other: Checked, *prefix: str) -> None:
        """Take over the mistakes of a part."""
        for error in other.errors:
            self.note(error.under(*prefix))

    def parts(self, draft: Draft, name: str, longest: int) -> Sequence[Draft]:
        """The parts given in a list; none, and a mistake, where there are too many to look at."""
        given: Sequence[Draft] = draft.get(name) or ()
        if len(given) > longest:
            self.add((name,), "TOO_MANY", longest=longest)
            return ()
        return given

    def raise_errors(self) -> None:
        """Raise `UserErrors` with everything that was noted, if anything was."""
        if self.errors:
            raise UserErrors(self.errors)


def is_blank(given: Any) -> bool:
    """Whether nothing was given: null, or a text of blanks."""
    return given is None or (isinstance(given, str) and not given.strip())


def present(draft: Draft) -> dict[str, Any]:
    """The draft of a new record, which has nothing to be cleared: null means absent."""
    return {name: given for name, given in draft.items() if not is_blank(given)}


def clean(draft: Draft, cleaners: Mapping[str, Cleaner]) -> Checked:
    """Clean all given fields of a draft."""
    checked = Checked()
    for name, cleaner in cleaners.items():
        checked.take(draft, name, cleaner)
    return checked

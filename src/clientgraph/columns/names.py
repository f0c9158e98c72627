"""Names by which sheets call what has ids: as people spell them, with the nearest for others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from rapidfuzz import fuzz, process

from clientgraph.values import folded

# Below this likeness a name is another one rather than a misspelt one.
_LIKE: Final = 75
_MOST_REMEMBERED: Final = 1_000


class CellProblem(ValueError):
    """Why a cell cannot be taken: a code, what its sentence needs, and what was perhaps meant."""

    def __init__(self, code: str, suggestion: str | None = None, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.suggestion = suggestion
        self.params: Mapping[str, Any] = params


class Awaited(CellProblem):
    """The name of a record that is not written yet."""

    def __init__(self, text: str) -> None:
        super().__init__("CLIENT_IN_SHEET", value=text)


def name_key(text: str) -> str:
    """By what names are compared."""
    return folded(text) or text


@dataclass
class Names:
    """Values by name; ``shown`` are their names in sheets. A name that several have is refused.

    Who is shown by a name to the letter comes before those whose names are like it. ``unknown`` is
    the code of a name that nobody has; ``awaited`` are those that somebody will have, as `name_key`
    has them: these raise `Awaited`.
    """

    unknown: str = "UNKNOWN_NAME"
    awaited: frozenset[str] = frozenset()
    values: dict[str, Any] = field(default_factory=dict)
    shown: dict[Any, str] = field(default_factory=dict)
    _exact: dict[str, Any] = field(default_factory=dict)
    _several: set[str] = field(default_factory=set)
    _strong: set[str] = field(default_factory=set)
    _spelt: dict[str, str] = field(default_factory=dict)
    _nearest: dict[str, str | None] = field(default_factory=dict)

    def add(
        self,
        value: Any,
        shown: str,
        others: Iterable[str] = (),
        *,
        is_open: bool = True,
        is_weak: bool = False,
    ) -> None:
        """One more value with its names; what is not open gives way to what has the name already.

        Names that are weak are the others: what they stand for by a stronger name stays.
        """
        self.shown.setdefault(value, shown)
        if not is_weak:
            known = self._exact.setdefault(shown, value)
            if known != value and is_open:
                self._exact[shown] = None
        for name in others if is_weak else (shown, *others):
            key = name_key(name)
            if is_weak and key in self._strong:
                continue
            known = self.values.setdefault(key, value)
            if known != value and is_open:
                self._several.add(key)
            self._spelt.setdefault(key, name)
            if not is_weak:
                self._strong.add(key)

    def value(self, text: str) -> Any:
        """What the name stands for; raises `CellProblem`."""
        if (exact := self._exact.get(text)) is not None:
            return exact
        key = name_key(text)
        if key in self._several:
            raise CellProblem("AMBIGUOUS_NAME", value=text)
        if key not in self.values:
            if key in self.awaited:
                raise Awaited(text)
            raise CellProblem(self.unknown, self.nearest(text), value=text)
        return self.values[key]

    def only(self, text: str) -> Any:
        """What the name stands for; None where that is nothing, or not to be said."""
        try:
            return self.value(text)
        except CellProblem:
            return None

    def knows(self, text: str) -> bool:
        """Whether anything has the name."""
        return name_key(text) in self.values

    def nearest(self, text: str) -> str | None:
        """The name that is most like a text, None where none is."""
        key = folded(text)
        if key not in self._nearest:
            if len(self._nearest) >= _MOST_REMEMBERED:
                self._nearest.clear()
            found = process.extractOne(
                key, list(self._spelt), scorer=fuzz.ratio, score_cutoff=_LIKE
            )
            self._nearest[key] = self._spelt[found[0]] if found else None
        return self._nearest[key]

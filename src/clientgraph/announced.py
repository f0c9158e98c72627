"""Which plugins distributions announce; found without importing any of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, EntryPoint, entry_points
from typing import Final

from clientgraph.hookspecs import ENTRY_POINT_GROUP, PROJECT

CORE: Final = "core"
# A plugin's name is also its command, which cannot be one of the service's.
RESERVED: Final = frozenset(
    {
        CORE,
        "demo",
        "doctor",
        "import",
        "migrate",
        "organisation",
        "plugin",
        "schema",
        "search",
        "serve",
        "token",
        "worker",
    }
)
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LONGEST_NAME: Final = 40


@dataclass(frozen=True)
class Announced:
    """One name, and the entry points that announce it."""

    name: str
    points: Sequence[EntryPoint]

    @property
    def version(self) -> str:
        """The version of the distribution; empty where there is none, or more than one."""
        versions = {point.dist.version for point in self.points if point.dist}
        return versions.pop() if len(versions) == 1 else ""

    @property
    def problem(self) -> str | None:
        """Why it cannot be loaded under this name; None where it can."""
        first = self.points[0]
        if first.name in RESERVED and self.name != CORE:
            return (
                f"the name '{first.name}' is the service's own; {_distribution(first)} must "
                "announce its plugin by another"
            )
        if not _NAME.fullmatch(self.name) or len(self.name) > LONGEST_NAME:
            return (
                f"the name must be in lower kebab case, {LONGEST_NAME} characters at most, such "
                f"as 'bank-details'; {_distribution(first)} must announce it so"
            )
        if len(self.points) > 1:
            both = " and ".join(_distribution(point) for point in self.points)
            return f"it is announced by {both}; uninstall all but one of them"
        return None


def announced(allowed: Iterable[str] | None = None) -> list[Announced]:
    """What installed distributions announce, the service's own part first, then by name.

    ``allowed`` names those that are wanted; None means all, an empty list none but the service's.
    """
    wanted = None if allowed is None else {CORE, *allowed}
    named: dict[str, list[EntryPoint]] = {}
    for point in entry_points(group=ENTRY_POINT_GROUP):
        if wanted is not None and point.name not in wanted:
            continue
        reserved = point.name in RESERVED and _name(point.dist) != PROJECT
        shown = f"{point.name} of {_name(point.dist)}" if reserved else point.name
        named.setdefault(shown, []).append(point)
    found = [Announced(name, points) for name, points in named.items()]
    return sorted(found, key=lambda each: (each.name != CORE, each.name))


def _name(distribution: Distribution | None) -> str:
    return "" if distribution is None else distribution.metadata["Name"]


def _distribution(point: EntryPoint) -> str:
    return f"{_name(point.dist)} {point.dist.version}" if point.dist else "no distribution"

"""Sheets of known products: their headers, in their order, and the fields that these mean."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from typing import Final

from clientgraph.columns.declared import squeezed

# A sheet of fewer headers could be anybody's.
_LEAST: Final = 4
_COUNT: Final = re.compile(r"\.\d+$")


@dataclass(frozen=True)
class Preset:
    """A product's sheet. ``columns`` are headers with keys of fields, or None for what is left out.

    A header that is there several times means its fields one after the other. ``constants`` are
    texts of fields of a contact or address that has anything at all. With ``is_strict`` countries
    are codes and numbers of companies are digits alone; ``required`` are fields with a star, None
    where the workspace decides. With ``names_people`` a client without a name has its contact's.
    ``least`` is how many of its headers tell the sheet, None for most of them.
    """

    key: str
    title: str
    columns: Sequence[tuple[str, str | None]]
    constants: Mapping[str, str] = field(default_factory=dict)
    is_strict: bool = False
    required: frozenset[str] | None = None
    names_people: bool = False
    least: int | None = None

    @cached_property
    def meanings(self) -> Mapping[str, Sequence[str | None]]:
        """Squeezed header → the fields that it means, in their order."""
        found: dict[str, list[str | None]] = {}
        for header, key in self.columns:
            found.setdefault(squeezed(header), []).append(key)
        return found

    def means(self, header: str, count: int) -> tuple[bool, str | None]:
        """Whether the header is of this sheet, and the field of its ``count``-th column, from 0."""
        fields = self.meanings.get(squeezed(header))
        if fields is None:
            return squeezed(_COUNT.sub("", header)) in self.meanings, None
        return True, fields[count] if count < len(fields) else None


@cache
def presets() -> Mapping[str, Preset]:
    """All presets by key."""
    files = sorted(resources.files(__package__).iterdir(), key=lambda each: each.name)
    return {
        file.name.removesuffix(".toml"): _preset(file.name, file.read_text("utf-8"))
        for file in files
        if file.name.endswith(".toml")
    }


def _preset(name: str, text: str) -> Preset:
    data = tomllib.loads(text)
    columns = [(each[0], each[1] if len(each) > 1 else None) for each in data.pop("columns")]
    required = data.pop("required", None)
    return Preset(
        key=name.removesuffix(".toml"),
        columns=columns,
        required=None if required is None else frozenset(required),
        **data,
    )


@cache
def known_headers() -> frozenset[str]:
    """The squeezed headers of all presets."""
    return frozenset(header for each in presets().values() for header in each.meanings)


def recognised(names: Sequence[str]) -> Preset | None:
    """The preset whose sheet has these headers and no others, and most of its own."""
    given = [name for name in names if name.strip()]
    best: Preset | None = None
    most = 0
    for each in presets().values():
        shared = len({squeezed(header) for header in given} & each.meanings.keys())
        least = each.least or max(_LEAST, len(each.meanings) * 2 // 3)
        if shared > most and shared >= least and all(each.means(one, 0)[0] for one in given):
            best, most = each, shared
    return best

"""What an import was asked to do, kept as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import orjson

from clientgraph.clients.matching import MatchKey


@dataclass(frozen=True, kw_only=True)
class Options:
    """Which sheet of a file, how its columns are read, and how its records find their clients.

    ``columns`` are the fields of columns by their index, None for those to be left out.
    ``match_by`` is None where the first of a record's keys that anybody has decides.
    ``registries`` says whether registries are asked for what a record lacks; ``template`` is the
    id of the configuration template of new clients that name none.
    """

    sheet: str | None = None
    preset: str | None = None
    columns: Mapping[int, str | None] = field(default_factory=dict)
    match_by: MatchKey | None = None
    registries: bool = False
    template: str | None = None
    conflicts: str | None = None
    skip_invalid: bool = False

    def packed(self) -> str:
        """As it is stored."""
        return orjson.dumps(asdict(self), option=orjson.OPT_NON_STR_KEYS).decode()

    @classmethod
    def unpacked(cls, text: str) -> Options:
        """As it was before."""
        found: dict[str, Any] = orjson.loads(text)
        found["columns"] = {int(place): key for place, key in found["columns"].items()}
        if found["match_by"] is not None:
            found["match_by"] = MatchKey(**found["match_by"])
        return cls(**found)


@dataclass(frozen=True, kw_only=True)
class SheetFacts:
    """What was found in a file: its format, its sheets, and the one that was read.

    ``passed`` are the first of its rows that were taken for no clients, each with what it says.
    """

    format: str
    sheets: list[dict[str, Any]]
    chosen: str | None
    passed: list[tuple[int, str]] = field(default_factory=list)

    def packed(self) -> str:
        """As it is stored."""
        return orjson.dumps(asdict(self)).decode()

    @classmethod
    def unpacked(cls, text: str) -> SheetFacts | None:
        """As it was before; None where nothing was read yet."""
        found = orjson.loads(text)
        return None if found is None else cls(**found)

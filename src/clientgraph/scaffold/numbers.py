"""The numbers that a new registry is asked for: of a kind of its own, or of one that is known."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from itertools import islice
from typing import Final

from clientgraph import values
from clientgraph.contract.identifiers import IdentifierError, IdentifierKind
from clientgraph.hookspecs import ENTRY_POINT_GROUP
from clientgraph.plugins import Plugins

USUAL_COUNTRY: Final = "FR"
_KEY: Final = re.compile(r"[A-Z][A-Z0-9_]{0,39}")
_TRIES: Final = 20_000


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """What a registry's code and its tests say of numbers.

    ``plugin``        who declares the kind, where that is not the new plugin itself.
    ``distribution``  the one that brings that plugin.
    """

    kind: str
    country: str
    active: str
    closed: str
    protected: str
    missing: str
    bad: str
    plugin: str = ""
    distribution: str = ""

    @property
    def words(self) -> dict[str, str]:
        """What stands for what in the templates."""
        needed = filter(None, ["clientgraph", self.distribution])
        return {
            "identifier_kind": self.kind,
            "country": self.country,
            "active": self.active,
            "closed": self.closed,
            "protected": self.protected,
            "missing": self.missing,
            "bad": self.bad,
            "kind_plugin": self.plugin,
            "dependencies": ", ".join(f'"{each}"' for each in needed),
        }


def own_numbers(name: str, key: str | None = None, country: str | None = None) -> Numbers:
    """Of a kind that the plugin declares itself: seven digits and a check digit."""
    return Numbers(
        kind=key or f"{name.replace('-', '_').upper()}_NUMBER",
        country=country or _prefix(key) or USUAL_COUNTRY,
        active="12345678",
        closed="23456783",
        protected="34567899",
        missing="45678900",
        bad="1234 5679",
    )


def numbers_for(name: str, key: str | None, country: str | None, plugins: Plugins) -> Numbers:
    """Numbers of the kind ``key`` where a plugin knows it, else of a kind of one's own.

    Raises `ValueError`, with the way out, for what cannot be meant.
    """
    if country is not None:
        country = _country(country.upper())
    if key is not None and not _KEY.fullmatch(key):
        raise ValueError(
            f"'{key}' cannot be the key of a kind of identifiers: take capital letters, digits and "
            "underscores, such as 'BE_ENTERPRISE'. 'identifierKinds' lists those that are known."
        )
    known = plugins.identifier_kind(key) if key else None
    if known is None:
        return own_numbers(name, key, country)
    if known.country and country and known.country != country:
        raise ValueError(
            f"{key} is a number of {known.country}, not of {country}. Leave --country out."
        )
    owner = next(each for each, found in plugins.declared.items() if known.key in found.kinds)
    (point,) = entry_points(group=ENTRY_POINT_GROUP, name=owner)
    active, closed, protected, missing = _examples(known)
    return Numbers(
        kind=known.key,
        country=known.country or country or USUAL_COUNTRY,
        active=active,
        closed=closed,
        protected=protected,
        missing=missing,
        bad=_bad(known),
        plugin=owner,
        distribution=point.dist.name if point.dist else "",
    )


def _prefix(key: str | None) -> str | None:
    """The country that the key of a kind begins with, as `FI_YTUNNUS` does."""
    code, mark, _ = (key or "").partition("_")
    try:
        return values.country(code) if mark else None
    except values.ValueProblem:
        return None


def _country(code: str) -> str:
    try:
        return values.country(code) or USUAL_COUNTRY
    except values.ValueProblem:
        raise ValueError(
            f"'{code}' is no country: take two letters of ISO 3166, such as 'BE'."
        ) from None


def _examples(kind: IdentifierKind) -> list[str]:
    """Four numbers that are correct, in their stored form; the same ones each time."""
    found = list(islice(_correct(kind), 4))
    if len(found) < 4:
        raise ValueError(
            f"No numbers for tests can be made of {kind.key}. Leave --identifier-kind out, and put "
            "this kind into registry.py and its tests afterwards, with real numbers."
        )
    return found


def _correct(kind: IdentifierKind) -> Iterator[str]:
    chance = random.Random(kind.key)  # noqa: S311 - the same each time
    example = kind.parse(kind.example)
    known = {example}
    yield example
    for _ in range(_TRIES):
        text = "".join(
            str(chance.randrange(10)) if sign.isdigit() and chance.random() < 0.5 else sign
            for sign in example
        )
        if text not in known and _stored(kind, text) == text:
            known.add(text)
            yield text


def _bad(kind: IdentifierKind) -> str:
    """A text that is no number of this kind: a wrong check digit where there is one."""
    example = kind.parse(kind.example)
    wrong = [*(example[:-1] + sign for sign in "0123456789"), f"{example}00000"]
    return next(text for text in wrong if _stored(kind, text) is None)


def _stored(kind: IdentifierKind, text: str) -> str | None:
    try:
        return kind.parse(text)
    except IdentifierError:
        return None

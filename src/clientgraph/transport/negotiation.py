"""What the request's headers ask for: media type, language, and who presents which token."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple, get_args

GRAPHQL_RESPONSE = "application/graphql-response+json"
JSON = "application/json"
EVENT_STREAM = "text/event-stream"
HTML = "text/html"

Language = Literal["en", "fr", "nl", "de"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

# A quoted string may hold commas and semicolons (RFC 9110, section 5.6.4).
_PART = re.compile(r'(?:[^,;"]++|"(?:[^"\\]++|\\.?)*+"?)++|[,;]')
_QUALITY = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")

MAX_TOKEN_LENGTH = 8_192


class Weighted(NamedTuple):
    """One element of a list header: its value, its other parameters, its quality 0 to 1."""

    value: str
    parameters: Mapping[str, str]
    quality: float


@dataclass(frozen=True)
class Acceptable:
    """The response media types that a client takes."""

    single: str | None
    """For one result: one of the two JSON types, or None."""
    stream: bool
    """Whether an event stream is acceptable."""


@lru_cache(maxsize=128)
def acceptable(accept: str | None) -> Acceptable:
    """Read ``Accept`` (RFC 9110, section 12.5.1); an absent one means application/json.

    Among equals the type listed first wins; a wildcard stands for application/json.
    """
    if not (accept or "").strip():
        return Acceptable(JSON, stream=False)
    ranges = list(_elements(accept or ""))
    ranked = [(_rank(ranges, media), media) for media in (JSON, GRAPHQL_RESPONSE)]
    best, media = max(ranked, key=lambda pair: pair[0])
    return Acceptable(media if best[0] > 0 else None, stream=_rank(ranges, EVENT_STREAM)[0] > 0)


def prefers_html(accept: str | None) -> bool:
    """Whether a page is wanted rather than JSON: true of browsers, false of ``*/*``."""
    ranges = list(_elements(accept or ""))
    html = _rank(ranges, HTML)
    return html[0] > 0 and all(html > _rank(ranges, media) for media in (JSON, GRAPHQL_RESPONSE))


@lru_cache(maxsize=128)
def accept_language(header: str | None) -> Language:
    """The best of our languages for an ``Accept-Language`` header; English where none fits."""
    wanted: dict[Language, float] = {}
    for tag, _, quality in _elements(header or ""):
        primary = tag.partition("-")[0]
        for language in LANGUAGES:
            if primary == language:
                wanted[language] = max(quality, wanted.get(language, 0))
    best = max(wanted, key=lambda language: wanted[language], default=LANGUAGES[0])
    return best if wanted.get(best, 0) > 0 else LANGUAGES[0]


@lru_cache(maxsize=128)
def media_type(header: str | None) -> Weighted | None:
    """The media type of a ``Content-Type`` header with its parameters; None where absent."""
    return next(_elements(header or ""), None)


def bearer_token(authorization: str | None) -> str | None:
    """The token of ``Authorization: Bearer …``; None for any other scheme or none at all."""
    scheme, _, token = (authorization or "").strip().partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def _elements(header: str) -> Iterator[Weighted]:
    """The well-formed elements of a comma separated list header, in order."""
    elements: list[list[str]] = [[]]
    for part in _PART.findall(header):
        if part == ",":
            elements.append([])
        elif part != ";":
            elements[-1].append(part.strip())
    for element in elements:
        pairs = [part.partition("=") for part in element[1:]]
        parameters = {
            name.strip().lower(): value.strip().strip('"').lower() for name, _, value in pairs
        }
        quality = parameters.pop("q", "1")
        if element and element[0] and _QUALITY.fullmatch(quality):
            yield Weighted(element[0].lower(), parameters, float(quality))


def _rank(ranges: list[Weighted], media: str) -> tuple[float, int, int]:
    """Quality of a media type, how exactly it is asked for, and how early it stands."""
    patterns = ("*/*", f"{media.partition('/')[0]}/*", media)
    matches = [
        (patterns.index(value), -position, quality)
        for position, (value, parameters, quality) in enumerate(ranges)
        if value in patterns and parameters.items() <= {("charset", "utf-8")}
    ]
    if not matches:
        return (0, 0, 0)
    specificity, place, quality = max(matches)
    return (quality, specificity, place)

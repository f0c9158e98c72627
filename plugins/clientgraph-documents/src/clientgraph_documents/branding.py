"""How a workspace's documents look: its logo, colour, address and footer, from its settings."""

from __future__ import annotations

import base64
import binascii
import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from clientgraph import DocumentRefused, PluginSettings

# In base64 and with the rest of a request it fits a request's body as services limit it.
LARGEST_LOGO: Final = 150_000
MOST_PIXELS: Final = 4_000
COLOR: Final = "#1f4e79"
SETTINGS: Final = PluginSettings(
    workspace={
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "logo": {
                "type": "string",
                "title": "Logo",
                "description": "A PNG or SVG picture as a data: URI in base64, up to 150 kB.",
                "pattern": r"^data:image/(png|svg\+xml);base64,",
                "maxLength": 200_100,
            },
            "color": {
                "type": "string",
                "title": "Colour",
                "description": "Of titles and rules, such as #1f4e79.",
                "pattern": "^#[0-9a-fA-F]{6}$",
                "default": COLOR,
            },
            "address": {
                "type": "string",
                "title": "Address",
                "description": "The firm's own, line by line.",
                "maxLength": 300,
            },
            "footer": {
                "type": "string",
                "title": "Footer",
                "description": "At the bottom of each page: legal form, capital, numbers.",
                "maxLength": 500,
            },
        },
    }
)
_DATA: Final = re.compile(r"data:image/(png|svg\+xml);base64,(.*)", re.DOTALL)
_COLOR: Final = re.compile(r"#[0-9a-fA-F]{6}")
_PNG: Final = b"\x89PNG\r\n\x1a\n"
# Of what else an SVG can hold, much can fetch, run or hide something: a logo needs none of it.
_SHAPES: Final = frozenset(
    "svg g defs title desc path rect circle ellipse line polyline polygon linearGradient"
    " radialGradient stop clipPath text tspan use symbol".split()
)
_INNER: Final = re.compile(r"\s*#[\w.-]+\s*")
_FETCHES: Final = re.compile(r"url\((?!\s*['\"]?#)|@import|expression|javascript:", re.IGNORECASE)
_DEEPEST: Final = 30
_MOST_SHAPES: Final = 2_000


@dataclass(frozen=True)
class Branding:
    """What every document of a workspace shows. ``logo`` is a file's name and its bytes."""

    logo: tuple[str, bytes] | None
    color: str
    address: tuple[str, ...]
    footer: tuple[str, ...]


def branding(settings: Mapping[str, Any]) -> Branding:
    """From the settings of the workspace; raises `DocumentRefused` where the logo is none."""
    color = str(settings.get("color") or COLOR)
    return Branding(
        logo=_logo(settings.get("logo")),
        color=color if _COLOR.fullmatch(color) else COLOR,
        address=_lines(settings.get("address")),
        footer=_lines(settings.get("footer")),
    )


def _lines(text: Any) -> tuple[str, ...]:
    return tuple(line.strip() for line in str(text or "").splitlines() if line.strip())


def _logo(uri: Any) -> tuple[str, bytes] | None:
    if not uri:
        return None
    found = _DATA.fullmatch(str(uri))
    try:
        content = base64.b64decode(found[2], validate=True) if found else b""
    except (binascii.Error, ValueError):
        content = b""
    usable = 0 < len(content) <= LARGEST_LOGO
    if found and usable and found[1] == "png" and _is_png(content):
        return "logo.png", content
    if found and usable and found[1] == "svg+xml" and _is_plain_svg(content):
        return "logo.svg", content
    raise DocumentRefused("LOGO_NOT_USABLE")


def _is_png(content: bytes) -> bool:
    """Whether it begins as a PNG of a size that can be opened without harm."""
    if not content.startswith(_PNG) or content[12:16] != b"IHDR" or len(content) < 33:
        return False
    width, height = struct.unpack(">II", content[16:24])
    return 0 < width <= MOST_PIXELS and 0 < height <= MOST_PIXELS


def _is_plain_svg(content: bytes) -> bool:
    """Whether it holds shapes and nothing that fetches or runs anything."""
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        return False
    found = list(_walk(root, 0))
    return (
        _local(root.tag) == "svg"
        and len(found) <= _MOST_SHAPES
        and all(depth <= _DEEPEST and _is_plain(each) for depth, each in found)
    )


def _walk(node: Element, depth: int) -> Iterator[tuple[int, Element]]:
    """The node and what is in it, as deep as it may be and one further."""
    yield depth, node
    if depth <= _DEEPEST:
        for child in node:
            yield from _walk(child, depth + 1)


def _is_plain(node: Element) -> bool:
    if _local(node.tag) not in _SHAPES:
        return False
    for name, value in node.attrib.items():
        if _local(name).startswith("on") or _FETCHES.search(value):
            return False
        if _local(name) == "href" and not _INNER.fullmatch(value):
            return False
    return True


def _local(name: Any) -> str:
    return str(name).rpartition("}")[2]

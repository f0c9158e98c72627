"""Draws labels: each text in its place, smaller where it would not fit, never outside."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from clientgraph_documents.sheets import SHEETS, Sheet

PADDING: Final = 4.0
LARGEST: Final = 10.5
SMALLEST: Final = 5.0
_LEADING: Final = 1.3
_TEXT, _STRONG = "Text", "Strong"
_FONTS: Final = {_TEXT: "OpenSans-Regular.ttf", _STRONG: "OpenSans-Semibold.ttf"}


def drawn(content: str) -> bytes:
    """The PDF of what `clientgraph_documents.address_labels` composed."""
    asked: dict[str, Any] = json.loads(content)
    sheet = SHEETS[asked["sheet"]]
    for name, file in _FONTS.items():
        pdfmetrics.registerFont(TTFont(name, Path(__file__).parent / "fonts" / file))
    canvas = Canvas(io.BytesIO(), pagesize=A4, lang=asked["language"])
    canvas.setTitle(asked["title"])
    canvas.setAuthor(asked["author"])
    first = asked["start"] - 1
    for place, lines in enumerate(asked["labels"], first):
        if place > first and place % sheet.labels == 0:
            canvas.showPage()
        _label(canvas, sheet, sheet.corner(place), lines, borders=asked["borders"])
    made: bytes = canvas.getpdfdata()
    return made


def _label(
    canvas: Canvas,
    sheet: Sheet,
    corner: tuple[float, float],
    lines: Sequence[str],
    *,
    borders: bool,
) -> None:
    left, top = corner[0] * mm, A4[1] - corner[1] * mm
    width, height = sheet.width * mm, sheet.height * mm
    if borders:
        canvas.setLineWidth(0.3)
        canvas.setStrokeGray(0.7)
        canvas.rect(left, top - height, width, height)
    inner_width, inner_height = width - 2 * PADDING * mm, height - 2 * PADDING * mm
    size, fitted = _fitted(lines, inner_width, inner_height)
    y = top - (height - len(fitted) * size * _LEADING) / 2 - size
    for font, text in fitted:
        canvas.setFont(font, size)
        canvas.drawString(left + PADDING * mm, y, text)
        y -= size * _LEADING


def _fitted(
    lines: Sequence[str], width: float, height: float
) -> tuple[float, list[tuple[str, str]]]:
    """The largest size at which all lines fit, broken where they must be; then what fits."""
    size = LARGEST
    while True:
        broken = [
            (font, part)
            for place, line in enumerate(lines)
            for font in [_TEXT if place else _STRONG]
            for part in _broken(line, font, size, width)
        ]
        room = int(height / (size * _LEADING))
        if len(broken) <= room or size <= SMALLEST:
            return size, broken[:room]
        size -= 0.5


def _broken(line: str, font: str, size: float, width: float) -> list[str]:
    """A line in parts that are no wider than that, broken between words where possible."""
    parts: list[str] = []
    current = ""
    for word in line.split():
        longer = f"{current} {word}" if current else word
        if pdfmetrics.stringWidth(longer, font, size) <= width:
            current = longer
            continue
        if current:
            parts.append(current)
        current = word
        while pdfmetrics.stringWidth(current, font, size) > width and len(current) > 1:
            end = len(current) - 1
            while end > 1 and pdfmetrics.stringWidth(current[:end], font, size) > width:
                end -= 1
            parts.append(current[:end])
            current = current[end:]
    return [*parts, current] if current else parts

"""HTML made of elements: whatever is text is escaped here, and there is no other way in."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Final

_EMPTY: Final = frozenset({"img", "br", "meta"})


@dataclass(frozen=True)
class Html:
    """Markup that this module made."""

    text: str


Part = Html | str | None


def element(kind: str, /, *parts: Part, **attributes: str | int) -> Html:
    """An element with its content; texts are escaped, None is left out.

    Attributes: ``class_`` for class, ``_`` for a hyphen.
    """
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
    )
    if kind in _EMPTY:
        return Html(f"<{kind}{given}>")
    return Html(f"<{kind}{given}>{joined(*parts).text}</{kind}>")


def joined(*parts: Part) -> Html:
    """Parts one after the other."""
    return Html("".join(_text(part) for part in parts if part is not None))


def lines(*parts: Part) -> Html:
    """Parts one below the other."""
    present = [part for part in parts if part]
    between: list[Part] = []
    for part in present:
        between += [element("br"), part] if between else [part]
    return joined(*between)


def _text(part: Html | str) -> str:
    return part.text if isinstance(part, Html) else escape(part)

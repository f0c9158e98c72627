"""What all pages are written with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

NOTE = "<!-- Written by tools/reference from the code: change the code and run it. -->"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; bars inside cells are escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(c.replace("|", "\\|") for c in row) + " |" for row in lines)


def page(title: str, *parts: str) -> str:
    """A page of Markdown with the note that it is generated."""
    return "\n\n".join([NOTE, f"# {title}", *parts]) + "\n"


def prose(text: str) -> str:
    """A docstring as Markdown; lines that begin with a name and a gap become a list."""
    listed = re.sub(r"^``(\w+)`` {2,}", r"* `\1`: ", text, flags=re.MULTILINE)
    listed = re.sub(r"\n {4,}(?=\S)", "\n  ", listed)
    return re.sub(r"``(.+?)``", r"`\1`", listed)

"""The fenced code blocks of the documentation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^(\s*)(`{3,}|~{3,})\s*(\S*)")
NOT_RUN = re.compile(r"^<!-- not run: (\S.*) -->$")
MISTAKES = "<!-- answers mistakes -->"


@dataclass(frozen=True)
class Block:
    """One block. ``mark`` is the HTML comment just before it, if there is one."""

    path: str
    line: int
    language: str
    text: str
    mark: str = ""

    @property
    def is_run(self) -> bool:
        """Whether it is executed or checked; what is not gives a reason."""
        return NOT_RUN.match(self.mark) is None

    @property
    def may_be_refused(self) -> bool:
        """Whether the page shows how mistakes are answered."""
        return self.mark == MISTAKES

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


def pages() -> list[str]:
    """The pages whose blocks are checked, below the root."""
    found = [ROOT / "README.md", *ROOT.glob("docs/**/*.md")]
    return sorted(str(path.relative_to(ROOT)) for path in found)


def blocks() -> list[Block]:
    """Every block with a language, page by page in order."""
    return [block for page in pages() for block in _of(page) if block.language]


def by_page(*languages: str) -> list[list[Block]]:
    """The blocks of these languages that are run, one list a page."""
    wanted = [block for block in blocks() if block.language in languages and block.is_run]
    return [list(group) for _, group in groupby(wanted, key=lambda block: block.path)]


def names(groups: Iterable[list[Block]]) -> list[str]:
    """What tests over pages are called."""
    return [group[0].path for group in groups]


def _of(page: str) -> Iterator[Block]:
    lines = iter(enumerate((ROOT / page).read_text("utf-8").splitlines(), 1))
    before = ""
    for number, line in lines:
        if opening := FENCE.match(line):
            indent, fence, language = opening.groups()
            text = []
            for _, inner in lines:
                if inner.strip() == fence:
                    break
                text.append(inner.removeprefix(indent))
            yield Block(page, number, language, "\n".join(text) + "\n", before)
        if line.strip():
            before = line.strip()

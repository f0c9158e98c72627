"""What writes a table to a file, row by row, in whatever format."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

from clientgraph.sheets.cells import Cell


class TableWriter(Protocol):
    """Takes a header once, then rows; `close` ends the file, and closes one that it opened."""

    def write_header(self, header: Sequence[str]) -> None:
        """Write the names of the columns. They come once, and first."""

    def write_row(self, cells: Sequence[Cell]) -> None:
        """Write one row, whose cells stand below the header's."""

    def close(self) -> None:
        """Write what is left. Nothing can be written afterwards."""


class Texts:
    """A binary file, or one at a path, that takes texts as UTF-8."""

    def __init__(self, target: BinaryIO | Path, encoding: str = "utf-8") -> None:
        self._is_ours = isinstance(target, Path)
        file = target.open("wb") if isinstance(target, Path) else target
        self.file = io.TextIOWrapper(file, encoding, newline="", write_through=False)

    def close(self) -> None:
        """Bring everything to the file, and close it if it was opened here."""
        if self._is_ours:
            self.file.close()
        else:
            self.file.flush()
            self.file.detach()

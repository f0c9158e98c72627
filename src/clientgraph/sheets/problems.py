"""Why a file is no table that can be read."""

from __future__ import annotations

from typing import Any


class SheetProblem(Exception):
    """A mistake in a file: the code and the particulars of what the user is told."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code = code
        self.params = params
        super().__init__(code, params)

"""The statements that the application sent, as its database client logs them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

LOGGER = logging.getLogger("tortoise.db_client")
Statement = tuple[str, list[Any]]


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.statements: list[Statement] = []

    def emit(self, record: logging.LogRecord) -> None:
        if isinstance(record.args, tuple) and len(record.args) == 2:
            text, values = record.args
            self.statements.append((str(text), list(values or ())))  # type: ignore[call-overload]


@contextmanager
def recorded() -> Iterator[list[Statement]]:
    """All statements that are sent while the block runs, with their values."""
    handler, level = _Kept(), LOGGER.level
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.DEBUG)
    try:
        yield handler.statements
    finally:
        LOGGER.removeHandler(handler)
        LOGGER.setLevel(level)

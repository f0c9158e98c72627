"""Answers that their plugin could do nothing with: they are not given again from memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

_TO_FORGET: Final[ContextVar[list[Callable[[], None]] | None]] = ContextVar(
    "answers_to_forget", default=None
)


@contextmanager
def understanding(*failures: type[Exception]) -> Iterator[None]:
    """What is answered within is forgotten where it ends in one of these failures.

    Services tell errors with status 200, which only the plugin knows from answers.
    """
    forget: list[Callable[[], None]] = []
    token = _TO_FORGET.set(forget)
    try:
        yield
    except failures:
        for each in forget:
            each()
        raise
    finally:
        _TO_FORGET.reset(token)


def unless_understood(forget: Callable[[], None]) -> None:
    """Have this be done where the plugin that asks now cannot use the answer."""
    noted = _TO_FORGET.get()
    if noted is not None:
        noted.append(forget)

"""How long the caller of a plugin waits, so that what the plugin asks is given up before."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

# What is left for the plugin to say that no answer came.
_MARGIN: Final = 0.25
_END: ContextVar[float | None] = ContextVar("patience_end", default=None)


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """What is called within is waited for during these seconds."""
    token = _END.set(time.monotonic() + seconds - _MARGIN)
    try:
        yield
    finally:
        _END.reset(token)


def end_of_patience(at_most: float) -> float:
    """The time (`time.monotonic`) until which a request may take; ``at_most`` seconds from now."""
    latest = time.monotonic() + at_most
    given = _END.get()
    return latest if given is None else min(latest, given)

"""How the benchmark gives up."""

from __future__ import annotations


class Failure(Exception):
    """Why the benchmark cannot go on; the message says what to do."""

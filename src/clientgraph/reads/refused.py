"""What a plan cannot hold."""

from __future__ import annotations


class Unplanned(Exception):
    """This operation, or what it came upon, is for the ordinary execution."""

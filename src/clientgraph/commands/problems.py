"""What ends a command: told to whoever typed it in one paragraph, without a traceback."""

from __future__ import annotations


class Problem(Exception):
    """Something that whoever typed the command can put right; the message says how."""

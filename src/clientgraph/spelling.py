"""Names of fields as Python has them, as the API shows them."""

from __future__ import annotations

import re


def camel_case(name: str) -> str:
    """A Python name as GraphQL has it; positions and codes stay as they are."""
    return re.sub(r"(?<=[a-z0-9])_([a-z0-9])", lambda found: found[1].upper(), name)

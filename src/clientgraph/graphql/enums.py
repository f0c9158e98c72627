"""Enums of the domains as the API shows them, each value described."""

from __future__ import annotations

from enum import Enum
from typing import Any

import strawberry


def described(kind: type[Enum], description: str, **values: str) -> Any:
    """The GraphQL enum for a Python enum; raises `ValueError` unless every value is described."""
    names = [member.name for member in kind]
    if names != list(values):
        raise ValueError(f"{kind.__name__}: describe {names}, in this order")
    made: Any = strawberry.enum(kind, description=description)
    for value in made.__strawberry_definition__.values:
        value.description = values[value.name]
    return made

"""What is held against the clients of a workspace, and what is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody who may be a client already; ``position`` is its place among others.

    ``identifiers`` are by kind in their stored form; so should the rest be, as far as it can be.
    """

    position: int
    name: str | None = None
    trading_name: str | None = None
    country: str | None = None
    email: str | None = None
    phone: str | None = None
    website: str | None = None
    iban: str | None = None
    identifiers: Mapping[str, str] = field(default_factory=dict)
    street: str | None = None
    postal_code: str | None = None
    city: str | None = None
    external_reference: str | None = None


class DuplicateReason(StrEnum):
    """What speaks for two being the same."""

    IDENTIFIER = "IDENTIFIER"
    EMAIL = "EMAIL"
    IBAN = "IBAN"
    NAME = "NAME"
    PHONE = "PHONE"
    ADDRESS = "ADDRESS"
    WEBSITE = "WEBSITE"


@dataclass(frozen=True, kw_only=True)
class Match:
    """A client, or another candidate by its position, that is probably the same as a candidate.

    ``score`` is from 0 to 1. ``reasons`` are what speaks for it, the strongest first. ``name`` is
    that of the one that was found.
    """

    position: int
    client_id: UUID | None
    other: int | None
    score: float
    reasons: tuple[str, ...]
    name: str

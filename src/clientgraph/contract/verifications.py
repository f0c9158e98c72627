"""Checks of what a client says of itself, made by somebody who knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from clientgraph.contract.records import PluginContext


class VerificationStatus(Enum):
    """What is known. A verifier answers any but STALE, which time and changes make."""

    VALID = "VALID"
    INVALID = "INVALID"
    UNKNOWN = "UNKNOWN"
    PENDING = "PENDING"
    STALE = "STALE"


@dataclass(frozen=True, kw_only=True)
class VerificationSubject:
    """What is to be verified: an identifier of a client.

    ``id`` names it among those of the call; ``kind`` and ``value`` are the identifier in its
    stored form; ``name`` and ``country`` are the client's.
    """

    id: UUID
    kind: str
    value: str
    name: str
    country: str


@dataclass(frozen=True, kw_only=True)
class VerificationResult:
    """What a verifier found.

    ``status``       VALID, INVALID, UNKNOWN (the question cannot be answered there, ever) or
                     PENDING (no answer could be had now: asked again later).
    ``code``         the verifier's own word for it: ``MS_UNAVAILABLE``.
    ``evidence``     what proves it, JSON: consultation number, date, name and address as told.
                     Kept as long as the verification.
    ``retry_after``  seconds after which a PENDING one is best asked again; None for the usual
                     growing pauses.
    """

    status: VerificationStatus
    code: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    retry_after: int | None = None


@dataclass(frozen=True, kw_only=True)
class Verifier:
    """Somebody who verifies identifiers.

    ``key``          upper snake case: ``VIES``.
    ``label``        language → its name for people; ``en`` is required.
    ``attribution``  how its terms want the source to be named.
    ``kinds``        keys of the identifier kinds that it verifies.
    ``verify``       (context, subjects) → id → `VerificationResult`. Plain or ``async``; called
                     after the record was saved, never inside a write. Missing ids, anything
                     raised and no answer in time are PENDING.
    ``valid_for``    how long an answer counts before it is STALE.
    ``at_most``      how many subjects it takes in one call.
    ``source``       filled in by the service: the name of the plugin.
    """

    key: str
    label: Mapping[str, str]
    attribution: str
    kinds: frozenset[str]
    verify: Callable[[PluginContext, Sequence[VerificationSubject]], Any]
    valid_for: timedelta = timedelta(days=90)
    at_most: int = 20
    source: str = ""

"""A verifier that answers what a test wants, and what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from clientgraph import (
    PluginContext,
    VerificationResult,
    VerificationStatus,
    VerificationSubject,
    Verifier,
    hookimpl,
)

VALID = VerificationResult(
    status=VerificationStatus.VALID, code="OK", evidence={"number": "W-1", "name": "Ganymède"}
)
INVALID = VerificationResult(status=VerificationStatus.INVALID, code="NO")
BUSY = VerificationResult(status=VerificationStatus.PENDING, code="BUSY", retry_after=3600)

Subjects = Sequence[VerificationSubject]


@dataclass
class Oracle:
    """Answers ``answer`` for each subject, or whatever ``instead`` does."""

    answer: Any = VALID
    instead: Callable[[Subjects], Any] | None = None
    asked: list[tuple[UUID, Subjects]] = field(default_factory=list)

    async def verify(self, context: PluginContext, subjects: Subjects) -> Mapping[UUID, Any]:
        """Note the question, and answer."""
        self.asked.append((context.organisation_id, subjects))
        if self.instead is not None:
            found = self.instead(subjects)
            return await found if asyncio.iscoroutine(found) else found
        return {each.id: self.answer for each in subjects}

    def subjects(self, workspace: UUID) -> list[VerificationSubject]:
        """What it was asked about for a workspace: others' may still be due from before."""
        return [each for asker, found in self.asked if asker == workspace for each in found]

    def plugin(self, **changes: Any) -> SimpleNamespace:
        """A plugin that brings it."""
        return plugin(self.verifier(**changes))

    def verifier(self, **changes: Any) -> Verifier:
        """As it is declared, but for the changes."""
        declared = Verifier(
            key="ORACLE",
            label={"en": "Oracle", "fr": "Oracle de Delphes"},
            attribution="Delphi",
            kinds=frozenset({"FR_VAT", "FR_SIREN"}),
            verify=self.verify,
            valid_for=timedelta(days=30),
        )
        return replace(declared, **changes)


def plugin(*verifiers: Any) -> SimpleNamespace:
    """A plugin that brings these."""
    return SimpleNamespace(verifiers=hookimpl(lambda: verifiers))

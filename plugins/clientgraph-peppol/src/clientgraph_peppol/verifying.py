"""What the network says of an identifier."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from clientgraph import (
    PluginContext,
    Unavailable,
    VerificationResult,
    VerificationStatus,
    VerificationSubject,
)
from clientgraph_peppol.locator import publisher_of
from clientgraph_peppol.participants import addresses
from clientgraph_peppol.publisher import SERVICE, documents_of

# Peppol BIS Billing 3, which every participant that receives invoices must support.
_BILLING: Final = "urn:fdc:peppol.eu:2017:poacc:billing:3.0"
# What is shown of the types of documents: as long as the network's policy lets one be.
_SHOWN: Final = 30
_LONGEST: Final = 500


async def verify(
    context: PluginContext, subjects: Sequence[VerificationSubject]
) -> dict[UUID, VerificationResult]:
    """A result for each identifier, all asked at the same time."""
    found = await asyncio.gather(*(_one(context, each) for each in subjects))
    return {subject.id: result for subject, result in zip(subjects, found, strict=True)}


async def _one(context: PluginContext, subject: VerificationSubject) -> VerificationResult:
    """By the first address that somebody publishes of; any of them may still be registered where
    its participant has moved to another.
    """
    asked: list[str] = []
    unpublished: dict[str, Any] | None = None
    try:
        for participant in addresses(subject.kind, subject.value):
            asked.append(participant)
            publisher = await publisher_of(participant, context.settings)
            if publisher is None:
                continue
            known = {"participant": participant, "publisher": urlsplit(publisher).netloc}
            documents = await documents_of(context.http(SERVICE), publisher, participant)
            if documents is not None:
                return _receiving(known, documents)
            unpublished = unpublished or known
    except Unavailable as error:
        return VerificationResult(
            status=VerificationStatus.PENDING,
            code="UNAVAILABLE",
            evidence={"asked": asked},
            retry_after=error.retry_after,
        )
    if unpublished is not None:
        return VerificationResult(
            status=VerificationStatus.INVALID,
            code="NOT_PUBLISHED",
            evidence={**unpublished, "asked": asked},
        )
    return VerificationResult(
        status=VerificationStatus.INVALID, code="NOT_REGISTERED", evidence={"asked": asked}
    )


def _receiving(known: dict[str, Any], documents: Sequence[str]) -> VerificationResult:
    """A participant, and what it receives."""
    evidence = {
        **known,
        "receivesInvoices": any(_BILLING in each for each in documents),
        "documentTypes": [each[:_LONGEST] for each in documents[:_SHOWN]],
        "documentTypeCount": len(documents),
    }
    return VerificationResult(status=VerificationStatus.VALID, code="REGISTERED", evidence=evidence)

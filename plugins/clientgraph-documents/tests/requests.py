"""What tests ask for, without a service around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from clientgraph import DocumentAccount, DocumentParty, DocumentRequest

FIRM = DocumentParty(id=UUID(int=1), name="Observatoire SAS", country="FR")
CLIENT = DocumentParty(
    id=UUID(int=2),
    name="Ganymède",
    country="FR",
    reference="C00001",
    address=("10 rue de la Paix", "75002 PARIS"),
)
ACCOUNT = DocumentAccount(
    label="Main",
    holder="Observatoire SAS",
    iban="FR1420041010050500013M02606",
    bic="PSSTFRPPPAR",
    bank="La Banque Postale",
    is_default=True,
)


def context(**settings: Any) -> Any:
    """What a template is handed, as far as it looks at it."""
    return SimpleNamespace(settings=settings)


def request(
    clients: Sequence[DocumentParty] = (CLIENT,),
    options: Mapping[str, Any] | None = None,
    language: str = "fr",
    accounts: Sequence[DocumentAccount] = (ACCOUNT,),
) -> DocumentRequest:
    """A request for a document of 22 November 2026."""
    return DocumentRequest(
        organisation=FIRM,
        clients=clients,
        accounts=accounts,
        features=frozenset(),
        language=language,
        locale=f"{language}-FR" if language == "fr" else language,
        date=date(2026, 11, 22),
        options=options or {},
    )

"""What documents are made of, read before any template is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from babel import Locale, UnknownLocaleError

from clientgraph.accounts.models import BankAccount
from clientgraph.accounts.service import SEPA, general_accounts, kept_accounts
from clientgraph.clients.models import Client
from clientgraph.clients.service import clients_by_id
from clientgraph.context import Context
from clientgraph.contract.documents import DocumentAccount, DocumentParty, DocumentRequest
from clientgraph.errors import UserError, UserErrors
from clientgraph.hookspecs import LANGUAGES
from clientgraph.naming import parties
from clientgraph.organisations.features import switched
from clientgraph.organisations.models import Organisation
from clientgraph.organisations.service import current_organisation


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A document as it was asked for. ``language`` None: the client's own, else the caller's."""

    client_ids: Sequence[UUID]
    language: str | None
    options: Mapping[str, Any]
    day: date


async def read_request(context: Context, wanted: Wanted) -> DocumentRequest:
    """All that a document can show, as it is in the open session; raises `UserErrors`."""
    organisation = await current_organisation(context.session)
    clients = await _clients(context, wanted.client_ids)
    language = wanted.language or _language(clients, context.language)
    named = await parties(context, wanted.client_ids, language=language)
    return DocumentRequest(
        organisation=DocumentParty(
            id=organisation.id, name=organisation.name, country=organisation.country
        ),
        clients=[named[each] for each in wanted.client_ids],
        accounts=await _accounts(context, clients),
        features=frozenset(
            each.feature.key for each in switched(organisation.features) if each.is_enabled
        ),
        language=language,
        locale=_locale(language, clients, organisation),
        date=wanted.day,
        options=wanted.options,
    )


async def _clients(context: Context, client_ids: Sequence[UUID]) -> list[Client]:
    found = await clients_by_id(context, client_ids)
    mistakes = [
        UserError(("client_ids", str(place)), "NOT_FOUND")
        for place, each in enumerate(client_ids)
        if each not in found
    ]
    if mistakes:
        raise UserErrors(mistakes)
    return [found[each] for each in client_ids]


def _language(clients: Sequence[Client], fallback: str) -> str:
    """That of the one client whom the document is about, where documents can be had in it."""
    spoken = (clients[0].locale or "").partition("-")[0] if len(clients) == 1 else ""
    return spoken if spoken in LANGUAGES else fallback


def _locale(language: str, clients: Sequence[Client], organisation: Organisation) -> str:
    """How to write dates and numbers: the language as the client's country, or ours, writes it."""
    known = [*(client.locale for client in clients[:1]), organisation.locale]
    same = (each for each in known if each and each.partition("-")[0] == language)
    if chosen := next(same, None):
        return chosen
    try:
        Locale(language, organisation.country)
    except UnknownLocaleError:
        return language
    return f"{language}-{organisation.country}"


async def _accounts(context: Context, clients: Sequence[Client]) -> list[DocumentAccount]:
    """The general accounts, and those kept for these clients while transfers reach them (J27)."""
    reached = [client.id for client in clients if client.country in SEPA]
    kept = await kept_accounts(context, reached)
    return [_account(row) for row in [*await general_accounts(context), *kept.values()]]


def _account(row: BankAccount) -> DocumentAccount:
    return DocumentAccount(
        label=row.label,
        holder=row.holder,
        iban=row.iban,
        bic=row.bic,
        bank=row.bank,
        is_default=row.is_default,
        client_id=row.client_id,
    )

"""The public face of registries of companies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

import strawberry

from clientgraph.addresses.graphql import AddressKindType
from clientgraph.clients.graphql.types import Client, ClientKindType
from clientgraph.context import Context
from clientgraph.errors import BadUserInput, UserError
from clientgraph.graphql.enums import described
from clientgraph.graphql.fields import Info, argument, column, computed, query
from clientgraph.graphql.mutations import InputWarning
from clientgraph.graphql.scalars import (
    URL,
    CountryCode,
    EmailAddress,
    PhoneNumber,
    known_country,
)
from clientgraph.permissions import Permission
from clientgraph.registries import service
from clientgraph.registries.service import Answer, Found, Pair, RegistryStatus
from clientgraph.spelling import camel_case

# In points: a token can ask twenty times at once, and then once a second.
COST = 100

RegistryStatusType = described(
    RegistryStatus,
    "How asking a registry of companies ended: each value is another truth.",
    FOUND="The registry answered with what it knows.",
    NOT_FOUND="The registry answered that it knows no such company.",
    INVALID="The number or text cannot be that of any company, so that nobody was asked.",
    PROTECTED="The company is in the registry, and its particulars may not be told.",
    UNAVAILABLE="No registry could be asked now, or none is there for this. Says nothing about "
    "the company.",
)


@strawberry.type(description="Which registry answered, and when.")
class CompanySource:
    """To be shown beside what was found."""

    registry: str = column("The registry's key, such as FR_SIRENE.")
    label: str = column("The registry's name in the caller's language.")
    retrieved_at: datetime = column("When it was asked.")
    attribution: str = column("How the registry's licence wants it to be named.")


@strawberry.type(description="An identifier in the shape of `IdentifierInput`.")
class IdentifierDraft:
    """Stored form."""

    kind: str = column("A key from `identifierKinds`.")
    value: str = column("The stored form: no blanks, no separators.")


@strawberry.type(description="An address in the shape of `AddressInput`.")
class AddressDraft:
    """Checked by its country's rules."""

    label: str | None = column("A name for it.")
    kind: AddressKindType = column("MAIN for the first one.")
    line1: str | None = column("Street, usually with its number.")
    line2: str | None = column("Addition: building, floor.")
    street_number: str | None = column("House number, where it is kept apart.")
    box: str | None = column("Box or unit.")
    postal_code: str | None = column("Postal code.")
    city: str | None = column("City.")
    region: str | None = column("State, province or region.")
    country: CountryCode = column("Country.")


@strawberry.type(
    description="A new client in the shape of `ClientCreateInput`: select all fields, and send the "
    "answer to `clientCreate` as it is, or after it was completed. Every value is one that "
    "`clientCreate` takes; what the registry does not tell is null."
)
class ClientDraft:
    """Field by field the names of the input."""

    name: str = column("Legal name (EN 16931 BT-44).")
    trading_name: str | None = column("Trading name (BT-45).")
    kind: ClientKindType | None = column("What it is in law.")
    country: CountryCode = column("Country.")
    activity_code: str | None = column("Activity (APE, NACE).")
    website: URL | None = column("Website.")
    email: EmailAddress | None = column("E-mail address of the company.")
    phone: PhoneNumber | None = column("Phone number.")
    identifiers: list[IdentifierDraft] = column(
        "Identifiers; without those that follow from another (SIRET ⇒ SIREN), which "
        "`clientCreate` adds.",
        size=5,
    )
    addresses: list[AddressDraft] = column("Addresses; the first is the main one.", size=5)


@strawberry.type(description="Where a field of a draft comes from: to be kept with the record.")
class DraftOrigin:
    """By whom, and of when."""

    path: list[str] = column(
        "The field of the draft; with its place for one of several identifiers, where another one "
        "of them is the caller's word alone."
    )
    source: str = column("Who says so, as the licence wants the source to be named.")
    date: date = column("Of what day: of the last change there, or of the look-up.")


async def _known_client(info: Info, pairs: tuple[Pair, ...]) -> Client | None:
    return await info.context.load(service.clients_known_by, pairs) if pairs else None


@strawberry.type(description="A company or establishment that a search found.")
class CompanySearchResult:
    """What a person tells it by."""

    name: str = column("Legal name.")
    identifiers: list[IdentifierDraft] = column(
        "Identifiers; give the first to `company` for everything that is known.", size=5
    )
    address: str | None = column("Address on one line.")
    postal_code: str | None = column("Postal code of that address.")
    city: str | None = column("City of that address.")
    is_active: bool = column("False for one that is closed or struck off.")

    @computed("The client that has one of these identifiers already, the first that anyone has.")
    async def client(self, info: Info) -> Client | None:
        """Looked up for all results at once."""
        pairs = tuple((each.kind, each.value) for each in self.identifiers)
        return await _known_client(info, pairs)


@strawberry.type(description="What a search for companies found.")
class CompanySearch:
    """Results, their source, and how it ended."""

    status: RegistryStatusType = column("How it ended.")  # type: ignore[valid-type]
    results: list[CompanySearchResult] = column(
        "Best first; empty unless FOUND.", size=service.MOST_CANDIDATES
    )
    source: CompanySource | None = column("Who was asked last; null where nobody was.")
    retry_after: int | None = column("Seconds until asking again can help, if the registry tells.")


@strawberry.type(description="What a registry knows of one company.")
class CompanyLookup:
    """A draft, its source, and how it ended."""

    asked: strawberry.Private[Pair | None]
    status: RegistryStatusType = column("How it ended.")  # type: ignore[valid-type]
    draft: ClientDraft | None = column("A client to begin with; null unless FOUND.")
    is_active: bool | None = column(
        "False for a company that is closed or struck off; null unless FOUND."
    )
    origins: list[DraftOrigin] = column(
        "Where each field of the draft that is not null comes from. A number that was looked up "
        "and that the registry does not confirm comes from nowhere else than the caller: it has "
        "no origin.",
        size=10,
    )
    warnings: list[InputWarning] = column("What to look at before the draft is used.", size=1)
    source: CompanySource | None = column("Who was asked last; null where nobody was.")
    retry_after: int | None = column("Seconds until asking again can help, if the registry tells.")

    @computed("The client that has this company's identifiers already, whatever the status.")
    async def client(self, info: Info) -> Client | None:
        """By what the draft has, and by the number that was looked up."""
        drafted = self.draft.identifiers if self.draft else ()
        pairs = [(each.kind, each.value) for each in drafted]
        return await _known_client(info, (*pairs, *([self.asked] if self.asked else [])))


def _identifiers(known: Mapping[str, Any]) -> list[IdentifierDraft]:
    return [IdentifierDraft(kind=k, value=v) for k, v in known["identifiers"].items()]


def _draft(found: Found) -> ClientDraft:
    addresses = [AddressDraft(**each) for each in found.draft["addresses"]]
    parts = {"identifiers": _identifiers(found.draft), "addresses": addresses}
    return ClientDraft(**{**found.draft, **parts})


def _origins(found: Found) -> list[DraftOrigin]:
    return [
        DraftOrigin(path=["draft", *map(camel_case, path)], source=source, date=day)
        for path, (source, day) in found.origins.items()
    ]


def _warnings(context: Context, found: Found) -> list[InputWarning]:
    if found.is_active:
        return []
    closed = UserError(("draft",), "COMPANY_CLOSED")
    message = context.messages.text(closed, context.language)
    return [InputWarning(path=list(closed.path), code=closed.code, message=message, record_id=None)]


def _source(context: Context, answer: Answer[Any]) -> CompanySource | None:
    registry = answer.registry
    if registry is None or answer.retrieved_at is None:
        return None
    return CompanySource(
        registry=registry.key,
        label=registry.label.get(context.language) or registry.label["en"],
        retrieved_at=answer.retrieved_at,
        attribution=registry.attribution,
    )


async def _search(context: Context, query: str, country: str, first: int | None) -> CompanySearch:
    limit = 10 if first is None else first
    if not 1 <= limit <= service.MOST_CANDIDATES:
        raise BadUserInput(f"'first' must be from 1 to {service.MOST_CANDIDATES}.")
    answer = await service.search_companies(context, query, known_country(country), limit)
    return CompanySearch(
        status=answer.status,
        results=[
            CompanySearchResult(**{**each, "identifiers": _identifiers(each)})
            for each in answer.found or ()
        ],
        source=_source(context, answer),
        retry_after=answer.retry_after,
    )


async def _look_up(context: Context, kind: str, value: str) -> CompanyLookup:
    answer = await service.look_up(context, kind, value)
    return CompanyLookup(
        asked=answer.asked,
        status=answer.status,
        draft=_draft(answer.found) if answer.found else None,
        is_active=answer.found.is_active if answer.found else None,
        origins=_origins(answer.found) if answer.found else [],
        warnings=_warnings(context, answer.found) if answer.found else [],
        source=_source(context, answer),
        retry_after=answer.retry_after,
    )


@query(
    Permission.CLIENTS_READ,
    "Companies of a country that fit a text, in the registries that plugins bring.",
    ahead=_search,
    cost=COST,
)
async def company_search(
    info: Info,
    query: Annotated[str, argument("A name or a number, as typed.")],  # noqa: ARG001
    country: Annotated[CountryCode, argument("The country to search in.")],  # noqa: ARG001
    first: Annotated[int | None, argument("How many results, 1 to 25.")] = 10,  # noqa: ARG001
) -> CompanySearch:
    """Asked before the operation's session was opened."""
    found: CompanySearch = info.context.answer(str(info.path.key))
    return found


@query(
    Permission.CLIENTS_READ,
    "A company by its number: a draft to fill a new client from, as the registry knows it.",
    ahead=_look_up,
    cost=COST,
)
async def company(
    info: Info,
    kind: Annotated[str, argument("A key from `identifierKinds`, such as FR_SIRET.")],  # noqa: ARG001
    value: Annotated[str, argument("The number in any usual form.")],  # noqa: ARG001
) -> CompanyLookup:
    """Asked before the operation's session was opened."""
    found: CompanyLookup = info.context.answer(str(info.path.key))
    return found


QUERIES = [company_search, company]

"""The public face of probable duplicates."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from clientgraph.clients.graphql.types import Client
from clientgraph.duplicates.candidates import Candidate, DuplicateReason
from clientgraph.duplicates.similar import MOST, MOST_IDENTIFIERS, Similar, similar_clients
from clientgraph.errors import BadUserInput
from clientgraph.graphql.enums import described
from clientgraph.graphql.fields import Info, argument, column, query
from clientgraph.graphql.scalars import (
    CountryCode,
    EmailAddress,
    PhoneNumber,
    known_country,
)
from clientgraph.identifiers.graphql import IdentifierInput
from clientgraph.permissions import Permission

# In points, for each client that may be told: what is compared costs more than what is told.
COST = 3

DuplicateReasonType = described(
    DuplicateReason,
    "What speaks for two being the same.",
    IDENTIFIER="An identifier of one kind, or the external reference, is the same.",
    EMAIL="An e-mail address is the same: of the client, or of a contact.",
    IBAN="The IBAN is the same.",
    NAME="A name or trading name is much alike.",
    PHONE="A phone number is the same: of the client, or of a contact.",
    ADDRESS="An address is much alike, as far as it is known.",
    WEBSITE="The website's host is the same.",
)


@strawberry.type(description="A client that may be who was typed in.")
class SimilarClient:
    """How probably, and why."""

    client: Client = column("The client.", rows=True)
    score: float = column("From 0 to 1; from 0.6 on it is probably the same.")
    reasons: list[DuplicateReasonType] = column(  # type: ignore[valid-type]
        "What speaks for it, the strongest first.", size=3
    )


def _shown(found: Similar) -> SimilarClient:
    # The row stands for the type that is declared over it.
    client: Any = found.client
    verdict = found.verdict
    return SimilarClient(client=client, score=verdict.score, reasons=list(verdict.reasons))


@query(
    Permission.CLIENTS_READ,
    "Clients of every status that somebody who is typed into a form may be already, the most "
    "probable first. What cannot be read of a number says nothing.",
    cost=COST,
    size=MOST,
)
async def client_similar(
    info: Info,
    name: Annotated[str, argument("The name, as typed so far.")],
    country: Annotated[CountryCode | None, argument("The country.")] = strawberry.UNSET,
    email: Annotated[EmailAddress | None, argument("The e-mail address.")] = strawberry.UNSET,
    phone: Annotated[
        PhoneNumber | None, argument("The phone; without `country` in E.164.")
    ] = strawberry.UNSET,
    identifiers: Annotated[
        list[IdentifierInput] | None, argument("Identifiers in any usual form, at most 10.")
    ] = strawberry.UNSET,
    postal_code: Annotated[
        str | None, argument("The postal code of the main address.")
    ] = strawberry.UNSET,
    city: Annotated[str | None, argument("The city of the main address.")] = strawberry.UNSET,
    first: Annotated[int | None, argument("How many clients, 1 to 10.")] = 5,
) -> list[SimilarClient]:
    """Looked up by the index of searches."""
    limit = 5 if first is None else first
    if not 1 <= limit <= MOST:
        raise BadUserInput(f"'first' must be from 1 to {MOST}.")
    given = [(each.kind, each.value) for each in identifiers or ()]
    if len(given) > MOST_IDENTIFIERS:
        raise BadUserInput(f"'identifiers' can be {MOST_IDENTIFIERS}, no more.")
    typed = Candidate(
        position=0,
        name=name,
        country=known_country(country) if country else None,
        email=email or None,
        phone=phone or None,
        postal_code=postal_code or None,
        city=city or None,
    )
    return [_shown(each) for each in await similar_clients(info.context, typed, given, limit)]


QUERIES = [client_similar]

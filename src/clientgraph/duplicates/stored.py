"""The clients of a workspace as profiles, page by page or by their ids."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from clientgraph.addresses.models import Address
from clientgraph.clients.models import Client
from clientgraph.contacts.models import Contact
from clientgraph.context import Context
from clientgraph.duplicates.profiles import (
    Place,
    Profile,
    host_of,
    names_of,
    place_of,
    present,
)
from clientgraph.identifiers.models import Identifier
from clientgraph.storage.conditions import Condition
from clientgraph.storage.reading import select_by, select_rows
from clientgraph.storage.rows import organisation_of
from clientgraph.storage.session import Session

PAGE: Final = 500
_CLIENT: Final = (
    "id",
    "name",
    "trading_name",
    "external_reference",
    "country",
    "email_key",
    "phone",
    "website",
    "iban",
)
_ADDRESS: Final = ("line1", "street_number", "postal_code", "city")
_CONTACT: Final = ("email_key", "phone", "mobile")
_NEXT: Final = (
    "id IN (SELECT id FROM client WHERE organisation_id = ? AND id > ? ORDER BY id LIMIT ?)"
)


class Stored:
    """Clients with their parts, as they were read; profiles are made of them elsewhere."""

    def __init__(self, clients: Sequence[Client], parts: Sequence[dict[UUID, list[Any]]]) -> None:
        self._clients = clients
        self._parts = parts

    def profiles(self) -> Iterator[tuple[UUID, Profile]]:
        """Each client's id and profile."""
        return ((client.id, self._profile(client)) for client in self._clients)

    def _profile(self, client: Client) -> Profile:
        numbers, addresses, contacts = (part[client.id] for part in self._parts)
        mailboxes = [client.email_key, *(each.email_key for each in contacts)]
        lines = [
            client.phone,
            *(number for each in contacts for number in (each.phone, each.mobile)),
        ]
        return Profile(
            title=client.name,
            names=names_of(client.name, client.trading_name),
            country=client.country,
            emails=present(mailboxes),
            phones=frozenset(line.removeprefix("+") for line in lines if line),
            website=host_of(client.website),
            iban=client.iban,
            identifiers={each.kind: each.value for each in numbers},
            reference=client.external_reference,
            places=tuple(filter(None, map(_place, addresses))),
        )


def _place(address: Address) -> Place | None:
    street = " ".join(filter(None, (address.line1, address.street_number)))
    return place_of(street, address.postal_code, address.city)


async def every_client(context: Context) -> AsyncIterator[Stored]:
    """All clients of the caller's workspace, each page read in a session of its own."""
    last = UUID(int=0)
    while True:
        async with context.reading() as session:
            where = Condition(_NEXT, (organisation_of(session), last, PAGE))
            clients = await select_rows(session, Client, where, "id", _CLIENT)
            stored = await with_parts(session, clients)
        if clients:
            yield stored
            last = clients[-1].id
        if len(clients) < PAGE:
            return


async def with_parts(session: Session, clients: Sequence[Client]) -> Stored:
    """Clients with what they are compared by besides; nothing is read for none."""
    ids = [client.id for client in clients]
    if not ids:
        return Stored([], [])
    numbers = await select_by(session, Identifier, "client_id", ids, "id", ("kind", "value"))
    addresses = await select_by(session, Address, "client_id", ids, "id", _ADDRESS)
    contacts = await select_by(session, Contact, "client_id", ids, "id", _CONTACT)
    return Stored(clients, [numbers, addresses, contacts])

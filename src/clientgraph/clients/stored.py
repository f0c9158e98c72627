"""Clients as they are stored, with their parts, to be held against what must be filled."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from clientgraph.addresses import service as addresses
from clientgraph.clients.categories import category_ids
from clientgraph.clients.models import Client
from clientgraph.clients.wanted import Filled
from clientgraph.contacts import service as contacts
from clientgraph.context import Context
from clientgraph.identifiers import service as identifiers
from clientgraph.requirements import CONTACT_PATHS, MAIN_ADDRESS
from clientgraph.storage.models import Record, values_of


async def filled_clients(
    context: Context, clients: Sequence[Client], wanted: Collection[str]
) -> dict[UUID, Filled]:
    """What clients have of the ``wanted`` paths; nothing else need be there."""
    ids = [client.id for client in clients]
    heads = {path.partition(".")[0] for path in wanted}
    categories = await category_ids(context, ids) if "categories" in heads else {}
    people = await _parts(context, contacts.all_contacts, ids if heads & CONTACT_PATHS else [])
    places = await _parts(
        context, addresses.addresses_by_client, ids if MAIN_ADDRESS in heads else []
    )
    numbers = await _parts(
        context, identifiers.identifiers_by_client, ids if "identifiers" in heads else []
    )
    return {
        client.id: Filled(
            {**values_of(client), "categories": categories.get(client.id)},
            people.get(client.id, ()),
            places.get(client.id, ()),
            numbers.get(client.id, ()),
        )
        for client in clients
    }


async def _parts(
    context: Context,
    by_client: Callable[[Context, Sequence[UUID]], Awaitable[Mapping[UUID, Sequence[Record]]]],
    ids: Sequence[UUID],
) -> dict[UUID, list[dict[str, Any]]]:
    """The columns of parts by client; nothing is read for no client."""
    found = await by_client(context, ids) if ids else {}
    return {client_id: [values_of(row) for row in rows] for client_id, rows in found.items()}

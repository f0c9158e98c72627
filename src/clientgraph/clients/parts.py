"""Changes of a client's contacts, addresses and events: one at a time for each client."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from clientgraph.addresses import service as addresses
from clientgraph.addresses.models import Address
from clientgraph.clients.models import Client
from clientgraph.clients.service import lock_client
from clientgraph.contacts import service as contacts
from clientgraph.contacts.models import Contact
from clientgraph.context import Context
from clientgraph.drafts import Draft
from clientgraph.errors import UserError, UserErrors
from clientgraph.events import service as events
from clientgraph.events.models import Event
from clientgraph.organisations.service import current_organisation
from clientgraph.requirements import Channel, required
from clientgraph.storage.models import Record
from clientgraph.storage.rows import find

R = TypeVar("R", bound=Record)


async def _client(context: Context, client_id: UUID) -> Client:
    try:
        return await lock_client(context, client_id)
    except UserErrors as missing:
        raise UserErrors([UserError(("client_id",), "NOT_FOUND")]) from missing


async def create_contact(context: Context, client_id: UUID, draft: Draft) -> Contact:
    """One more contact of a client."""
    client = await _client(context, client_id)
    wanted = await _wanted(context, client)
    return await contacts.create_contact(
        context, client.id, client.country, draft, wanted, in_use=client.status == "ACTIVE"
    )


async def update_contact(
    context: Context, contact_id: UUID, draft: Draft, expected: int | None
) -> Contact:
    """Change a contact."""
    contact, client = await _contact(context, contact_id)
    wanted = await _wanted(context, client)
    return await contacts.update_contact(
        context, contact, client.country, draft, expected, wanted, in_use=client.status == "ACTIVE"
    )


async def delete_contact(context: Context, contact_id: UUID, expected: int | None) -> None:
    """Remove a contact; the main one stays where the workspace requires one."""
    contact, client = await _contact(context, contact_id)
    needed = "main_contact" in await _wanted(context, client)
    await contacts.delete_contact(context, contact, expected, main_is_required=needed)


async def create_address(context: Context, client_id: UUID, draft: Draft) -> Address:
    """One more address of a client."""
    client = await _client(context, client_id)
    wanted = await _wanted(context, client)
    return await addresses.create_address(
        context, client.id, client.country, draft, wanted, in_use=client.status == "ACTIVE"
    )


async def update_address(
    context: Context, address_id: UUID, draft: Draft, expected: int | None
) -> Address:
    """Change an address."""
    address, client = await _address(context, address_id)
    wanted = await _wanted(context, client)
    return await addresses.update_address(
        context, address, draft, expected, wanted, in_use=client.status == "ACTIVE"
    )


async def delete_address(context: Context, address_id: UUID, expected: int | None) -> None:
    """Remove an address."""
    address, client = await _address(context, address_id)
    await addresses.delete_address(context, address, expected, await _wanted(context, client))


async def create_event(context: Context, client_id: UUID, draft: Draft) -> Event:
    """One more event of a client."""
    client = await _client(context, client_id)
    return await events.create_event(context, client.id, draft)


async def _wanted(context: Context, client: Client) -> list[str]:
    """The paths that this client must keep filled; one that is not in use may lack any."""
    if client.status != "ACTIVE":
        return []
    organisation = await current_organisation(context.session)
    return required(organisation.requirements, client.country, Channel.API)


async def _contact(context: Context, contact_id: UUID) -> tuple[Contact, Client]:
    seen = await _known(context, Contact, contact_id)
    client = await lock_client(context, seen.client_id)
    return await _known(context, Contact, contact_id), client


async def _address(context: Context, address_id: UUID) -> tuple[Address, Client]:
    seen = await _known(context, Address, address_id)
    client = await lock_client(context, seen.client_id)
    return await _known(context, Address, address_id), client


async def _known(context: Context, model: type[R], row_id: UUID) -> R:
    row = await find(context.session, model, row_id)
    if row is None:
        raise UserErrors([UserError(("id",), "NOT_FOUND")])
    return row

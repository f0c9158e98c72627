"""Changes of a client's contacts, addresses, events, consents and mandates: one at a time."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from clientgraph.addresses import service as addresses
from clientgraph.addresses.models import Address
from clientgraph.clients.models import Client
from clientgraph.clients.service import lock_client
from clientgraph.consents import service as consents
from clientgraph.consents.models import Consent
from clientgraph.contacts import service as contacts
from clientgraph.contacts.models import Contact
from clientgraph.contacts.service import Place
from clientgraph.context import Context
from clientgraph.drafts import Checked, Draft
from clientgraph.errors import UserError, UserErrors
from clientgraph.events import service as events
from clientgraph.events.models import Event
from clientgraph.mandates import service as mandates
from clientgraph.mandates.models import Mandate, MandateOrigin
from clientgraph.organisations.policies import EmailUniqueness
from clientgraph.organisations.service import current_organisation
from clientgraph.policies.service import wanted_paths
from clientgraph.requirements import Channel
from clientgraph.storage.models import Record
from clientgraph.storage.rows import find

R = TypeVar("R", bound=Record)


async def _client(context: Context, client_id: UUID) -> Client:
    try:
        return await lock_client(context, client_id)
    except UserErrors as missing:
        raise UserErrors([UserError(("client_id",), "NOT_FOUND")]) from missing


async def create_contact(
    context: Context, client_id: UUID, draft: Draft, channel: Channel
) -> Contact:
    """One more contact of a client."""
    client = await _client(context, client_id)
    return await contacts.create_contact(context, await _place(context, client, channel), draft)


async def update_contact(
    context: Context, contact_id: UUID, draft: Draft, expected: int | None, channel: Channel
) -> Contact:
    """Change a contact."""
    contact, client = await _contact(context, contact_id)
    place = await _place(context, client, channel)
    return await contacts.update_contact(context, place, contact, draft, expected)


async def delete_contact(context: Context, contact_id: UUID, expected: int | None) -> None:
    """Remove a contact; the main one stays where the workspace requires one."""
    contact, client = await _contact(context, contact_id)
    place = await _place(context, client, Channel.API)
    needed = "main_contact" in place.wanted
    await contacts.delete_contact(context, contact, expected, main_is_required=needed)


async def create_address(
    context: Context, client_id: UUID, draft: Draft, channel: Channel
) -> Address:
    """One more address of a client."""
    client = await _client(context, client_id)
    place = await _place(context, client, channel)
    return await addresses.create_address(
        context, client.id, client.country, draft, place.wanted, in_use=place.in_use
    )


async def update_address(
    context: Context, address_id: UUID, draft: Draft, expected: int | None, channel: Channel
) -> Address:
    """Change an address."""
    address, client = await _address(context, address_id)
    place = await _place(context, client, channel)
    return await addresses.update_address(
        context, address, draft, expected, place.wanted, in_use=place.in_use
    )


async def delete_address(context: Context, address_id: UUID, expected: int | None) -> None:
    """Remove an address."""
    address, client = await _address(context, address_id)
    place = await _place(context, client, Channel.API)
    await addresses.delete_address(context, address, expected, place.wanted)


async def create_event(context: Context, client_id: UUID, draft: Draft) -> Event:
    """One more event of a client."""
    client = await _client(context, client_id)
    return await events.create_event(context, client.id, client.country, draft)


async def update_event(
    context: Context, event_id: UUID, draft: Draft, expected: int | None
) -> Event:
    """Change an event."""
    event = (await events.event_by_id(context, [event_id])).get(event_id)
    if event is None:
        raise UserErrors([UserError(("id",), "NOT_FOUND")])
    client = await find(context.session, Client, event.client_id)
    country = client.country if client else ""
    return await events.update_event(context, event_id, country, draft, expected)


async def give_consents(context: Context, draft: Draft) -> list[Consent]:
    """Consents of a contact of the client, or without one of the client itself."""
    client = await _client(context, draft["client_id"])
    noted = await _whose(context, client, draft)
    return await consents.give_consents(context, client.id, draft, noted)


async def withdraw_consents(context: Context, draft: Draft) -> list[Consent]:
    """End consents of a contact of the client, or without one of the client itself."""
    client = await _client(context, draft["client_id"])
    noted = await _whose(context, client, draft)
    return await consents.withdraw_consents(context, client.id, draft, noted)


async def _whose(context: Context, client: Client, draft: Draft) -> Checked:
    """A mistake where the draft names a contact that the client does not have."""
    noted = Checked()
    contact_id = draft.get("contact_id")
    if contact_id is not None:
        contact = await find(context.session, Contact, contact_id)
        if contact is None or contact.client_id != client.id:
            noted.add(("contact_id",), "NOT_FOUND")
    return noted


async def create_mandate(
    context: Context, client_id: UUID, draft: Draft, origin: MandateOrigin
) -> Mandate:
    """One more mandate of a client."""
    client = await _client(context, client_id)
    return await mandates.create_mandate(context, client.id, draft, origin)


async def update_mandate(
    context: Context, mandate_id: UUID, draft: Draft, expected: int | None
) -> Mandate:
    """Correct a mandate."""
    mandate = await _mandate(context, mandate_id)
    return await mandates.update_mandate(context, mandate, draft, expected)


async def revoke_mandate(
    context: Context, mandate_id: UUID, draft: Draft, expected: int | None
) -> Mandate:
    """End a mandate for good."""
    mandate = await _mandate(context, mandate_id)
    return await mandates.revoke_mandate(context, mandate, draft, expected)


async def _place(context: Context, client: Client, channel: Channel) -> Place:
    """What is asked of the client's parts; a client that is not in use may lack any."""
    organisation = await current_organisation(context.session)
    in_use = client.status == "ACTIVE"
    wanted = (
        await wanted_paths(context, organisation, client.country, channel, client.requirements)
        if in_use
        else []
    )
    return Place(
        client_id=client.id,
        country=client.country,
        emails=EmailUniqueness(client.email_uniqueness or organisation.email_uniqueness),
        wanted=wanted,
        in_use=in_use,
    )


async def _contact(context: Context, contact_id: UUID) -> tuple[Contact, Client]:
    seen = await _known(context, Contact, contact_id)
    client = await lock_client(context, seen.client_id)
    return await _known(context, Contact, contact_id), client


async def _address(context: Context, address_id: UUID) -> tuple[Address, Client]:
    seen = await _known(context, Address, address_id)
    client = await lock_client(context, seen.client_id)
    return await _known(context, Address, address_id), client


async def _mandate(context: Context, mandate_id: UUID) -> Mandate:
    seen = await _known(context, Mandate, mandate_id)
    await lock_client(context, seen.client_id)
    return await _known(context, Mandate, mandate_id)


async def _known(context: Context, model: type[R], row_id: UUID) -> R:
    row = await find(context.session, model, row_id)
    if row is None:
        raise UserErrors([UserError(("id",), "NOT_FOUND")])
    return row

"""Clients that were checked, written with all their parts in a few statements."""

from __future__ import annotations

from collections.abc import Sequence

from clientgraph.addresses import service as addresses
from clientgraph.addresses.models import Address
from clientgraph.clients import categories, custom
from clientgraph.clients.assignees import ASSIGNEES
from clientgraph.clients.models import Client
from clientgraph.clients.saving import Saving
from clientgraph.contacts import service as contacts
from clientgraph.contacts.models import Contact
from clientgraph.context import Context
from clientgraph.identifiers import service as identifiers
from clientgraph.identifiers.models import Identifier
from clientgraph.integrations import service as integrations
from clientgraph.integrations.models import ClientIntegration
from clientgraph.organisations import assignees
from clientgraph.storage.bulk import insert_rows
from clientgraph.storage.rows import new_rows, update_many


async def store(context: Context, savings: Sequence[Saving]) -> list[Client]:
    """Write what was checked; the clients as they are then, in the order of the savings."""
    new = [each for each in savings if each.client is None]
    made = new_rows(context.session, Client, [each.columns for each in new])
    fresh = {id(each): client for each, client in zip(new, made, strict=True)}
    held = [(each, each.client) for each in savings if each.client is not None]
    await update_many(context.session, [(client, each.columns) for each, client in held])
    await _insert(context, list(zip(new, made, strict=True)), held)
    await _store_links(context, list(zip(new, made, strict=True)), held)
    clients = [each.client or fresh[id(each)] for each in savings]
    for each, client in zip(savings, clients, strict=True):
        action = "CREATED" if each.client is None else "UPDATED"
        context.changed(action, "Client", client, client_id=client.id)
    return clients


Saved = Sequence[tuple[Saving, Client]]


async def _insert(context: Context, new: Saved, changed: Saved) -> None:
    """New clients, their parts, and the custom fields of all."""
    people = contacts.new_contacts(
        context, ((row.id, contact) for each, row in new for contact in each.contacts)
    )
    places = addresses.new_addresses(
        context, ((row.id, address) for each, row in new for address in each.addresses)
    )
    values = [(row.id, each.custom) for each, row in (*new, *changed) if each.custom]
    numbers = {row.id: each.identifiers or () for each, row in new}
    linked = [(row.id, each.integrations, each.linked_by) for each, row in new]
    await custom.remove_former(context, values)
    await insert_rows(
        context.session,
        (Client, [row for _, row in new]),
        (Contact, people),
        (Address, places),
        *custom.new_rows(context, values, people, places),
        (Identifier, identifiers.new_identifiers(context, numbers)),
        (ClientIntegration, integrations.new_links(context, linked)),
    )


async def _store_links(context: Context, new: Saved, changed: Saved) -> None:
    """What clients are linked to, and the identifiers of those that there were."""
    await categories.add_categories(context, {row.id: each.categories for each, row in new})
    await categories.replace_categories(context, {row.id: each.categories for each, row in changed})
    members = {row.id: each.assignees for each, row in new}
    await assignees.add_assignees(context, ASSIGNEES, members)
    await assignees.replace_assignees(
        context, ASSIGNEES, {row.id: each.assignees for each, row in changed}
    )
    await integrations.replace_links(context, {row.id: each.integrations for each, row in changed})
    replaced = {row.id: each.identifiers for each, row in changed if each.identifiers is not None}
    await identifiers.replace_identifiers(context, replaced)

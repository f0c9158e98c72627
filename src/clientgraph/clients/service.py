"""What can be done with clients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final
from uuid import UUID

from clientgraph import global_ids
from clientgraph.addresses import service as addresses
from clientgraph.clients import custom
from clientgraph.clients.categories import check_lists, replace_categories
from clientgraph.clients.fields import ALWAYS_FILLED, ClientStatus, check_fields, derived_columns
from clientgraph.clients.hierarchy import check_parent
from clientgraph.clients.models import Client
from clientgraph.clients.references import free_reference
from clientgraph.clients.wanted import Filled, check_required
from clientgraph.contacts import service as contacts
from clientgraph.contacts.choices import choices
from clientgraph.context import Context
from clientgraph.drafts import Checked, Draft, present
from clientgraph.errors import UserError, UserErrors
from clientgraph.hookspecs import DeletionBlocker
from clientgraph.identifiers import service as identifiers
from clientgraph.organisations.models import Organisation
from clientgraph.organisations.service import check_language, current_organisation
from clientgraph.storage.models import values_of
from clientgraph.storage.rows import delete, find, insert, lock, rows, update
from clientgraph.versions import check_version

MOST_PARTS: Final = 100


async def create_client(context: Context, draft: Draft) -> Client:
    """A new client with its contacts, addresses and identifiers, all or nothing.

    Raises `UserErrors` with every mistake in the whole record.
    """
    draft = present(draft)
    organisation = await current_organisation(context.session)
    checked = check_fields(draft, organisation.country)
    country = checked.values.get("country") or organisation.country
    found = await _check_parts(context, draft, country, checked)
    chosen = await check_lists(context, draft, checked, None)
    check_language(organisation, checked)
    values = await custom.check_new(context, draft, country, checked)
    await _check_references(context, checked, None)
    await check_parent(context, checked, None)
    checked.keep(*ALWAYS_FILLED[1:])
    if draft.get("is_draft"):
        checked.require("name")
    else:
        check_required(organisation, country, Filled(checked.values, *found), checked)
    checked.raise_errors()
    made_contacts, made_addresses, made_identifiers = found
    client = await insert(
        context.session,
        Client,
        **await _new_row(context, organisation, draft, checked, made_identifiers),
    )
    await replace_categories(context, client.id, chosen)
    people = await contacts.add_contacts(context, client.id, made_contacts)
    places = await addresses.add_addresses(context, client.id, made_addresses)
    await custom.store_new(context, client.id, values, contacts=people, addresses=places)
    await identifiers.add_identifiers(context, client.id, made_identifiers)
    context.changed("CREATED", "Client", client, client_id=client.id)
    return client


async def _new_row(
    context: Context,
    organisation: Organisation,
    draft: Draft,
    checked: Checked,
    made_identifiers: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    status = ClientStatus.DRAFT if draft.get("is_draft") else ClientStatus.ACTIVE
    filled = {
        "kind": "COMPANY",
        "vat_regime": "TAXABLE",
        **checked.values,
        "status": status.value,
        "country": checked.values.get("country") or organisation.country,
        "is_country_default": checked.values.get("country") is None,
        "reference": checked.values.get("reference") or await free_reference(context.session),
    }
    return filled | derived_columns(filled, identifiers.search_words(made_identifiers))


async def _check_parts(
    context: Context, draft: Draft, country: str, checked: Checked
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows of a new client's contacts, addresses and identifiers; mistakes go to checked."""
    parts: list[list[dict[str, Any]]] = []
    found = await choices(context, draft.get("contacts") or ())
    for name, check, settle in (
        ("contacts", partial(contacts.check_contact, found=found), contacts.settle),
        ("addresses", addresses.check_address, addresses.settle),
    ):
        each = [check(part, country) for part in checked.parts(draft, name, MOST_PARTS)]
        for index, part in enumerate(each):
            checked.include(part, name, str(index))
        made = [part.values for part in each]
        together = Checked()
        settle(made, together)
        checked.include(together, name)
        parts.append(made)
    made_identifiers = await identifiers.check_identifiers(context, draft, None, checked, names)
    return parts[0], parts[1], made_identifiers


async def update_client(
    context: Context, client_id: UUID, draft: Draft, expected: int | None
) -> Client:
    """Change what was given of a client; raises `UserErrors` with every mistake."""
    client = await lock_client(context, client_id)
    check_version(client, expected)
    if not draft:
        return client
    checked = check_fields(draft, client.country)
    checked.keep(*ALWAYS_FILLED)
    in_use = client.status == ClientStatus.ACTIVE.value
    own = await custom.check_change(
        context, client.id, draft, client.country, checked, in_use=in_use
    )
    await _check_references(context, checked, client.id)
    await check_parent(context, checked, client)
    chosen = await check_lists(context, draft, checked, client)
    if checked.values.get("locale") is not None:
        check_language(await current_organisation(context.session), checked)
    made, words = await _changed_identifiers(context, client, draft, checked)
    if in_use:
        await _check_still_filled(context, client, draft, checked, made)
    checked.raise_errors()
    changed = dict(checked.values)
    if changed.get("country"):
        changed["is_country_default"] = False
    filled = values_of(client) | changed
    await update(context.session, client, changed | derived_columns(filled, words))
    await replace_categories(context, client.id, chosen)
    await custom.store_change(context, client.id, own)
    if made is not None:
        await identifiers.replace_identifiers(context, client.id, made)
    context.changed("UPDATED", "Client", client, client_id=client.id)
    return client


async def _changed_identifiers(
    context: Context, client: Client, draft: Draft, checked: Checked
) -> tuple[list[dict[str, Any]] | None, list[str]]:
    """The rows that the draft's identifiers come to (None: untouched), and their search words."""
    if "identifiers" not in draft:
        kept = (await identifiers.identifiers_by_client(context, [client.id]))[client.id]
        return None, identifiers.search_words([{"value": row.value} for row in kept])
    made = await identifiers.check_identifiers(context, draft, client.id, checked, names)
    return made, identifiers.search_words(made)


async def _check_still_filled(
    context: Context,
    client: Client,
    draft: Draft,
    checked: Checked,
    made: list[dict[str, Any]] | None,
) -> None:
    """What was touched must not leave an active client without what the workspace requires."""
    filled = await _filled(context, client)
    identifiers_now = filled.identifiers if made is None else made
    after = Filled(
        {**filled.values, **checked.values}, filled.contacts, filled.addresses, identifiers_now
    )
    missing = Checked()
    organisation = await current_organisation(context.session)
    check_required(organisation, after.values["country"], after, missing)
    for error in missing.errors:
        # Another country asks for other things, whether or not they were given now.
        touched = error.path[0] in draft or "country" in draft
        if touched and not checked.complains_about(error.path[0]):
            checked.add(error.path, error.code, **error.params)


async def activate_client(context: Context, client_id: UUID, expected: int | None) -> Client:
    """Take a draft or inactive client into use; raises `UserErrors` with all that is missing."""
    client = await lock_client(context, client_id)
    check_version(client, expected)
    organisation = await current_organisation(context.session)
    checked = Checked()
    filled = await _filled(context, client)
    check_required(organisation, client.country, filled, checked)
    await custom.check_complete(
        context,
        client.id,
        checked,
        contacts=[row["id"] for row in filled.contacts],
        addresses=[row["id"] for row in filled.addresses],
    )
    checked.raise_errors()
    return await _set_status(context, client, ClientStatus.ACTIVE)


async def deactivate_client(context: Context, client_id: UUID, expected: int | None) -> Client:
    """Take a client out of lists and searches, keeping everything."""
    client = await lock_client(context, client_id)
    check_version(client, expected)
    return await _set_status(context, client, ClientStatus.INACTIVE)


async def _set_status(context: Context, client: Client, status: ClientStatus) -> Client:
    if client.status != status.value:
        await update(context.session, client, {"status": status.value})
        context.changed("UPDATED", "Client", client, client_id=client.id)
    return client


async def delete_client(context: Context, client_id: UUID, expected: int | None) -> None:
    """Remove a client and its parts; raises `UserErrors` with the reasons that forbid it."""
    client = await lock_client(context, client_id)
    check_version(client, expected)
    found = await deletion_blockers(context, [client.id])
    if blockers := found.get(client.id):
        raise UserErrors([refusal(blocker) for blocker in blockers], client)
    await delete(context.session, Client, [client.id])
    context.changed("DELETED", "Client", client, client_id=client.id)


def refusal(blocker: DeletionBlocker) -> UserError:
    """A deletion blocker as the mistake of wanting to delete; core's words where it has none."""
    params = {"count": blocker.count, "plugin": blocker.source}
    return UserError(("id",), blocker.code, params, texts=blocker.message)


async def lock_client(context: Context, client_id: UUID) -> Client:
    """The client, held for a change of it or its parts; raises `UserErrors` without one."""
    client = await lock(context.session, Client, client_id)
    if client is None:
        raise UserErrors([UserError(("id",), "NOT_FOUND")])
    return client


async def _filled(context: Context, client: Client) -> Filled:
    people = await contacts.contacts_of(context, client.id)
    stored = (await addresses.addresses_by_client(context, [client.id]))[client.id]
    known = (await identifiers.identifiers_by_client(context, [client.id]))[client.id]
    return Filled(
        values_of(client),
        [values_of(row) for row in people],
        [values_of(row) for row in stored],
        [values_of(row) for row in known],
    )


async def _check_references(context: Context, checked: Checked, own: UUID | None) -> None:
    for name in ("reference", "external_reference"):
        value = checked.values.get(name)
        if value is None:
            continue
        other = await rows(context.session, Client).filter(**{name: value}).first()
        if other is not None and other.id != own:
            record = global_ids.encode("Client", other.id)
            checked.add((name,), "TAKEN", record=record, value=value)


async def clients_by_id(context: Context, ids: Sequence[UUID]) -> dict[UUID, Client]:
    """Clients by id."""
    return {row.id: row for row in await rows(context.session, Client).filter(id__in=list(ids))}


async def client_by_key(
    context: Context,
    *,
    client_id: UUID | None = None,
    external_reference: str | None = None,
    identifier: Mapping[str, str] | None = None,
) -> Client | None:
    """The client with the one key that is given, in use or not; None when nobody has it.

    ``identifier`` is its ``kind`` and its ``value`` in any usual form.
    """
    if external_reference is not None:
        same = rows(context.session, Client).filter(external_reference=external_reference)
        return await same.first()
    if identifier is not None:
        kind, value = identifier["kind"], identifier["value"]
        client_id = await identifiers.client_with_identifier(context, kind, value)
    return await find(context.session, Client, client_id) if client_id else None


async def names(context: Context, ids: Sequence[UUID]) -> dict[UUID, str]:
    """What people know each client by: its name and reference."""
    found = await clients_by_id(context, ids)
    return {client.id: f"{client.name}, {client.reference}" for client in found.values()}


async def deletion_blockers(
    context: Context, ids: Sequence[UUID]
) -> dict[UUID, list[DeletionBlocker]]:
    """What stands against deleting each of the clients, by plugin."""
    return await context.plugins.deletion_blockers(context.for_plugins(), ids)

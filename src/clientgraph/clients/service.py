"""What can be done with clients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from clientgraph import deciding
from clientgraph.clients import custom, mandates
from clientgraph.clients.fields import ClientStatus
from clientgraph.clients.models import Client
from clientgraph.clients.saving import Saving, check
from clientgraph.clients.stored import filled_clients
from clientgraph.clients.storing import store
from clientgraph.clients.wanted import check_required
from clientgraph.context import Context
from clientgraph.contract.records import DeletionBlocker
from clientgraph.drafts import Checked, Draft
from clientgraph.errors import UserError, UserErrors
from clientgraph.identifiers import service as identifiers
from clientgraph.objections import ask_before_change, deleted, updated
from clientgraph.organisations.features import CLIENT_CREATE, INLINE_CLIENT_CREATE
from clientgraph.organisations.models import Organisation
from clientgraph.organisations.service import check_features, current_organisation
from clientgraph.policies.service import Settings, current_settings, wanted_paths
from clientgraph.requirements import MAIN_PARTS, Channel
from clientgraph.storage.conditions import compare
from clientgraph.storage.reading import select_rows
from clientgraph.storage.removal import keepers
from clientgraph.storage.rows import delete, lock, rows, update
from clientgraph.versions import check_version


async def create_client(
    context: Context, settings: Settings, saving: Saving, channel: Channel
) -> Client:
    """A new client with its contacts, addresses and identifiers, all or nothing.

    Raises `UserErrors` with every mistake in the whole record, those already noted first.
    """
    check_may_create(settings.organisation, channel)
    mandates.check_mandates([saving])
    client = await _save(context, settings, saving, channel)
    await mandates.store_mandates(context, [(saving, client)], channel)
    return client


def check_may_create(organisation: Organisation, channel: Channel) -> None:
    """Raise `FeatureOff` where the workspace lacks a feature that new clients take."""
    inline = [INLINE_CLIENT_CREATE] if channel is Channel.INLINE else []
    check_features(organisation, CLIENT_CREATE, *inline)


async def update_client(
    context: Context, client_id: UUID, draft: Draft, expected: int | None, channel: Channel
) -> Client:
    """Change what was given of a client; raises `UserErrors` with every mistake."""
    client = await lock_client(context, client_id)
    check_version(client, expected)
    if not draft:
        return client
    settings, _ = await current_settings(context)
    return await _save(context, settings, Saving(draft=draft, client=client), channel)


async def _save(context: Context, settings: Settings, saving: Saving, channel: Channel) -> Client:
    """One of a batch of one."""
    await check(context, settings, [saving], channel)
    saving.checked.raise_errors()
    context.warnings += saving.warnings
    await ask_before_change(context, *saving.record_drafts())
    return (await store(context, [saving]))[0]


async def activate_client(
    context: Context, client_id: UUID, expected: int | None, channel: Channel
) -> Client:
    """Take a draft or inactive client into use; raises `UserErrors` with all that is missing."""
    client = await lock_client(context, client_id)
    check_version(client, expected)
    organisation = await current_organisation(context.session)
    wanted = await wanted_paths(context, organisation, client.country, channel, client.requirements)
    everything = [*wanted, *MAIN_PARTS]
    filled = (await filled_clients(context, [client], everything))[client.id]
    missing = Checked()
    check_required(wanted, filled, Checked(), missing)
    await custom.check_complete(
        context,
        client.id,
        missing,
        contacts=[row["id"] for row in filled.contacts],
        addresses=[row["id"] for row in filled.addresses],
    )
    missing.raise_errors()
    return await _set_status(context, client, ClientStatus.ACTIVE)


async def deactivate_client(context: Context, client_id: UUID, expected: int | None) -> Client:
    """Take a client out of lists and searches, keeping everything."""
    client = await lock_client(context, client_id)
    check_version(client, expected)
    return await _set_status(context, client, ClientStatus.INACTIVE)


async def _set_status(context: Context, client: Client, status: ClientStatus) -> Client:
    if client.status != status.value:
        changed = {"status": status.value}
        await ask_before_change(context, updated("Client", client, client.id, changed))
        await update(context.session, client, changed)
        context.changed("UPDATED", "Client", client, client_id=client.id)
    return client


async def delete_client(context: Context, client_id: UUID, expected: int | None) -> None:
    """Remove a client and its parts; raises `UserErrors` with the reasons that forbid it."""
    client = await lock_client(context, client_id)
    check_version(client, expected)
    found = await deletion_blockers(context, [client.id])
    if blockers := found.get(client.id):
        raise UserErrors([refusal(blocker) for blocker in blockers], client)
    await ask_before_change(context, deleted("Client", client, client.id))
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


async def clients_by_id(context: Context, ids: Sequence[UUID]) -> dict[UUID, Client]:
    """Clients by id."""
    return {row.id: row for row in await rows(context.session, Client).filter(id__in=list(ids))}


async def client_by_key(
    context: Context,
    *,
    client_id: UUID | None = None,
    external_reference: str | None = None,
    identifier: Mapping[str, str] | None = None,
    columns: Sequence[str] | None = None,
) -> Client | None:
    """The client with the one key that is given, in use or not; None when nobody has it.

    ``identifier`` is its ``kind`` and its ``value`` in any usual form. Only ``columns`` of it are
    read, where they are named.
    """
    if identifier is not None:
        kind, value = identifier["kind"], identifier["value"]
        client_id = await identifiers.client_with_identifier(context, kind, value)
    if external_reference is not None:
        where = compare("external_reference", "=", external_reference)
    elif client_id is not None:
        where = compare("id", "=", client_id)
    else:
        return None
    read = None if columns is None else list(dict.fromkeys(["id", *columns]))
    return next(iter(await select_rows(context.session, Client, where, "id", read)), None)


async def deletion_blockers(
    context: Context, ids: Sequence[UUID]
) -> dict[UUID, list[DeletionBlocker]]:
    """What stands against deleting each of the clients, by plugin."""
    plugins = context.plugins
    absent = [
        name
        for name in (*plugins.implementers("deletion_blockers"), *plugins.unknown())
        if context.is_absent(name)
        and not context.runtime.is_given_up(name, context.organisation_id)
    ]
    if plugins.missing:
        absent += await keepers(context.session, plugins.missing)
    return await deciding.deletion_blockers(
        plugins, context.for_keeper, ids, context.absences(absent)
    )

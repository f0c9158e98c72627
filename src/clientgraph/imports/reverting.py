"""What an import wrote is taken back, client by client, where nobody changed it since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import orjson

from clientgraph.clients import custom
from clientgraph.clients.models import Client
from clientgraph.clients.saving import Saving
from clientgraph.clients.service import deletion_blockers, refusal
from clientgraph.clients.storing import store
from clientgraph.context import Context
from clientgraph.errors import UserError, UserErrors
from clientgraph.fields.given import Asked, Given
from clientgraph.fields.models import VALUES, RecordKind
from clientgraph.fields.service import store_values
from clientgraph.imports.models import ImportOutcome, ImportRow
from clientgraph.imports.snapshots import PART_KINDS, PARTS, fingerprints, value_of
from clientgraph.mandates.models import Mandate
from clientgraph.objections import ask_before_change, deleted, updated
from clientgraph.storage.models import Record, typed_values
from clientgraph.storage.rows import Conflict, delete, lock_all, rows, update

# What a workspace says of clients in use does not hold for one that came in by mistake.
_NO_REASON: Final = "NOT_A_DRAFT"
_TYPES: Final = {"contacts": "Contact", "addresses": "Address"}


async def revert(context: Context, done: Sequence[ImportRow]) -> dict[UUID, UserError | None]:
    """Take back what was written for rows: by row why it was not, None where it was."""
    ids = [row.client_id for row in done if row.client_id is not None]
    clients = {client.id: client for client in await lock_all(context.session, Client, ids)}
    now = await fingerprints(context, list(clients))
    # Read once clients are held: whoever writes something private of them clears it.
    kept = rows(context.session, ImportRow).filter(id__in=[row.id for row in done])
    then: dict[UUID, str | None] = dict(await kept.values_list("id", "after"))
    told: dict[UUID, UserError | None] = {}
    for row in done:
        client = clients.get(row.client_id) if row.client_id else None
        if client is None:
            told[row.id] = UserError((), "GONE_SINCE")
        elif now[client.id] != then[row.id]:
            told[row.id] = UserError((), "CHANGED_SINCE")
        else:
            told[row.id] = await _reverted(context, row, client)
    return told


async def _reverted(context: Context, row: ImportRow, client: Client) -> UserError | None:
    try:
        async with context.session.savepoint():
            if row.outcome == ImportOutcome.CREATED.value:
                await _remove(context, client)
            else:
                await _restore(context, client, orjson.loads(row.before))
    except UserErrors as mistakes:
        return mistakes.errors[0]
    except Conflict:
        return UserError((), "TAKEN_SINCE")
    return None


async def _remove(context: Context, client: Client) -> None:
    found = (await deletion_blockers(context, [client.id])).get(client.id, ())
    if reasons := [each for each in found if each.code != _NO_REASON]:
        raise UserErrors([refusal(each) for each in reasons])
    await ask_before_change(context, deleted("Client", client, client.id))
    await delete(context.session, Client, [client.id])
    context.changed("DELETED", "Client", client, client_id=client.id)


async def _restore(context: Context, client: Client, before: Mapping[str, Any]) -> None:
    columns = typed_values(Client, before["columns"])
    del columns["id"]
    await ask_before_change(context, updated("Client", client, client.id, columns))
    own = _given(client.id, before["custom"], await _held(context, RecordKind.CLIENT, client.id))
    saving = Saving(
        draft={},
        client=client,
        columns=columns,
        categories=frozenset(map(UUID, before["categories"])),
        assignees=frozenset(map(UUID, before["assignees"])),
        integrations=_keys(before.get("integrations")),
        identifiers=before["identifiers"],
        custom=custom.Values(own, {name: [] for name in PARTS}),
    )
    await store(context, [saving])
    for name in PARTS:
        await _restore_parts(context, client, name, before[name])
    stated = rows(context.session, Mandate).filter(client_id=client.id)
    for mandate in await stated.exclude(id__in=before["mandates"]):
        await delete(context.session, Mandate, [mandate.id])
        context.changed("DELETED", "Mandate", mandate, client_id=client.id)


def _keys(before: Sequence[str] | None) -> frozenset[str] | None:
    """What it was linked with; None where that was not noted yet."""
    return None if before is None else frozenset(before)


async def _restore_parts(
    context: Context, client: Client, name: str, before: Sequence[Mapping[str, Any]]
) -> None:
    """The contacts or addresses that there were, as they were, and no others."""
    model = PARTS[name]
    found: Sequence[Any] = await rows(context.session, model).filter(client_id=client.id)
    known = {row.id: row for row in found}
    wanted = [(typed_values(model, each["columns"]), each["custom"]) for each in before]
    new = [row for row in found if row.id not in {columns["id"] for columns, _ in wanted}]
    await delete(context.session, model, [row.id for row in new])
    for row in new:
        context.changed("DELETED", _TYPES[name], row, client_id=client.id)
    # Who gives up being the main one comes before who becomes it again.
    for columns, values in sorted(wanted, key=lambda each: _flags(each[0])):
        await _restore_part(context, client, name, known[columns.pop("id")], columns, values)


def _flags(columns: Mapping[str, Any]) -> int:
    flags = [value is True for value in columns.values()]
    return sum(flags) + (columns.get("kind") == "MAIN")


async def _restore_part(
    context: Context,
    client: Client,
    name: str,
    row: Record,
    columns: Mapping[str, Any],
    values: Sequence[Mapping[str, Any]],
) -> None:
    kind = PART_KINDS[name]
    held = await _held(context, kind, row.id)
    given = _given(row.id, values, held)
    same = all(getattr(row, column) == value for column, value in columns.items())
    if same and held == given.rows:
        return
    await update(context.session, row, dict(columns))
    await store_values(context, kind, [(row.id, given)])
    context.changed("UPDATED", _TYPES[name], row, client_id=client.id)


async def _held(
    context: Context, kind: RecordKind, record_id: UUID
) -> dict[UUID, list[dict[str, Any]]]:
    found = rows(context.session, VALUES[kind]).filter(record_id=record_id)
    held: dict[UUID, list[dict[str, Any]]] = {}
    for row in await found.order_by("definition_id", "ordinal"):
        held.setdefault(row.definition_id, []).append(value_of(row))
    return held


def _given(record_id: UUID, values: Sequence[Mapping[str, Any]], held: Mapping[UUID, Any]) -> Given:
    """The values that there were, in place of those that there are."""
    before: dict[UUID, list[dict[str, Any]]] = {definition_id: [] for definition_id in held}
    for value in values:
        definition_id = UUID(value["definition_id"])
        before.setdefault(definition_id, []).append({**value, "definition_id": definition_id})
    places = dict.fromkeys(before, "0")
    return Given(Asked(draft={}, country="", known=record_id), rows=before, places=places)

"""Clients as they change."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from functools import partial
from typing import Annotated, Any
from uuid import UUID

import strawberry

from clientgraph import global_ids
from clientgraph.clients.graphql.fields import filter_values
from clientgraph.clients.graphql.inputs import ClientFilter
from clientgraph.clients.graphql.types import Client
from clientgraph.clients.lists import condition, matches
from clientgraph.clients.models import Client as ClientRow
from clientgraph.context import Context, Later
from clientgraph.contract.records import RecordChange
from clientgraph.graphql.changes import ChangeAction
from clientgraph.graphql.fields import Info, argument, column, subscription
from clientgraph.graphql.nodes import row_id
from clientgraph.permissions import Permission
from clientgraph.storage.conditions import EVERYTHING, Condition
from clientgraph.storage.rows import find


@strawberry.type(description="A committed change of a client or a part of it.")
class ClientChange:
    """What, and the client as it is now."""

    action: ChangeAction = column("What happened to the client.")
    client_id: strawberry.ID = column("The client's id.")
    client: Client | None = column("The client as it is now; null when it is gone.")


@subscription(Permission.CLIENTS_READ, "Each committed change of one client or its parts.")
def client_changed(
    info: Info, id: Annotated[strawberry.ID, argument("The client.")]
) -> AsyncGenerator[ClientChange, None]:
    """Ends with the client's deletion."""
    return _changes(info, EVERYTHING, only=row_id("Client", id))


@subscription(Permission.CLIENTS_READ, "Each committed change of clients that match a filter.")
async def clients_changed(
    info: Info,
    filter: Annotated[
        ClientFilter | None, argument("Which clients, as they are after the change.")
    ] = strawberry.UNSET,
) -> AsyncGenerator[ClientChange, None]:
    """A deleted client is told to everybody who could have seen it."""
    # Before the first event: a filter that cannot be used is refused at once.
    async with info.context.reading():
        wanted = await filter_values(info, filter)
    return _changes(info, condition(info.context.database.dialect, wanted))


async def _changes(
    info: Info, where: Condition, only: UUID | None = None
) -> AsyncGenerator[Any, None]:
    async for change in info.context.subscribe():
        if change.client_id is None or only not in (None, change.client_id):
            continue
        yield Later(partial(_told, info.context, change, change.client_id, where))
        if only is not None and _is_deletion(change):
            return


def _is_deletion(change: RecordChange) -> bool:
    return change.type == "Client" and change.action == "DELETED"


async def _told(
    context: Context, change: RecordChange, client_id: UUID, where: Condition
) -> ClientChange | None:
    """The event; a change of a part is an update of the client."""
    row: Any = None
    if not _is_deletion(change):
        row = await find(context.session, ClientRow, client_id)
        if row is not None and not await matches(context.session, row.id, where):
            return None
    action = change.action if change.type == "Client" else "UPDATED"
    return ClientChange(
        action=ChangeAction[action],
        client_id=strawberry.ID(global_ids.encode("Client", client_id)),
        client=row,
    )


SUBSCRIPTIONS = [client_changed, clients_changed]

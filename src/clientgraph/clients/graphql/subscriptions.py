"""Clients as they change."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from enum import Enum
from typing import Annotated, Any

import strawberry

from clientgraph import global_ids
from clientgraph.clients.graphql.fields import filter_values
from clientgraph.clients.graphql.inputs import ClientFilter
from clientgraph.clients.graphql.types import Client
from clientgraph.clients.lists import condition
from clientgraph.clients.models import Client as ClientRow
from clientgraph.graphql.enums import described
from clientgraph.graphql.fields import Info, argument, column, subscription
from clientgraph.graphql.nodes import row_id
from clientgraph.permissions import Permission
from clientgraph.storage.conditions import all_of, compare
from clientgraph.storage.pages import Listing, count
from clientgraph.storage.rows import find


class ChangeAction(Enum):
    """As committed."""

    CREATED = "CREATED"
    UPDATED = "UPDATED"
    DELETED = "DELETED"


ChangeActionType = described(
    ChangeAction,
    "What happened to a record.",
    CREATED="It is new.",
    UPDATED="It or a part of it changed.",
    DELETED="It is gone.",
)


@strawberry.type(description="A committed change of a client or a part of it.")
class ClientChange:
    """What, and the client as it is now."""

    action: ChangeAction = column("What happened to the client.")
    client_id: strawberry.ID = column("The client's id.")
    client: Client | None = column("The client as it is now; null when it is gone.")


@subscription(Permission.CLIENTS_READ, "Each committed change of one client or its parts.")
async def client_changed(
    info: Info, id: Annotated[strawberry.ID, argument("The client.")]
) -> AsyncGenerator[ClientChange, None]:
    """Ends with the client's deletion."""
    wanted = row_id("Client", id)
    async for change in info.context.subscribe():
        if change.client_id == wanted:
            async with info.context.reading():
                told = await _told(info, change)
            yield told
            if told.action is ChangeAction.DELETED:
                return


@subscription(Permission.CLIENTS_READ, "Each committed change of clients that match a filter.")
async def clients_changed(
    info: Info,
    filter: Annotated[
        ClientFilter | None, argument("Which clients, as they are after the change.")
    ] = strawberry.UNSET,
) -> AsyncGenerator[ClientChange, None]:
    """A deleted client is told to everybody who could have seen it."""
    async with info.context.reading():
        wanted = await filter_values(info, filter)
    async for change in info.context.subscribe():
        if change.client_id is None:
            continue
        async with info.context.reading():
            told = await _told(info, change)
            fits = told.client is None or await _matches(info, wanted, told.client)
        if fits:
            yield told


async def _told(info: Info, change: Any) -> ClientChange:
    """The event; a change of a part is an update of the client."""
    own = change.type == "Client"
    action = ChangeAction[change.action] if own else ChangeAction.UPDATED
    row: Any = await find(info.context.session, ClientRow, change.client_id)
    return ClientChange(
        action=action,
        client_id=strawberry.ID(global_ids.encode("Client", change.client_id)),
        client=row,
    )


async def _matches(info: Info, wanted: dict[str, Any], row: Any) -> bool:
    session = info.context.session
    where = all_of([compare("id", "=", row.id), condition(session.dialect, wanted)])
    return bool(await count(session, Listing(ClientRow, "clientsChanged", [], where)))


SUBSCRIPTIONS = [client_changed, clients_changed]

"""Mutations of clients."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from clientgraph.clients import service
from clientgraph.clients.graphql.inputs import (
    ClientActivateInput,
    ClientDeactivateInput,
    ClientDeleteInput,
    ClientUpdateInput,
)
from clientgraph.clients.graphql.types import Client
from clientgraph.contacts.graphql import stored
from clientgraph.context import Context
from clientgraph.graphql.fields import Info, argument, column, mutation
from clientgraph.graphql.mutations import Payload, answer, deleted, draft, expected
from clientgraph.graphql.nodes import row_id
from clientgraph.nomenclature.lists import CATEGORIES, CLIENT_TYPES
from clientgraph.organisations.policies import FIELD
from clientgraph.permissions import Permission
from clientgraph.policies.graphql import channel_of

_WRITE, _DELETE = Permission.CLIENTS_WRITE, Permission.CLIENTS_DELETE


@strawberry.type(description="The new client.")
class ClientCreatePayload(Payload):
    """The client, or what was wrong."""

    client: Client | None = column("The client.")


@strawberry.type(description="The client after a change.")
class ClientUpdatePayload(Payload):
    """The client, or what was wrong."""

    client: Client | None = column("The client as it is now.")


@strawberry.type(description="The client in use.")
class ClientActivatePayload(Payload):
    """The client, or what is missing."""

    client: Client | None = column("The client as it is now.")


@strawberry.type(description="The client out of use.")
class ClientDeactivatePayload(Payload):
    """The client, or what was wrong."""

    client: Client | None = column("The client as it is now.")


@strawberry.type(description="What was deleted.")
class ClientDeletePayload(Payload):
    """The id, or what stood in the way."""

    deleted_id: strawberry.ID | None = column("The id of the client that is gone.")
    client: Client | None = column("The client as it stands, when it was not deleted.")


def client_draft(context: Context, given: Any) -> dict[str, Any]:
    """The fields of a client that were given, with rows' ids in place of global ones.

    Who may not set policies of the workspace may not get round them for a client.
    """
    made = draft(given)
    if FIELD in made:
        context.require(Permission.ORGANISATION_WRITE)
    if "parent" in made:
        parent = made.pop("parent")
        made["parent_id"] = None if parent is None else str(row_id("Client", parent))
    if made.get("type") is not None:
        made["type"] = row_id(CLIENT_TYPES.type_name, made["type"])
    if made.get("categories") is not None:
        made["categories"] = [row_id(CATEGORIES.type_name, each) for each in made["categories"]]
    if made.get("assignees") is not None:
        made["assignees"] = [row_id("Member", each) for each in made["assignees"]]
    if made.get("contacts") is not None:
        made["contacts"] = [stored(contact) for contact in made["contacts"]]
    return made


@mutation(_WRITE, "Change a client's own fields.")
async def client_update(
    info: Info, input: Annotated[ClientUpdateInput, argument("The changes.")]
) -> ClientUpdatePayload | None:
    """Absent fields stay."""
    client_id, by = row_id("Client", input.id), channel_of(input)
    made = client_draft(info.context, input)
    return await answer(
        info,
        ClientUpdatePayload,
        "client",
        lambda: service.update_client(info.context, client_id, made, expected(input), by),
    )


@mutation(_WRITE, "Take a draft or inactive client into use; says what is missing.")
async def client_activate(
    info: Info, input: Annotated[ClientActivateInput, argument("Which client.")]
) -> ClientActivatePayload | None:
    """Required fields are checked."""
    client_id, by = row_id("Client", input.id), channel_of(input)
    return await answer(
        info,
        ClientActivatePayload,
        "client",
        lambda: service.activate_client(info.context, client_id, expected(input), by),
    )


@mutation(_WRITE, "Take a client out of lists and searches. Everything is kept.")
async def client_deactivate(
    info: Info, input: Annotated[ClientDeactivateInput, argument("Which client.")]
) -> ClientDeactivatePayload | None:
    """Reversible."""
    client_id = row_id("Client", input.id)
    return await answer(
        info,
        ClientDeactivatePayload,
        "client",
        lambda: service.deactivate_client(info.context, client_id, expected(input)),
    )


@mutation(_DELETE, "Delete a client with its parts, unless something stands in the way.")
async def client_delete(
    info: Info, input: Annotated[ClientDeleteInput, argument("Which client.")]
) -> ClientDeletePayload | None:
    """Its identifiers are free at once."""
    client_id = row_id("Client", input.id)
    return await deleted(
        info,
        ClientDeletePayload,
        "client",
        input,
        lambda: service.delete_client(info.context, client_id, expected(input)),
    )


CLIENT_MUTATIONS = [client_update, client_activate, client_deactivate, client_delete]

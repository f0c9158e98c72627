"""Ariadne with SQLAlchemy: schema first, resolvers over model objects."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ariadne import MutationType, ObjectType, QueryType, ScalarType, make_executable_schema
from ariadne.asgi import GraphQL

from bench.contenders import peer_models

query, mutation = QueryType(), MutationType()
client_type, value_type = ObjectType("Client"), ObjectType("CustomFieldValue")
contact_type, address_type, event_type = map(ObjectType, ("Contact", "Address", "Event"))
client_type.set_alias("tradingName", "trading_name")
client_type.set_alias("updatedAt", "updated_at")
contact_type.set_alias("firstName", "first_name")
contact_type.set_alias("lastName", "last_name")
contact_type.set_alias("isMain", "is_main")
address_type.set_alias("postalCode", "postal_code")
event_type.set_alias("occurredAt", "occurred_at")
date_time = ScalarType("DateTime", serializer=lambda value: value.isoformat())


@query.field("client")
async def client(_root: Any, _info: Any, by: dict[str, Any]) -> Any:
    """One client."""
    return await peer_models.client(by["id"])


@query.field("clients")
async def clients(
    _root: Any, info: Any, first: int, after: str | None = None, search: str | None = None
) -> Any:
    """A page."""
    chosen = info.field_nodes[0].selection_set.selections
    nodes = next((each for each in chosen if each.name.value == "nodes"), None)
    parts = nodes is not None and any(each.selection_set for each in nodes.selection_set.selections)
    found, more = await peer_models.clients(first, after, search, parts=parts)
    end = peer_models.cursor(found[-1]) if found else None
    return {"nodes": found, "pageInfo": {"hasNextPage": more, "endCursor": end}}


@client_type.field("contacts")
def contacts(root: Any, _info: Any) -> Any:
    """Loaded along with the client."""
    return {"nodes": root.contacts}


@client_type.field("events")
async def events(root: Any, _info: Any, first: int) -> Any:
    """The latest."""
    return {"nodes": await peer_models.latest_events(root.id, first)}


@client_type.field("customFields")
def custom_fields(root: Any, _info: Any) -> Any:
    """In their order."""
    return sorted(root.values, key=lambda value: value.definition.position)


@value_type.field("key")
def key(root: Any, _info: Any) -> str:
    """The field's key."""
    return str(root.definition.key)


@value_type.field("value")
def value(root: Any, _info: Any) -> Any:
    """As stored."""
    return json.loads(root.stored)


@mutation.field("clientCreate")
async def client_create(_root: Any, _info: Any, input: dict[str, Any]) -> Any:  # noqa: A002
    """Make a client."""
    return {"client": await peer_models.create(input), "userErrors": []}


app = GraphQL(
    make_executable_schema(
        Path(__file__).with_name("schema.graphql").read_text("utf-8"),
        query,
        mutation,
        client_type,
        contact_type,
        address_type,
        event_type,
        value_type,
        date_time,
    )
)

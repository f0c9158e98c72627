"""Graphene with SQLAlchemy: classes for types, resolvers over model objects."""

from __future__ import annotations

import json
from typing import Any

import graphene
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.contenders import peer_models


class Contact(graphene.ObjectType):
    """A contact."""

    id = graphene.ID(required=True)
    first_name = graphene.String()
    last_name = graphene.String()
    email = graphene.String()
    phone = graphene.String()
    position = graphene.String()
    is_main = graphene.Boolean(required=True)


class ContactConnection(graphene.ObjectType):
    """A client's contacts."""

    nodes = graphene.List(graphene.NonNull(Contact), required=True)


class Address(graphene.ObjectType):
    """An address."""

    id = graphene.ID(required=True)
    kind = graphene.String(required=True)
    line1 = graphene.String()
    postal_code = graphene.String()
    city = graphene.String()
    country = graphene.String(required=True)


class Event(graphene.ObjectType):
    """An event."""

    id = graphene.ID(required=True)
    title = graphene.String()
    body = graphene.String()
    occurred_at = graphene.DateTime(required=True)


class EventConnection(graphene.ObjectType):
    """A client's events."""

    nodes = graphene.List(graphene.NonNull(Event), required=True)


class Json(graphene.Scalar):
    """Any JSON."""

    class Meta:
        """Its name in the schema."""

        name = "JSON"

    serialize = parse_value = staticmethod(lambda value: value)


class CustomFieldValue(graphene.ObjectType):
    """A value of a custom field."""

    key = graphene.String(required=True)
    value = Json(required=True)

    def resolve_key(self: Any, _info: Any) -> str:
        """The field's key."""
        return str(self.definition.key)

    def resolve_value(self: Any, _info: Any) -> Any:
        """As stored."""
        return json.loads(self.stored)


class Client(graphene.ObjectType):
    """A client."""

    id = graphene.ID(required=True)
    reference = graphene.String(required=True)
    name = graphene.String(required=True)
    trading_name = graphene.String()
    kind = graphene.String(required=True)
    status = graphene.String(required=True)
    country = graphene.String(required=True)
    email = graphene.String()
    phone = graphene.String()
    website = graphene.String()
    version = graphene.Int(required=True)
    updated_at = graphene.DateTime(required=True)
    contacts = graphene.Field(ContactConnection, required=True)
    addresses = graphene.List(graphene.NonNull(Address), required=True)
    events = graphene.Field(EventConnection, first=graphene.Int(required=True), required=True)
    custom_fields = graphene.List(graphene.NonNull(CustomFieldValue), required=True)

    def resolve_contacts(self: Any, _info: Any) -> Any:
        """Loaded along with the client."""
        return {"nodes": self.contacts}

    async def resolve_events(self: Any, _info: Any, first: int) -> Any:
        """The latest."""
        return {"nodes": await peer_models.latest_events(self.id, first)}

    def resolve_custom_fields(self: Any, _info: Any) -> Any:
        """In their order."""
        return sorted(self.values, key=lambda value: value.definition.position)


class PageInfo(graphene.ObjectType):
    """Where a page ends."""

    has_next_page = graphene.Boolean(required=True)
    end_cursor = graphene.String()


class ClientConnection(graphene.ObjectType):
    """A page."""

    nodes = graphene.List(graphene.NonNull(Client), required=True)
    page_info = graphene.Field(PageInfo, required=True)


class ClientKey(graphene.InputObjectType):
    """Which client."""

    id = graphene.ID(required=True)


class Query(graphene.ObjectType):
    """Reads."""

    client = graphene.Field(Client, by=ClientKey(required=True))
    clients = graphene.Field(
        ClientConnection,
        first=graphene.Int(required=True),
        after=graphene.String(),
        search=graphene.String(),
        required=True,
    )

    async def resolve_client(self: Any, _info: Any, by: Any) -> Any:
        """One client."""
        return await peer_models.client(by["id"])

    async def resolve_clients(
        self: Any, info: Any, first: int, after: str | None = None, search: str | None = None
    ) -> Any:
        """A page."""
        chosen = info.field_nodes[0].selection_set.selections
        nodes = next((each for each in chosen if each.name.value == "nodes"), None)
        parts = nodes is not None and any(
            each.selection_set for each in nodes.selection_set.selections
        )
        found, more = await peer_models.clients(first, after, search, parts=parts)
        end = peer_models.cursor(found[-1]) if found else None
        return {"nodes": found, "page_info": {"has_next_page": more, "end_cursor": end}}


class ContactInput(graphene.InputObjectType):
    """A new contact."""

    firstName = graphene.String()  # noqa: N815 - as the models' functions take it
    lastName = graphene.String()  # noqa: N815
    email = graphene.String()


class AddressInput(graphene.InputObjectType):
    """A new address."""

    kind = graphene.String(required=True)
    line1 = graphene.String()
    postalCode = graphene.String()  # noqa: N815
    city = graphene.String()


class CustomFieldInput(graphene.InputObjectType):
    """A value."""

    key = graphene.String(required=True)
    value = Json()


class ClientCreateInput(graphene.InputObjectType):
    """A new client."""

    reference = graphene.String(required=True)
    name = graphene.String(required=True)
    country = graphene.String(required=True)
    contacts = graphene.List(graphene.NonNull(ContactInput), required=True)
    addresses = graphene.List(graphene.NonNull(AddressInput), required=True)
    customFields = graphene.List(graphene.NonNull(CustomFieldInput), required=True)  # noqa: N815


class UserError(graphene.ObjectType):
    """What is wrong."""

    path = graphene.List(graphene.NonNull(graphene.String), required=True)
    code = graphene.String(required=True)
    message = graphene.String(required=True)


class ClientCreate(graphene.Mutation):
    """Make a client."""

    class Arguments:
        """What it takes."""

        input = ClientCreateInput(required=True)

    client = graphene.Field(Client)
    user_errors = graphene.List(graphene.NonNull(UserError), required=True)

    async def mutate(self: Any, _info: Any, input: Any) -> Any:  # noqa: A002
        """With its parts."""
        return {"client": await peer_models.create(input), "user_errors": []}


class Mutation(graphene.ObjectType):
    """Writes."""

    client_create = ClientCreate.Field(required=True)


schema = graphene.Schema(query=Query, mutation=Mutation)


async def answer(request: Request) -> Response:
    """One operation."""
    asked = orjson.loads(await request.body())
    done = await schema.execute_async(
        asked["query"], variables=asked["variables"], operation_name=asked["operationName"]
    )
    return Response(orjson.dumps(done.formatted), media_type="application/json")


app = Starlette(routes=[Route("/", answer, methods=["POST"])])

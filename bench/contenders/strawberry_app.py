"""Strawberry with Tortoise the usual way: types from model objects, parts prefetched."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import strawberry
from starlette.applications import Starlette
from strawberry.asgi import GraphQL
from strawberry.scalars import JSON
from tortoise import Tortoise
from tortoise.expressions import Q

from bench.contenders import tortoise_models as models
from bench.contenders.given import DATABASE_URL, ORGANISATION, POOL

_PARTS: Final = ("contacts", "addresses", "values__definition")


@strawberry.type
class Contact:
    """A contact."""

    id: strawberry.ID
    first_name: str | None
    last_name: str | None
    email: str | None
    phone: str | None
    position: str | None
    is_main: bool


@strawberry.type
class ContactConnection:
    """A client's contacts."""

    nodes: list[Contact]


@strawberry.type
class Address:
    """An address."""

    id: strawberry.ID
    kind: str
    line1: str | None
    postal_code: str | None
    city: str | None
    country: str


@strawberry.type
class Event:
    """An event."""

    id: strawberry.ID
    title: str | None
    body: str | None
    occurred_at: datetime


@strawberry.type
class EventConnection:
    """A client's events."""

    nodes: list[Event]


@strawberry.type
class CustomFieldValue:
    """A value of a custom field."""

    key: str
    value: JSON


@strawberry.type
class Client:
    """A client."""

    id: strawberry.ID
    reference: str
    name: str
    trading_name: str | None
    kind: str
    status: str
    country: str
    email: str | None
    phone: str | None
    website: str | None
    version: int
    updated_at: datetime

    @strawberry.field
    def contacts(self: Any) -> ContactConnection:
        """Prefetched, by name."""
        rows = sorted(self.contacts, key=lambda row: (row.sort_name, row.id))
        return ContactConnection(nodes=rows)

    @strawberry.field
    def addresses(self: Any) -> list[Address]:
        """Prefetched."""
        rows: Any = sorted(self.addresses, key=lambda row: row.id)
        return rows

    @strawberry.field
    async def events(self: Any, first: int) -> EventConnection:
        """The latest."""
        found = models.Event.filter(organisation_id=ORGANISATION, client_id=self.id)
        rows: Any = await found.order_by("-occurred_at", "-id").limit(first)
        return EventConnection(nodes=rows)

    @strawberry.field
    def custom_fields(self: Any) -> list[CustomFieldValue]:
        """Prefetched with their definitions."""
        rows = sorted(self.values, key=lambda row: row.definition.position)
        return [
            CustomFieldValue(key=row.definition.key, value=json.loads(row.value)) for row in rows
        ]


@strawberry.type
class PageInfo:
    """Where a page ends."""

    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class ClientConnection:
    """A page."""

    nodes: list[Client]
    page_info: PageInfo


@strawberry.input
class ClientKey:
    """Which client."""

    id: strawberry.ID


@strawberry.type
class Query:
    """Reads."""

    @strawberry.field
    async def client(self, by: ClientKey) -> Client | None:
        """One client."""
        found = models.Client.filter(organisation_id=ORGANISATION, id=UUID(by.id))
        row: Any = await found.prefetch_related("contacts", "addresses").first()
        return row

    @strawberry.field
    async def clients(
        self, info: strawberry.Info, first: int, after: str | None = None, search: str | None = None
    ) -> ClientConnection:
        """A page, with its parts where they are asked for."""
        query = models.Client.filter(organisation_id=ORGANISATION).order_by("sort_name", "id")
        if after:
            name, _, id_ = after.rpartition("|")
            behind = Q(sort_name=name, id__gt=UUID(id_))
            query = query.filter(Q(sort_name__gte=name), Q(sort_name__gt=name) | behind)
        if search:
            query = query.filter(sort_name__contains=search)
        chosen = {each.name: each for each in info.selected_fields[0].selections}
        if "nodes" in chosen and any(each.selections for each in chosen["nodes"].selections):
            query = query.prefetch_related(*_PARTS)
        found: Any = await query.limit(first + 1)
        rows = found[:first]
        end = f"{rows[-1].sort_name}|{rows[-1].id}" if rows else None
        info_of_page = PageInfo(has_next_page=len(found) > first, end_cursor=end)
        return ClientConnection(nodes=rows, page_info=info_of_page)


@strawberry.input
class ContactInput:
    """A new contact."""

    first_name: str
    last_name: str
    email: str


@strawberry.input
class AddressInput:
    """A new address."""

    kind: str
    line1: str
    postal_code: str
    city: str


@strawberry.input
class CustomFieldInput:
    """A value."""

    key: str
    value: JSON


@strawberry.input
class ClientCreateInput:
    """A new client."""

    reference: str
    name: str
    country: str
    contacts: list[ContactInput]
    addresses: list[AddressInput]
    custom_fields: list[CustomFieldInput]


@strawberry.type
class UserError:
    """What is wrong."""

    path: list[str]
    code: str
    message: str


@strawberry.type
class ClientCreatePayload:
    """The new client."""

    client: Client | None
    user_errors: list[UserError]


@strawberry.type
class Mutation:
    """Writes."""

    @strawberry.mutation
    async def client_create(self, input: ClientCreateInput) -> ClientCreatePayload:  # noqa: A002
        """Make a client with its parts."""
        made: Any = await models.create(input)
        return ClientCreatePayload(client=made, user_errors=[])


@asynccontextmanager
async def _opened(_app: Starlette) -> AsyncIterator[None]:
    await Tortoise.init(
        db_url=f"{DATABASE_URL.replace('postgresql://', 'asyncpg://')}?minsize=1&maxsize={POOL}",
        modules={"bench": ["bench.contenders.tortoise_models"]},
        use_tz=True,
        _enable_global_fallback=True,
    )
    yield
    await Tortoise.close_connections()


app = Starlette(lifespan=_opened)
app.mount("/", GraphQL(strawberry.Schema(Query, Mutation), graphql_ide=None))

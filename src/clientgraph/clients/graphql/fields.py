"""Queries for clients, and what clients add to the types of their parts."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from clientgraph.clients import service
from clientgraph.clients.graphql.classification import CLASSIFICATION
from clientgraph.clients.graphql.inputs import ClientFilter, ClientKey
from clientgraph.clients.graphql.types import Client
from clientgraph.clients.lists import ClientSort, listing
from clientgraph.fields.lists import wanted_fields
from clientgraph.fields.models import RecordKind
from clientgraph.graphql.enums import described
from clientgraph.graphql.fields import Info, argument, computed, query
from clientgraph.graphql.mutations import draft
from clientgraph.graphql.nodes import row_id
from clientgraph.graphql.paging import (
    After,
    Before,
    Connection,
    First,
    Last,
    connection,
    page_arguments,
)
from clientgraph.graphql.scalars import known_country
from clientgraph.identifiers.service import stored_forms
from clientgraph.lists import check_size
from clientgraph.nomenclature.lists import CATEGORIES, CLIENT_TYPES
from clientgraph.permissions import Permission

ClientSortType = described(
    ClientSort,
    "The order of clients.",
    NAME_ASC="By legal name, A to Z.",
    NAME_DESC="By legal name, Z to A.",
    CREATED_AT_ASC="Oldest first.",
    CREATED_AT_DESC="Newest first.",
    UPDATED_AT_ASC="Longest unchanged first.",
    UPDATED_AT_DESC="Last changed first.",
)


@query(Permission.CLIENTS_READ, "One client by its id, reference or identifier; null if absent.")
async def client(
    info: Info, by: Annotated[ClientKey, argument("Exactly one way to name it.")]
) -> Client | None:
    """Inactive clients too."""
    found: Any = await service.client_by_key(
        info.context,
        client_id=row_id("Client", by.id.value) if by.id else None,
        external_reference=by.external_reference.value if by.external_reference else None,
        identifier=draft(by.identifier.value) if by.identifier else None,
    )
    return found


@query(Permission.CLIENTS_READ, "Clients; without inactive ones unless asked for.")
async def clients(
    info: Info,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
    search: Annotated[
        str | None, argument("Words to find in names, references, identifiers, e-mail or phone.")
    ] = strawberry.UNSET,
    filter: Annotated[ClientFilter | None, argument("Which to list.")] = strawberry.UNSET,
    sort: Annotated[
        list[ClientSortType] | None,  # type: ignore[valid-type]
        argument("The order; by name by default."),
    ] = strawberry.UNSET,
    include_inactive: Annotated[bool | None, argument("Also inactive clients.")] = False,
) -> Connection[Client]:
    """A page of clients."""
    found = listing(
        info.context.session.dialect,
        await filter_values(info, filter),
        search=search or None,
        sort=sort or (),
        include_inactive=bool(include_inactive),
    )
    return await connection(info, found, page_arguments(first, after, last, before))


async def filter_values(info: Info, given: ClientFilter | None) -> dict[str, Any]:
    """The conditions that were given, with ids and identifiers in their stored form."""
    if not given:
        return {}
    wanted = draft(given)
    check_size(wanted)
    return await _stored(info, wanted)


async def _stored(info: Info, wanted: dict[str, Any]) -> dict[str, Any]:
    named = {name.rstrip("_"): value for name, value in wanted.items()}
    for name in ("and", "or"):
        if named.get(name) is not None:
            named[name] = [await _stored(info, each) for each in named[name]]
    if named.get("not") is not None:
        named["not"] = await _stored(info, named["not"])
    if named.get("type") is not None:
        named["type"] = [row_id(CLIENT_TYPES.type_name, each) for each in named["type"]]
    for name, kind in (("parent", "Client"), ("categories", CATEGORIES.type_name)):
        for test, ids in (named.get(name) or {}).items():
            if isinstance(ids, list):
                named[name][test] = [row_id(kind, each) for each in ids]
    if named.get("custom_fields") is not None:
        named["custom_fields"] = await wanted_fields(
            info.context, RecordKind.CLIENT, named["custom_fields"]
        )
    identifier = named.get("identifier")
    if identifier and identifier.get("value") is not None:
        kind, value = identifier.get("kind"), identifier["value"]
        identifier["value"] = stored_forms(info.context, kind, value)
    for code in named.get("country") or ():
        known_country(code)
    return named


@computed("The client that it is a part of.")
async def client_of_part(self: Any, info: Info) -> Client:
    """Loaded with those of the other parts."""
    return await info.context.load(service.clients_by_id, self.client_id)


client_of_part.python_name = "client"

QUERIES = [client, clients]
EXTENSIONS = {
    "Client": CLASSIFICATION,
    "Contact": [client_of_part],
    "Address": [client_of_part],
    "Event": [client_of_part],
}

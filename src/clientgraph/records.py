"""Any record by its global id: the same scoped reads as everywhere, no side door."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import strawberry

from clientgraph import global_ids
from clientgraph.addresses.service import address_by_id
from clientgraph.clients.service import clients_by_id
from clientgraph.contacts.service import contact_by_id
from clientgraph.errors import BadUserInput
from clientgraph.events.service import event_by_id
from clientgraph.fields.definitions import definitions_by_id
from clientgraph.graphql.fields import Info, argument, query
from clientgraph.graphql.nodes import Node
from clientgraph.nomenclature.lists import LISTS
from clientgraph.organisations.access import token_by_id
from clientgraph.organisations.service import member_by_id, organisation_by_id
from clientgraph.permissions import Permission

MOST_IDS = 100

# GraphQL type → how its rows are loaded, and what a caller needs to see them.
_LOADERS: Mapping[str, tuple[Callable[..., Any], Permission]] = {
    "Client": (clients_by_id, Permission.CLIENTS_READ),
    "Contact": (contact_by_id, Permission.CLIENTS_READ),
    "Address": (address_by_id, Permission.CLIENTS_READ),
    **{of.type_name: (of.entries_by_id, Permission.CLIENTS_READ) for of in LISTS},
    "Event": (event_by_id, Permission.CLIENTS_READ),
    "CustomFieldDefinition": (definitions_by_id, Permission.CLIENTS_READ),
    "Member": (member_by_id, Permission.ORGANISATION_READ),
    "Organisation": (organisation_by_id, Permission.ORGANISATION_READ),
    "ApiToken": (token_by_id, Permission.TOKENS_WRITE),
}


async def _node(info: Info, global_id: str) -> Any:
    for type_name, (loader, permission) in _LOADERS.items():
        row_id = global_ids.decode(type_name, global_id)
        if row_id is None:
            continue
        if permission not in info.context.require(Permission.VIEWER_READ).permissions:
            return None
        return await info.context.load(loader, row_id)
    return None


@query(Permission.VIEWER_READ, "Any record by its id; null when there is none.")
async def node(info: Info, id: Annotated[strawberry.ID, argument("A global id.")]) -> Node | None:
    """Null for foreign ids too."""
    return await _node(info, id)


@query(Permission.VIEWER_READ, "Records by their ids, in the same order; null where there is none.")
async def nodes(
    info: Info, ids: Annotated[list[strawberry.ID], argument("Up to 100 global ids.")]
) -> list[Node | None]:
    """One statement a type."""
    if len(ids) > MOST_IDS:
        raise BadUserInput(f"'ids' may have up to {MOST_IDS} entries, not {len(ids)}.")
    return list(await asyncio.gather(*(_node(info, each) for each in ids)))


QUERIES = [node, nodes]

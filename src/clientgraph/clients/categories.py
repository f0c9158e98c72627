"""A client's type and categories, from the workspace's lists."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from clientgraph.clients.models import Client
from clientgraph.context import Context
from clientgraph.drafts import Checked, Draft
from clientgraph.nomenclature.lists import CATEGORIES, CLIENT_TYPES
from clientgraph.nomenclature.models import Category
from clientgraph.nomenclature.service import check_chosen
from clientgraph.storage.links import Links, links_of, replace_links

_LINKS: Final = Links("client_category", "client", "category")


async def check_lists(
    context: Context, draft: Draft, checked: Checked, client: Client | None
) -> frozenset[UUID] | None:
    """Take the draft's type into ``checked`` and return its categories; None: untouched.

    Mistakes go to ``checked``. What the client has already it may keep, archived or not.
    """
    if "type" in draft:
        checked.values["type_id"] = draft["type"]
        chosen = [(("type",), draft["type"])] if draft["type"] else []
        had = [client.type_id] if client else []
        await check_chosen(context, CLIENT_TYPES, chosen, had, checked)
    if "categories" not in draft:
        return None
    given = draft["categories"] or ()
    links = await links_of(context.session, _LINKS, [client.id]) if client else {}
    held = links[client.id] if client else set()
    places = [(("categories", str(place)), each) for place, each in enumerate(given)]
    await check_chosen(context, CATEGORIES, places, held, checked)
    return frozenset(given)


async def replace_categories(
    context: Context, client_id: UUID, chosen: Collection[UUID] | None
) -> None:
    """Make these the client's categories; None leaves them."""
    if chosen is not None:
        await replace_links(context.session, _LINKS, client_id, chosen)


async def categories_by_client(
    context: Context, client_ids: Sequence[UUID]
) -> dict[UUID, list[Category]]:
    """The categories of each client in the list's order, archived ones too."""
    links = await links_of(context.session, _LINKS, client_ids)
    known = set().union(*links.values())
    found = await CATEGORIES.entries_by_id(context, list(known)) if known else {}
    ordered = sorted(found.values(), key=lambda row: (row.position, row.sort_name, row.id))
    return {
        client_id: [row for row in ordered if row.id in chosen]
        for client_id, chosen in links.items()
    }

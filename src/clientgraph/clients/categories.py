"""A client's type and categories, from the workspace's lists."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from clientgraph.clients.models import Client
from clientgraph.context import Context
from clientgraph.drafts import Checked, Draft
from clientgraph.nomenclature.lists import CATEGORIES, CLIENT_TYPES
from clientgraph.nomenclature.models import Category
from clientgraph.nomenclature.service import Choice, check_chosen
from clientgraph.storage.links import Links, add_links, links_of, replace_links

MOST_CATEGORIES: Final = 100
_LINKS: Final = Links("client_category", "client", "category")


@dataclass(frozen=True)
class Asked:
    """A draft that may name a type and categories; ``client`` is None for a new one."""

    client: Client | None
    draft: Draft
    checked: Checked

    def given(self) -> Sequence[UUID] | None:
        """The categories that are named, None where none are or too many, which is a mistake."""
        if "categories" not in self.draft:
            return None
        given: Sequence[UUID] = self.draft["categories"] or ()
        if len(given) > MOST_CATEGORIES:
            self.checked.add(("categories",), "TOO_MANY", longest=MOST_CATEGORIES)
            return None
        return given


async def check_lists(context: Context, asked: Sequence[Asked]) -> list[frozenset[UUID] | None]:
    """Take the type of each draft, and return its categories; None: untouched.

    Mistakes are noted with each. What a client has already it may keep, archived or not.
    """
    types = []
    for each in (each for each in asked if "type" in each.draft):
        each.checked.values["type_id"] = chosen = each.draft["type"]
        if chosen:
            held = [each.client.type_id] if each.client else []
            types.append(Choice(("type",), chosen, held, each.checked))
    await check_chosen(context, CLIENT_TYPES, types)
    given = [each.given() for each in asked]
    naming = [(each, ids) for each, ids in zip(asked, given, strict=True) if ids]
    known = await category_ids(context, [each.client.id for each, _ in naming if each.client])
    chosen = [
        Choice(
            ("categories", str(place)),
            category,
            known[each.client.id] if each.client else (),
            each.checked,
        )
        for each, ids in naming
        for place, category in enumerate(ids)
    ]
    await check_chosen(context, CATEGORIES, chosen)
    return [None if ids is None else frozenset(ids) for ids in given]


async def category_ids(context: Context, client_ids: Sequence[UUID]) -> dict[UUID, frozenset[UUID]]:
    """The categories that each client has."""
    if not client_ids:
        return {}
    found = await links_of(context.session, _LINKS, client_ids)
    return {client_id: frozenset(ids) for client_id, ids in found.items()}


async def replace_categories(
    context: Context, chosen: Mapping[UUID, Collection[UUID] | None]
) -> None:
    """Make these the categories of each client; None leaves them."""
    named = {client_id: ids for client_id, ids in chosen.items() if ids is not None}
    await replace_links(context.session, _LINKS, named)


async def add_categories(context: Context, chosen: Mapping[UUID, Collection[UUID] | None]) -> None:
    """Give these categories to each new client."""
    named = {client_id: ids for client_id, ids in chosen.items() if ids}
    await add_links(context.session, _LINKS, named)


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

"""Members who look after records of other domains: chosen, kept and read alike for all."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from clientgraph.context import Context
from clientgraph.drafts import Checked, Draft
from clientgraph.organisations.models import Member
from clientgraph.organisations.service import member_by_id
from clientgraph.storage.links import Links, add_links, links_of, replace_links

FIELD: Final = "assignees"
MOST_ASSIGNEES: Final = 100


@dataclass(frozen=True)
class Asked:
    """A draft that may name assignees; ``owner_id`` is the record, None for a new one."""

    owner_id: UUID | None
    draft: Draft
    checked: Checked

    def given(self) -> Sequence[UUID] | None:
        """The members that are named, None where none are or too many, which is a mistake."""
        if FIELD not in self.draft:
            return None
        given: Sequence[UUID] = self.draft[FIELD] or ()
        if len(given) > MOST_ASSIGNEES:
            self.checked.add((FIELD,), "TOO_MANY", longest=MOST_ASSIGNEES)
            return None
        return given


async def check_assignees(
    context: Context, links: Links, asked: Sequence[Asked]
) -> list[frozenset[UUID] | None]:
    """The assignees of each draft, None: untouched; mistakes are noted with it.

    They are members at work; whoever has the record already may keep it.
    """
    given = [each.given() for each in asked]
    named = {member for members in given for member in members or ()}
    found = await member_by_id(context, named) if named else {}
    away = {each for each in named if each not in found or not found[each].is_active}
    owners = [each.owner_id for each in asked if each.owner_id is not None]
    held = await links_of(context.session, links, owners) if away and owners else {}
    for each, members in zip(asked, given, strict=True):
        kept = held.get(each.owner_id, set()) if each.owner_id else set()
        for place, member in enumerate(members or ()):
            if member in away and member not in kept:
                each.checked.add((FIELD, str(place)), "NOT_FOUND")
    return [None if members is None else frozenset(members) for members in given]


async def replace_assignees(
    context: Context, links: Links, chosen: Mapping[UUID, Collection[UUID] | None]
) -> None:
    """Make these the members who look after each record; None leaves them."""
    named = {owner: members for owner, members in chosen.items() if members is not None}
    await replace_links(context.session, links, named)


async def add_assignees(
    context: Context, links: Links, chosen: Mapping[UUID, Collection[UUID] | None]
) -> None:
    """Have these members look after each new record."""
    named = {owner: members for owner, members in chosen.items() if members}
    await add_links(context.session, links, named)


async def assignee_ids(
    context: Context, links: Links, owner_ids: Sequence[UUID]
) -> dict[UUID, frozenset[UUID]]:
    """The members who look after each record, by id."""
    found = await links_of(context.session, links, owner_ids) if owner_ids else {}
    return {owner: frozenset(members) for owner, members in found.items()}


async def assignees_of(
    context: Context, links: Links, owner_ids: Sequence[UUID]
) -> dict[UUID, list[Member]]:
    """The members who look after each record by name, those no longer at work too."""
    linked = await links_of(context.session, links, owner_ids)
    known = set().union(*linked.values())
    found = await member_by_id(context, known) if known else {}
    ordered = sorted(found.values(), key=lambda row: (row.name, row.id))
    return {
        owner_id: [row for row in ordered if row.id in chosen]
        for owner_id, chosen in linked.items()
    }

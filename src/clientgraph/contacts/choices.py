"""What contacts are given from lists: civilities by key, sources by id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from clientgraph import values
from clientgraph.contacts.models import Contact
from clientgraph.context import Context
from clientgraph.drafts import Draft
from clientgraph.nomenclature.lists import CIVILITIES, CONTACT_SOURCES
from clientgraph.nomenclature.models import Civility, ContactSource, Entry
from clientgraph.nomenclature.service import label


@dataclass(frozen=True)
class Choices:
    """The entries that some drafts name; ``language`` is what mistakes call them in."""

    language: str
    civilities: Mapping[str, Civility]
    sources: Mapping[UUID, ContactSource]

    def civility(self, key: str, held: str | None) -> str:
        """The key, if it can be chosen; raises `ValueProblem`."""
        entry = self.civilities.get(key)
        if entry is None:
            known = ", ".join(k for k, each in self.civilities.items() if each.archived_at is None)
            raise values.ValueProblem("UNKNOWN_CIVILITY", known=known)
        if key != held:
            self._check_open(entry)
        return key

    def source(self, source_id: UUID, held: UUID | None) -> UUID:
        """The source's id, if it can be chosen; raises `ValueProblem`."""
        entry = self.sources.get(source_id)
        if entry is None:
            raise values.ValueProblem("NOT_FOUND")
        if source_id != held:
            self._check_open(entry)
        return source_id

    def _check_open(self, entry: Entry) -> None:
        if entry.archived_at is not None:
            raise values.ValueProblem("ARCHIVED", name=label(entry, self.language))


async def choices(context: Context, drafts: Sequence[Draft]) -> Choices:
    """The entries that the drafts of contacts could mean; nothing is read where none is named."""
    keys = _given(drafts, "civility")
    sources = _given(drafts, "source")
    civilities = await CIVILITIES.entries(context, include_archived=True) if keys else []
    return Choices(
        context.language,
        {entry.key: entry for entry in civilities},
        await CONTACT_SOURCES.entries_by_id(context, sources) if sources else {},
    )


def held_by(contact: Contact | None) -> tuple[str | None, UUID | None]:
    """What a contact has already, and keeps though it was archived: civility and source."""
    return (contact.civility, contact.source_id) if contact else (None, None)


def _given(drafts: Sequence[Draft], name: str) -> list[Any]:
    return [draft[name] for draft in drafts if draft.get(name) is not None]

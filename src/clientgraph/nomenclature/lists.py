"""The four lists: what their entries are, and who refers to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from clientgraph.context import Context
from clientgraph.nomenclature.models import Category, Civility, ClientType, ContactSource, Entry
from clientgraph.storage.links import count_references
from clientgraph.storage.migrations import m0002_lists
from clientgraph.storage.rows import rows

E = TypeVar("E", bound=Entry)


@dataclass(frozen=True, eq=False)
class ManagedList(Generic[E]):
    """A list of a workspace.

    Rows of ``table`` refer to its entries by ``column``, and are or belong to the client in
    ``client``. They hold the entry's id, or with ``by_key`` its key. ``shipped`` is what a new
    workspace finds in it: key → name by language.
    """

    model: type[E]
    table: str
    column: str
    client: str
    by_key: bool = False
    shipped: m0002_lists.Shipped = ()

    @property
    def type_name(self) -> str:
        """The GraphQL type of the entries."""
        return self.model.__name__

    async def entries(self, context: Context, *, include_archived: bool = False) -> list[E]:
        """The list in its order."""
        found = rows(context.session, self.model)
        if not include_archived:
            found = found.filter(archived_at=None)
        return await found.order_by("position", "sort_name", "id")

    async def entries_by_id(self, context: Context, ids: Sequence[UUID]) -> dict[UUID, E]:
        """Entries by id, archived ones too."""
        found = await rows(context.session, self.model).filter(id__in=list(ids))
        return {entry.id: entry for entry in found}

    async def entries_by_key(self, context: Context, keys: Sequence[str]) -> dict[str, E]:
        """Entries by key, archived ones too."""
        found = await rows(context.session, self.model).filter(key__in=list(keys))
        return {entry.key: entry for entry in found}

    async def client_counts(self, context: Context, entries: Sequence[E]) -> dict[E, int]:
        """How many clients have each entry, themselves or by one of their contacts."""
        references = [entry.key if self.by_key else entry.id for entry in entries]
        found = await count_references(
            context.session, self.table, self.column, self.client, references
        )
        return {
            entry: found.get(str(reference), 0)
            for entry, reference in zip(entries, references, strict=True)
        }


CATEGORIES: Final = ManagedList(Category, "client_category", "category_id", "client_id")
CLIENT_TYPES: Final = ManagedList(
    ClientType, "client", "type_id", "id", shipped=m0002_lists.CLIENT_TYPES
)
CONTACT_SOURCES: Final = ManagedList(
    ContactSource, "contact", "source_id", "client_id", shipped=m0002_lists.CONTACT_SOURCES
)
CIVILITIES: Final = ManagedList(
    Civility,
    "contact",
    "civility",
    "client_id",
    by_key=True,
    shipped=m0002_lists.CIVILITIES,
)
LISTS: Final[Sequence[ManagedList[Any]]] = (CATEGORIES, CLIENT_TYPES, CONTACT_SOURCES, CIVILITIES)
LIST_OF: Final[Mapping[type, ManagedList[Any]]] = {of.model: of for of in LISTS}

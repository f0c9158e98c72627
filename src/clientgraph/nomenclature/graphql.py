"""The public face of managed lists: four types, and for each the same query and mutations."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

import strawberry
from strawberry.types.field import StrawberryField

from clientgraph.graphql.fields import Info, argument, column, computed, given, mutation, query
from clientgraph.graphql.mutations import (
    ChangeInput,
    MutationInput,
    Payload,
    answer,
    answer_fields,
    draft,
    expected,
)
from clientgraph.graphql.nodes import RecordNode, record, row_id
from clientgraph.nomenclature import models, service
from clientgraph.nomenclature.lists import (
    CATEGORIES,
    CIVILITIES,
    CLIENT_TYPES,
    CONTACT_SOURCES,
    LIST_OF,
    ManagedList,
)
from clientgraph.permissions import Permission

_READ, _WRITE = Permission.CLIENTS_READ, Permission.ORGANISATION_WRITE
_USUAL_LENGTH: Final = 25


@strawberry.type(description="A name in one language.")
class Translation:
    """A language and the name in it."""

    language: str = column("ISO 639 code, such as fr.")
    name: str = column("The name in this language.")


@strawberry.type(description="What entries of all managed lists have.")
class ListEntry(RecordNode):
    """Columns of an entry."""

    key: str = column("Stable name for programs, such as MADAME; it never changes.")
    name: str = column("The name as the workspace gave it.")
    position: int = column("The place in the list; entries at the same place go by name.")
    archived_at: datetime | None = column("Since when it can no longer be chosen, if so.")

    @computed("The name in the caller's language, or else `name`.")
    def label(self: Any, info: Info) -> str:
        """For showing."""
        return service.label(self, info.context.language)

    @computed("The name in other languages.", size=4)
    def translations(self: Any) -> list[Translation]:
        """In the order given."""
        found = service.translations(self)
        return [Translation(language=code, name=name) for code, name in found.items()]

    @computed("How many clients have it, themselves or by one of their contacts.")
    async def client_count(self: Any, info: Info) -> int:
        """Counted with those of the other entries; inactive clients too."""
        return int(await info.context.load(LIST_OF[type(self)].client_counts, self))

    @computed("Whether any client has it; then it is archived rather than deleted.")
    async def in_use(self: Any, info: Info) -> bool:
        """From the same count."""
        return bool(await info.context.load(LIST_OF[type(self)].client_counts, self))


@record(models.Category, "A category of clients; a client has any number of them.")
class Category(ListEntry):
    """Columns of an entry."""


@record(models.ClientType, "A type of client, such as association; a client has one at most.")
class ClientType(ListEntry):
    """Columns of an entry."""


@record(models.ContactSource, "Where a contact comes from, such as a trade fair.")
class ContactSource(ListEntry):
    """Columns of an entry."""


@record(models.Civility, "How a person is addressed. Contacts name it by its key.")
class Civility(ListEntry):
    """Columns of an entry."""


@strawberry.input(description="A name in one language.")
class TranslationInput:
    """A language and the name in it."""

    language: str = strawberry.field(description="ISO 639 code, such as fr.")
    name: str = strawberry.field(description="The name in this language.")


@strawberry.input(description="Fields of an entry.")
class EntryFields:
    """Shared by creation and change."""

    name: str | None = given("The name, unique among entries in use. Required at creation.")
    translations: list[TranslationInput] | None = given(
        "The name in other languages. A new name without them does away with the former ones."
    )
    position: int | None = given("The place in the list, 0 to 9999; the last one by default.")


@strawberry.input(description="Fields of a new entry.")
class NewEntryFields(EntryFields):
    """The name, and on demand the key."""

    key: str | None = given("Stable name: capitals, digits and _; made from the name when absent.")


@strawberry.input(description="Changes of an entry.")
class ChangedEntryFields(EntryFields):
    """Archiving too."""

    is_archived: bool | None = given(
        "True: it can no longer be chosen, and stays where it is. False: it can be chosen again."
    )


def _named(name: str, bases: tuple[type, ...], **fields: tuple[Any, Any]) -> Any:
    """A class with these fields: name → its type and its declaration."""
    annotations = {field: kind for field, (kind, _) in fields.items()}
    declared = {field: declaration for field, (_, declaration) in fields.items()}
    return type(name, bases, {"__annotations__": annotations, "__module__": __name__, **declared})


def _input(name: str, bases: tuple[type, ...], description: str) -> Any:
    return strawberry.input(_named(name, bases), description=description)


def _payload(name: str, description: str, **fields: tuple[Any, Any]) -> Any:
    return strawberry.type(_named(name, (Payload,), **fields), description=description)


def _listed(of: ManagedList[Any], kind: type, name: str, description: str) -> StrawberryField:
    """The query for a list."""

    async def resolve(
        info: Info,
        include_archived: Annotated[bool | None, argument("Also archived entries.")] = False,
    ) -> Any:
        return await of.entries(info.context, include_archived=bool(include_archived))

    resolve.__annotations__["return"] = list[kind]  # type: ignore[valid-type]
    made = query(_READ, description, size=_USUAL_LENGTH)(resolve)
    made.python_name = name
    return made


def _mutation(
    resolve: Any, given_type: Any, payload: Any, name: str, description: str
) -> StrawberryField:
    """A mutation with these types; ``resolve`` takes ``info`` and ``input``."""
    resolve.__annotations__ = {
        "info": Info,
        "input": Annotated[given_type, argument("The entry.")],
        "return": payload | None,
    }
    made = mutation(_WRITE, description)(resolve)
    made.python_name = name
    return made


def _creation(of: ManagedList[Any], kind: Any, field: str, noun: str) -> StrawberryField:
    name = f"{of.type_name}Create"
    given_type = _input(f"{name}Input", (NewEntryFields, MutationInput), f"A new {noun}.")
    record_field = (kind | None, column(f"The {noun}."))
    payload = _payload(f"{name}Payload", f"The new {noun}.", **{field: record_field})

    async def resolve(info: Info, input: Any) -> Any:
        made = draft(input)
        return await answer(
            info, payload, field, lambda: service.create_entry(info.context, of, made)
        )

    return _mutation(resolve, given_type, payload, f"{field}_create", f"Add a {noun}.")


def _change(of: ManagedList[Any], kind: Any, field: str, noun: str) -> StrawberryField:
    name = f"{of.type_name}Update"
    given_type = _input(f"{name}Input", (ChangedEntryFields, ChangeInput), f"Changes of a {noun}.")
    record_field = (kind | None, column(f"The {noun} as it is now."))
    payload = _payload(f"{name}Payload", f"The {noun} after a change.", **{field: record_field})

    async def resolve(info: Info, input: Any) -> Any:
        entry_id, made = row_id(of.type_name, input.id), draft(input)
        return await answer(
            info,
            payload,
            field,
            lambda: service.update_entry(info.context, of, entry_id, made, expected(input)),
        )

    return _mutation(resolve, given_type, payload, f"{field}_update", f"Change a {noun}.")


def _removal(of: ManagedList[Any], kind: Any, field: str, noun: str) -> StrawberryField:
    name = f"{of.type_name}Delete"
    given_type = _input(f"{name}Input", (ChangeInput,), f"Which {noun} to delete.")
    fields: dict[str, tuple[Any, Any]] = {
        "deleted_id": (strawberry.ID | None, column(f"The id of the {noun}, when it is gone.")),
        field: (kind | None, column(f"The {noun}, archived because clients have it.")),
    }
    payload = _payload(f"{name}Payload", f"The {noun} that was deleted or archived.", **fields)

    async def resolve(info: Info, input: Any) -> Any:
        entry_id = row_id(of.type_name, input.id)

        async def remove() -> dict[str, Any]:
            kept = await service.remove_entry(info.context, of, entry_id, expected(input))
            return {"deleted_id": None if kept else input.id, field: kept}

        return await answer_fields(info, payload, field, remove)

    description = f"Delete a {noun}; one that clients have is archived and stays with them."
    return _mutation(resolve, given_type, payload, f"{field}_delete", description)


# List, type, name of a record's field, and its noun in descriptions.
_FACES: Final = (
    (CATEGORIES, Category, "category", "category"),
    (CLIENT_TYPES, ClientType, "client_type", "client type"),
    (CONTACT_SOURCES, ContactSource, "contact_source", "contact source"),
    (CIVILITIES, Civility, "civility", "civility"),
)

TYPES: Final = tuple(kind for _, kind, _, _ in _FACES)
QUERIES: Final = [
    _listed(CATEGORIES, Category, "categories", "Categories of clients, in the list's order."),
    _listed(CLIENT_TYPES, ClientType, "client_types", "Types of clients, in the list's order."),
    _listed(CONTACT_SOURCES, ContactSource, "contact_sources", "Where contacts come from."),
    _listed(CIVILITIES, Civility, "civilities", "How people are addressed."),
]
MUTATIONS: Final = [make(*face) for face in _FACES for make in (_creation, _change, _removal)]

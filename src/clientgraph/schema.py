"""The schema: the domains in order, then what plugins add; checked before anything is served."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Final

import strawberry
from graphql import (
    GraphQLSchema,
    build_schema,
    is_object_type,
    lexicographic_sort_schema,
    print_schema,
)
from strawberry.parent import StrawberryParent
from strawberry.schema.config import StrawberryConfig
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

from clientgraph import records
from clientgraph.addresses.graphql import Address
from clientgraph.clients import graphql as clients
from clientgraph.clients.graphql.types import Client
from clientgraph.contacts import graphql as contacts
from clientgraph.contacts.graphql import Contact
from clientgraph.context import Context
from clientgraph.events import graphql as events
from clientgraph.events.graphql import Event
from clientgraph.fields import graphql as custom_fields
from clientgraph.fields.graphql.values import UnknownValue
from clientgraph.graphql.fields import Info
from clientgraph.graphql.scalars import SCALARS
from clientgraph.hookspecs import BatchField
from clientgraph.identifiers import graphql as identifiers
from clientgraph.nomenclature import graphql as nomenclature
from clientgraph.organisations import graphql as organisations
from clientgraph.permissions import Permission
from clientgraph.plugins import Plugins

DESCRIPTION: Final = (
    "Clients of a firm: companies with their contacts, addresses and identifiers. Every list is a "
    "Relay connection; every mutation takes one `input` and answers mistakes as `userErrors`."
)
ROOTS: Final = ("Query", "Mutation", "Subscription")
_DOMAINS: Final = (
    nomenclature,
    organisations,
    custom_fields,
    identifiers,
    contacts,
    events,
    clients,
    records,
)
_TYPES: Final = (Client, Contact, Address, Event, organisations.Member, organisations.ApiToken)
Fields = dict[str, list[StrawberryField]]


@strawberry.type(description="What can be read.")
class Query:
    """Filled from the domains."""


@strawberry.type(description="What can be changed. Each field is one transaction.")
class Mutation:
    """Filled from the domains."""


@strawberry.type(description="What can be followed, over WebSocket or as an event stream.")
class Subscription:
    """Filled from the domains."""


class Schema(strawberry.Schema):
    """Core's types with the fields that domains and plugins add, per application."""

    def __init__(self, plugins: Plugins) -> None:
        self._extra = _collected(plugins)
        super().__init__(
            query=Query,
            mutation=Mutation,
            subscription=Subscription,
            types=[*_TYPES, *nomenclature.TYPES, *_value_types(plugins), *plugins.types],
            config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=True),
        )
        unknown = set(self._extra) - set(self.schema_converter.type_map)
        if unknown:
            raise ValueError(f"fields were added to types that do not exist: {sorted(unknown)}")
        self.core: GraphQLSchema = self._schema
        self.core.description = DESCRIPTION
        _check_permissions(self.core)

    def get_fields(self, type_definition: StrawberryObjectDefinition) -> list[StrawberryField]:
        """The type's own fields and those that were added; two of one name are refused."""
        name = self.config.name_converter.from_type(type_definition)
        fields = [*type_definition.fields, *self._extra.get(name, ())]
        seen: set[str] = set()
        for field in fields:
            shown = self.config.name_converter.get_graphql_name(field)
            if shown in seen:
                raise ValueError(f"{name}.{shown} is declared twice")
            seen.add(shown)
        return fields

    def printed(self) -> str:
        """The schema in its definition language, sorted, the same in every run."""
        # Sorted from the text: sorting Strawberry's own schema loses the values of its enums.
        built = build_schema(self.as_str())
        built.description = self.core.description
        return print_schema(lexicographic_sort_schema(built)) + "\n"


def _value_types(plugins: Plugins) -> list[type]:
    """The types of custom values, which the schema reaches through their interface only."""
    return [UnknownValue, *(each.graphql_type for each in plugins.field_types.values())]


def _collected(plugins: Plugins) -> Fields:
    """Fields by the type that they are added to."""
    extra: Fields = {}
    for domain in _DOMAINS:
        _add(extra, "Query", getattr(domain, "QUERIES", ()))
        _add(extra, "Mutation", getattr(domain, "MUTATIONS", ()))
        _add(extra, "Subscription", getattr(domain, "SUBSCRIPTIONS", ()))
        for type_name, fields in getattr(domain, "EXTENSIONS", {}).items():
            _add(extra, type_name, fields)
    for _, by_type in plugins.fields:
        for type_name, fields in by_type.items():
            _add(extra, type_name, fields)
    for _, field in plugins.batch_fields:
        _add(extra, field.type_name, [_batch_loaded(field)])
    return extra


def _add(extra: Fields, type_name: str, fields: Iterable[StrawberryField]) -> None:
    extra.setdefault(type_name, []).extend(fields)


def _batch_loaded(declared: BatchField) -> StrawberryField:
    """A plugin's field: loaded for all records of the answer in one call."""

    async def load_all(context: Context, ids: Sequence[Any]) -> Mapping[Any, Any]:
        return await declared.load(context.for_plugins(), ids)

    async def resolve(root: Any, info: Info) -> Any:
        return await info.context.load(load_all, root.id)

    resolve.__annotations__ = {
        "root": Annotated[Any, StrawberryParent()],
        "info": Info,
        "return": declared.result,
    }
    made: StrawberryField = strawberry.field(resolver=resolve, description=declared.description)
    made.python_name = declared.name
    return made


def _check_permissions(schema: GraphQLSchema) -> None:
    """Every way into the data names its permission; one that does not stops the start."""
    for name in ROOTS:
        root = schema.get_type(name)
        if root is None or not is_object_type(root):
            continue
        for field_name, field in root.fields.items():
            definition = field.extensions.get("strawberry-definition")
            metadata = definition.metadata if definition else {}
            if metadata.get("permission") not in set(Permission):
                raise ValueError(
                    f"{name}.{field_name} names no permission: declare it with "
                    "clientgraph.query, clientgraph.mutation or clientgraph.subscription"
                )

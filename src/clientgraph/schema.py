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
from clientgraph.declarations import Declared
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
from clientgraph.plugins import Plugins, batches

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
CORE: Final = "core"
Fields = dict[str, list[tuple[str, StrawberryField]]]


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

    def __init__(self, declared: Mapping[str, Declared]) -> None:
        self._extra = _collected(declared)
        super().__init__(
            query=Query,
            mutation=Mutation,
            subscription=Subscription,
            types=[*_TYPES, *nomenclature.TYPES, UnknownValue, *_added_types(declared)],
            config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=True),
        )
        unknown = set(self._extra) - set(self.schema_converter.type_map)
        if unknown:
            raise ValueError(f"fields were added to types that do not exist: {sorted(unknown)}")
        self.core: GraphQLSchema = self._schema
        self.core.description = DESCRIPTION
        _check_permissions(self.core)

    @classmethod
    def with_plugins(cls, plugins: Plugins) -> Schema:
        """The schema with what plugins add; a plugin that does not fit in is quarantined."""
        try:
            return cls(plugins.declared)
        except Exception:  # noqa: BLE001 - said again below, by the plugin that is to blame
            fitting = {n: each for n, each in plugins.declared.items() if not each.in_schema}
        schema = cls(fitting)
        for name, each in [*plugins.declared.items()]:
            if name in fitting:
                continue
            try:
                schema = cls({**fitting, name: each})
            except Exception as error:  # noqa: BLE001 - whatever it is, only the plugin is left out
                plugins.quarantine(name, error)
            else:
                fitting[name] = each
        return schema

    def get_fields(self, type_definition: StrawberryObjectDefinition) -> list[StrawberryField]:
        """The type's own fields and those that were added; two of one name are refused."""
        name = self.config.name_converter.from_type(type_definition)
        own = [(CORE, field) for field in type_definition.fields]
        owners: dict[str, str] = {}
        fields = []
        for owner, field in [*own, *self._extra.get(name, ())]:
            shown = self.config.name_converter.get_graphql_name(field)
            if shown in owners:
                raise ValueError(
                    f"{name}.{shown} of {owner} is declared by {owners[shown]} already"
                )
            owners[shown] = owner
            fields.append(field)
        return fields

    def printed(self) -> str:
        """The schema in its definition language, sorted, the same in every run."""
        # Sorted from the text: sorting Strawberry's own schema loses the values of its enums.
        built = build_schema(self.as_str())
        built.description = self.core.description
        return print_schema(lexicographic_sort_schema(built)) + "\n"


def _added_types(declared: Mapping[str, Declared]) -> list[type]:
    """Types that nothing but an interface may lead to: of custom values, and of plugins."""
    values = (kind.graphql_type for each in declared.values() for kind in each.field_types.values())
    return [*values, *(made for each in declared.values() for made in each.types)]


def _collected(declared: Mapping[str, Declared]) -> Fields:
    """Fields and who declares them, by the type that they are added to."""
    extra: Fields = {}
    for domain in _DOMAINS:
        _add(extra, CORE, "Query", getattr(domain, "QUERIES", ()))
        _add(extra, CORE, "Mutation", getattr(domain, "MUTATIONS", ()))
        _add(extra, CORE, "Subscription", getattr(domain, "SUBSCRIPTIONS", ()))
        for type_name, fields in getattr(domain, "EXTENSIONS", {}).items():
            _add(extra, CORE, type_name, fields)
    for owner, each in declared.items():
        for type_name, fields in each.fields.items():
            _add(extra, owner, type_name, fields)
        for field in each.batch_fields:
            _add(extra, owner, field.type_name, [_batch_loaded(field)])
    return extra


def _add(extra: Fields, owner: str, type_name: str, fields: Iterable[StrawberryField]) -> None:
    extra.setdefault(type_name, []).extend((owner, field) for field in fields)


def _batch_loaded(declared: BatchField) -> StrawberryField:
    """A plugin's field: loaded for all records of the answer in one call."""

    async def load_all(context: Context, ids: Sequence[Any]) -> Mapping[Any, Any]:
        found: dict[Any, Any] = {}
        for batch in batches(ids):
            found.update(await declared.load(context.for_plugins(), batch))
        return found

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

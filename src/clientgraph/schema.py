"""The schema: the domains in order, then what plugins add; checked before anything is served."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from types import MappingProxyType
from typing import Any, Final

import strawberry
from graphql import (
    GraphQLError,
    GraphQLSchema,
    NoUnusedFragmentsRule,
    build_schema,
    is_interface_type,
    is_object_type,
    lexicographic_sort_schema,
    parse,
    print_schema,
    specified_rules,
    validate,
)
from strawberry.schema.config import StrawberryConfig
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

from clientgraph import global_ids, records, resolving
from clientgraph.accounts import graphql as accounts
from clientgraph.accounts.graphql import BankAccount
from clientgraph.addresses.graphql import Address
from clientgraph.announced import CORE
from clientgraph.attachments import graphql as attachments
from clientgraph.attachments.graphql import Attachment
from clientgraph.clients import graphql as clients
from clientgraph.clients.graphql.types import Client
from clientgraph.consents import graphql as consents
from clientgraph.consents.graphql import Consent
from clientgraph.contacts import graphql as contacts
from clientgraph.contacts.graphql import Contact
from clientgraph.context import Context
from clientgraph.contract.fields import FieldType
from clientgraph.contract.records import BatchField
from clientgraph.deciding import loaded
from clientgraph.declarations import Declared
from clientgraph.dispatch.caller import PluginFailed
from clientgraph.documents import graphql as documents
from clientgraph.duplicates import graphql as duplicates
from clientgraph.errors import PluginUnavailable
from clientgraph.events import graphql as events
from clientgraph.events.graphql import Event
from clientgraph.exports import graphql as exports
from clientgraph.fields import graphql as custom_fields
from clientgraph.fields.graphql.values import CustomFieldValue, UnknownValue
from clientgraph.files.graphql import File
from clientgraph.graphql.coercion import read_at_once
from clientgraph.graphql.fields import loaded as loaded_field
from clientgraph.graphql.scalars import SCALARS
from clientgraph.identifiers import graphql as identifiers
from clientgraph.imports import graphql as imports
from clientgraph.imports import import_mutations, template_mutations
from clientgraph.integrations import graphql as integrations
from clientgraph.invitations import graphql as invitations
from clientgraph.invitations.graphql import ClientInvitation
from clientgraph.jobs import graphql as jobs
from clientgraph.mandates import graphql as mandates
from clientgraph.mandates.graphql import Mandate
from clientgraph.nomenclature import graphql as nomenclature
from clientgraph.organisations import graphql as organisations
from clientgraph.permissions import Permission
from clientgraph.plugin_settings import graphql as plugin_settings
from clientgraph.plugin_status import graphql as plugin_status
from clientgraph.plugins import Plugins
from clientgraph.policies import graphql as policies
from clientgraph.registries import graphql as registries
from clientgraph.spelling import camel_case
from clientgraph.templates import graphql as templates
from clientgraph.verifications import graphql as verifications
from clientgraph.views import graphql as views
from clientgraph.views.graphql import SavedView

DESCRIPTION: Final = (
    "Clients of a firm: companies with their contacts, addresses and identifiers. Every list is a "
    "Relay connection; every mutation takes one `input` and answers mistakes as `userErrors`."
)
ROOTS: Final = ("Query", "Mutation", "Subscription")
_DOMAINS: Final = (
    nomenclature,
    organisations,
    custom_fields,
    policies,
    identifiers,
    consents,
    mandates,
    integrations,
    views,
    contacts,
    events,
    clients,
    duplicates,
    templates,
    invitations,
    accounts,
    documents,
    attachments,
    registries,
    verifications,
    jobs,
    imports,
    import_mutations,
    template_mutations,
    exports,
    plugin_status,
    plugin_settings,
    records,
)
_TYPES: Final = (
    Client,
    Contact,
    Address,
    Event,
    Consent,
    Mandate,
    ClientInvitation,
    SavedView,
    BankAccount,
    File,
    Attachment,
    organisations.Member,
    organisations.ApiToken,
)
_FRAGMENT_RULES: Final = [each for each in specified_rules if each is not NoUnusedFragmentsRule]
_FIELD: Final = re.compile(r"[a-z][A-Za-z0-9_]*")
# How Strawberry names what is defined twice; its errors hold the name nowhere else.
_TWICE: Final = re.compile(r"Type (\w+) is defined multiple times|Scalar `(\w+)` has already")
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
        _check_inheritance(declared)
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
        read_at_once(self.schema_converter)
        _check_permissions(self.core)
        _check_selections(self.core, declared)
        _check_ids(self.core)
        apart = {owner: each for owner, each in declared.items() if owner != CORE}
        resolving.set_apart(self.core, {owner: self._names(each) for owner, each in apart.items()})

    @classmethod
    def with_plugins(cls, plugins: Plugins) -> Schema:
        """The schema with what plugins add; a plugin that does not fit in is quarantined."""
        try:
            return cls(plugins.declared)
        except Exception:  # noqa: BLE001 - said again below, by the plugin that is to blame
            fitting = {n: each for n, each in plugins.declared.items() if not each.in_schema}
        schema = cls(fitting)
        owners = dict.fromkeys(schema.schema_converter.type_map, CORE)
        for name, each in [*plugins.declared.items()]:
            if name in fitting:
                continue
            try:
                schema = cls({**fitting, name: each})
            except Exception as error:  # noqa: BLE001 - whatever it is, only the plugin is left out
                plugins.quarantine(name, _with_owners(error, name, owners))
            else:
                fitting[name] = each
                owners = {**dict.fromkeys(schema.schema_converter.type_map, name), **owners}
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
            if owner != CORE and not _FIELD.fullmatch(shown):
                raise ValueError(
                    f"{name}.{shown} of {owner}: the name of a field begins with a small letter "
                    "and holds letters, digits and underscores alone, such as openTickets"
                )
            owners[shown] = owner
            fields.append(field)
        return fields

    def _names(self, declared: Declared) -> list[str]:
        """The types that a plugin declares besides those that its fields lead to."""
        found: list[Any] = _types_of(declared)
        return [
            self.config.name_converter.from_type(each.__strawberry_definition__) for each in found
        ]

    def printed(self) -> str:
        """The schema in its definition language, sorted, the same in every run."""
        # Sorted from the text: sorting Strawberry's own schema loses the values of its enums.
        built = build_schema(self.as_str())
        built.description = self.core.description
        return print_schema(lexicographic_sort_schema(built)) + "\n"


def _with_owners(error: Exception, plugin: str, owners: Mapping[str, str]) -> Exception:
    """The error; where it is about a type that somebody else declares, one that names both."""
    found = _TWICE.search(str(error))
    name = (found[1] or found[2]) if found else ""
    if name not in owners:
        return error
    return ValueError(
        f"type {name} of {plugin} is declared by {owners[name]} already: choose another name"
    )


def _added_types(declared: Mapping[str, Declared]) -> list[type]:
    """Types that nothing but an interface may lead to: of custom values, and of plugins."""
    return [made for each in declared.values() for made in _types_of(each)]


def _types_of(declared: Declared) -> list[type]:
    values = (kind.graphql_type for kind in declared.field_types.values())
    return [*values, *declared.types.values()]


def _field_types(declared: Mapping[str, Declared]) -> list[FieldType]:
    return [kind for each in declared.values() for kind in each.field_types.values()]


def _check_inheritance(declared: Mapping[str, Declared]) -> None:
    """The values of every type of custom fields can stand in `customFields`."""
    for kind in _field_types(declared):
        if not issubclass(kind.graphql_type, CustomFieldValue):
            raise TypeError(
                f"field type {kind.key}: graphql_type {kind.graphql_type.__name__} must inherit "
                "clientgraph.CustomFieldValue"
            )
        for name in ("__post_init__", "__new__"):
            if getattr(kind.graphql_type, name, None) is not getattr(CustomFieldValue, name, None):
                raise TypeError(
                    f"field type {kind.key}: graphql_type {kind.graphql_type.__name__} must not "
                    f"have {name}: values are made in the service's loop. Use resolvers"
                )


def _check_selections(schema: GraphQLSchema, declared: Mapping[str, Declared]) -> None:
    """What typed programs ask of every type of custom fields is there."""
    for kind in _field_types(declared):
        name, selection = kind.graphql_type.__name__, kind.form.selection
        try:
            fragment = parse(f"fragment Value on {name} {{ {selection} }}")
            mistakes = validate(schema, fragment, _FRAGMENT_RULES)
        except GraphQLError as error:
            mistakes = [error]
        if mistakes:
            raise ValueError(
                f"field type {kind.key}: the selection '{selection}' does not fit {name}: "
                f"{mistakes[0].message}"
            )


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
            _add(extra, owner, type_name, (_owned(owner, type_name, field) for field in fields))
        for field in each.batch_fields:
            _add(extra, owner, field.type_name, [_batch_loaded(owner, field)])
    return extra


def _add(extra: Fields, owner: str, type_name: str, fields: Iterable[StrawberryField]) -> None:
    extra.setdefault(type_name, []).extend((owner, field) for field in fields)


def _owned(owner: str, type_name: str, declared: StrawberryField) -> StrawberryField:
    """A plugin's field for this application; the declared one may be in others, too."""
    if owner == CORE:
        return declared
    made = copy(declared)
    marks = {**declared.metadata, "plugin": owner}
    if declared.metadata.get("ahead"):
        name = f"{type_name}.{camel_case(declared.python_name)}"
        marks["ahead"] = resolving.ahead(owner, name, declared.metadata["ahead"])
    made.metadata = MappingProxyType(marks)
    return made


def _batch_loaded(owner: str, declared: BatchField) -> StrawberryField:
    """A plugin's field: loaded for all records of the answer in one call, null where it fails."""

    async def load_all(context: Context, ids: Sequence[Any]) -> Mapping[Any, Any]:
        if not context.is_active(owner):
            return {}
        try:
            return await loaded(context.plugins, owner, declared, context.for_plugin, ids)
        except PluginFailed as error:
            raise PluginUnavailable(owner) from error

    made: StrawberryField = loaded_field(
        declared.description,
        load_all,
        is_slow=True,
        name=declared.name,
        result=declared.result | None,
    )
    made.metadata = MappingProxyType({**made.metadata, "loaded_by": owner})
    return made


def _check_ids(schema: GraphQLSchema) -> None:
    """The ids of any two types of records can be told apart."""
    known: dict[str, str] = {}
    face = schema.get_type("Node")
    for found in schema.get_possible_types(face) if is_interface_type(face) else ():
        other = known.setdefault(global_ids.prefix_of(found.name), found.name)
        if other != found.name:
            raise ValueError(f"{found.name} and {other}: their global ids would begin alike")


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

"""Who may use which field: what the service promises, said once more and apart from its code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from graphql import GraphQLField, GraphQLSchema, build_schema

from clientgraph.plugins import installed
from clientgraph.schema import ROOTS, Schema

RANKS: Final = ("VIEWER", "MEMBER", "ADMIN", "OWNER")
# The least role for each root field. Nobody without a token gets anything.
LEAST: Final[Mapping[str, str]] = {
    "Query.apiTokens": "ADMIN",
    "Query.categories": "VIEWER",
    "Query.civilities": "VIEWER",
    "Query.client": "VIEWER",
    "Query.clientStatistics": "VIEWER",
    "Query.clientTypes": "VIEWER",
    "Query.clients": "VIEWER",
    "Query.contactSources": "VIEWER",
    "Query.contacts": "VIEWER",
    "Query.customFieldDefinitions": "VIEWER",
    "Query.customFieldTypes": "VIEWER",
    "Query.eventKinds": "VIEWER",
    "Query.events": "VIEWER",
    "Query.identifierKinds": "VIEWER",
    "Query.node": "VIEWER",
    "Query.nodes": "VIEWER",
    "Query.organisation": "VIEWER",
    "Query.requiredFields": "VIEWER",
    "Query.viewer": "VIEWER",
    "Mutation.addressCreate": "MEMBER",
    "Mutation.addressDelete": "MEMBER",
    "Mutation.addressMakeDefaultForBilling": "MEMBER",
    "Mutation.addressUpdate": "MEMBER",
    "Mutation.apiTokenCreate": "ADMIN",
    "Mutation.apiTokenRevoke": "ADMIN",
    "Mutation.categoryCreate": "ADMIN",
    "Mutation.categoryDelete": "ADMIN",
    "Mutation.categoryUpdate": "ADMIN",
    "Mutation.civilityCreate": "ADMIN",
    "Mutation.civilityDelete": "ADMIN",
    "Mutation.civilityUpdate": "ADMIN",
    "Mutation.clientActivate": "MEMBER",
    "Mutation.clientCreate": "MEMBER",
    "Mutation.clientDeactivate": "MEMBER",
    "Mutation.clientDelete": "MEMBER",
    "Mutation.clientTypeCreate": "ADMIN",
    "Mutation.clientTypeDelete": "ADMIN",
    "Mutation.clientTypeUpdate": "ADMIN",
    "Mutation.clientUpdate": "MEMBER",
    "Mutation.contactCreate": "MEMBER",
    "Mutation.contactDelete": "MEMBER",
    "Mutation.contactMakeInvoiceRecipient": "MEMBER",
    "Mutation.contactMakeMain": "MEMBER",
    "Mutation.contactSourceCreate": "ADMIN",
    "Mutation.contactSourceDelete": "ADMIN",
    "Mutation.contactSourceUpdate": "ADMIN",
    "Mutation.contactUpdate": "MEMBER",
    "Mutation.customFieldDefinitionArchive": "ADMIN",
    "Mutation.customFieldDefinitionCreate": "ADMIN",
    "Mutation.customFieldDefinitionUpdate": "ADMIN",
    "Mutation.eventCreate": "MEMBER",
    "Mutation.eventDelete": "MEMBER",
    "Mutation.eventUpdate": "MEMBER",
    "Mutation.memberCreate": "ADMIN",
    "Mutation.memberUpdate": "ADMIN",
    "Mutation.organisationUpdate": "ADMIN",
    "Mutation.taskComplete": "MEMBER",
    "Subscription.clientChanged": "VIEWER",
    "Subscription.clientsChanged": "VIEWER",
}
# The least role that finds records of a type by `node(id:)`; below it they do not exist.
LEAST_FOR_NODE: Final[Mapping[str, str]] = {
    "Address": "VIEWER",
    "ApiToken": "ADMIN",
    "Category": "VIEWER",
    "Civility": "VIEWER",
    "Client": "VIEWER",
    "ClientType": "VIEWER",
    "Contact": "VIEWER",
    "ContactSource": "VIEWER",
    "CustomFieldDefinition": "VIEWER",
    "Event": "VIEWER",
    "Member": "VIEWER",
    "Organisation": "VIEWER",
}
# As it is published: what callers know of it, `@oneOf` included.
SCHEMA: Final[GraphQLSchema] = build_schema(Schema.with_plugins(installed()).printed())
# Cells that were tried, by kind; printed at the end of a run.
TRIED: Final[Counter[str]] = Counter()


def may(role: str, least: str) -> bool:
    """Whether a role is at least another."""
    return RANKS.index(role) >= RANKS.index(least)


def root_fields(*roots: str) -> dict[str, tuple[str, str, GraphQLField]]:
    """``Query.client`` → its root, name and field, for these roots (all by default)."""
    found: dict[str, tuple[str, str, GraphQLField]] = {}
    for root in roots or ROOTS:
        kind: Any = SCHEMA.get_type(root)
        for name, field in kind.fields.items():
            found[f"{root}.{name}"] = (root, name, field)
    return found


def node_types() -> dict[str, Mapping[str, GraphQLField]]:
    """The types that have a global id, with their fields."""
    node: Any = SCHEMA.get_type("Node")
    return {kind.name: kind.fields for kind in SCHEMA.get_possible_types(node)}


def least_for(field: str) -> str:
    """The least role of a root field; a new field has to be entered above."""
    assert field in LEAST, f"Say in LEAST of {__name__} which role '{field}' takes at least."
    return LEAST[field]


def least_for_node(kind: str) -> str:
    """The least role for a type; a new type has to be entered above."""
    assert kind in LEAST_FOR_NODE, (
        f"Say in LEAST_FOR_NODE of {__name__} which role reads '{kind}' at least, and give "
        "World.ids an id of it."
    )
    return LEAST_FOR_NODE[kind]

"""Who may use which field: what the service promises, said once more and apart from its code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from graphql import GraphQLField, GraphQLSchema, build_schema

from clientgraph.loading import installed
from clientgraph.schema import ROOTS, Schema

RANKS: Final = ("VIEWER", "MEMBER", "ADMIN", "OWNER")
# The least role for each root field. Nobody without a token gets anything.
LEAST: Final[Mapping[str, str]] = {
    "Query.apiTokens": "ADMIN",
    "Query.bankAccounts": "VIEWER",
    "Query.categories": "VIEWER",
    "Query.civilities": "VIEWER",
    "Query.client": "VIEWER",
    "Query.clientSimilar": "VIEWER",
    "Query.clientStatistics": "VIEWER",
    "Query.clientTemplates": "VIEWER",
    "Query.clientTypes": "VIEWER",
    "Query.clients": "VIEWER",
    "Query.company": "VIEWER",
    "Query.companySearch": "VIEWER",
    "Query.contactSources": "VIEWER",
    "Query.contacts": "VIEWER",
    "Query.customFieldDefinitions": "VIEWER",
    "Query.customFieldTypes": "VIEWER",
    "Query.documentTemplates": "VIEWER",
    "Query.eventKinds": "VIEWER",
    "Query.events": "VIEWER",
    "Query.export": "VIEWER",
    "Query.exports": "VIEWER",
    "Query.identifierKinds": "VIEWER",
    "Query.import": "VIEWER",
    "Query.importFields": "VIEWER",
    "Query.importPresets": "VIEWER",
    "Query.integrations": "VIEWER",
    "Query.imports": "VIEWER",
    "Query.invoice": "VIEWER",
    "Query.invoices": "VIEWER",
    "Query.job": "VIEWER",
    "Query.jobs": "VIEWER",
    "Query.node": "VIEWER",
    "Query.nodes": "VIEWER",
    "Query.organisation": "VIEWER",
    "Query.requiredFields": "VIEWER",
    "Query.plugins": "ADMIN",
    "Query.requirementRules": "VIEWER",
    "Query.savedViews": "VIEWER",
    "Query.verifiers": "VIEWER",
    "Query.viewer": "VIEWER",
    "Mutation.addressCreate": "MEMBER",
    "Mutation.addressDelete": "MEMBER",
    "Mutation.addressMakeDefaultForBilling": "MEMBER",
    "Mutation.addressUpdate": "MEMBER",
    "Mutation.apiTokenCreate": "ADMIN",
    "Mutation.apiTokenRevoke": "ADMIN",
    "Mutation.attachmentCreate": "MEMBER",
    "Mutation.attachmentDelete": "MEMBER",
    "Mutation.attachmentUpdate": "MEMBER",
    "Mutation.bankAccountCreate": "ADMIN",
    "Mutation.bankAccountDelete": "ADMIN",
    "Mutation.bankAccountUpdate": "ADMIN",
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
    "Mutation.clientInvitationRevoke": "MEMBER",
    "Mutation.clientInvite": "MEMBER",
    "Mutation.clientTemplateCreate": "ADMIN",
    "Mutation.clientTemplateDelete": "ADMIN",
    "Mutation.clientTemplateUpdate": "ADMIN",
    "Mutation.clientTypeCreate": "ADMIN",
    "Mutation.clientTypeDelete": "ADMIN",
    "Mutation.clientTypeUpdate": "ADMIN",
    "Mutation.clientUpdate": "MEMBER",
    "Mutation.clientsUpsert": "MEMBER",
    "Mutation.consentGive": "MEMBER",
    "Mutation.consentWithdraw": "MEMBER",
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
    "Mutation.documentRender": "VIEWER",
    "Mutation.eventCreate": "MEMBER",
    "Mutation.eventDelete": "MEMBER",
    "Mutation.eventUpdate": "MEMBER",
    "Mutation.invoiceCancel": "MEMBER",
    "Mutation.invoiceDelete": "MEMBER",
    "Mutation.invoiceIssue": "MEMBER",
    "Mutation.invoiceRecord": "MEMBER",
    "Mutation.invoiceUpdate": "MEMBER",
    "Mutation.exportCreate": "VIEWER",
    "Mutation.importDelete": "MEMBER",
    "Mutation.importPreview": "MEMBER",
    "Mutation.importRemarks": "MEMBER",
    "Mutation.importRun": "MEMBER",
    "Mutation.importTemplateCreate": "VIEWER",
    "Mutation.importUndo": "MEMBER",
    "Mutation.jobCancel": "MEMBER",
    "Mutation.mandateCreate": "MEMBER",
    "Mutation.mandateRevoke": "MEMBER",
    "Mutation.mandateUpdate": "MEMBER",
    "Mutation.memberCreate": "ADMIN",
    "Mutation.memberUpdate": "ADMIN",
    "Mutation.organisationUpdate": "ADMIN",
    "Mutation.paymentDelete": "MEMBER",
    "Mutation.paymentRecord": "MEMBER",
    "Mutation.pluginConfigure": "ADMIN",
    "Mutation.requirementRuleCreate": "ADMIN",
    "Mutation.requirementRuleDelete": "ADMIN",
    "Mutation.requirementRuleUpdate": "ADMIN",
    "Mutation.savedViewCreate": "MEMBER",
    "Mutation.savedViewDelete": "MEMBER",
    "Mutation.savedViewUpdate": "MEMBER",
    "Mutation.taskComplete": "MEMBER",
    "Mutation.verificationStart": "MEMBER",
    "Subscription.clientChanged": "VIEWER",
    "Subscription.clientsChanged": "VIEWER",
    "Subscription.invoiceChanged": "VIEWER",
    "Subscription.jobChanged": "VIEWER",
}
# The least role that finds records of a type by `node(id:)`; below it they do not exist. None where
# nobody does but the one who made them, whom no token here acts for.
LEAST_FOR_NODE: Final[Mapping[str, str | None]] = {
    "Address": "VIEWER",
    "ApiToken": "ADMIN",
    "Attachment": "VIEWER",
    "BankAccount": "VIEWER",
    "Category": "VIEWER",
    "Civility": "VIEWER",
    "Client": "VIEWER",
    "ClientInvitation": "VIEWER",
    "ClientTemplate": "VIEWER",
    "ClientType": "VIEWER",
    "Consent": "VIEWER",
    "Contact": "VIEWER",
    "ContactSource": "VIEWER",
    "CustomFieldDefinition": "VIEWER",
    "Event": "VIEWER",
    "File": None,
    # Those who are less see what they began themselves.
    "Export": "ADMIN",
    "Import": "ADMIN",
    "Job": "ADMIN",
    "Invoice": "VIEWER",
    "Mandate": "VIEWER",
    "Member": "VIEWER",
    "Organisation": "VIEWER",
    "Payment": "VIEWER",
    "RequirementRule": "VIEWER",
    "SavedView": "VIEWER",
    "Verification": "VIEWER",
}
# As it is published: what callers know of it, `@oneOf` included.
SCHEMA: Final[GraphQLSchema] = build_schema(Schema.with_plugins(installed()).printed())
# Cells that were tried, by kind; printed at the end of a run.
TRIED: Final[Counter[str]] = Counter()


def may(role: str, least: str | None) -> bool:
    """Whether a role is at least another; no role is where there is none."""
    return least is not None and RANKS.index(role) >= RANKS.index(least)


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


def least_for_node(kind: str) -> str | None:
    """The least role for a type; a new type has to be entered above."""
    assert kind in LEAST_FOR_NODE, (
        f"Say in LEAST_FOR_NODE of {__name__} which role reads '{kind}' at least, and give "
        "World.ids an id of it."
    )
    return LEAST_FOR_NODE[kind]

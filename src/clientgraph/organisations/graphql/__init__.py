"""The public face of workspaces, members and tokens."""

from clientgraph.organisations.graphql import members, settings, tokens
from clientgraph.organisations.graphql.types import (
    ApiToken,
    DeletionPolicyType,
    DraftPolicyType,
    EmailUniquenessType,
    Member,
    PaymentTerms,
    PaymentTermsInput,
    ValueOrigin,
)

QUERIES = [*settings.QUERIES, *tokens.QUERIES]
MUTATIONS = [*settings.MUTATIONS, *members.MUTATIONS, *tokens.MUTATIONS]

__all__ = [
    "MUTATIONS",
    "QUERIES",
    "ApiToken",
    "DeletionPolicyType",
    "DraftPolicyType",
    "EmailUniquenessType",
    "Member",
    "PaymentTerms",
    "PaymentTermsInput",
    "ValueOrigin",
]

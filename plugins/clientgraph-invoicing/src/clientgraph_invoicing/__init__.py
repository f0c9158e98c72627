"""Invoices and payments of clients, what they owe, and letters that welcome them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import typer
from strawberry.types.field import StrawberryField

from clientgraph import (
    BatchField,
    DocumentTemplate,
    EventKind,
    HealthCheck,
    HttpRoute,
    Integration,
    NodeType,
    PeriodicTask,
    PluginMigration,
    PluginSettings,
    hookimpl,
)
from clientgraph_invoicing import (
    checks,
    letter,
    letters,
    mail,
    notices,
    statement,
    watching,
    welcome,
)
from clientgraph_invoicing import commands as operator
from clientgraph_invoicing.graphql import BATCH_FIELDS, OF_CLIENTS, QUERIES
from clientgraph_invoicing.mutations import MUTATIONS
from clientgraph_invoicing.options import SETTINGS
from clientgraph_invoicing.subscriptions import SUBSCRIPTIONS
from clientgraph_invoicing.tables import MIGRATIONS
from clientgraph_invoicing.types import NODE_TYPES
from clientgraph_invoicing.words import MESSAGES

before_change = checks.before_change
deletion_blockers = checks.deletion_blockers
after_commit = watching.after_commit


@hookimpl
def migrations() -> Sequence[PluginMigration]:
    """Invoices, payments, notices and letters."""
    return MIGRATIONS


@hookimpl
def graphql_fields() -> Mapping[str, Sequence[StrawberryField]]:
    """Lists of invoices, what is done with them, and how they change."""
    return {
        "Query": QUERIES,
        "Mutation": MUTATIONS,
        "Subscription": SUBSCRIPTIONS,
        "Client": OF_CLIENTS,
    }


@hookimpl
def event_kinds() -> Sequence[EventKind]:
    """What becomes of invoices and payments, in the histories of clients."""
    return [notices.INVOICE]


@hookimpl
def graphql_types() -> Sequence[NodeType]:
    """Invoices and payments, which `node` finds."""
    return NODE_TYPES


@hookimpl
def batch_fields() -> Sequence[BatchField]:
    """Sums of clients."""
    return BATCH_FIELDS


@hookimpl
def settings() -> PluginSettings:
    """The mail server, letters and numbers."""
    return SETTINGS


@hookimpl
def messages() -> Mapping[str, Mapping[str, str]]:
    """What is wrong with an invoice or a payment."""
    return MESSAGES


@hookimpl
def document_templates() -> Sequence[DocumentTemplate]:
    """The welcome letter."""
    return [letter.TEMPLATE]


@hookimpl
def integrations() -> Sequence[Integration]:
    """Letters to chosen clients alone."""
    return [welcome.INTEGRATION]


@hookimpl
def http_routes() -> Sequence[HttpRoute]:
    """Statements of account."""
    return statement.ROUTES


@hookimpl
def commands() -> typer.Typer:
    """A letter to try the mail server."""
    return operator.app


@hookimpl
def health_checks() -> Sequence[HealthCheck]:
    """Whether the mail server answers, and letters that a person should look after."""
    return [HealthCheck(key="mail_server", check=mail.reach), letters.CHECK]


@hookimpl
def periodic_tasks() -> Sequence[PeriodicTask]:
    """Letters that the mail server did not take, and notices that were not told."""
    return [welcome.UNSENT, notices.UNTOLD]

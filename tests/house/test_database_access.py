"""Rows are reached through `clientgraph.storage.rows`, SQL is text that this code base wrote."""

from __future__ import annotations

import ast
import re
from functools import cache

from tortoise.models import Model

import clientgraph.accounts.models
import clientgraph.addresses.models
import clientgraph.attachments.models
import clientgraph.clients.models
import clientgraph.consents.models
import clientgraph.contacts.models
import clientgraph.documents.models
import clientgraph.events.models
import clientgraph.fields.models
import clientgraph.files.models
import clientgraph.identifiers.models
import clientgraph.invitations.models
import clientgraph.jobs.models
import clientgraph.mandates.models
import clientgraph.nomenclature.models
import clientgraph.organisations.models
import clientgraph.templates.models
import clientgraph.verifications.models
import clientgraph.views.models
from clientgraph.app import MODELS
from clientgraph.storage.models import Record
from tests.house.sources import Module, shipped

STORAGE = "src/clientgraph/storage/"
SQL = re.compile(
    r"\b(SELECT\s|INSERT INTO|UPDATE \w+ SET|DELETE FROM|ORDER BY|CREATE TABLE|WHERE )"
)
WRITES = {"bulk_create", "bulk_update", "create", "delete", "get_or_create", "save"}
READS = {"all", "exclude", "filter", "first", "get", "get_or_none", "in_bulk", "raw"}

# Modules that make SQL from parts, each with its reason.
SQL_ALLOWED = {
    # The columns of the stock files of Sirene, as names in these modules, in a file of their own.
    "plugins/clientgraph-fr/src/clientgraph_fr/index.py",
    # Queues of ids that no wall divides, apart from all records.
    "src/clientgraph/jobs/queue.py",
    "src/clientgraph/verifications/queue.py",
    # The number of placeholders differs with the number of ids.
    "plugins/clientgraph-invoicing/src/clientgraph_invoicing/balances.py",
    "plugins/clientgraph-invoicing/src/clientgraph_invoicing/watching.py",
    "src/clientgraph/clients/blockers.py",
    "src/clientgraph/clients/graphql/references.py",
    # The condition on a value stands in its record's; the table is named by the kind of record.
    "src/clientgraph/fields/lists.py",
    # The condition on a consent stands in that of its contact or client.
    "src/clientgraph/consents/lists.py",
    # So does the condition on a mandate in that of its client.
    "src/clientgraph/mandates/lists.py",
    # One statement reads every part of some clients; that these are meant is said by dialect.
    "src/clientgraph/clients/documents.py",
    # One statement reads the versions of every part of some clients.
    "src/clientgraph/imports/snapshots.py",
    # The condition on a part stands in its client's; the table is named by this module.
    "src/clientgraph/clients/lists.py",
}
# Places that go round `rows`, each with its reason.
ALLOWED = {
    # The workspace itself is the row: it has no organisation_id to filter by. The session's own
    # wall (view or row-level security) holds all the same.
    ("src/clientgraph/organisations/service.py", "Organisation.filter"),
    ("src/clientgraph/organisations/service.py", "Organisation.create"),
    # A presented token is looked up by its hash before its workspace is known, with its member.
    ("src/clientgraph/organisations/recognition.py", "ApiToken.filter"),
    ("src/clientgraph/organisations/recognition.py", "Member.filter"),
    # So is an invitation.
    ("src/clientgraph/invitations/recognition.py", "ClientInvitation.filter"),
    # Rows of the plugin's own tables, which are walled as all are.
    ("plugins/clientgraph-invoicing/src/clientgraph_invoicing/invoices.py", "INVOICES.delete"),
    ("plugins/clientgraph-invoicing/src/clientgraph_invoicing/notices.py", "NOTICES.delete"),
    ("plugins/clientgraph-invoicing/src/clientgraph_invoicing/payments.py", "PAYMENTS.delete"),
    ("plugins/clientgraph-invoicing/src/clientgraph_invoicing/welcome.py", "WELCOMES.delete"),
    # A picture of a code, written to memory: no row at all.
    ("plugins/clientgraph-documents/src/clientgraph_documents/bank_details.py", "made.save"),
}


def test_sql_is_put_together_in_storage_alone() -> None:
    """Outside storage no SQL is made from parts; exceptions are listed, values are parameters."""
    made = {
        module.path
        for module in shipped()
        if not module.path.startswith(STORAGE)
        for node in ast.walk(module.tree)
        if _is_made(node) and SQL.search(_constant_parts(node))
    }
    assert made == SQL_ALLOWED


def test_rows_are_reached_in_their_workspace() -> None:
    """Outside storage no model is asked or saved but through `rows`; exceptions are listed."""
    found = {
        (module.path, f"{ast.unparse(node.func)}")
        for module in shipped()
        if not module.path.startswith(STORAGE)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and _goes_round_rows(module, node)
    }
    assert found == ALLOWED


def test_every_model_is_known_to_the_application() -> None:
    """A module of models that the application does not open would fail at its first query."""
    named = {module.path for module in shipped() if module.path.endswith("/models.py")}
    known = {f"src/{name.replace('.', '/')}.py" for name in MODELS}
    assert named - known == {f"{STORAGE}models.py"}


def _is_made(node: ast.AST) -> bool:
    """Whether text is put together here: f-string, format, % or + of texts."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Mod | ast.Add)
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"format", "format_map", "join", "replace"}
    )


def _constant_parts(node: ast.AST) -> str:
    return "\0".join(
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )


def _goes_round_rows(module: Module, call: ast.Call) -> bool:
    """A call on a model's class, or one that writes what a query or a row stands for."""
    if not isinstance(call.func, ast.Attribute):
        return False
    receiver = ast.unparse(call.func.value).rpartition(".")[2]
    if receiver in _model_names(module):
        return call.func.attr in READS | WRITES
    return call.func.attr in WRITES - {"create"}


@cache
def _model_names(module: Module) -> set[str]:
    """The names of models, and those that a module gives them."""
    names = {name for domain in _MODELS for name, found in vars(domain).items() if _is_model(found)}
    given = {
        alias.asname
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname and alias.name in names
    }
    return names | given


def _is_model(found: object) -> bool:
    return isinstance(found, type) and issubclass(found, Model) and found not in (Model, Record)


_MODELS = (
    clientgraph.accounts.models,
    clientgraph.attachments.models,
    clientgraph.documents.models,
    clientgraph.addresses.models,
    clientgraph.clients.models,
    clientgraph.contacts.models,
    clientgraph.events.models,
    clientgraph.consents.models,
    clientgraph.invitations.models,
    clientgraph.mandates.models,
    clientgraph.views.models,
    clientgraph.fields.models,
    clientgraph.identifiers.models,
    clientgraph.nomenclature.models,
    clientgraph.organisations.models,
    clientgraph.templates.models,
    clientgraph.verifications.models,
)

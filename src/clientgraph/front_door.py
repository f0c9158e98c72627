"""Everything a plugin may import. It imports these names from ``clientgraph`` itself."""

from clientgraph.answers import Json, read_json
from clientgraph.clients.graphql.types import Client
from clientgraph.clients.service import clients_by_id
from clientgraph.context import Context
from clientgraph.contract.companies import (
    Company,
    CompanyAddress,
    CompanyCandidate,
    CompanyRegistry,
    FieldOrigin,
    NotFound,
    Protected,
    town_only,
)
from clientgraph.contract.documents import (
    Composed,
    DocumentAccount,
    DocumentParty,
    DocumentRefused,
    DocumentRenderer,
    DocumentRequest,
    DocumentTemplate,
)
from clientgraph.contract.events import EventKind
from clientgraph.contract.fields import FieldProblem, FieldType, TypedForm
from clientgraph.contract.identifiers import IdentifierError, IdentifierKind
from clientgraph.contract.integrations import Integration
from clientgraph.contract.operation import (
    HealthCheck,
    HealthReport,
    HealthStatus,
    HttpRoute,
    OwnTable,
    PeriodicTask,
    PluginMigration,
    PluginSettings,
)
from clientgraph.contract.outbound import HttpAnswer, HttpClient, OutboundService, Unavailable
from clientgraph.contract.records import (
    ApiErrors,
    BatchField,
    DeletionBlocker,
    InstanceContext,
    NodeType,
    Objection,
    PluginContext,
    RecordChange,
    RecordDraft,
)
from clientgraph.contract.verifications import (
    VerificationResult,
    VerificationStatus,
    VerificationSubject,
    Verifier,
)
from clientgraph.errors import UserError, UserErrors
from clientgraph.fields.graphql.values import CustomFieldValue
from clientgraph.fields.keys import number_key, text_key
from clientgraph.global_ids import encode as global_id
from clientgraph.graphql.changes import ChangeAction
from clientgraph.graphql.enums import described
from clientgraph.graphql.fields import (
    Info,
    argument,
    column,
    computed,
    given,
    mutation,
    query,
    subscription,
)
from clientgraph.graphql.mutations import (
    ChangeInput,
    MutationInput,
    Payload,
    answer,
    deleted,
    draft,
    expected,
)
from clientgraph.graphql.nodes import RecordNode, record, row_id
from clientgraph.graphql.paging import After, Before, Connection, First, Last, page_arguments
from clientgraph.graphql.scalars import CountryCode, CurrencyCode
from clientgraph.hookspecs import hookimpl
from clientgraph.naming import parties
from clientgraph.own_rows import OwnRow, OwnRows
from clientgraph.permissions import Permission
from clientgraph.versions import check_version

__all__ = [
    "After",
    "ApiErrors",
    "BatchField",
    "Before",
    "ChangeAction",
    "ChangeInput",
    "Client",
    "Company",
    "CompanyAddress",
    "CompanyCandidate",
    "CompanyRegistry",
    "Composed",
    "Connection",
    "Context",
    "CountryCode",
    "CurrencyCode",
    "CustomFieldValue",
    "DeletionBlocker",
    "DocumentAccount",
    "DocumentParty",
    "DocumentRefused",
    "DocumentRenderer",
    "DocumentRequest",
    "DocumentTemplate",
    "EventKind",
    "FieldOrigin",
    "FieldProblem",
    "FieldType",
    "First",
    "HealthCheck",
    "HealthReport",
    "HealthStatus",
    "HttpAnswer",
    "HttpClient",
    "HttpRoute",
    "IdentifierError",
    "IdentifierKind",
    "Info",
    "InstanceContext",
    "Integration",
    "Json",
    "Last",
    "MutationInput",
    "NodeType",
    "NotFound",
    "Objection",
    "OutboundService",
    "OwnRow",
    "OwnRows",
    "OwnTable",
    "Payload",
    "PeriodicTask",
    "Permission",
    "PluginContext",
    "PluginMigration",
    "PluginSettings",
    "Protected",
    "RecordChange",
    "RecordDraft",
    "RecordNode",
    "TypedForm",
    "Unavailable",
    "UserError",
    "UserErrors",
    "VerificationResult",
    "VerificationStatus",
    "VerificationSubject",
    "Verifier",
    "answer",
    "argument",
    "check_version",
    "clients_by_id",
    "column",
    "computed",
    "deleted",
    "described",
    "draft",
    "expected",
    "given",
    "global_id",
    "hookimpl",
    "mutation",
    "number_key",
    "page_arguments",
    "parties",
    "query",
    "read_json",
    "record",
    "row_id",
    "subscription",
    "text_key",
    "town_only",
]

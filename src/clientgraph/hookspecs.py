"""The contract with plugin authors: every hook.

A plugin is a Python object (usually a module) that a distribution announces under the
entry-point group ``clientgraph.plugins``. It implements any of the hooks below, each marked
with ``@clientgraph.hookimpl``. Implementations may be plain or ``async`` unless the hook says
otherwise, and may leave out arguments they do not need. The types that hooks speak in are in
``clientgraph.contract`` and imported from ``clientgraph`` itself.

Three kinds of hook, three fixed answers to a failing plugin:

* *declare*: asked once, while the service starts; sync. A plugin that fails here is quarantined:
  it is left out as a whole, shown with its reason, and the service goes on without it. Two
  plugins that claim one name are refused, both named: the one that was loaded later is left out.
* *decide*: asked inside a write. A plugin that fails or takes longer than five seconds refuses
  the write (``PLUGIN_UNAVAILABLE``): nothing is changed on an incomplete answer. So does one that
  is quarantined; where not even its hooks are known, deletions of clients are refused.
* *observe*: told after a commit. Told again after a failure, three times with growing pauses, and
  after a suspension; never undoes the write.

The functions of what a plugin declared (a registry's ``search``, a type's ``parse``) are no hooks.
One that fails or takes too long is passed over, and the caller is told; each type says how.

A plain function runs in one of four threads of the plugin's own, an ``async`` one in an event loop
of its own, resolvers and routes too: what blocks or hangs there holds nobody else. What fails five
times in a row in a workspace is not asked there for a while, longer each time. Hooks that concern
records receive **many at once**; no hook is ever called once per row. A plugin that a workspace
has switched off is neither asked nor told about that workspace, but for ``deletion_blockers``; what
it declared stays readable.

Each hook has a version of its own, 1 unless it says otherwise. New arguments do not change it:
implementations name the arguments that they take. What would break implementations does;
``@hookimpl(version=1)`` says which one an implementation was written for. Earlier versions named
here are adapted and reported as deprecated; a plugin that needs any other is quarantined alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar, overload
from uuid import UUID

import pluggy

if TYPE_CHECKING:
    import typer
    from strawberry.types.field import StrawberryField

    from clientgraph.contract.companies import CompanyRegistry
    from clientgraph.contract.documents import DocumentRenderer, DocumentTemplate
    from clientgraph.contract.events import EventKind
    from clientgraph.contract.fields import FieldType
    from clientgraph.contract.identifiers import IdentifierKind
    from clientgraph.contract.integrations import Integration
    from clientgraph.contract.operation import (
        HealthCheck,
        HttpRoute,
        PeriodicTask,
        PluginMigration,
        PluginSettings,
    )
    from clientgraph.contract.outbound import OutboundService
    from clientgraph.contract.records import (
        BatchField,
        DeletionBlocker,
        NodeType,
        Objection,
        PluginContext,
        RecordChange,
        RecordDraft,
    )
    from clientgraph.contract.verifications import Verifier

PROJECT: Final = "clientgraph"
ENTRY_POINT_GROUP: Final = "clientgraph.plugins"
LANGUAGES: Final = ("en", "fr", "nl", "de")
DEFAULT_VERSION: Final = 1

HookKind = Literal["declare", "decide", "observe"]
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, kw_only=True)
class Hook:
    """What is asked of implementations of a hook.

    ``adapted`` are the earlier versions whose implementations are still asked.
    """

    name: str
    kind: HookKind
    version: int
    adapted: frozenset[int]


HOOKS: Final[dict[str, Hook]] = {}
_specify = pluggy.HookspecMarker(PROJECT)
_implement = pluggy.HookimplMarker(PROJECT)


def hook(
    kind: HookKind, *, version: int = DEFAULT_VERSION, adapted: Iterable[int] = ()
) -> Callable[[F], F]:
    """A hook, for this module."""

    def mark(function: F) -> F:
        HOOKS[function.__name__] = Hook(
            name=function.__name__, kind=kind, version=version, adapted=frozenset(adapted)
        )
        return _specify(function)

    return mark


@overload
def hookimpl(function: F) -> F: ...
@overload
def hookimpl(*, version: int = DEFAULT_VERSION) -> Callable[[F], F]: ...
def hookimpl(function: F | None = None, *, version: int = DEFAULT_VERSION) -> F | Callable[[F], F]:
    """Marks an implementation of a hook, and which version of it it was written for."""

    def mark(found: F) -> F:
        found.clientgraph_version = version  # type: ignore[attr-defined]
        return _implement(found)

    return mark if function is None else mark(function)


@hook("declare")
def identifier_kinds() -> Iterable[IdentifierKind]:  # type: ignore[empty-body]
    """Declare the identifier kinds that this plugin understands."""


@hook("declare")
def event_kinds() -> Iterable[EventKind]:  # type: ignore[empty-body]
    """Declare kinds of events that this plugin brings.

    Events whose plugin is gone keep their kind, shown by its key.
    """


@hook("declare")
def field_types() -> Iterable[FieldType]:  # type: ignore[empty-body]
    """Declare types of custom fields that this plugin brings.

    Values whose plugin is gone are kept and shown as ``UnknownValue``.
    """


@hook("declare", version=2, adapted=[1])
def company_registries() -> Iterable[CompanyRegistry]:  # type: ignore[empty-body]
    """Declare registries of companies that callers can search and fill new clients from.

    Of several registries for a country or kind, the next one is asked where one is not
    available: first those of the plugin that was loaded first (by name), in their order here.

    Version 2: ``search`` and ``lookup`` receive a `PluginContext` first. In version 1 they did not.
    """


@hook("declare")
def verifiers() -> Iterable[Verifier]:  # type: ignore[empty-body]
    """Declare who can verify identifiers of clients.

    A verification is a record with a status; it never blocks saving.
    """


@hook("declare")
def document_templates() -> Iterable[DocumentTemplate]:  # type: ignore[empty-body]
    """Declare kinds of documents that can be made about clients."""


@hook("declare")
def document_renderers() -> Iterable[DocumentRenderer]:  # type: ignore[empty-body]
    """Declare how files are made of what templates compose.

    The first one that takes what was composed and makes what is asked for renders it.
    """


@hook("declare")
def integrations() -> Iterable[Integration]:  # type: ignore[empty-body]
    """Declare what this plugin does for those clients alone that are linked with it.

    Templates link new clients, and members link single ones: ``Client.integrations`` has them.
    A change of links is told by ``after_commit`` as a change of the client; links of a client
    that is made are there when it is told. Where the plugin is gone, they are kept and shown by
    their keys.
    """


@hook("declare")
def messages() -> Mapping[str, Mapping[str, str]]:  # type: ignore[empty-body]
    """Declare texts of this plugin's error codes: code → language → sentence.

    ``en`` is required for each code. ``{name}`` stands for a parameter. A code that core
    (docs/errors.md) or another plugin has is refused, both owners named.
    """


@hook("declare")
def batch_fields() -> Iterable[BatchField]:  # type: ignore[empty-body]
    """Declare fields that this plugin adds to types of the API.

    A name that the type has already is refused, both owners named. In a workspace that has
    switched the plugin off they are null.
    """


@hook("declare")
def graphql_fields() -> Mapping[str, Sequence[StrawberryField]]:  # type: ignore[empty-body]
    """Declare whole fields, mostly on Query, Mutation and Subscription: type name → fields.

    Each field must come from ``clientgraph.query``, ``clientgraph.mutation`` or
    ``clientgraph.subscription``, which make it name its permission. In a workspace that has
    switched the plugin off they answer the error ``PLUGIN_INACTIVE``.

    Resolvers, and those of types that they lead to, are called with ``info.context`` in the
    caller's transaction and have eight seconds. One that fails makes its field null
    (``PLUGIN_FAILED``).
    """


@hook("declare")
def graphql_types() -> Iterable[NodeType | type]:  # type: ignore[empty-body]
    """Declare types that the schema reaches only through an interface.

    A `NodeType` for each type of records of the plugin's own: ``node`` and ``nodes`` find these by
    their global ids, all that an operation asks for in one call. Ids of a plugin that is gone, or
    that the workspace has switched off, find nothing. A plain type for an interface of the
    plugin's own.
    """


@hook("declare")
def settings() -> PluginSettings:  # type: ignore[empty-body]
    """Declare what can be set, for the instance and for each workspace.

    Settings of the instance that do not fit quarantine the plugin, with what is wrong.
    """


@hook("declare")
def outbound_services() -> Iterable[OutboundService]:  # type: ignore[empty-body]
    """Declare the services on the network that this plugin speaks to: it reaches no others."""


@hook("declare")
def migrations() -> Iterable[PluginMigration]:  # type: ignore[empty-body]
    """Declare the steps that make this plugin's own tables, oldest first.

    ``clientgraph migrate`` applies them. A plugin whose tables are not there is quarantined until
    it was run. Tables of a plugin that is gone stay until ``clientgraph plugin remove --purge``.
    """


@hook("declare")
def http_routes() -> Iterable[HttpRoute]:  # type: ignore[empty-body]
    """Declare paths of this plugin's own under ``/plugins/NAME``.

    A token is asked for as everywhere. In a workspace that has switched the plugin off, they do
    not exist.
    """


@hook("declare")
def commands() -> typer.Typer:  # type: ignore[empty-body]
    """Declare commands, called as ``clientgraph NAME …`` by the plugin's name.

    ``typer.Context.obj`` of each is the plugin's `InstanceContext`.
    """


@hook("declare")
def health_checks() -> Iterable[HealthCheck]:  # type: ignore[empty-body]
    """Declare what is looked at now and then, shown in ``/readyz`` and ``plugins``."""


@hook("declare")
def periodic_tasks() -> Iterable[PeriodicTask]:  # type: ignore[empty-body]
    """Declare work that is done now and then for each workspace, such as what failed before.

    It is done beside all requests, for one workspace after the other, so choose minutes rather
    than seconds. Every process of the service does it: bear being run by two of them at once.
    """


@hook("decide")
def before_change(  # type: ignore[empty-body]
    context: PluginContext, drafts: Sequence[RecordDraft]
) -> Iterable[Objection]:
    """Look at changes of clients, contacts and addresses before they are written.

    Sync or async. Called once in a mutation with all that it is about to write, after core's own
    rules have passed. What refuses is answered as a user error, the rest as a warning. The drafts
    are copies: changing them changes nothing. A call of many records shows them all at once: say
    by `Objection.draft` which one is meant, or all of them are.
    """


@hook("decide")
def deletion_blockers(  # type: ignore[empty-body]
    context: PluginContext, client_ids: Sequence[UUID]
) -> Mapping[UUID, Sequence[DeletionBlocker]]:
    """Say which of these clients must not be deleted, and why (e.g. they have invoices).

    Sync or async. Called with up to 100 ids when a caller asks for ``deletability`` and inside
    the transaction of ``clientDelete``. Missing ids are free to go.

    Also called for workspaces that have switched the plugin off: what it keeps counts until it is
    given up by ``clientgraph plugin remove``. Where the plugin is not loaded, and has rows in its
    tables, no client of the workspace can be deleted until then.
    """


@hook("observe")
def after_commit(context: PluginContext, changes: Sequence[RecordChange]) -> None:
    """Be told what a transaction of this workspace committed.

    Sync or async. Called after the transaction, one at a time and in the order of each workspace,
    with thirty seconds for each attempt. What was told before a failure is told again, so bear
    hearing of a change twice; after the last attempt it is dropped and logged. A suspension is
    waited out, and spends no attempt. What waits is in memory: what must not be lost when the
    process is killed is to be looked up again by the plugin.
    """

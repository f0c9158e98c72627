"""The contract with plugin authors: every hook, and the types it speaks in.

A plugin is a Python object (usually a module) that a distribution announces under the
entry-point group ``clientgraph.plugins``. It implements any of the hooks below, each marked
with ``@clientgraph.hookimpl``. Implementations may be plain or ``async`` unless the hook says
otherwise, and may leave out arguments they do not need.

Three kinds of hook, three fixed answers to a failing plugin:

* *declare*: asked once, while the service starts. A plugin that fails here is quarantined: it is
  left out as a whole, shown with its reason, and the service goes on without it.
* *decide*: asked inside a write. A plugin that fails or takes too long refuses the write
  (``PLUGIN_UNAVAILABLE``): nothing is changed on an incomplete answer. A plain function runs in
  a thread, so that it holds nobody else.
* *observe*: told after a commit. A failure is logged and never undoes the write.

Hooks that concern records receive **many ids at once**; no hook is ever called once per row.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import pluggy

if TYPE_CHECKING:
    from strawberry.types.field import StrawberryField

PROJECT: Final = "clientgraph"
ENTRY_POINT_GROUP: Final = "clientgraph.plugins"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)

LANGUAGES: Final = ("en", "fr", "nl", "de")


class IdentifierError(ValueError):
    """Why a text is not an identifier of its kind.

    ``code`` is one of ``INVALID_FORMAT``, ``INVALID_LENGTH``, ``INVALID_CHECKSUM``,
    ``INVALID_COMPONENT``; the API answers it as the user error's code. ``hint`` may name the way
    out in one English clause ("a SIRET has 14 digits").
    """

    def __init__(self, code: str, hint: str = "") -> None:
        super().__init__(code, hint)
        self.code = code
        self.hint = hint


def _nothing_follows(_value: str) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, kw_only=True)
class IdentifierKind:
    """One kind of company identifier, e.g. the French SIRET.

    ``key``      upper snake case, prefixed by the country: ``FR_SIRET``, ``GB_CRN``, ``LEI``.
    ``label``    language → what a form shows; ``en`` is required.
    ``country``  ISO 3166-1 alpha-2, or None where the kind is international.
    ``example``  a well-formed value in its printed form.
    ``parse``    text as typed → the one stored form (upper case, no separators, prefix as the
                 field's practice has it). Restores leading zeros that a spreadsheet dropped, and
                 only when the checksum then passes. Raises `IdentifierError`.
    ``format``   stored form → printed form, e.g. ``732 829 320 00074``.
    ``derive``   stored form → stored forms of other kinds that follow from it
                 (``{"FR_SIREN": "732829320"}``). Derived identifiers are kept beside the given
                 one, marked as derived, and do not count as duplicates.
    ``unique``   whether two live clients of a workspace may share a given value (False) or not.
    ``is_tax``   True for VAT and other tax registrations (EN 16931 BT-48), False for registers.
    """

    key: str
    label: Mapping[str, str]
    country: str | None
    example: str
    parse: Callable[[str], str]
    format: Callable[[str], str]
    derive: Callable[[str], Mapping[str, str]] = _nothing_follows
    unique: bool = True
    is_tax: bool = False


@dataclass(frozen=True, kw_only=True)
class EventKind:
    """One kind of event in a client's history, e.g. a visit.

    ``key``      upper snake case: ``NOTE``, ``SITE_VISIT``.
    ``label``    language → what a form shows; ``en`` is required.
    ``is_task``  whether such events are there to be done: they can be assigned, are open until
                 they have a ``doneAt``, and overdue when that is missing after ``dueAt``.
    """

    key: str
    label: Mapping[str, str]
    is_task: bool = False


class FieldProblem(ValueError):
    """Why a value or an option does not fit a custom field.

    ``code`` is the user error's code, with a sentence in core's messages or in the plugin's own;
    ``hint`` may name the way out in one English clause; ``params`` fill the sentence.
    """

    def __init__(self, code: str, hint: str = "", **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, Any] = {**params, **({"hint": hint} if hint else {})}


@dataclass(frozen=True, kw_only=True)
class TypedForm:
    """How values of a custom field are read in typed programs.

    ``selection``   GraphQL fields of the value's type: ``amount currency``.
    ``shape``       what comes of that in TypeScript: ``{ amount: string; currency: string }``.
    ``type``        options → the TypeScript type of the value: ``Money``.
    ``take``        TypeScript that makes it of ``value``: ``{ amount: value.amount, … }``.
    ``input``       options → the TypeScript type that inputs take; as ``type`` where it is None.
    ``json_schema`` options → JSON Schema of the value.
    """

    selection: str
    shape: str
    type: Callable[[Mapping[str, Any]], str]
    take: str
    json_schema: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    input: Callable[[Mapping[str, Any]], str] | None = None


def _no_options(options: Mapping[str, Any]) -> Mapping[str, Any]:
    for name in options:
        raise FieldProblem("UNKNOWN_OPTION", option=name, known="none")
    return {}


def _own_text(text: str) -> str:
    return text


def _all_together(_stored: Any) -> str:
    return ""


@dataclass(frozen=True, kw_only=True)
class FieldType:
    """A type of custom fields, e.g. money.

    ``key``           upper snake case: ``MONEY``. Values keep it; it never changes its meaning.
    ``label``         language → what a form shows; ``en`` is required.
    ``operators``     what filters can ask: any of EQ NE IN LT LTE GT GTE CONTAINS STARTS_WITH
                      IS_SET.
    ``parse``         (JSON value, options, country of the record) → the one stored form, JSON
                      again. Must take its own stored form. Raises `FieldProblem`.
    ``sort_key``      stored → text whose byte order is the order of values, and which equal values
                      share. Of one of the values, where there are several.
    ``display``       (stored, locale such as ``fr-BE``, options) → text for people.
    ``graphql_type``  a Strawberry type that inherits `CustomFieldValue`; reads ``self.stored``.
    ``form``          how typed programs read it.
    ``check_options`` options as given → as stored; raises `FieldProblem`. None by default.
    ``search_form``   text of CONTAINS and STARTS_WITH → its form in sort keys.
    ``comparable``    stored → the beginning that the keys of comparable values share: the currency
                      of money. LT, LTE, GT and GTE stay among these.
    ``unknown``       which of these stored values refer to nothing, for types that refer.
    ``is_list``       whether a record can have several values: ``stored`` is a list then.
    """

    key: str
    label: Mapping[str, str]
    operators: frozenset[str]
    parse: Callable[[Any, Mapping[str, Any], str], Any]
    sort_key: Callable[[Any], str]
    display: Callable[[Any, str, Mapping[str, Any]], str]
    graphql_type: type
    form: TypedForm
    check_options: Callable[[Mapping[str, Any]], Mapping[str, Any]] = _no_options
    search_form: Callable[[str], str] = _own_text
    comparable: Callable[[Any], str] = _all_together
    unknown: Callable[[PluginContext, Sequence[Any]], Awaitable[Sequence[Any]]] | None = None
    is_list: bool = False


@dataclass(frozen=True, kw_only=True)
class DeletionBlocker:
    """A reason why a client cannot be deleted.

    ``code`` upper snake case; ``count`` how many things stand in the way (≥ 1); ``message``
    language → sentence for the user, ``en`` required. ``source`` is filled in by the service: the
    name of the plugin that answered.
    """

    code: str
    count: int
    message: Mapping[str, str]
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class RecordChange:
    """One committed change: which record of which type, in which workspace.

    ``type`` is the GraphQL type name (``Client``, ``Member``…), ``action`` one of ``CREATED``,
    ``UPDATED``, ``DELETED``; ``client_id`` is the client that the record is a part of.
    ``audience`` are the members who may know of it, None for the whole workspace: hand nothing
    about a private record to others.
    """

    organisation_id: UUID
    type: str
    id: UUID
    action: str
    version: int
    client_id: UUID | None = None
    audience: frozenset[UUID] | None = None


@dataclass(frozen=True, kw_only=True)
class PluginContext:
    """What a plugin is handed with a call that concerns records.

    ``organisation_id`` the workspace; ``language`` the caller's language (en, fr, nl, de);
    ``select(sql, params)`` reads with ``?`` placeholders through the caller's own session: rows
    of other workspaces do not exist there. A statement that fails is undone alone.
    """

    organisation_id: UUID
    language: str
    select: Callable[[str, Sequence[Any]], Awaitable[list[dict[str, Any]]]]


@dataclass(frozen=True, kw_only=True)
class BatchField:
    """A field that a plugin adds to a type of the API, loaded for many records at once.

    ``type_name`` the GraphQL type (``Client``); ``name`` the Python name of the field;
    ``result`` its Python type, nullable unless the loader always answers; ``load`` receives the
    context and all ids on the page and returns id → value (missing ids become null).
    """

    type_name: str
    name: str
    description: str
    result: Any
    load: Callable[[PluginContext, Sequence[UUID]], Awaitable[Mapping[UUID, Any]]]


@hookspec
def identifier_kinds() -> Iterable[IdentifierKind]:  # type: ignore[empty-body]
    """Declare the identifier kinds that this plugin understands.

    *declare*, sync, version 1. Called once at start. Two plugins that claim one key are refused,
    both named.
    """


@hookspec
def event_kinds() -> Iterable[EventKind]:  # type: ignore[empty-body]
    """Declare kinds of events that this plugin brings.

    *declare*, sync, version 1. Called once at start. Two plugins that claim one key are refused,
    both named. Events whose plugin is gone keep their kind, shown by its key.
    """


@hookspec
def field_types() -> Iterable[FieldType]:  # type: ignore[empty-body]
    """Declare types of custom fields that this plugin brings.

    *declare*, sync, version 1. Called once at start. Two plugins that claim one key are refused,
    both named. Values whose plugin is gone are kept and shown as ``UnknownValue``.
    """


@hookspec
def messages() -> Mapping[str, Mapping[str, str]]:  # type: ignore[empty-body]
    """Declare texts of this plugin's error codes: code → language → sentence.

    *declare*, sync, version 1. ``en`` is required for each code. ``{name}`` stands for a parameter.
    """


@hookspec
def batch_fields() -> Iterable[BatchField]:  # type: ignore[empty-body]
    """Declare fields that this plugin adds to types of the API.

    *declare*, sync, version 1. A name that the type has already is refused, both owners named.
    """


@hookspec
def graphql_fields() -> Mapping[str, Sequence[StrawberryField]]:  # type: ignore[empty-body]
    """Declare whole fields, mostly on Query, Mutation and Subscription: type name → fields.

    *declare*, sync, version 1. Each field must come from ``clientgraph.query``,
    ``clientgraph.mutation`` or ``clientgraph.subscription``, which make it name its permission.
    """


@hookspec
def graphql_types() -> Iterable[type]:  # type: ignore[empty-body]
    """Declare types that the schema reaches only through an interface.

    *declare*, sync, version 1.
    """


@hookspec
def deletion_blockers(  # type: ignore[empty-body]
    context: PluginContext, client_ids: Sequence[UUID]
) -> Mapping[UUID, Sequence[DeletionBlocker]]:
    """Say which of these clients must not be deleted, and why (e.g. they have invoices).

    *decide*, sync or async, version 1. Called with up to 100 ids when a caller asks for
    ``deletability`` and inside the transaction of ``clientDelete``. Missing ids are free to go.
    """


@hookspec
def after_commit(changes: Sequence[RecordChange]) -> None:
    """Be told what was committed.

    *observe*, sync or async, version 1. Called after the transaction, in order, at most once.
    """

"""What one plugin declares: collected whole and checked before any of it is used."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any, Final

import typer

from clientgraph import containment, declared_documents, declared_operation
from clientgraph.announced import CORE
from clientgraph.asking import contained
from clientgraph.contract.companies import CompanyRegistry
from clientgraph.contract.documents import DocumentRenderer, DocumentTemplate
from clientgraph.contract.events import EventKind
from clientgraph.contract.fields import FieldType, TypedForm
from clientgraph.contract.identifiers import IdentifierError, IdentifierKind
from clientgraph.contract.integrations import Integration
from clientgraph.contract.operation import HealthCheck, HttpRoute, PeriodicTask, PluginSettings
from clientgraph.contract.outbound import OutboundService
from clientgraph.contract.records import BatchField, NodeType
from clientgraph.contract.verifications import Verifier
from clientgraph.declared_types import declared_types
from clientgraph.dispatch.caller import Caller
from clientgraph.messages import CODES
from clientgraph.outbound.services import declared_services
from clientgraph.setting_schemas import check_schema
from clientgraph.storage.migrator import Migration
from clientgraph.storage.own_tables import steps, table_names

LONGEST_VALUE: Final = 200
_KEY: Final = re.compile(r"[A-Z][A-Z0-9_]{0,39}")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_OPERATORS: Final = frozenset(
    ["EQ", "NE", "IN", "LT", "LTE", "GT", "GTE", "CONTAINS", "STARTS_WITH", "IS_SET"]
)

Ask = Callable[[str], Any]
Failed = Callable[[BaseException], None]


@dataclass(frozen=True, kw_only=True)
class Declared:
    """Everything that one plugin adds."""

    kinds: Mapping[str, IdentifierKind] = field(default_factory=dict)
    event_kinds: Mapping[str, EventKind] = field(default_factory=dict)
    field_types: Mapping[str, FieldType] = field(default_factory=dict)
    registries: Mapping[str, CompanyRegistry] = field(default_factory=dict)
    templates: Mapping[str, DocumentTemplate] = field(default_factory=dict)
    renderers: Mapping[str, DocumentRenderer] = field(default_factory=dict)
    verifiers: Mapping[str, Verifier] = field(default_factory=dict)
    integrations: Mapping[str, Integration] = field(default_factory=dict)
    services: Mapping[str, OutboundService] = field(default_factory=dict)
    batch_fields: Sequence[BatchField] = ()
    fields: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    types: Mapping[str, type] = field(default_factory=dict)
    nodes: Mapping[str, NodeType] = field(default_factory=dict)
    messages: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    settings: PluginSettings = field(default_factory=PluginSettings)
    steps: Sequence[Migration] = ()
    tables: frozenset[str] = frozenset()
    routes: Sequence[HttpRoute] = ()
    checks: Sequence[HealthCheck] = ()
    tasks: Sequence[PeriodicTask] = ()
    commands: typer.Typer | None = None

    @property
    def in_schema(self) -> bool:
        """Whether the schema is another one with this plugin."""
        return bool(self.batch_fields or self.fields or self.types or self.field_types)

    @property
    def claims(self) -> frozenset[str]:
        """What no other plugin can declare too."""
        keys: Mapping[str, Iterable[str]] = {
            "identifier kind": self.kinds,
            "event kind": self.event_kinds,
            "field type": self.field_types,
            "company registry": self.registries,
            "document template": self.templates,
            "document renderer": self.renderers,
            "table": self.tables,
            "verifier": self.verifiers,
            "integration": self.integrations,
            "type": self.types,
            "message": self.messages,
        }
        return frozenset(f"{name} {key}" for name, known in keys.items() for key in known)


def collect(name: str, ask: Ask, caller: Caller) -> Declared:
    """The answers of one plugin's declaring hooks; raises what is wrong with the first bad one.

    ``name`` is the plugin's; ``ask`` calls a hook by name (None where it is not implemented);
    ``caller`` calls what the plugin declared, and is told when that breaks its contract.
    """
    types = _by_key(ask("field_types"), "field type", FieldType, _check_field_type)
    kinds = _by_key(ask("identifier_kinds"), "identifier kind", IdentifierKind, _check_kind)
    asked = ask("company_registries")
    registries = _by_key(asked, "company registry", CompanyRegistry, _check_registry)
    verifiers = _by_key(ask("verifiers"), "verifier", Verifier, _check_verifier)
    fields = _fields(ask("graphql_fields"))
    graphql_types, nodes = declared_types(ask("graphql_types"))
    migrations = tuple(ask("migrations") or ())
    note = partial(caller.note, "identifier_kinds")
    return Declared(
        kinds={key: _contained(each, note) for key, each in kinds.items()},
        event_kinds=_by_key(ask("event_kinds"), "event kind", EventKind, _check_event_kind),
        field_types={key: containment.contained(each, caller) for key, each in types.items()},
        registries={
            key: contained(replace(each, source=name), caller) for key, each in registries.items()
        },
        templates=_templates(ask("document_templates")),
        renderers=declared_documents.renderers(ask("document_renderers")),
        verifiers={key: replace(each, source=name) for key, each in verifiers.items()},
        integrations=_by_key(ask("integrations"), "integration", Integration, _nothing_more),
        services=declared_services(ask("outbound_services")),
        batch_fields=tuple(map(_checked_batch_field, ask("batch_fields") or ())),
        fields=fields,
        types=graphql_types,
        nodes=nodes,
        messages=_messages(ask("messages")),
        settings=_settings(ask("settings")),
        steps=steps(name, migrations),
        tables=table_names(migrations),
        routes=declared_operation.routes(ask("http_routes")),
        checks=declared_operation.checks(ask("health_checks")),
        tasks=declared_operation.tasks(ask("periodic_tasks")),
        commands=declared_operation.commands(ask("commands")),
    )


def _settings(answer: Any) -> PluginSettings:
    if answer is None:
        return PluginSettings()
    if not isinstance(answer, PluginSettings):
        raise TypeError(f"{type(answer).__name__} is not a PluginSettings")
    check_schema("the schema of the instance's settings", answer.instance)
    check_schema("the schema of the workspaces' settings", answer.workspace)
    return answer


def _by_key(
    answer: Any, what: str, expected: type[Any], check: Callable[[str, Any], None]
) -> dict[str, Any]:
    """What a hook declares, each checked; two of one key are refused."""
    found: dict[str, Any] = {}
    if not isinstance(answer, Iterable | None):
        raise TypeError(f"{what}: the answer must be a list, and is a {type(answer).__name__}")
    for each in answer or ():
        if not isinstance(each, expected):
            raise TypeError(f"{type(each).__name__} is not an {expected.__name__}")
        if not isinstance(each.key, str) or not _KEY.fullmatch(each.key):
            raise ValueError(f"{what} {each.key!r}: the key must be in upper snake case")
        name = f"{what} {each.key}"
        _check_texts(f"{name}: the label", each.label)
        check(name, each)
        if each.key in found:
            raise ValueError(f"{name} is declared twice")
        found[each.key] = each
    return found


def _fields(answer: Any) -> dict[str, Sequence[Any]]:
    return {str(type_name): tuple(fields) for type_name, fields in (answer or {}).items()}


def _nothing_more(_name: str, _each: Any) -> None:
    """A key and a label are all that there is to check."""


def _templates(answer: Any) -> dict[str, DocumentTemplate]:
    check = declared_documents.check_template
    return _by_key(answer, "document template", DocumentTemplate, check)


def _check_kind(name: str, kind: IdentifierKind) -> None:
    if kind.country is not None and not _COUNTRY.fullmatch(kind.country):
        raise ValueError(f"{name}: the country must be two capital letters or None")
    if not isinstance(kind.example, str):
        raise TypeError(f"{name}: the example must be a text")
    if not all(callable(each) for each in (kind.parse, kind.format, kind.derive)):
        raise TypeError(f"{name}: parse, format and derive must be functions")


def _check_event_kind(name: str, kind: EventKind) -> None:
    if not isinstance(kind.is_task, bool):
        raise TypeError(f"{name}: is_task must be true or false")


def _check_field_type(name: str, kind: FieldType) -> None:
    if not set(kind.operators) <= _OPERATORS:
        raise ValueError(f"{name}: the operators must be among {', '.join(sorted(_OPERATORS))}")
    functions = (
        kind.parse,
        kind.sort_key,
        kind.display,
        kind.check_options,
        kind.search_form,
        kind.comparable,
    )
    if not all(callable(each) for each in functions):
        raise TypeError(f"{name}: parse, sort_key, display and the like must be functions")
    for part in ("check_limits", "unknown", "ranks"):
        function = getattr(kind, part)
        if function is not None and not callable(function):
            raise TypeError(f"{name}: {part} must be a function or None")
    if not isinstance(kind.is_list, bool) or not isinstance(kind.is_sortable, bool):
        raise TypeError(f"{name}: is_list and is_sortable must be true or false")
    if not isinstance(kind.graphql_type, type) or not isinstance(kind.form, TypedForm):
        raise TypeError(f"{name}: graphql_type must be a type and form a TypedForm")


def _check_registry(name: str, registry: CompanyRegistry) -> None:
    countries = registry.countries or ()
    if isinstance(countries, str) or not all(_COUNTRY.fullmatch(each) for each in countries):
        raise ValueError(f"{name}: the countries must be pairs of capital letters")
    if isinstance(registry.kinds, str) or not all(_KEY.fullmatch(each) for each in registry.kinds):
        raise ValueError(f"{name}: the kinds must be keys of identifier kinds")
    if not isinstance(registry.attribution, str):
        raise TypeError(f"{name}: the attribution must be a text")
    functions = [each for each in (registry.search, registry.lookup) if each is not None]
    if not functions or not all(callable(each) for each in functions):
        raise TypeError(f"{name}: search or lookup, or both, must be functions")


def _check_verifier(name: str, verifier: Verifier) -> None:
    if isinstance(verifier.kinds, str) or not all(_KEY.fullmatch(each) for each in verifier.kinds):
        raise ValueError(f"{name}: the kinds must be keys of identifier kinds")
    if not isinstance(verifier.attribution, str):
        raise TypeError(f"{name}: the attribution must be a text")
    if not callable(verifier.verify):
        raise TypeError(f"{name}: verify must be a function")
    if not isinstance(verifier.valid_for, timedelta) or verifier.valid_for <= timedelta():
        raise ValueError(f"{name}: valid_for must be a timedelta above zero")
    if not isinstance(verifier.at_most, int) or verifier.at_most < 1:
        raise ValueError(f"{name}: at_most must be a whole number above zero")


def _messages(answer: Any) -> dict[str, dict[str, str]]:
    """The texts of error codes: code → language → sentence."""
    found = {code: dict(texts) for code, texts in (answer or {}).items()}
    for code, texts in found.items():
        if code in CODES:
            raise ValueError(f"message {code} is claimed by {CORE} already: choose another code")
        _check_texts(f"message {code}", texts)
    return found


def _checked_batch_field(each: Any) -> BatchField:
    if not isinstance(each, BatchField):
        raise TypeError(f"{type(each).__name__} is not a BatchField")
    if not callable(each.load):
        raise TypeError(f"field {each.type_name}.{each.name}: load must be a function")
    return each


def _check_texts(name: str, texts: Any) -> None:
    """Language → text, English at least, with placeholders that can be filled."""
    if not isinstance(texts, Mapping) or not isinstance(texts.get("en"), str):
        raise ValueError(f"{name} needs a text for 'en'")  # noqa: TRY004 - missing, mostly
    for language, text in texts.items():
        if not isinstance(language, str) or not isinstance(text, str):
            raise TypeError(f"{name} must map languages to texts")
        list(string.Formatter().parse(text))


def _contained(kind: IdentifierKind, failed: Failed) -> IdentifierKind:
    """The kind, with functions that keep their contract whatever the plugin's own do.

    They work in the plugin's threads: see `clientgraph.identifiers.kinds`.
    """

    def parse(text: str) -> str:
        containment.check_apart()
        try:
            found = kind.parse(text)
            if not isinstance(found, str) or not 0 < len(found) <= LONGEST_VALUE:
                raise TypeError(f"{kind.key}: parse answered no usable text")  # noqa: TRY301
        except IdentifierError:
            raise
        except BaseException as error:
            failed(error)
            raise IdentifierError("INVALID_FORMAT") from error
        return found

    def printed(value: str) -> str:
        containment.check_apart()
        try:
            return containment.text_of(kind.format(value))
        except BaseException as error:  # noqa: BLE001 - the stored form can always be shown
            failed(error)
            return value

    def derive(value: str) -> Mapping[str, str]:
        containment.check_apart()
        try:
            derived = kind.derive(value).items()
            return {containment.text_of(key): containment.text_of(found) for key, found in derived}
        except BaseException as error:  # noqa: BLE001 - what follows is a convenience
            failed(error)
            return {}

    return replace(kind, parse=parse, format=printed, derive=derive)

"""Types of custom fields."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clientgraph.contract.records import PluginContext


class FieldProblem(ValueError):
    """Why a value or an option does not fit a custom field.

    ``FieldProblem(code, hint="", **params)``: ``code`` is the user error's code, with a sentence in
    core's messages (docs/errors.md) or in the plugin's own; ``hint`` may name the way out in one
    English clause, which is shown in brackets behind the sentence; ``params`` fill the sentence.
    For options, core has the codes ``UNKNOWN_OPTION`` (``option``, ``known``) and
    ``INVALID_OPTION`` (``option``, ``allowed``: what it takes in signs of no language, such as
    ``1-500``). A problem of ``check_options`` is told at the option that ``option`` names, or at a
    part of it: ``choices.2.key``.
    """

    def __init__(self, code: str, hint: str = "", **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, Any] = {**params, **({"hint": hint} if hint else {})}


@dataclass(frozen=True, kw_only=True)
class TypedForm:
    """How values of a custom field are read in typed programs.

    ``selection``    GraphQL fields of the value's type: ``amount currency``.
    ``shape``        what comes of that in TypeScript: ``{ amount: string; currency: string }``.
    ``type``         options → the TypeScript type of the value, written out where it is none of
                     TypeScript's own: ``{ latitude: number; longitude: number }``.
    ``take``         TypeScript that makes it of ``value``: ``{ amount: value.amount, … }``.
    ``input``        options → the TypeScript type that inputs take; as ``type`` where it is None.
    ``json_schema``  options → JSON Schema of what inputs take.
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

    ``key``            upper snake case: ``MONEY``. Values keep it; it never changes its meaning.
    ``label``          language → what a form shows; ``en`` is required.
    ``operators``      what filters can ask: any of EQ NE IN LT LTE GT GTE CONTAINS STARTS_WITH
                       IS_SET. NE finds records without a value, too.
    ``parse``          (JSON value, options, country of the record) → the one stored form, JSON
                       again. Must take its own stored form. Raises `FieldProblem` for what is no
                       value of the type. What filters compare with goes through it as well, so
                       that the limits of a field belong into ``check_limits``.
    ``check_limits``   (stored, options) → None; raises `FieldProblem` for a value that the field's
                       options do not allow. Asked of what is written, never of what filters
                       compare with: values from before a limit can still be found.
    ``sort_key``       stored → text whose byte order is the order of values, and which equal
                       values share (``clientgraph.number_key`` and ``text_key`` make such texts of
                       numbers and texts). Of one of the values, where there are several.
    ``display``        (stored, locale such as ``fr-BE``, options) → text for people; English for a
                       locale that the type does not know.
    ``graphql_type``   a Strawberry type that inherits ``clientgraph.CustomFieldValue``; reads
                       ``self.stored``, and the field's options by ``self.row.option_values()``.
    ``form``           how typed programs read it.
    ``check_options``  options as given → as stored; raises `FieldProblem`, for unknown ones too.
                       By default the type has no options, and any is refused.
    ``search_form``    text of CONTAINS and STARTS_WITH → its form in sort keys.
    ``comparable``     stored → the beginning that the keys of comparable values share: the currency
                       of money. LT, LTE, GT and GTE stay among these.
    ``unknown``        which of these stored values refer to nothing, for types that refer.
    ``is_list``        whether a record can have several values: ``stored`` is a list then.
    ``is_sortable``    whether the order of keys means something to people; of several values, the
                       first one counts.
    ``ranks``          options → keys in the order of values, where that is not the keys' own: the
                       choices as they are listed. A key that is not among them comes last.

    Every function but ``unknown`` answers at once, without waiting for anything: one that raises,
    answers what is not described here, or takes two seconds fails the operation that needs it
    (``FIELD_TYPE_FAILED``); values are then shown as they are stored. They are called in threads of
    the plugin, one after the other for what an operation asks at one time, which has two seconds
    for all of it; after five times in a row that took longer the type is not asked for a while.
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
    check_limits: Callable[[Any, Mapping[str, Any]], None] | None = None
    search_form: Callable[[str], str] = _own_text
    comparable: Callable[[Any], str] = _all_together
    unknown: Callable[[PluginContext, Sequence[Any]], Awaitable[Sequence[Any]]] | None = None
    is_list: bool = False
    is_sortable: bool = True
    ranks: Callable[[Mapping[str, Any]], Sequence[str]] | None = None

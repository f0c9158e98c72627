"""Compiles a query into a plan: levels of columns and steps in place of a call for each field.

A plan knows how to succeed, and nothing else. What goes wrong in it is run again by ordinary
execution, which tells errors at their places; so whatever a plan answers is what ordinary
execution would have answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from graphql import (
    DirectiveNode,
    DocumentNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    VariableNode,
    Visitor,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
    visit,
)
from graphql.execution.collect_fields import (
    CollectedFields,
    FieldDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues
from graphql.pyutils import Path

from clientgraph.reads.assembly import Assembly, Part, Plain
from clientgraph.reads.leaves import is_strict, shower
from clientgraph.reads.levels import (
    Attribute,
    Level,
    Loaded,
    Resolved,
    Run,
    Selected,
    Step,
    Variants,
)
from clientgraph.reads.refused import Unplanned
from clientgraph.reads.shapes import Complete, listed, nullable, required, shown

_MOST_VARIANTS: Final = 16


class Plans:
    """The plans of one document: one for each operation and each choice of its conditions."""

    def __init__(self, document: DocumentNode) -> None:
        self._conditions = _conditions(document)
        self._known: dict[Any, Plan | None] = {}

    def plan(self, executor: Any) -> Plan | None:
        """The plan for what an executor is to run; None where there can be none."""
        given = executor.variable_values.coerced
        chosen = tuple(given.get(name) for name in self._conditions)
        key = (id(executor.operation), chosen)
        if key not in self._known:
            if len(self._known) >= _MOST_VARIANTS:
                self._known.clear()
            self._known[key] = _planned(executor, self._conditions)
        return self._known[key]


class Plan:
    """What a query comes to."""

    def __init__(self, root: Level, columns: Mapping[Path, Sequence[str]]) -> None:
        self._root = root
        self._columns = columns
        # Whether it sent one statement alone when it was last run in a snapshot of several.
        self.asks_once = False

    async def run(self, executor: Any) -> dict[str, Any]:
        """The data of the answer; raises whatever stands in the way."""
        executor.context_value.columns = self._columns
        executor.context_value.planned = True
        try:
            found = await self._root.complete(Run(executor), [executor.root_value])
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            # Not this request was cancelled, but what a part of it waited for, with a part that
            # failed.
            raise Unplanned from None
        data: dict[str, Any] = found[0]
        return data


def _planned(executor: Any, conditions: Sequence[str]) -> Plan | None:
    try:
        compiler = _Compiler(executor, conditions)
        return Plan(compiler.root(), compiler.columns)
    except (Unplanned, GraphQLError):
        return None


class _Compiler:
    """Makes the levels of one operation.

    It stays with the plan, for types that are met later: of the request's variables it keeps those
    alone that conditions depend on.
    """

    def __init__(self, executor: Any, conditions: Sequence[str]) -> None:
        self._schema: GraphQLSchema = executor.schema
        self._fragments = executor.fragments
        given: VariableValues = executor.variable_values
        self._variables = VariableValues(
            {name: given.sources[name] for name in conditions if name in given.sources},
            {name: given.coerced[name] for name in conditions if name in given.coerced},
        )
        self._operation = executor.operation
        # What is read of the rows of each list, by its path.
        self.columns: dict[Path, Sequence[str]] = {}
        self._reads: dict[Path, frozenset[str] | None] = {}

    def root(self) -> Level:
        """The level of the query itself."""
        query = self._schema.query_type
        if query is None:
            raise Unplanned
        found = collect_fields(
            self._schema, self._fragments, self._variables, query, self._operation
        )
        return self._level(query, found, None)

    def _level(self, parent: GraphQLObjectType, found: CollectedFields, path: Path | None) -> Level:
        if found.new_defer_usages:
            raise Unplanned
        parts: dict[str, Part] = {}
        steps: list[Step] = []
        reads: frozenset[str] | None = frozenset()
        for key, details in found.grouped_field_set.items():
            parts[key] = None
            if details[0].node.name.value == "__typename":
                parts[key] = parent.name
                continue
            selected = self._selected(parent, key, details, path)
            plain = _plain(selected)
            if plain is not None:
                parts[key] = plain
            else:
                steps.append(self._step(selected, details))
            needed = self._needed(selected)
            reads = None if reads is None or needed is None else reads | needed
        return Level(Assembly(parts), steps, reads)

    def _needed(self, selected: Selected) -> frozenset[str] | None:
        """The columns that a field takes from its row; None where it may be any."""
        declared, marks = selected.declared, selected.declared.metadata
        if marks.get("rows"):
            return self._reads.get(selected.path)
        if selected.loading is not None:
            return frozenset([selected.loading.key, *selected.loading.reads])
        if declared.is_basic_field:
            return frozenset([declared.python_name])
        return None if marks.get("reads") is None else frozenset(marks["reads"])

    def _selected(
        self,
        parent: GraphQLObjectType,
        key: str,
        details: list[FieldDetails],
        path: Path | None,
    ) -> Selected:
        field = self._schema.get_field(parent, details[0].node.name.value)
        if field is None or "strawberry-definition" not in field.extensions:
            raise Unplanned
        if any(each.fragment_variable_values for each in details):
            raise Unplanned
        selected = Selected(
            key=key,
            parent=parent,
            field=field,
            nodes=[each.node for each in details],
            path=Path(path, key, parent.name),
        )
        if selected.is_of_plugin or selected.declared.extensions:
            # Where a plugin failed it would be asked again by ordinary execution.
            raise Unplanned
        return selected

    def _step(self, selected: Selected, details: list[FieldDetails]) -> Step:
        complete = self._complete(selected.field.type, selected, details)
        if selected.declared.is_basic_field:
            return Attribute(selected, complete)
        if selected.loading is not None:
            return Loaded(selected, complete, selected.loading)
        return Resolved(selected, complete)

    def _complete(
        self, kind: GraphQLOutputType, selected: Selected, details: list[FieldDetails]
    ) -> Complete:
        if is_non_null_type(kind):
            return required(self._present(kind.of_type, selected, details))
        return nullable(self._present(kind, selected, details))

    def _present(self, kind: Any, selected: Selected, details: list[FieldDetails]) -> Complete:
        """What completes values of a type that are there."""
        if is_list_type(kind):
            return listed(self._complete(kind.of_type, selected, details))
        if is_leaf_type(kind):
            return shown(shower(kind))
        if is_object_type(kind):
            return self._subfields(kind, selected, details).complete
        if is_abstract_type(kind):
            return self._variants(kind, selected, details).complete
        raise Unplanned

    def _subfields(
        self, kind: GraphQLObjectType, selected: Selected, details: list[FieldDetails]
    ) -> Level:
        found = collect_subfields(
            self._schema, self._fragments, self._variables, self._operation, kind, details
        )
        level = self._level(kind, found, selected.path)
        self._reads[selected.path] = level.reads
        if level.reads is not None:
            self.columns[selected.path] = tuple(sorted(level.reads))
        return level

    def _variants(self, kind: Any, selected: Selected, details: list[FieldDetails]) -> Variants:
        def resolve_type(run: Run, value: Any) -> str:
            find = kind.resolve_type or run.executor.type_resolver
            name = find(value, selected.info(run), kind)
            if not isinstance(name, str):
                raise Unplanned
            return name

        def compiled(name: str) -> Level:
            found = self._schema.get_type(name)
            if not is_object_type(found) or not self._schema.is_sub_type(kind, found):
                raise Unplanned
            return self._subfields(found, selected, details)

        return Variants(resolve_type, compiled)


def _plain(selected: Selected) -> Plain | None:
    """A value that the row alone tells; None for what is no such field."""
    declared, kind = selected.declared, selected.field.type
    leaf = get_nullable_type(kind)
    if not is_leaf_type(leaf):
        return None
    if declared.is_basic_field:
        return Plain(declared.python_name, None, leaf, is_non_null_type(kind))
    # An exception or something to wait for would be taken for a value by any other leaf.
    function = _of_row(selected) if is_strict(leaf) else None
    told = declared.metadata.get("told", "")
    return None if function is None else Plain(told, function, leaf, is_non_null_type(kind))


def _of_row(selected: Selected) -> Callable[[Any], Any] | None:
    """A resolver that is told nothing but its row; None for any other."""
    declared, resolver = selected.declared, selected.declared.base_resolver
    if resolver is None or selected.loading is not None or declared.is_async:
        return None
    if selected.field.args or resolver.info_parameter:
        return None
    function: Any = resolver.wrapped_func
    parent = resolver.parent_parameter or resolver.root_parameter
    if parent is not None:
        name = parent.name
        return lambda row: function(**{name: row})
    if not resolver.self_parameter:
        return lambda _row: function()
    of_row: Callable[[Any], Any] = function
    return of_row


class _Conditions(Visitor):
    """The variables that @skip and @include depend on."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        """Any directive's: there are no others on selections."""
        for argument in node.arguments or ():
            if isinstance(argument.value, VariableNode):
                self.names.add(argument.value.name.value)


def _conditions(document: DocumentNode) -> tuple[str, ...]:
    found = _Conditions()
    visit(document, found)
    return tuple(sorted(found.names))

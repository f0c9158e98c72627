"""The parts of a plan: what is done for all rows of one selection, in one go."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    Visitor,
    visit,
)
from graphql.execution import get_argument_values
from graphql.pyutils import Path
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField
from strawberry.types.info import Info

from clientgraph.batches import RowsBy
from clientgraph.context import Context
from clientgraph.graphql.fields import Loading
from clientgraph.reads.assembly import Assembly
from clientgraph.reads.refused import Unplanned
from clientgraph.reads.shapes import Complete


@dataclass(frozen=True)
class Run:
    """One execution of a plan, through graphql-core's executor of the request."""

    executor: Any

    @property
    def context(self) -> Context:
        """What the request carries."""
        found: Context = self.executor.context_value
        return found


@dataclass(frozen=True)
class Selected:
    """A field as it was selected, under one response name."""

    key: str
    parent: GraphQLObjectType
    field: GraphQLField
    nodes: list[FieldNode]
    path: Path

    @property
    def is_of_plugin(self) -> bool:
        """Whether a plugin is asked for it."""
        loading = self.loading
        is_apart: bool = getattr(self.field.resolve, "is_apart", False)
        return is_apart or (loading is not None and loading.is_slow)

    @property
    def loading(self) -> Loading | None:
        """How it is loaded for many rows at once, if that is declared."""
        found: Loading | None = self.declared.metadata.get("loading")
        return found

    @property
    def declared(self) -> StrawberryField:
        """What Strawberry knows of the field."""
        found: StrawberryField = self.field.extensions["strawberry-definition"]
        return found

    def info(self, run: Run) -> GraphQLResolveInfo[Context]:
        """What resolvers are told of the request; the path is that of the first row."""
        made: GraphQLResolveInfo[Context] = run.executor.build_resolve_info(
            self.field, self.nodes, self.parent, self.path
        )
        return made

    def arguments(self, run: Run, info: Info[Any, Any]) -> Mapping[str, Any]:
        """The field's arguments as resolvers get them, the same for all rows."""
        if self._constants or not self.field.args:
            return self._constants[0] if self._constants else {}
        converted = convert_arguments(
            get_argument_values(self.field, self.nodes[0], run.executor.variable_values),
            self.declared.arguments,
            scalar_registry=info.schema.schema_converter.scalar_registry,
            config=info.schema.config,
            info=info,
        )
        if self._is_constant and all(isinstance(each, Hashable) for each in converted.values()):
            self._constants.append(converted)
        return converted

    @cached_property
    def _constants(self) -> list[dict[str, Any]]:
        """Arguments that are the same in each request, after the first one."""
        return []

    @cached_property
    def _is_constant(self) -> bool:
        """Whether its arguments are the same in each request: none of them holds a variable."""
        found = _Variables()
        for argument in self.nodes[0].arguments or ():
            visit(argument, found)
        return not found.any


@dataclass(frozen=True)
class Step:
    """Fills in what a row's columns do not hold; those that wait run beside each other."""

    selected: Selected
    complete: Complete

    @property
    def waits(self) -> bool:
        """Whether others than the database may be asked."""
        return False

    async def values(self, run: Run, rows: Sequence[Any]) -> list[Any]:
        """Completed values, in the order of the rows."""
        return await self.complete(run, await self.found(run, rows))

    async def found(self, run: Run, rows: Sequence[Any]) -> list[Any]:
        """What there is for each row."""
        raise NotImplementedError


@dataclass(frozen=True)
class Attribute(Step):
    """A column that holds objects."""

    async def found(self, run: Run, rows: Sequence[Any]) -> list[Any]:  # noqa: ARG002
        """Taken from each row."""
        name = self.selected.declared.python_name
        return [getattr(row, name) for row in rows]


@dataclass(frozen=True)
class Loaded(Step):
    """A field that is loaded by a column: its batch is asked once for all rows."""

    loading: Loading

    async def found(self, run: Run, rows: Sequence[Any]) -> list[Any]:
        """What the batch found for each row's key."""
        pick, name = self.loading.pick, self.loading.key
        info = Info(_raw_info=self.selected.info(run), _field=self.selected.declared)
        batch = self.loading.batch(info, **self.selected.arguments(run, info))
        columns = run.context.columns.get(self.selected.path)
        if columns is not None and isinstance(batch, RowsBy) and self.loading.hands_on:
            batch = batch.of(columns)
        keys = [getattr(row, name) for row in rows]
        found = await run.context.load_all(batch, (key for key in keys if key is not None))
        return [pick(row, found.get(key)) for row, key in zip(rows, keys, strict=True)]


@dataclass(frozen=True)
class Resolved(Step):
    """A field with a resolver, called for each row as ordinary execution does."""

    @property
    def waits(self) -> bool:
        """Whatever is awaited may be slow."""
        return self.selected.declared.is_async

    async def found(self, run: Run, rows: Sequence[Any]) -> list[Any]:
        """What the resolver answers for each row, all awaited together."""
        call = self._call(run)
        found = [call(row) for row in rows]
        is_awaitable = run.executor.is_awaitable
        if self.waits:
            found = await _all(found)
        elif any(is_awaitable(value) for value in found):
            found = await _all([_settled(value, is_awaitable) for value in found])
        if any(isinstance(value, BaseException) for value in found):
            raise Unplanned
        return found

    def _call(self, run: Run) -> Callable[[Any], Any]:
        selected, declared = self.selected, self.selected.declared
        resolver = declared.base_resolver
        if resolver is None:
            raise Unplanned
        info = Info(_raw_info=selected.info(run), _field=declared)
        named = dict(selected.arguments(run, info))
        if resolver.info_parameter:
            named[resolver.info_parameter.name] = info
        function: Any = resolver.wrapped_func
        parent = resolver.parent_parameter or resolver.root_parameter
        if parent is not None:
            name = parent.name
            return lambda row: function(**{name: row}, **named)
        if resolver.self_parameter:
            return lambda row: function(row, **named)
        return lambda _row: function(**named)


@dataclass(frozen=True)
class Level:
    """One object type's selection: columns are assembled, the rest is filled in by steps.

    ``reads`` are the columns of a row that all of it needs; None where nobody knows.
    """

    assembly: Assembly
    steps: Sequence[Step]
    reads: frozenset[str] | None

    async def complete(self, run: Run, rows: list[Any]) -> list[Any]:
        """The objects of the answer, one for each row."""
        if not rows:
            return []
        made = self.assembly.of(rows)
        # One statement after the other, as the connection would have it anyway.
        for step in self.steps:
            if not step.waits:
                _fill(made, step, await step.values(run, rows))
        waiting = [step for step in self.steps if step.waits]
        found = await _all([step.values(run, rows) for step in waiting])
        for step, values in zip(waiting, found, strict=True):
            _fill(made, step, values)
        return made


def _fill(made: Sequence[dict[str, Any]], step: Step, values: Sequence[Any]) -> None:
    key = step.selected.key
    for into, value in zip(made, values, strict=True):
        into[key] = value


@dataclass
class Variants:
    """The selections on an interface or union, each compiled when its type is first met."""

    resolve_type: Callable[[Run, Any], str]
    compiled: Callable[[str], Level]
    levels: dict[str, Level] = field(default_factory=dict)
    _names: dict[type, str] = field(default_factory=dict)

    async def complete(self, run: Run, values: list[Any]) -> list[Any]:
        """Objects of each type together, put back in their places."""
        places: dict[str, list[int]] = {}
        for place, value in enumerate(values):
            places.setdefault(self._name(run, value), []).append(place)
        made: list[Any] = [None] * len(values)
        for name, of_type in places.items():
            level = self.levels.get(name)
            if level is None:
                level = self.levels[name] = self.compiled(name)
            found = await level.complete(run, [values[place] for place in of_type])
            for place, value in zip(of_type, found, strict=True):
                made[place] = value
        return made

    def _name(self, run: Run, value: Any) -> str:
        """The name of a value's type; its class settles that where it is one of Strawberry's."""
        kind = type(value)
        name = self._names.get(kind)
        if name is None:
            name = self.resolve_type(run, value)
            definition = vars(kind).get("__strawberry_definition__")
            if definition is not None and definition.is_type_of is None:
                self._names[kind] = name
        return name


async def _settled(value: Any, is_awaitable: Callable[[Any], bool]) -> Any:
    return await value if is_awaitable(value) else value


async def _all(awaitables: Sequence[Awaitable[Any]]) -> list[Any]:
    """All answers; when one fails, the others are ended before it is told."""
    if len(awaitables) < 2:
        return [await each for each in awaitables]
    tasks = [asyncio.ensure_future(each) for each in awaitables]
    try:
        return await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise


class _Variables(Visitor):
    """Whether there is any variable in a part of a document."""

    def __init__(self) -> None:
        super().__init__()
        self.any = False

    def enter_variable(self, *_: Any) -> None:
        """One is enough."""
        self.any = True

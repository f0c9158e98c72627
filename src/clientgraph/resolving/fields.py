"""Which fields of a schema are plugins', and what is called in place of their resolvers."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial, wraps
from types import MemberDescriptorType
from typing import Any, Final

from graphql import (
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_object_type,
)

from clientgraph.context import Context
from clientgraph.dispatch.caller import Call, PluginFailed
from clientgraph.dispatch.leases import Lease
from clientgraph.errors import PluginUnavailable, UserErrors
from clientgraph.lending import LentContext, lent
from clientgraph.resolving.checks import check_of
from clientgraph.resolving.streams import Stream
from clientgraph.resolving.visits import HONEST, caller_of, check_active, together

AHEAD_SECONDS: Final = 40.0

Resolver = Callable[..., Any]


def set_apart(schema: GraphQLSchema, types: Mapping[str, Sequence[str]]) -> None:
    """Run the resolvers of plugins apart: of fields that they declare, and of types of their own.

    ``types`` are names of types that each plugin declares, by plugin; those that its fields lead
    to are found.
    """
    found = [each for each in schema.type_map.values() if is_object_type(each)]
    for each in found:
        for name, one in each.fields.items():
            marks = _marks(one)
            if owner := marks.get("plugin"):
                _Apart(schema, owner).field(each.name, name, one)
            elif owner := marks.get("loaded_by"):
                _Apart(schema, owner).types([get_named_type(one.type)])
    for owner, names in types.items():
        _Apart(schema, owner).types(schema.type_map[name] for name in names)


def _marks(one: GraphQLField) -> Mapping[str, Any]:
    found: Mapping[str, Any] = getattr(one.extensions.get("strawberry-definition"), "metadata", {})
    return found


def ahead(owner: str, field_name: str, function: Callable[..., Awaitable[Any]]) -> Resolver:
    """What a plugin's field asks before its session is opened, asked in the plugin's loop."""

    async def ask(context: Context, **given: Any) -> Any:
        caller, lease = caller_of(context, owner), Lease()
        call = partial(function, lent(context, lease), **given)

        async def asked() -> Any:
            return await call()

        try:
            return await caller.call(
                f"graphql_fields {field_name} ahead",
                asked,
                seconds=AHEAD_SECONDS,
                honest=(*HONEST, UserErrors),
                organisation_id=context.organisation_id,
            )
        except PluginFailed as failed:
            raise PluginUnavailable(owner) from failed
        finally:
            await lease.close()

    return ask


class _Apart:
    """Sets fields of one plugin apart, each once."""

    def __init__(self, schema: GraphQLSchema, owner: str) -> None:
        self._schema = schema
        self._owner = owner
        self._known: set[str] = set()

    def types(self, found: Iterable[GraphQLNamedType]) -> None:
        """Those of these types that are the plugin's, and whatever of its own they lead to."""
        for each in found:
            if each.name in self._known:
                continue
            self._known.add(each.name)
            if is_abstract_type(each):
                self.types(self._schema.get_possible_types(each))
            elif is_object_type(each) and _is_own(each):
                for name, one in each.fields.items():
                    if "plugin" not in _marks(one):
                        self.field(each.name, name, one)

    def field(self, type_name: str, name: str, one: GraphQLField) -> None:
        """A field of the plugin's, and the types that it leads to."""
        definition = one.extensions.get("strawberry-definition")
        if definition is not None and not getattr(one.resolve, "is_apart", False):
            self._set(definition, f"graphql_fields {type_name}.{name}", one)
        self.types([get_named_type(one.type)])

    def _set(self, definition: Any, hook: str, one: GraphQLField) -> None:
        if _is_made_by_core(definition):
            return
        if one.subscribe is not None:
            one.subscribe = _streaming(self._owner, hook, definition.metadata["permission"], one)
        elif definition.base_resolver is not None:
            whole = "plugin" in definition.metadata
            one.resolve = _resolving(self._owner, hook, one, is_whole=whole)
        else:
            one.resolve = _reading(self._owner, hook, one, definition.python_name)


def _is_own(found: Any) -> bool:
    """Whether a type is a plugin's, or one of core's that is made of a plugin's."""
    definition = found.extensions.get("strawberry-definition")
    if definition is None:
        return False
    return definition.concrete_of is not None or not _is_core(definition.origin.__module__)


def _is_made_by_core(definition: Any) -> bool:
    """Whether a field's resolver is core's, as those of connections are."""
    resolver = definition.base_resolver
    if resolver is None:
        return _is_core(definition.origin.__module__) if definition.origin else False
    return _is_core(inspect.unwrap(resolver.wrapped_func).__module__ or "")


def _is_core(module: str) -> bool:
    return module.partition(".")[0] == __name__.partition(".")[0]


def _resolving(owner: str, hook: str, one: GraphQLField, *, is_whole: bool) -> Resolver:
    resolve: Any = one.resolve
    check, is_async = check_of(one.type), inspect.iscoroutinefunction(resolve)

    @wraps(resolve)
    async def ask(source: Any, info: Any, **given: Any) -> Any:
        context: Context = info.context
        if is_whole:
            check_active(context, owner)

        def made(handed: LentContext) -> Call:
            call = partial(resolve, source, info._replace(context=handed), **given)
            return Call(hook=hook, function=call, is_async=is_async, check=check)

        return await together(context, owner, is_async=is_async).ask(hook, made)

    return _marked(ask)


def _marked(resolve: Any) -> Resolver:
    """Two plugins may lead to one type: its fields are set apart once."""
    resolve.is_apart = True
    made: Resolver = resolve
    return made


def _reading(owner: str, hook: str, one: GraphQLField, name: str) -> Resolver:
    """An attribute: read at once, unless the value's class works it out."""
    read: Any = one.resolve
    check = check_of(one.type)
    call = _resolving(owner, hook, one, is_whole=False)

    @wraps(read)
    def ask(source: Any, info: Any, **given: Any) -> Any:
        kind: Any = type(source)
        if _works_out(kind, name):
            return call(source, info, **given)
        try:
            return check(read(source, info, **given))
        except Exception as error:
            context: Context = info.context
            caller_of(context, owner).note(hook, error, context.organisation_id)
            raise PluginUnavailable(owner) from error

    return _marked(ask)


@lru_cache(maxsize=4096)
def _works_out(kind: type, name: str) -> bool:
    """Whether reading this attribute runs code of its class."""
    found = inspect.getattr_static(kind, name, None)
    if hasattr(type(found), "__get__") and not isinstance(found, MemberDescriptorType):
        return True
    own: Any = kind.__getattribute__
    return hasattr(kind, "__getattr__") or own is not object.__getattribute__


def _streaming(owner: str, hook: str, permission: Any, one: GraphQLField) -> Resolver:
    subscribe: Any = one.subscribe
    check = check_of(one.type)

    @wraps(subscribe)
    def begin(source: Any, info: Any, **given: Any) -> Stream:
        context: Context = info.context
        context.require(permission)
        check_active(context, owner)
        lease = Lease()
        handed = info._replace(context=lent(context, lease))
        return Stream(
            context, owner, hook, check, lease, partial(subscribe, source, handed, **given)
        )

    return begin

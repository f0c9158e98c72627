"""How fields are declared. A field names its permission and its meaning, or it does not exist.

``column`` is data: the name of a column, which any way of reading may use. So is what ``loaded``
and ``loaded_by`` declare: which column of a row is the key to what, loaded for all rows at once.
Everything else has a resolver. What a field needs is kept in its ``metadata``: ``permission``,
``column``, ``loading``, ``ahead``, ``size`` and ``cost`` (for the price of an operation).
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import strawberry
from strawberry.parent import StrawberryParent
from strawberry.types.field import StrawberryField

from clientgraph.context import Batch, Context
from clientgraph.permissions import Permission

Info = strawberry.Info[Context, None]
Resolver = TypeVar("Resolver", bound=Callable[..., Any])


def column(description: str, *, name: str | None = None, rows: bool = False, **marks: int) -> Any:
    """A field that is a column of the row; under another name where one is given.

    ``rows`` as of `computed`. Marks: ``size`` of a list, ``cost``.
    """
    return strawberry.field(
        description=description, name=name, metadata={"column": True, "rows": rows, **marks}
    )


def computed(
    description: str,
    *,
    reads: Sequence[str] | None = None,
    rows: bool = False,
    told: str = "",
    **marks: int,
) -> Callable[[Resolver], StrawberryField]:
    """A field worked out by a resolver. Marks: ``size`` of a plain list, ``cost``.

    ``reads`` are the columns of the row that it needs: any of them where they are not named.
    ``rows`` says that it hands on rows that are read already, as a connection does. ``told`` is
    the member under which rows as they were read tell the same.
    """

    def decorate(resolver: Resolver) -> StrawberryField:
        made: StrawberryField = strawberry.field(
            resolver=resolver,
            description=description,
            metadata={"reads": reads, "rows": rows, "told": told, **marks},
        )
        return made

    return decorate


@dataclass(frozen=True)
class Loading:
    """How a field is loaded: what its batch answers for a column of the row.

    ``batch`` is called once for all rows, with what the resolver would be told and the field's
    arguments, and answers the function that is then asked for all keys together. ``pick`` makes
    the value of a row and of what was found for it, which is None where there was nothing.
    ``is_slow`` where others than the database are asked. ``reads`` are the columns of the row that
    ``pick`` needs.
    """

    key: str
    batch: Callable[..., Batch]
    pick: Callable[[Any, Any], Any]
    is_slow: bool = False
    reads: Sequence[str] = ()

    @property
    def hands_on(self) -> bool:
        """Whether a field shows what was found, all of it."""
        return self.pick in (_as_found, or_nothing)

    async def value(self, row: Any, info: Info, arguments: Mapping[str, Any]) -> Any:
        """The value of one row, loaded together with those of others that are asked for now."""
        key = getattr(row, self.key)
        found = None
        if key is not None:
            found = await info.context.load(self.batch(info, **arguments), key)
        return self.pick(row, found)


def _as_found(_row: Any, found: Any) -> Any:
    return found


def or_nothing(_row: Any, found: Any) -> Any:
    """A list that is empty where there is nothing."""
    return found or []


def loaded(
    description: str,
    batch: Batch,
    *,
    key: str = "id",
    pick: Callable[[Any, Any], Any] = _as_found,
    is_slow: bool = False,
    reads: Sequence[str] = (),
    name: str = "",
    result: Any = None,
    **marks: int,
) -> Any:
    """A field that is loaded by a column of the row, for all rows at once; see `Loading`.

    ``name`` and ``result``, its type, are for fields that are added to a type of another place.
    Marks: ``size`` of a plain list, ``cost``.
    """
    loading = Loading(key, lambda _info: batch, pick, is_slow, reads)

    async def resolve(root: Any, info: Info) -> Any:
        return await loading.value(root, info, {})

    resolve.__annotations__ = {"root": Annotated[Any, StrawberryParent()], "info": Info}
    return _loading(loading, resolve, description, marks, name=name, result=result)


def loaded_by(
    description: str,
    batch: Callable[..., Any],
    *,
    key: str = "id",
    name: str = "",
    **marks: int,
) -> Any:
    """The same for a field with arguments: the function answers the batch for them.

    It takes ``info`` and the arguments, and is annotated with what the field is. Equal arguments
    must lead to equal batches.
    """
    loading = Loading(key, batch, _as_found)

    async def resolve(root: Any, info: Info, **arguments: Any) -> Any:
        return await loading.value(root, info, arguments)

    signature = inspect.signature(batch)
    root = inspect.Parameter(
        "root",
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
        annotation=Annotated[Any, StrawberryParent()],
    )
    resolver: Any = functools.update_wrapper(resolve, batch)
    del resolver.__wrapped__
    resolver.__annotations__ = {"root": root.annotation, **batch.__annotations__}
    resolver.__signature__ = signature.replace(parameters=[root, *signature.parameters.values()])
    return _loading(loading, resolver, description, marks, name=name)


def _loading(
    loading: Loading,
    resolver: Any,
    description: str,
    marks: Mapping[str, int],
    *,
    name: str,
    result: Any = None,
) -> StrawberryField:
    made: StrawberryField = strawberry.field(
        resolver=resolver,
        description=description,
        graphql_type=result,
        metadata={"loading": loading, **marks},
    )
    made.python_name = name or made.python_name
    return made


def argument(description: str, name: str | None = None) -> Any:
    """What an argument means."""
    return strawberry.argument(description=description, name=name)


def given(description: str) -> Any:
    """A field of an input that may be left out; absent and null stay apart."""
    return strawberry.field(default=strawberry.UNSET, description=description)


def query(
    permission: Permission,
    description: str,
    *,
    ahead: Callable[..., Awaitable[Any]] | None = None,
    **marks: int,
) -> Callable[[Resolver], StrawberryField]:
    """A field of Query. Marks: ``size`` of a plain list, ``cost``.

    ``ahead`` asks somebody else than the database, which may take its time: it is called with the
    context and the field's arguments before the operation's session is opened. The resolver finds
    the answer by ``Context.answer``. What a plugin asks ahead runs as its resolvers do: it opens no
    session of its own; ``select`` of its `PluginContext` does, for each statement.
    """
    return _root(strawberry.field, permission, description, {**marks, "ahead": ahead})


def mutation(
    permission: Permission,
    description: str,
    *,
    ahead: Callable[..., Awaitable[Any]] | None = None,
    records: str | None = None,
    **marks: int,
) -> Callable[[Resolver], StrawberryField]:
    """A field of Mutation. Marks: ``cost``.

    ``records`` is the list of the input by which a mutation of many records is priced; a field of
    its payload that is marked ``each`` has one entry for each of them.

    ``ahead`` as of a query: called before the mutation's transaction is opened, for work that may
    take its time and changes nothing. The resolver finds by ``Context.answer`` what it answered;
    or that raises the mistakes that it raised. It may open sessions of its own.
    """
    return _root(
        strawberry.mutation, permission, description, {**marks, "ahead": ahead, "records": records}
    )


def subscription(
    permission: Permission, description: str, **marks: int
) -> Callable[[Resolver], StrawberryField]:
    """A field of Subscription."""
    return _root(strawberry.subscription, permission, description, marks)


def _root(
    kind: Callable[..., Any], permission: Permission, description: str, marks: Mapping[str, Any]
) -> Callable[[Resolver], StrawberryField]:
    def decorate(resolver: Resolver) -> StrawberryField:
        made: StrawberryField = kind(
            resolver=_guarded(resolver, permission),
            description=description,
            metadata={"permission": permission, **marks},
        )
        return made

    return decorate


def _guarded(resolver: Callable[..., Any], permission: Permission) -> Callable[..., Any]:
    """The resolver behind its permission: checked before anything of it runs."""
    if "info" not in inspect.signature(resolver).parameters:
        raise TypeError(f"{resolver.__name__} must take 'info', which its permission is asked of")
    if inspect.isasyncgenfunction(resolver):

        @functools.wraps(resolver)
        def stream(*args: Any, info: Info, **named: Any) -> Any:
            _check(info, permission)
            return resolver(*args, info=info, **named)

        return stream

    if inspect.iscoroutinefunction(resolver):

        @functools.wraps(resolver)
        async def answer(*args: Any, info: Info, **named: Any) -> Any:
            _check(info, permission)
            return await resolver(*args, info=info, **named)

        return answer

    @functools.wraps(resolver)
    def answer_at_once(*args: Any, info: Info, **named: Any) -> Any:
        _check(info, permission)
        return resolver(*args, info=info, **named)

    return answer_at_once


def _check(info: Info, permission: Permission) -> None:
    if permission is not Permission.PUBLIC:
        info.context.require(permission)

"""How fields are declared. A field names its permission and its meaning, or it does not exist.

``column`` is data: the name of a column, which any way of reading may use. Everything else has a
resolver. What a field needs is kept in its ``metadata``: ``permission``, ``column``, ``size`` and
``cost`` (for the price of an operation).
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import strawberry
from strawberry.types.field import StrawberryField

from clientgraph.context import Context
from clientgraph.permissions import Permission

Info = strawberry.Info[Context, None]
Resolver = TypeVar("Resolver", bound=Callable[..., Any])


def column(description: str, *, name: str | None = None) -> Any:
    """A field that is a column of the row; under another name where one is given."""
    return strawberry.field(description=description, name=name, metadata={"column": True})


def computed(description: str, **marks: int) -> Callable[[Resolver], StrawberryField]:
    """A field worked out by a resolver. Marks: ``size`` of a plain list, ``cost``."""

    def decorate(resolver: Resolver) -> StrawberryField:
        made: StrawberryField = strawberry.field(
            resolver=resolver, description=description, metadata=dict(marks)
        )
        return made

    return decorate


def argument(description: str, name: str | None = None) -> Any:
    """What an argument means."""
    return strawberry.argument(description=description, name=name)


def given(description: str) -> Any:
    """A field of an input that may be left out; absent and null stay apart."""
    return strawberry.field(default=strawberry.UNSET, description=description)


def query(
    permission: Permission, description: str, **marks: int
) -> Callable[[Resolver], StrawberryField]:
    """A field of Query."""
    return _root(strawberry.field, permission, description, marks)


def mutation(
    permission: Permission, description: str, **marks: int
) -> Callable[[Resolver], StrawberryField]:
    """A field of Mutation."""
    return _root(strawberry.mutation, permission, description, marks)


def subscription(
    permission: Permission, description: str, **marks: int
) -> Callable[[Resolver], StrawberryField]:
    """A field of Subscription."""
    return _root(strawberry.subscription, permission, description, marks)


def _root(
    kind: Callable[..., Any], permission: Permission, description: str, marks: Mapping[str, int]
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

    @functools.wraps(resolver)
    async def answer(*args: Any, info: Info, **named: Any) -> Any:
        _check(info, permission)
        found = resolver(*args, info=info, **named)
        return await found if inspect.isawaitable(found) else found

    return answer


def _check(info: Info, permission: Permission) -> None:
    if permission is not Permission.PUBLIC:
        info.context.require(permission)

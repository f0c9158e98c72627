"""A transaction for another event loop: its statements are run in the one that it belongs to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from clientgraph.dispatch.leases import Across
from clientgraph.storage.outages import outage
from clientgraph.storage.session import Session

_STATEMENTS: Final = (
    "execute_counted",
    "execute_insert",
    "execute_many",
    "execute_query",
    "execute_query_dict",
    "execute_query_dict_with_affected",
    "execute_script",
    "select_apart",
)
# What Tortoise asks of a client before it makes a statement.
_FACTS: Final = (
    "capabilities",
    "connection_name",
    "executor_class",
    "query_class",
)


class _CrossingClient:
    """Tortoise's view of a transaction that is open in another event loop."""

    def __init__(self, client: Any, across: Across) -> None:
        for name in _FACTS:
            setattr(self, name, getattr(client, name))
        for name in _STATEMENTS:
            setattr(self, name, across(told(getattr(client, name))))


def crossed(session: Session, across: Across) -> Session:
    """The session for another event loop; ``across`` leads back to its own."""
    client: Any = _CrossingClient(session.client, across)
    return session.through(client)


def told(function: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """The function, raising a refusal where the database is gone: that is no plugin's failure."""

    async def ask(*arguments: Any, **named: Any) -> Any:
        try:
            return await function(*arguments, **named)
        except Exception as error:
            refusal = outage(error)
            if refusal is None:
                raise
            raise refusal from error

    return ask

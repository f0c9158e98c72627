"""What drivers and the ORM raise when the database is gone or takes too long."""

from __future__ import annotations

from typing import Final

from asyncpg.exceptions import InterfaceError, PostgresConnectionError, QueryCanceledError
from tortoise.exceptions import DBConnectionError

from clientgraph.errors import Refusal, TimedOut, Unavailable

_GONE: Final = (PostgresConnectionError, InterfaceError, DBConnectionError, ConnectionError)


def outage(error: BaseException) -> Refusal | None:
    """The refusal that stands for a failure of the database; None for any other error."""
    if isinstance(error, QueryCanceledError):
        return TimedOut()
    return Unavailable() if isinstance(error, _GONE) else None

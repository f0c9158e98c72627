"""What drivers and the ORM raise when the database is gone or takes too long."""

from __future__ import annotations

from typing import Final

import asyncpg
from tortoise.exceptions import DBConnectionError

from clientgraph.errors import Refusal, TimedOut, Unavailable

# What asyncpg raises when the server ends a connection or does not take one.
LOST: Final = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    ConnectionError,
)


def outage(error: BaseException) -> Refusal | None:
    """The refusal that stands for a failure of the database; None for any other error."""
    if isinstance(error, asyncpg.QueryCanceledError):
        return TimedOut()
    return Unavailable() if isinstance(error, (*LOST, DBConnectionError)) else None

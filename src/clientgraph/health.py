"""Whether the service lives, whether it can serve, and its figures."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from clientgraph.errors import Refusal, SettingsError, Unavailable
from clientgraph.plugin_status.figures import count, told
from clientgraph.storage.database import Database
from clientgraph.storage.scope import Scope

if TYPE_CHECKING:
    from clientgraph.plugins import Plugins

log = logging.getLogger(__name__)


class Health:
    """Endpoints for whoever runs the service. They tell nothing about any workspace."""

    def __init__(self, database: Database, plugins: Plugins) -> None:
        self._database = database
        self._plugins = plugins

    async def alive(self, _request: Request) -> Response:
        """The process answers."""
        return JSONResponse({"status": "alive"})

    async def ready(self, _request: Request) -> Response:
        """The database answers; with what each plugin is doing, which makes nothing unready."""
        problems: list[str] = []
        try:
            async with self._database.read(Scope()) as session:
                await session.select("SELECT 1 AS one")
        except Exception as error:  # noqa: BLE001 - whatever is wrong, it is not ready
            problems.append(str(error if isinstance(error, Refusal) else Unavailable()))
            log.warning("not ready", extra={"reason": type(error).__name__})
        status = "ready" if not problems else "unavailable"
        body = {"status": status, "problems": problems, "plugins": told(self._plugins)}
        return JSONResponse(body, status_code=200 if not problems else 503)

    async def metrics(self, _request: Request) -> Response:
        """Figures for Prometheus."""
        count(self._plugins)
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    async def check_wall(self) -> None:
        """Refuse to serve where PostgreSQL's row-level security does not stand or does not hold."""
        if self._database.dialect != "postgres":
            return
        async with self._database.read(Scope()) as session:
            roles = await session.select(_FREE_ROLE)
            tables = [str(row["name"]) for row in await session.select(_OPEN_TABLES)]
        problems = []
        if roles:
            problems.append(
                f"database_url: the role '{roles[0]['name']}' is a superuser or bypasses "
                "row-level security, which keeps workspaces apart. Make a role for the service: "
                "CREATE ROLE clientgraph LOGIN PASSWORD '…'; and use it in database_url."
            )
        if tables:
            problems.append(
                f"database_url: row-level security is off for {', '.join(tables)}. Turn it on: "
                "ALTER TABLE … ENABLE ROW LEVEL SECURITY; ALTER TABLE … FORCE ROW LEVEL SECURITY;"
            )
        if problems:
            raise SettingsError(problems)


_FREE_ROLE = (
    "SELECT rolname AS name FROM pg_roles"
    " WHERE rolname = current_user AND (rolsuper OR rolbypassrls)"
)
_OPEN_TABLES = (
    "SELECT c.relname AS name FROM pg_class c"
    " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organisation_id'"
    " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"
    " AND NOT (c.relrowsecurity AND c.relforcerowsecurity) ORDER BY c.relname"
)

"""The application: the only place where its parts are put together."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import orjson
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.types import Lifespan

from clientgraph.bus import Bus, LocalBus, PostgresBus
from clientgraph.config import Settings
from clientgraph.context import Actor, Context
from clientgraph.errors import SettingsError
from clientgraph.graphiql import Example, GraphiQLPage, assets_app, content_security_policy
from clientgraph.health import Health
from clientgraph.logs import RequestLog
from clientgraph.messages import Messages
from clientgraph.observers import Observers
from clientgraph.operations.bucket import Buckets
from clientgraph.operations.documents import Documents
from clientgraph.operations.limits import Limits
from clientgraph.operations.service import Operations
from clientgraph.organisations.recognition import Recognition
from clientgraph.plugins import Plugins, installed
from clientgraph.schema import Schema
from clientgraph.signing import Signer
from clientgraph.storage.database import Database, dialect_of
from clientgraph.transport import GraphQLEndpoint, Throttle, TransportLimits

PATH: Final = "/graphql"
ASSETS: Final = f"{PATH}/assets"
MODELS: Final = (
    "clientgraph.organisations.models",
    "clientgraph.clients.models",
    "clientgraph.contacts.models",
    "clientgraph.addresses.models",
    "clientgraph.identifiers.models",
)


def create_app(
    settings: Settings,
    plugins: Plugins | None = None,
    *,
    limits: Limits | None = None,
    examples: Sequence[Example] = (),
    default_headers: Mapping[str, str] | None = None,
) -> Starlette:
    """The service for these settings; raises `SettingsError` where they do not do.

    ``plugins`` are the installed ones unless given; ``examples`` are GraphiQL's first tabs.
    ``default_headers`` are written into its page, for whoever can open it.
    """
    found = installed(settings.plugins) if plugins is None else plugins
    signer = Signer(settings.secret())
    database = Database(settings.database_url, MODELS, pool=settings.pool)
    bus = _bus(settings)
    observers = Observers(found)
    new_context = _contexts(found, signer, database, bus, observers)

    recognition = Recognition(database, signer)
    bus.watch(recognition.told)
    operations = _operations(settings, found, recognition, limits or Limits(), new_context)
    endpoint = GraphQLEndpoint(
        operations,
        page=_page(examples, default_headers) if settings.graphiql else None,
        limits=TransportLimits(get_queries=settings.get_queries),
        allowed_origins=settings.allowed_origins,
    )
    health = Health(database, found)

    return Starlette(
        routes=_routes(endpoint, health, metrics=settings.metrics),
        lifespan=_lifespan(database, health, bus, observers),
        middleware=_middleware(settings),
    )


def _lifespan(
    database: Database, health: Health, bus: Bus, observers: Observers
) -> Lifespan[Starlette]:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[Mapping[str, Any]]:
        await database.open()
        await health.check_wall()
        await bus.open()
        await observers.open()
        try:
            yield {}
        finally:
            await observers.close()
            await bus.close()
            await database.close()

    return lifespan


def _routes(endpoint: GraphQLEndpoint, health: Health, *, metrics: bool) -> list[BaseRoute]:
    routes: list[BaseRoute] = [
        Route("/healthz", health.alive),
        Route("/readyz", health.ready),
        Mount(ASSETS, assets_app()),
        Route(PATH, endpoint=endpoint),
        WebSocketRoute(PATH, endpoint=endpoint),
    ]
    if metrics:
        routes.append(Route("/metrics", health.metrics))
    return routes


def _middleware(settings: Settings) -> list[Middleware]:
    """Outermost first."""
    cors = Middleware(
        CORSMiddleware,
        allow_origins=settings.allowed_origins,
        allow_methods=["GET", "POST"],
        allow_headers=["Authorization", "Content-Type", "Accept-Language", "X-Request-Id"],
        expose_headers=["Retry-After", "X-Request-Id"],
        max_age=600,
    )
    return [
        Middleware(RequestLog),
        *([cors] if settings.allowed_origins else []),
        Middleware(Throttle, per_minute=settings.bad_tokens_per_minute),
    ]


def _operations(
    settings: Settings,
    plugins: Plugins,
    recognition: Recognition,
    limits: Limits,
    new_context: Callable[[Actor, str], Context],
) -> Operations:
    schema = Schema.with_plugins(plugins)
    documents = Documents(schema.core, limits, _trusted(settings), settings.trusted_documents_mode)
    return Operations(
        schema,
        documents,
        limits,
        Buckets(limits.budget, limits.refill),
        recognise=recognition.recognise,
        recheck=recognition.still_valid,
        new_context=new_context,
    )


def _contexts(
    plugins: Plugins, signer: Signer, database: Database, bus: Bus, observers: Observers
) -> Callable[[Actor, str], Context]:
    messages = Messages(plugins.messages)

    def new_context(actor: Actor, language: str) -> Context:
        return Context(
            actor=actor,
            language=language,
            plugins=plugins,
            messages=messages,
            signer=signer,
            database=database,
            bus=bus,
            observers=observers,
        )

    return new_context


def _bus(settings: Settings) -> Bus:
    if dialect_of(settings.database_url) == "postgres":
        return PostgresBus(settings.database_url)
    return LocalBus()


def _trusted(settings: Settings) -> dict[str, str]:
    if settings.trusted_documents_mode == "off":
        return {}
    try:
        found = orjson.loads(Path(settings.trusted_documents).read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise SettingsError(
            [f"trusted_documents: {settings.trusted_documents} cannot be read: {error}."]
        ) from error
    return {str(key): str(text) for key, text in found.items()}


def _page(examples: Sequence[Example], default_headers: Mapping[str, str] | None) -> Any:
    page = GraphiQLPage(assets_path=ASSETS)

    def render(_request: Request) -> Response:
        nonce = secrets.token_urlsafe(18)
        return HTMLResponse(
            page.render(nonce, endpoint=PATH, examples=examples, default_headers=default_headers),
            headers={
                "Content-Security-Policy": content_security_policy(nonce),
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
                "Referrer-Policy": "no-referrer",
            },
        )

    return render

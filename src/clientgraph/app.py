"""The application: the only place where its parts are put together."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final, Protocol

import orjson
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.types import Lifespan

from clientgraph.bus import Bus, LocalBus, PostgresBus
from clientgraph.clients.documents import keep_current
from clientgraph.config import Settings
from clientgraph.context import Actor, Context
from clientgraph.documents.download import Downloads
from clientgraph.documents.links import PATH as DOCUMENTS
from clientgraph.errors import SettingsError
from clientgraph.exports.exporting import EXPORT_KIND
from clientgraph.file_routes import FileDownloads, Uploads
from clientgraph.files.service import PATH as FILES
from clientgraph.files.stores import storage_of
from clientgraph.files.storing import Storage
from clientgraph.files.sweeping import Sweeping
from clientgraph.graphiql import Example, GraphiQLPage, assets_app, content_security_policy
from clientgraph.health import Health
from clientgraph.imports.kinds import import_kinds
from clientgraph.invitations.guest_schema import GuestSchema
from clientgraph.invitations.recognition import InvitationRecognition
from clientgraph.jobs.kinds import JobKind
from clientgraph.jobs.worker import JobWorker
from clientgraph.loading import installed
from clientgraph.logs import RequestLog
from clientgraph.messages import Messages
from clientgraph.observers import Observers
from clientgraph.operations.bucket import Buckets
from clientgraph.operations.documents import Documents
from clientgraph.operations.limits import Limits
from clientgraph.operations.service import Operations
from clientgraph.organisations.recognition import Recognition
from clientgraph.outbound.clients import Outbound, ServiceUrls
from clientgraph.own_api import OwnApi
from clientgraph.periodic import PeriodicTasks
from clientgraph.plugin_readiness import configure, note_missing, quarantine_unmigrated, services
from clientgraph.plugin_routes import Desk, methods_of, plugin_routes
from clientgraph.plugin_states import PluginStates
from clientgraph.plugin_status.checkups import Checkups
from clientgraph.plugins import Plugins
from clientgraph.runtime import Instances, Runtime
from clientgraph.schema import Schema
from clientgraph.signing import Signer
from clientgraph.storage.database import Database, dialect_of
from clientgraph.transport import GraphQLEndpoint, Throttle, TransportLimits
from clientgraph.vault import Vault
from clientgraph.verifications.worker import VerificationWorker

PATH: Final = "/graphql"
ASSETS: Final = f"{PATH}/assets"
INVITATION: Final = "/invitation"
# Those of a form that one person fills in.
GUEST_LIMITS: Final = Limits(cost=300, nodes=1_000, budget=600, refill=5, root_fields_query=5)
MODELS: Final = (
    "clientgraph.nomenclature.models",
    "clientgraph.organisations.models",
    "clientgraph.fields.models",
    "clientgraph.clients.models",
    "clientgraph.contacts.models",
    "clientgraph.addresses.models",
    "clientgraph.identifiers.models",
    "clientgraph.events.models",
    "clientgraph.policies.models",
    "clientgraph.consents.models",
    "clientgraph.mandates.models",
    "clientgraph.integrations.models",
    "clientgraph.invitations.models",
    "clientgraph.views.models",
    "clientgraph.templates.models",
    "clientgraph.accounts.models",
    "clientgraph.attachments.models",
    "clientgraph.documents.models",
    "clientgraph.files.models",
    "clientgraph.jobs.models",
    "clientgraph.imports.models",
    "clientgraph.exports.models",
    "clientgraph.plugin_settings.models",
    "clientgraph.verifications.models",
)


def create_app(
    settings: Settings,
    plugins: Plugins | None = None,
    *,
    limits: Limits | None = None,
    examples: Sequence[Example] = (),
    default_headers: Mapping[str, str] | None = None,
    service_urls: ServiceUrls | None = None,
    job_kinds: Sequence[JobKind] = (),
) -> Starlette:
    """The service for these settings; raises `SettingsError` where they do not do.

    ``plugins`` are the installed ones and ``job_kinds`` core's unless given; ``examples`` are
    GraphiQL's first tabs. ``default_headers`` are written into its page, for whoever can open it.
    ``service_urls`` are base URLs for services of plugins: plugin → key → URL.
    """
    found = installed(settings.plugins) if plugins is None else plugins
    database, bus, storage = _database(settings), _bus(settings), storage_of(settings)
    runtime, outbound = _runtime(settings, found, database, service_urls)
    observers, signer = Observers(found, runtime), Signer(settings.secret())
    new_context = _contexts(settings, found, signer, database, storage, bus, observers, runtime)
    recognition = Recognition(database, signer)
    guests = _guests(settings, InvitationRecognition(database, signer), new_context)
    worker = VerificationWorker(found, database, new_context)
    kinds = job_kinds or [*import_kinds(), EXPORT_KIND]
    jobs = JobWorker(kinds, database, new_context, recognition.actor_of, at_once=settings.jobs)
    for watcher in (runtime.states, recognition, worker, jobs):
        bus.watch(watcher.told)
    operations = _operations(settings, found, limits, recognition, new_context, runtime, database)
    endpoint = _endpoint(settings, operations, examples, default_headers)
    health, checkups = Health(database, found), Checkups(found, runtime.instance)
    files = _files(database, signer, Uploads(operations, storage, new_context), storage)
    desk = plugin_routes(Desk(operations, found, new_context))
    parts: list[_Part] = [bus, observers, worker, jobs, checkups, Sweeping(storage, database)]
    parts += [PeriodicTasks(found, runtime, database)] if settings.periodic_tasks else []
    return Starlette(
        routes=[*_routes(settings, endpoint, health), guests, *files, desk],
        lifespan=_lifespan(found, health, outbound, database, parts),
        middleware=_middleware(settings, methods_of(found)),
    )


def _runtime(
    settings: Settings, plugins: Plugins, database: Database, service_urls: ServiceUrls | None
) -> tuple[Runtime, Outbound]:
    """What plugins are called with; those whose settings do not fit are left out from here on."""
    given = configure(plugins, settings.plugin)
    outbound = Outbound(plugins.services, service_urls or services(plugins, settings.plugin))
    states = PluginStates(database, Vault(settings.secret()), plugins.workspace_schema)
    instances = Instances(Path(settings.plugin_folder), outbound, plugins, given)
    return Runtime(database, plugins, states, instances), outbound


class _Part(Protocol):
    """What is opened when the service starts and closed when it ends."""

    async def open(self) -> None: ...
    async def close(self) -> None: ...


def _lifespan(
    plugins: Plugins,
    health: Health,
    outbound: Outbound,
    database: Database,
    parts: Sequence[_Part],
) -> Lifespan[Starlette]:
    """Opens the parts, the database first; closes all of them, whatever one of them raises."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[Mapping[str, Any]]:
        async with AsyncExitStack() as stack:
            stack.callback(plugins.close)
            for close in (database.close, outbound.close, *(each.close for each in parts)):
                stack.push_async_callback(close)
            await database.open()
            await health.check_wall()
            await quarantine_unmigrated(plugins, database)
            await note_missing(plugins, database)
            for each in parts:
                await each.open()
            yield {}

    return lifespan


def _files(
    database: Database, signer: Signer, uploads: Uploads, storage: Storage
) -> list[BaseRoute]:
    documents = Downloads(database, signer)
    return [
        Route(f"{DOCUMENTS}/{{token}}", documents.file),
        Route(FILES, uploads.take, methods=["POST"]),
        Route(f"{FILES}/{{token}}", FileDownloads(database, signer, storage).file),
    ]


def _routes(settings: Settings, endpoint: GraphQLEndpoint, health: Health) -> list[BaseRoute]:
    # They are looked through in this order.
    routes: list[BaseRoute] = [
        Route(PATH, endpoint=endpoint),
        WebSocketRoute(PATH, endpoint=endpoint),
        Route("/healthz", health.alive),
        Route("/readyz", health.ready),
        Mount(ASSETS, assets_app()),
    ]
    if settings.metrics:
        routes.append(Route("/metrics", health.metrics))
    return routes


def _guests(
    settings: Settings,
    recognition: InvitationRecognition,
    new_context: Callable[[Actor, str], Context],
) -> BaseRoute:
    """Where invited clients come in: neither the tokens nor the schema of members are known."""
    schema = GuestSchema()
    operations = Operations(
        schema,
        Documents(schema.core, GUEST_LIMITS),
        GUEST_LIMITS,
        Buckets(GUEST_LIMITS.budget, GUEST_LIMITS.refill),
        recognise=recognition.recognise,
        recheck=recognition.still_valid,
        new_context=new_context,
        planned=False,
    )
    endpoint = GraphQLEndpoint(
        operations,
        limits=TransportLimits(get_queries=False),
        allowed_origins=settings.allowed_origins,
    )
    return Route(INVITATION, endpoint=endpoint)


def _middleware(settings: Settings, methods: set[str]) -> list[Middleware]:
    """Outermost first. ``methods`` are those that plugins take besides GraphQL's own."""
    cors = Middleware(
        CORSMiddleware,
        allow_origins=settings.allowed_origins,
        allow_methods=sorted({"GET", "POST"} | methods),
        allow_headers=[
            "Authorization",
            "Content-Type",
            "Content-Disposition",
            "Accept-Language",
            "X-Request-Id",
        ],
        expose_headers=["Retry-After", "X-Request-Id"],
        max_age=600,
    )
    return [
        Middleware(RequestLog),
        *([cors] if settings.allowed_origins else []),
        Middleware(Throttle, per_minute=settings.bad_tokens_per_minute),
    ]


def _endpoint(
    settings: Settings,
    operations: Operations,
    examples: Sequence[Example],
    default_headers: Mapping[str, str] | None,
) -> GraphQLEndpoint:
    page = _page(examples, default_headers) if settings.graphiql else None
    return GraphQLEndpoint(
        operations,
        page=page,
        limits=TransportLimits(get_queries=settings.get_queries),
        allowed_origins=settings.allowed_origins,
    )


def _operations(
    settings: Settings,
    plugins: Plugins,
    limits: Limits | None,
    recognition: Recognition,
    new_context: Callable[[Actor, str], Context],
    runtime: Runtime,
    database: Database,
) -> Operations:
    """What callers from outside are served by; plugins ask the same through ``runtime``."""
    limits = limits or Limits()
    schema = Schema.with_plugins(plugins)
    known = Documents(schema.core, limits, _trusted(settings), settings.trusted_documents_mode)
    buckets = Buckets(limits.budget, limits.refill)

    def serving(documents: Documents) -> Operations:
        return Operations(
            schema,
            documents,
            limits,
            buckets,
            recognise=recognition.recognise,
            recheck=recognition.still_valid,
            new_context=new_context,
            planned=settings.read_engine,
        )

    # Plugins are installed by whoever chose the documents: those bind callers from outside.
    runtime.serve(OwnApi(serving(Documents(schema.core, limits)), database))
    return serving(known)


def _contexts(
    settings: Settings,
    plugins: Plugins,
    signer: Signer,
    database: Database,
    storage: Storage,
    bus: Bus,
    observers: Observers,
    runtime: Runtime,
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
            files=storage,
            bus=bus,
            observers=observers,
            runtime=runtime,
            before_commit=(keep_current,),
            attachment_megabytes=settings.attachment_megabytes,
        )

    return new_context


def _database(settings: Settings) -> Database:
    url, pooled = settings.pooler_url or settings.database_url, bool(settings.pooler_url)
    return Database(url, MODELS, pool=settings.pool, pooled=pooled)


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

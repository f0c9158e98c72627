"""What tests speak to: workspaces with tokens, and the API as one of them."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import Any
from uuid import UUID

import httpx2

from clientgraph import core
from clientgraph.announced import CORE, announced
from clientgraph.app import MODELS, create_app
from clientgraph.config import Settings
from clientgraph.loading import installed
from clientgraph.organisations.access import make_token
from clientgraph.organisations.service import create_organisation
from clientgraph.outbound.clients import ServiceUrls
from clientgraph.permissions import Role
from clientgraph.plugin_readiness import services
from clientgraph.plugins import Plugins
from clientgraph.signing import Signer
from clientgraph.storage.database import Database
from clientgraph.storage.ids import uuid7
from clientgraph.storage.migrations import CORE as CORE_STEPS
from clientgraph.storage.migrator import migrate
from clientgraph.storage.scope import Scope

NOWHERE = "http://127.0.0.1:9"


@dataclass(frozen=True)
class Api:
    """GraphQL over HTTP with one token."""

    client: httpx2.AsyncClient
    token: str
    language: str = "en"

    async def answer(
        self, query: str, variables: dict[str, Any] | None = None, **headers: str
    ) -> dict[str, Any]:
        """The whole response body, errors and all."""
        response = await self.client.post(
            "/graphql",
            json={"query": query, "variables": variables or {}},
            headers={
                "Authorization": f"Bearer {self.token}",
                "Accept-Language": self.language,
                **headers,
            },
        )
        body: dict[str, Any] = response.json()
        return body

    async def __call__(self, query: str, variables: dict[str, Any] | None = None) -> Any:
        """The data; top-level errors fail the test."""
        body = await self.answer(query, variables)
        assert "errors" not in body, body["errors"]
        return body["data"]

    async def codes(self, query: str, variables: dict[str, Any] | None = None) -> list[str]:
        """The codes of the top-level errors."""
        body = await self.answer(query, variables)
        return [error["extensions"]["code"] for error in body.get("errors", [])]

    async def do(self, mutation: str, given: dict[str, Any], selection: str = "") -> Any:
        """Run a mutation by name with an input; its payload with ``userErrors``.

        ``selection`` is what to select besides, e.g. ``client { id name }``.
        """
        kind = mutation[0].upper() + mutation[1:]
        text = (
            f"mutation($input: {kind}Input!) {{ {mutation}(input: $input) "
            f"{{ {selection} userErrors {{ path code message recordId }} }} }}"
        )
        return (await self(text, {"input": given}))[mutation]

    async def done(self, mutation: str, given: dict[str, Any], selection: str = "") -> Any:
        """The same, and it must have worked."""
        payload = await self.do(mutation, given, selection)
        assert payload["userErrors"] == []
        return payload

    async def new_client(self, name: str = "Ganymède", selection: str = "", **fields: Any) -> Any:
        """A new client; its id, version and whatever is selected besides."""
        chosen = f"client {{ id version {selection} }}"
        return (await self.done("clientCreate", {"name": name, **fields}, chosen))["client"]


@dataclass(frozen=True)
class Workspace:
    """A workspace and a token for each role."""

    id: UUID
    slug: str
    client: httpx2.AsyncClient
    tokens: dict[str, str] = field(default_factory=dict)

    async def noted(self) -> None:
        """Wait until the owner's token is noted as used, which is written beside requests."""
        api = self.api()
        while True:
            tokens = (await api("{ apiTokens { role lastUsedAt } }"))["apiTokens"]
            if any(each["role"] == "OWNER" and each["lastUsedAt"] for each in tokens):
                return
            await asyncio.sleep(0.01)

    def api(self, role: str = "OWNER", language: str = "en") -> Api:
        """The API with the token of a role."""
        return Api(self.client, self.tokens[role], language)


@dataclass(frozen=True)
class Workspaces:
    """Makes workspaces beside the running application, as an operator's commands do."""

    settings: Settings
    client: httpx2.AsyncClient
    database: Database
    plugins: Plugins

    @classmethod
    async def begin(
        cls, settings: Settings, client: httpx2.AsyncClient, plugins: Plugins
    ) -> Workspaces:
        """Open a database connection of its own."""
        database = Database(settings.database_url, MODELS, pool=2)
        await database.open()
        return cls(settings, client, database, plugins)

    async def make(self, **fields: Any) -> Workspace:
        """A new workspace: French, in euros, unless told otherwise."""
        slug = f"w-{secrets.token_hex(8)}"
        workspace = Workspace(uuid7(), slug, self.client)
        given = {"slug": slug, "name": "Firm", "country": "FR", "locale": "fr-FR"}
        signer = Signer(self.settings.secret())
        async with self.database.write(Scope(organisation=workspace.id)) as session:
            await create_organisation(session, {**given, "currency": "EUR", **fields})
            for role in Role:
                _, workspace.tokens[role.name] = await make_token(
                    session,
                    signer,
                    {"name": role.name.title(), "role": role.value},
                    highest=Role.OWNER,
                )
        return workspace


def settings_for(owner_url: str, app_url: str) -> Settings:
    """Settings of a test's database."""
    return Settings(
        database_url=app_url,
        migration_url=owner_url,
        secret_key="k" * 40,
        bad_tokens_per_minute=1_000_000,
    )


def plugins_for(
    named: Mapping[str, object] | None,
    without: str | None = None,
    before: Mapping[str, object] | None = None,
    instead: Mapping[str, Callable[[Any], object]] | None = None,
) -> Plugins:
    """Core and the plugins with these names; all that are installed where ``named`` is None.

    ``without`` names one to go without; those of ``before`` are asked before all others;
    ``instead`` makes of a plugin, by its name, what takes its place. One that would be left out
    fails the test, with the reason.
    """
    if named is None and before is None and instead is None:
        known = [name for name in installed().infos if name != without]
        found = installed(known)
    else:
        given = _announced() if named is None else named
        kept = {name: plugin for name, plugin in given.items() if name != without}
        changed = {name: make(kept[name]) for name, make in (instead or {}).items()}
        found = Plugins({"core": core, **(before or {}), **kept, **changed})
    for info in found.infos.values():
        assert info.status == "ACTIVE", f"{info.name} was left out: {', '.join(info.errors)}"
    return found


def _announced() -> dict[str, object]:
    """The plugins that are installed, besides core."""
    return {each.name: each.points[0].load() for each in announced() if each.name != CORE}


@asynccontextmanager
async def running(
    settings: Settings,
    plugins: Plugins | None = None,
    service_urls: ServiceUrls | None = None,
    **options: Any,
) -> AsyncIterator[httpx2.AsyncClient]:
    """One more application on a database, and a way to speak to it.

    ``service_urls`` are the base URLs of plugins' services: plugin → key → URL. Those that neither
    these nor the settings name are not reached: tests depend on nobody elsewhere. Tables of the
    plugins that are given are made first, where they are not there. ``options`` are the others of
    `clientgraph.app.create_app`.
    """
    if plugins is not None and plugins.migrations:
        steps = chain.from_iterable(plugins.migrations.values())
        await migrate(settings.owner_url, [*CORE_STEPS, *steps], settings.database_url)
    urls = _reached(settings, plugins or installed(settings.plugins), service_urls or {})
    app = create_app(settings, plugins, service_urls=urls, **options)
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            yield client


def _reached(settings: Settings, plugins: Plugins, given: ServiceUrls) -> ServiceUrls:
    """The services at the URLs that are given, else as the operator names them, else nowhere."""
    nowhere = {
        plugin: {key: NOWHERE for key, service in declared.items() if service.base_url}
        for plugin, declared in plugins.services.items()
    }
    named = services(plugins, settings.plugin)
    return {
        plugin: {**nowhere.get(plugin, {}), **named.get(plugin, {}), **given.get(plugin, {})}
        for plugin in {*nowhere, *named, *given}
    }


@asynccontextmanager
async def begun(
    settings: Settings, plugins: Plugins | None = None, **options: Any
) -> AsyncIterator[Workspaces]:
    """The application as it runs, and a way to make workspaces in it; ``options`` as above."""
    found = plugins_for(None) if plugins is None else plugins
    async with running(settings, found, **options) as client:
        made = await Workspaces.begin(settings, client, found)
        yield made
        await made.database.close()

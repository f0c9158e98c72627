"""What tests speak to: workspaces with tokens, and the API as one of them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from clientgraph.app import MODELS
from clientgraph.config import Settings
from clientgraph.organisations.access import make_token
from clientgraph.organisations.service import create_organisation
from clientgraph.permissions import Role
from clientgraph.signing import Signer
from clientgraph.storage.database import Database
from clientgraph.storage.ids import uuid7
from clientgraph.storage.scope import Scope


@dataclass(frozen=True)
class Api:
    """GraphQL over HTTP with one token."""

    client: httpx.AsyncClient
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
    client: httpx.AsyncClient
    tokens: dict[str, str] = field(default_factory=dict)

    def api(self, role: str = "OWNER", language: str = "en") -> Api:
        """The API with the token of a role."""
        return Api(self.client, self.tokens[role], language)


@dataclass(frozen=True)
class Workspaces:
    """Makes workspaces beside the running application, as an operator's commands do."""

    settings: Settings
    client: httpx.AsyncClient
    database: Database

    @classmethod
    async def begin(cls, settings: Settings, client: httpx.AsyncClient) -> Workspaces:
        """Open a database connection of its own."""
        database = Database(settings.database_url, MODELS, pool=2)
        await database.open()
        return cls(settings, client, database)

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

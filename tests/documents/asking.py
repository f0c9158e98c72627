"""Asks for documents, and fetches them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx2

from clientgraph.config import Settings
from clientgraph.documents.models import RenderedDocument
from clientgraph.storage.rows import rows
from clientgraph.storage.scope import Scope
from clientgraph.testing import Api, Workspace, Workspaces, running
from tests.documents.stationery import Stationery
from tests.invoicing import with_plugin

FIELDS = "document { id template filename mediaType size sha256 url expiresAt }"


@asynccontextmanager
async def writing(
    settings: Settings, workspace: Workspace, stationery: Stationery
) -> AsyncIterator[Workspace]:
    """The workspace, served by an application that has this stationery."""
    async with running(settings, with_plugin("stationery", stationery)) as client:
        yield replace(workspace, client=client)


async def made(api: Api, template: str, client_id: str, **given: Any) -> Any:
    """A document that must have been made."""
    asked = {"template": template, "clientId": client_id, **given}
    return (await api.done("documentRender", asked, FIELDS))["document"]


async def refused(api: Api, given: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Place, code and sentence of each mistake; nothing was made."""
    payload = await api.do("documentRender", given, FIELDS)
    assert payload["document"] is None
    return [
        (".".join(each["path"][1:]), each["code"], each["message"])
        for each in payload["userErrors"]
    ]


async def fetched(api: Api, document: Any) -> httpx2.Response:
    """The file behind a document, asked for without a token."""
    return await api.client.get(document["url"])


async def stored(workspaces: Workspaces, workspace: Workspace) -> int:
    """How many files are kept for a workspace."""
    async with workspaces.database.read(Scope(organisation=workspace.id)) as session:
        return await rows(session, RenderedDocument).count()

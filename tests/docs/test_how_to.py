"""The examples for hooks are one plugin, which does what the page says when the API is asked."""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from clientgraph import core
from clientgraph.config import Settings
from clientgraph.plugins import Plugins
from clientgraph.schema import Schema
from clientgraph.testing import Api, Workspace, replaying, running
from tests.commands.running import Shell
from tests.docs.blocks import blocks, by_page
from tests.docs.operations import HOW_TO, Operation, operations

# The plugin's table is nobody else's: the database is one of this module's own.
from tests.module_database import settings, workspaces
from tests.plugins.distributions import install

__all__ = ["settings", "workspaces"]

pytestmark = pytest.mark.anyio

WAITING = 20.0
LANGUAGES = ("python", "graphql", "json", "http", "console")
(PAGE,) = [page for page in by_page(*LANGUAGES) if page[0].path == HOW_TO]
CODE = "\n".join(block.text for block in PAGE if block.language == "python")
# The register of clubs, as the page's plugin asks it.
REGISTER: dict[str, Any] = {
    "/companies/123456": {"name": "Chess & Cheese"},
    "/check": lambda asked: asked.json(),
}


@dataclass(frozen=True)
class Clubs:
    """A service with the page's plugin."""

    api: Api
    plugins: Plugins


@pytest.fixture
async def clubs(
    settings: Settings, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Clubs]:
    """The plugin is loaded, with tables of its own and the register beside it."""
    (tmp_path / "clubs.py").write_text(CODE, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("clubs")
    monkeypatch.delitem(sys.modules, "clubs")
    plugins = Plugins({"core": core, "clubs": module})
    with replaying(REGISTER) as register:
        urls = {"clubs": {"search": register.url}}
        async with running(settings, plugins, urls) as client:
            assert plugins.infos["clubs"].status == "ACTIVE", plugins.infos["clubs"].errors
            yield Clubs(replace(workspace, client=client).api(), plugins)
    assert plugins.infos["clubs"].errors == []


async def test_the_page_answers_what_it_shows(clubs: Clubs) -> None:
    """Its operations and requests in their order; an id ``"…"`` is that of the last client."""
    known, asked = "", 0
    found = {op.block: op for op in operations(PAGE, Schema.with_plugins(clubs.plugins).printed())}
    for number, block in enumerate(PAGE):
        if block.language == "http":
            shown = json.loads(PAGE[number + 1].text)
            assert await _got(clubs.api, block.text) == shown, str(block)
        elif block in found:
            operation = found[block]
            given = {key: known if v == "…" else v for key, v in operation.variables.items()}
            data = await _answered(clubs.api, replace(operation, variables=given))
            made = data.get("clientCreate") or {}
            known = (made.get("client") or {}).get("id", known)
        else:
            continue
        asked += 1
    assert asked == len([block for block in PAGE if block.language in ("graphql", "http")])


async def test_what_the_page_does_not_ask_works(clubs: Clubs) -> None:
    """The register fills in a new client; the field counts; the document escapes the name."""
    company = """{ company(kind: "CLUBS_BRANCH", value: "123 456") { status draft { name } }
      missing: company(kind: "CLUBS_BRANCH", value: "654321") { status } }"""
    found = await clubs.api(company)
    assert found == {
        "company": {"status": "FOUND", "draft": {"name": "Chess & Cheese"}},
        "missing": {"status": "NOT_FOUND"},
    }
    club = await clubs.api.new_client("Chess & Cheese")
    event = {"clientId": club["id"], "kind": "CLUBS_INSPECTION", "title": "First"}
    await clubs.api.done("eventCreate", event)
    text = "query($id: ID!) { client(by: {id: $id}) { clubsEvents } }"
    assert await clubs.api(text, {"id": club["id"]}) == {"client": {"clubsEvents": 1}}
    given = {"template": "CLUBS_CARD", "clientId": club["id"]}
    made = await clubs.api.done("documentRender", given, "document { url }")
    card = await clubs.api.client.get(made["document"]["url"])
    assert "<p>Chess &amp; Cheese</p>" in card.text


def test_the_commands_of_the_page_work(tmp_path: Path) -> None:
    """As the commands of an installed plugin, with what they print."""
    site = tmp_path / "site"
    site.mkdir()
    install(site, "clubs", CODE)
    path = os.pathsep.join([str(site), *sys.path])
    shell = Shell(tmp_path, {"PYTHONPATH": path, "CLIENTGRAPH_PLUGINS": "clubs"})
    (block,) = [block for block in PAGE if block.language == "console"]
    command, shown = block.text.split("\n", 1)
    words = command.removeprefix("$ clientgraph ").split()
    assert shell(*words) == (0, shown, "")


async def _answered(api: Api, operation: Operation) -> Any:
    """The data; a query is asked again for a while until it answers what is shown."""
    until = time.monotonic() + WAITING
    while True:
        try:
            return (await operation.answered(api))["data"]
        except AssertionError:
            if operation.block.text.startswith("mutation") or time.monotonic() > until:
                raise
        await asyncio.sleep(0.2)


async def _got(api: Api, request: str) -> Any:
    method, path = request.split()
    headers = {"Authorization": f"Bearer {api.token}"}
    answer = await api.client.request(method, path, headers=headers)
    assert answer.status_code == 200, request
    return answer.json()


def test_every_example_is_run() -> None:
    """No block of the page says that it is not, and none is of a language that is not looked at."""
    whole = [block for block in blocks() if block.path == HOW_TO]
    assert whole == PAGE

"""An application that welcomes clients, and the mail server that it asks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import anyio
import pytest

import clientgraph_invoicing
from clientgraph import hookimpl
from clientgraph.config import Settings
from clientgraph.operations.limits import Limits
from clientgraph.testing import Api, Workspace, plugins_for, running
from clientgraph_invoicing import welcome

from .billing import of_client
from .post import Post, post_office

SECONDS = 60
_PLENTY = Limits(budget=1_000_000)
LETTER = "welcomeLetter { state recipient attempts settledAt }"
EVENTS = "events(first: 10) { nodes { title body kind { key } } }"
TERMS = {"payment_terms": "30 days net", "payment_reminder_days": 7}
ENDED = ("SENT", "READY", "FAILED", "UNCLEAR")
ON = {"welcome_enabled": True, **TERMS}
# The plugin, but that it looks more often at what was not sent.
IMPATIENT = SimpleNamespace(
    **{
        **vars(clientgraph_invoicing),
        "periodic_tasks": hookimpl(lambda: [replace(welcome.UNSENT, every=1.0)]),
    }
)


@dataclass(frozen=True)
class Served:
    """A workspace that welcomes its clients, and the mail server that is asked."""

    api: Api
    post: Post


Serve = Callable[..., Any]


@pytest.fixture
def serve(
    clientgraph_settings: Settings,
    clientgraph_plugins: Mapping[str, object],
    workspace: Workspace,
    tmp_path: Path,
) -> Serve:
    """An application of its own with a mail server."""
    return serving(clientgraph_settings, clientgraph_plugins, workspace, tmp_path)


def serving(
    settings: Settings, named: Mapping[str, object], workspace: Workspace, folder: Path
) -> Serve:
    """Applications on a database, whose plugins keep their files in a folder."""

    @asynccontextmanager
    async def served(
        *, with_post: bool = True, configured: bool = False, **chosen: Any
    ) -> AsyncIterator[Served]:
        async with post_office() as post:
            smtp = {
                "smtp_host": "127.0.0.1",
                "smtp_port": post.port,
                "smtp_security": "none",
                "smtp_from": "post@firm.example",
            }
            operator = {"invoicing": smtp} if with_post else {}
            instance = replace(settings, plugin=operator, plugin_folder=str(folder))
            plugins = plugins_for({**named, "invoicing": IMPATIENT} if configured else named)
            async with running(instance, plugins, limits=_PLENTY) as client:
                api = replace(workspace, client=client).api()
                given = {"name": "invoicing", "settings": {**ON, **chosen}}
                if not configured:
                    await api.done("pluginConfigure", given)
                yield Served(api, post)

    return served


async def reached(api: Api, client_id: str, state: str) -> Any:
    """The client once its letter is in this state, with its history."""
    with anyio.fail_after(SECONDS):
        while True:
            found = await of_client(api, client_id, f"{LETTER} {EVENTS}")
            if (found["welcomeLetter"] or {}).get("state") == state and (
                found["events"]["nodes"] or state not in ENDED
            ):
                return found
            await anyio.sleep(0.2)

"""Paths of plugins under /plugins: who may ask, and what a plugin that fails comes to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

from clientgraph import HttpRoute, Permission, PluginContext, hookimpl, plugin_routes
from clientgraph.config import Settings
from clientgraph.plugins import Plugins
from clientgraph.testing import Workspace, running
from tests.invoicing import with_plugin

pytestmark = pytest.mark.anyio


def with_routes(*routes: HttpRoute, name: str = "clubs") -> Plugins:
    """A plugin with these routes."""
    return with_plugin(name, SimpleNamespace(http_routes=hookimpl(lambda: routes)))


def route(endpoint: Any, path: str = "/x", **changes: Any) -> HttpRoute:
    """A route that every reader of clients may ask, but for the changes."""
    facts: dict[str, Any] = {"path": path, "permission": Permission.CLIENTS_READ}
    return HttpRoute(endpoint=endpoint, **{**facts, **changes})


async def hello(_context: PluginContext, _request: Request) -> Response:
    """Greets."""
    return PlainTextResponse("Hello")


async def asked(
    settings: Settings,
    workspace: Workspace,
    *routes: HttpRoute,
    path: str = "/plugins/clubs/x",
    role: str = "OWNER",
    method: str = "GET",
    **more: Any,
) -> httpx2.Response:
    """What a request with the token of a role is answered."""
    async with running(settings, with_routes(*routes)) as client:
        head = {"Authorization": f"Bearer {workspace.tokens[role]}", **more.pop("headers", {})}
        return await client.request(method, path, headers=head, **more)


def code(answer: httpx2.Response) -> str:
    """The code of an error in the shape that GraphQL has them."""
    (error,) = answer.json()["errors"]
    assert answer.headers["content-type"].startswith("application/json")
    found: str = error["extensions"]["code"]
    return found


async def test_hook_http_routes(settings: Settings, workspace: Workspace, other: Workspace) -> None:
    """A plugin answers with its workspace's records, and knows what was asked of it."""

    async def sheet(context: PluginContext, request: Request) -> Response:
        found = await context.graphql("{ clients { nodes { name } } }", {})
        answer = {
            "clients": [node["name"] for node in found["clients"]["nodes"]],
            "key": request.path_params["key"],
            "query": request.query_params["q"],
            "body": (await request.body()).decode(),
            "language": context.language,
            "url": request.url.path,
        }
        return JSONResponse(answer, 201, headers={"X-Club": "1", "Cache-Control": "max-age=60"})

    await workspace.api().new_client("Ours")
    await other.api().new_client("Theirs")
    made = await asked(
        settings,
        workspace,
        route(sheet, "/sheets/{key}", methods=["PUT"]),
        path="/plugins/clubs/sheets/a?q=1",
        method="PUT",
        content="text",
        headers={"Accept-Language": "fr"},
    )
    assert made.json() == {
        "clients": ["Ours"],
        "key": "a",
        "query": "1",
        "body": "text",
        "language": "fr",
        "url": "/plugins/clubs/sheets/a",
    }
    assert made.status_code == 201
    assert made.headers["X-Club"] == "1"
    assert made.headers["Cache-Control"] == "max-age=60"
    assert made.headers["X-Content-Type-Options"] == "nosniff"


async def test_nobody_is_answered_without_a_good_token(
    settings: Settings, workspace: Workspace
) -> None:
    """No token and a bad one are refused as everywhere, before the plugin is asked."""
    async with running(settings, with_routes(route(hello))) as client:
        none = await client.get("/plugins/clubs/x")
        bad = await client.get("/plugins/clubs/x", headers={"Authorization": "Bearer cgp_x"})
    assert (none.status_code, code(none)) == (401, "UNAUTHENTICATED")
    assert (bad.status_code, code(bad)) == (401, "UNAUTHENTICATED")
    assert none.headers["WWW-Authenticate"] == "Bearer"


async def test_the_permission_is_asked_of_the_token(
    settings: Settings, workspace: Workspace
) -> None:
    """A role that does not carry the route's permission is refused, and told which it is."""
    writes = route(hello, permission=Permission.CLIENTS_WRITE)
    refused = await asked(settings, workspace, writes, role="VIEWER")
    assert (refused.status_code, code(refused)) == (403, "FORBIDDEN")
    assert "clients:write" in refused.text
    assert (await asked(settings, workspace, writes, role="MEMBER")).text == "Hello"


@pytest.mark.parametrize(
    "path", ["/plugins/clubs/y", "/plugins/clubs", "/plugins/other/x", "/plugins/clubs/x/"]
)
async def test_what_no_plugin_declares_is_not_there(
    settings: Settings, workspace: Workspace, path: str
) -> None:
    """Another path, or that of a plugin that is not there, is an error in JSON."""
    found = await asked(settings, workspace, route(hello), path=path)
    assert (found.status_code, code(found)) == (404, "NOT_FOUND")


async def test_a_path_takes_the_methods_it_declares(
    settings: Settings, workspace: Workspace
) -> None:
    """Two routes share a path by their methods; another method is told which there are."""

    async def store(_context: PluginContext, request: Request) -> Response:
        return PlainTextResponse(f"stored {len(await request.body())}")

    both = (route(hello), route(store, methods=["POST"]))
    assert (await asked(settings, workspace, *both)).text == "Hello"
    assert (await asked(settings, workspace, *both, method="POST", content="abc")).text == (
        "stored 3"
    )
    refused = await asked(settings, workspace, *both, method="DELETE")
    assert (refused.status_code, code(refused)) == (405, "BAD_REQUEST")
    assert refused.headers["Allow"] == "GET, POST"


async def failing(_context: PluginContext, _request: Request) -> Response:
    """Raises what nobody may see."""
    raise ConnectionError("secret address")


async def exiting(_context: PluginContext, _request: Request) -> Response:
    """Tries to end the service."""
    raise SystemExit(3)


async def answering_nothing(_context: PluginContext, _request: Request) -> Any:
    """Forgets to answer."""
    return {"no": "response"}


async def halting(_context: PluginContext, _request: Request) -> Response:
    """Fails when half of its answer is there."""

    async def parts() -> AsyncIterator[bytes]:
        yield b"half"
        raise ConnectionError("secret address")

    return StreamingResponse(parts())


async def flooding(_context: PluginContext, _request: Request) -> Response:
    """Answers without end."""

    async def parts() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 1_000_000

    return StreamingResponse(parts())


@pytest.mark.parametrize("endpoint", [failing, exiting, answering_nothing, halting, flooding])
async def test_an_endpoint_that_fails_is_answered_for(
    settings: Settings, workspace: Workspace, endpoint: Any
) -> None:
    """The caller learns whose fault it is and nothing else; the failure is kept."""
    plugins = with_routes(route(endpoint), route(hello, "/hello"))
    async with running(settings, plugins) as client:
        head = {"Authorization": f"Bearer {workspace.tokens['OWNER']}"}
        failed = await client.get("/plugins/clubs/x", headers=head)
        after = await client.get("/plugins/clubs/hello", headers=head)
    assert (failed.status_code, code(failed)) == (500, "INTERNAL_SERVER_ERROR")
    assert failed.json()["errors"][0]["message"] == "The plugin 'clubs' failed. Try again later."
    assert after.text == "Hello"
    (failure,) = plugins.infos["clubs"].failures_in(workspace.id)
    assert failure.hook == "http_routes GET /x"


async def test_an_endpoint_that_hangs_is_left_behind(
    settings: Settings, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After its time the caller is told; others were served meanwhile."""

    async def hang(_context: PluginContext, _request: Request) -> Response:
        await asyncio.sleep(60)
        return PlainTextResponse("late")

    monkeypatch.setattr(plugin_routes, "ANSWER_SECONDS", 0.2)
    late = await asked(settings, workspace, route(hang))
    assert (late.status_code, code(late)) == (504, "TIMEOUT")


async def test_a_plugin_that_fails_again_and_again_is_not_asked(
    settings: Settings, workspace: Workspace
) -> None:
    """It has a pause, which callers are told."""
    calls: list[int] = []

    async def fail(_context: PluginContext, _request: Request) -> Response:
        calls.append(1)
        raise ConnectionError

    async with running(settings, with_routes(route(fail))) as client:
        head = {"Authorization": f"Bearer {workspace.tokens['OWNER']}"}
        answers = [await client.get("/plugins/clubs/x", headers=head) for _ in range(6)]
    assert [code(each) for each in answers] == ["INTERNAL_SERVER_ERROR"] * 5 + [
        "SERVICE_UNAVAILABLE"
    ]
    assert len(calls) == 5


async def test_a_body_is_bounded(settings: Settings, workspace: Workspace) -> None:
    """A body up to the bound arrives in whole; for a larger one the plugin is not asked."""
    sizes: list[int] = []

    async def measure(_context: PluginContext, request: Request) -> Response:
        sizes.append(len(await request.body()))
        return PlainTextResponse("ok")

    takes = route(measure, methods=["POST"])
    most = plugin_routes.LARGEST_BODY
    await asked(settings, workspace, takes, method="POST", content=b"x" * most)
    refused = await asked(settings, workspace, takes, method="POST", content=b"x" * (most + 1))
    assert (refused.status_code, code(refused)) == (413, "BAD_REQUEST")
    assert sizes == [most]


async def test_a_plugin_does_not_see_the_token(settings: Settings, workspace: Workspace) -> None:
    """A request is handed over without what would let the plugin act as its caller."""
    seen: list[Sequence[str]] = []

    async def look(_context: PluginContext, request: Request) -> Response:
        seen.append(sorted(request.headers))
        return PlainTextResponse("ok")

    await asked(settings, workspace, route(look), headers={"Cookie": "a=b", "X-Mine": "1"})
    assert "x-mine" in seen[0]
    assert {"authorization", "cookie"}.isdisjoint(seen[0])


async def test_routes_cost_points(settings: Settings, workspace: Workspace) -> None:
    """A token's budget bounds what it asks of plugins, as of GraphQL."""
    async with running(settings, with_routes(route(hello))) as client:
        head = {"Authorization": f"Bearer {workspace.tokens['OWNER']}"}
        for _ in range(2_000):
            answer = await client.get("/plugins/clubs/x", headers=head)
            if answer.status_code != 200:
                break
    assert (answer.status_code, code(answer)) == (429, "RATE_LIMITED")
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"path": "x"}, "ValueError: route 'x': the path must be such as"),
        ({"path": "/a/../b"}, "ValueError: route '/a/../b': the path must not hold"),
        ({"path": "/{a"}, "ValueError: route '/{a': the path must be such as"),
        ({"endpoint": len}, "TypeError: route '/x': the endpoint must be an async function"),
        ({"permission": "clients:read"}, "TypeError: route '/x': the permission must be"),
        ({"methods": "GET"}, "ValueError: route '/x': the methods must be among"),
        ({"methods": ["CONNECT"]}, "ValueError: route '/x': the methods must be among"),
        ({"methods": ["GET", "GET"]}, "ValueError: route GET /x is declared twice"),
    ],
)
def test_a_bad_route_leaves_its_plugin_out(changes: dict[str, Any], reason: str) -> None:
    """What cannot be served is told where it is declared."""
    plugins = with_routes(route(**{"endpoint": hello, **changes}))
    assert plugins.infos["clubs"].status == "QUARANTINED"
    assert plugins.infos["clubs"].reason.startswith(reason)


async def test_a_socket_is_not_there(settings: Settings) -> None:
    """Routes are for HTTP: a WebSocket is refused, not left to hang."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(json.loads(json.dumps(message)))

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    scope = {"type": "websocket", "path": "/other/x", "headers": [], "root_path": ""}
    async with running(settings, with_routes(route(hello))) as client:
        app: Any = client._transport.app  # type: ignore[attr-defined]
        await app({**scope, "path": "/plugins/clubs/x", "client": None}, receive, send)
    assert [message["type"] for message in sent] == ["websocket.close"]


async def test_where_a_plugin_is_switched_off_its_paths_are_not_there(
    settings: Settings, workspace: Workspace, other: Workspace
) -> None:
    """One workspace switches it off; in another one it answers on."""
    async with running(settings, with_routes(route(hello))) as client:
        ask = replace(workspace, client=client).api()
        await ask.done("pluginConfigure", {"name": "clubs", "isActive": False})
        heads = [{"Authorization": f"Bearer {w.tokens['OWNER']}"} for w in (workspace, other)]
        off, on = [await client.get("/plugins/clubs/x", headers=head) for head in heads]
    assert (off.status_code, code(off)) == (404, "NOT_FOUND")
    assert on.text == "Hello"

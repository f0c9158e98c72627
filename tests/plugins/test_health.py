"""Health checks are made beside requests; whatever they do, the service goes on serving."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest

from clientgraph import HealthCheck, HealthReport, HealthStatus, InstanceContext, hookimpl
from clientgraph.config import Settings
from clientgraph.plugin_status import checkups
from clientgraph.plugins import Plugins
from clientgraph.testing import Workspace, running
from tests.invoicing import with_plugin

pytestmark = pytest.mark.anyio

WAITING = 20.0
HEALTH = "{ plugins { name health { key status message checkedAt } } }"


def fine(_context: InstanceContext) -> HealthReport:
    """All is well."""
    return HealthReport(status=HealthStatus.OK, message="40 of 40")


def with_checks(*checks: HealthCheck) -> Plugins:
    """A plugin with these checks."""
    return with_plugin("clubs", SimpleNamespace(health_checks=hookimpl(lambda: checks)))


async def health(client: httpx2.AsyncClient) -> dict[str, Any]:
    """What `/readyz` tells of the plugin."""
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    told: dict[str, Any] = next(
        each for each in answer.json()["plugins"] if each["name"] == "clubs"
    )
    return told


async def once(fits: Callable[[], Any]) -> None:
    """Wait until something has come about in the background."""
    until = time.monotonic() + WAITING
    while not fits():
        assert time.monotonic() < until, "it did not come about"
        await asyncio.sleep(0.02)


async def test_hook_health_checks(settings: Settings, workspace: Workspace) -> None:
    """What a check says is shown to operators and to those who run a workspace."""
    asked: list[InstanceContext] = []

    async def stock(context: InstanceContext) -> HealthReport:
        asked.append(context)
        return HealthReport(status=HealthStatus.DEGRADED, message="The list is 40 days old.")

    plugins = with_checks(HealthCheck(key="stock_age", check=stock))
    async with running(settings, plugins) as client:
        await once(lambda: plugins.infos["clubs"].health)
        told = await health(client)
        found = await replace(workspace, client=client).api("ADMIN")(HEALTH)
        figures = (await client.get("/metrics")).text
    said = {"key": "stock_age", "status": "DEGRADED", "message": "The list is 40 days old."}
    assert told["health"] == [said]
    (shown,) = found["plugins"][-1]["health"]
    assert shown.pop("checkedAt")
    assert shown == said
    assert [context.plugin for context in asked] == ["clubs"]
    line = 'clientgraph_plugin_health{check="stock_age",plugin="clubs",status="DEGRADED"} 1.0'
    assert line in figures
    assert 'clientgraph_plugin_status{plugin="clubs",status="ACTIVE"} 1.0' in figures


def fail(_context: InstanceContext) -> HealthReport:
    """Raises what only the operator may see."""
    raise ConnectionError("secret address")


def end(_context: InstanceContext) -> HealthReport:
    """Tries to end the service."""
    raise SystemExit(3)


def mumble(_context: InstanceContext) -> Any:
    """Does not say what a check says."""
    return "fine"


def hang(_context: InstanceContext) -> HealthReport:
    """Takes too long."""
    time.sleep(5)
    return HealthReport(status=HealthStatus.OK)


async def block(_context: InstanceContext) -> HealthReport:
    """Takes too long in a way that would hold everybody in the same loop."""
    time.sleep(5)  # noqa: ASYNC251 - what is tested
    return HealthReport(status=HealthStatus.OK)


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (fail, "The check failed: ConnectionError."),
        (end, "The check failed: RuntimeError."),
        (mumble, "The check failed: TypeError."),
        (hang, "The check failed: TookTooLong."),
        (block, "The check failed: TookTooLong."),
    ],
)
async def test_a_check_that_fails_is_down_and_the_service_is_ready(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, check: Any, message: str
) -> None:
    """A plugin that is down takes nobody with it, the other checks of its own least of all."""
    monkeypatch.setattr(checkups, "CHECK_SECONDS", 0.3)
    plugins = with_checks(HealthCheck(key="bad", check=check), HealthCheck(key="good", check=fine))
    async with running(settings, plugins) as client:
        await once(lambda: len(plugins.infos["clubs"].health) == 2)
        told = await health(client)
    assert told["status"] == "ACTIVE"
    bad, good = told["health"]
    assert bad == {"key": "bad", "status": "DOWN", "message": message}
    assert good == {"key": "good", "status": "OK", "message": "40 of 40"}


async def test_a_check_is_made_again_in_its_own_time(settings: Settings) -> None:
    """Each check has its own interval, from the start on; none is made after the end."""
    often: list[float] = []
    seldom: list[float] = []

    def noting(times: list[float]) -> Callable[[InstanceContext], HealthReport]:
        def look(_context: InstanceContext) -> HealthReport:
            times.append(time.monotonic())
            return HealthReport(status=HealthStatus.OK)

        return look

    plugins = with_checks(
        HealthCheck(key="often", check=noting(often), every=1.0),
        HealthCheck(key="seldom", check=noting(seldom), every=3600.0),
    )
    async with running(settings, plugins):
        await once(lambda: len(often) == 3)
    assert len(seldom) == 1
    assert often[1] - often[0] >= 1.0
    looked = len(often)
    await asyncio.sleep(1.2)
    assert len(often) == looked


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"key": "Stock"}, "ValueError: health check 'Stock': the key must be"),
        ({"check": None}, "TypeError: health check stock: check must be a function"),
        ({"every": 0.1}, "ValueError: health check stock: every must be 1 or more"),
        ({"every": float("nan")}, "ValueError: health check stock: every must be 1 or more"),
    ],
)
def test_a_bad_check_leaves_its_plugin_out(changes: dict[str, Any], reason: str) -> None:
    """What cannot be made is told where it is declared."""
    facts: dict[str, Any] = {"key": "stock", "check": fine}
    plugins = with_checks(HealthCheck(**{**facts, **changes}))
    assert plugins.infos["clubs"].reason.startswith(reason)


def test_two_checks_cannot_have_one_key() -> None:
    """The key names a check wherever it is shown."""
    twice = [HealthCheck(key="stock", check=fine), HealthCheck(key="stock", check=fine)]
    assert with_checks(*twice).infos["clubs"].reason == "ValueError: two health checks have one key"


async def test_a_plugin_that_was_left_out_says_why(settings: Settings) -> None:
    """`/readyz` gives the reason, and the service is ready."""
    plugins = with_checks(HealthCheck(key="Stock", check=fine))
    async with running(settings, plugins) as client:
        told = await health(client)
        figures = (await client.get("/metrics")).text
    assert told["status"] == "QUARANTINED"
    assert told["reason"].startswith("ValueError: health check 'Stock'")
    assert 'clientgraph_plugin_status{plugin="clubs",status="QUARANTINED"} 1.0' in figures

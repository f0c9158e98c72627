"""Whatever a plugin does, the service answers reads and writes that have nothing to do with it."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clientgraph import PluginContext, RecordChange, RecordDraft
from clientgraph.config import Settings
from clientgraph.hookspecs import HOOKS
from clientgraph.loading import installed
from clientgraph.plugins import Plugins
from clientgraph.testing import Workspace, running
from tests.invoicing import with_plugin
from tests.plugins.declared import club, field, plugin, serves

pytestmark = pytest.mark.anyio

DECLARING = sorted(name for name, hook in HOOKS.items() if hook.kind == "declare")


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    """What hanging plugins wait for; they end with the test."""
    event = threading.Event()
    yield event
    event.set()


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("raise ValueError('broken')", "ValueError: broken"),
        ("raise SystemExit(3)", "RuntimeError: SystemExit was raised"),
        ("import nowhere_to_be_found", "ModuleNotFoundError: No module named"),
        ("import time; time.sleep(20)", "TookTooLong: the import of hostile took more than"),
    ],
    ids=["raises", "exits", "imports", "hangs"],
)
async def test_a_plugin_that_does_not_import(
    settings: Settings,
    workspace: Workspace,
    source: str,
    reason: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An installed distribution that fails is left out, with its reason and its version."""
    module = f"hostile_{abs(hash(source))}"
    (tmp_path / f"{module}.py").write_text(source)
    about = tmp_path / "hostile-1.5.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: hostile\nVersion: 1.5\n")
    (about / "entry_points.txt").write_text(f"[clientgraph.plugins]\nhostile = {module}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr("clientgraph.loading.IMPORT_SECONDS", 2.0)
    plugins = installed(["hostile"])
    info = plugins.infos["hostile"]
    assert (info.version, info.status) == ("1.5", "QUARANTINED")
    assert info.reason.startswith(reason)
    assert [each.status for each in plugins.infos.values() if each is not info] == ["ACTIVE"] * (
        len(plugins.infos) - 1
    )
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api()
        await serves(api)
        await api.new_client()


def raises() -> Any:
    """Break."""
    raise KeyError("broken")


def exits() -> Any:
    """End the process, so it thinks."""
    raise SystemExit(1)


def endless() -> Any:
    """Declare without end."""
    return itertools.repeat(5)


def many() -> Any:
    """Declare a million things."""
    return [5] * 1_000_000


@pytest.mark.parametrize("hook", ["company_registries", "messages", "field_types"])
@pytest.mark.parametrize("declare", [raises, exits, endless, many, lambda: 5])
def test_a_bad_declaration_leaves_its_plugin_out(hook: str, declare: Callable[[], Any]) -> None:
    """Whatever the hook is, the others' plugins remain."""
    good = plugin(batch_fields=lambda: [field()])
    plugins = Plugins({"bad": plugin(**{hook: declare}), "good": good})
    assert [info.status for info in plugins.infos.values()] == ["QUARANTINED", "ACTIVE"]
    assert set(plugins.declared) == {"good"}


@pytest.mark.parametrize("hook", DECLARING)
async def test_no_declaring_hook_stops_the_start(
    settings: Settings, workspace: Workspace, hook: str
) -> None:
    """A plugin that raises in it is served without."""
    async with running(settings, with_plugin("bad", plugin(**{hook: raises}))) as client:
        await serves(replace(workspace, client=client).api())


def test_a_declaration_that_hangs_is_left_behind(
    stop: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The start goes on without the plugin."""
    monkeypatch.setattr("clientgraph.plugins.DECLARE_SECONDS", 0.2)
    plugins = Plugins({"bad": plugin(identifier_kinds=lambda: stop.wait(20)), "good": plugin()})
    assert plugins.infos["bad"].reason == "TookTooLong: identifier_kinds took more than 0.2 s"
    assert plugins.infos["good"].status == "ACTIVE"


async def sleeps(*_: Any) -> Any:
    """Never answer."""
    await asyncio.sleep(3600)


async def gives_up(*_: Any) -> Any:
    """Cancel itself."""
    raise asyncio.CancelledError


async def leaves(*_: Any) -> Any:
    """End the process from a task of its own, and from the call."""
    asyncio.get_running_loop().call_soon(exits)
    await asyncio.sleep(0)
    raise SystemExit(1)


async def lazy(*_: Any) -> Any:
    """Answer after a while of blocking its loop."""
    time.sleep(1)  # noqa: ASYNC251 - what it must not do


def spawns(*_: Any) -> Any:
    """Leave threads that go on for long behind."""
    for _ in range(20):
        threading.Thread(target=time.sleep, args=[2], daemon=True).start()
    raise KeyError("broken")


LOADERS: list[Callable[..., Any]] = [
    sleeps,
    gives_up,
    leaves,
    lazy,
    spawns,
    lambda *_: time.sleep(1),
    lambda *_: None,
    lambda *_: 5,
    lambda *_: [*range(1_000_000)],
    lambda _context, ids: ids,
    lambda _context, ids: {each: (time.sleep(1) for _ in ids) for each in ids},
    lambda _context, ids: {each: [(time.sleep(1) for _ in ids)] for each in ids},
]


@pytest.mark.parametrize("load", LOADERS)
async def test_a_field_that_fails_is_null_alone(
    settings: Settings,
    workspace: Workspace,
    load: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its error is at its path and tells nothing; other plugins' fields and core's are there."""
    monkeypatch.setattr("clientgraph.deciding.LOAD_SECONDS", 0.3)
    hooks = plugin(batch_fields=lambda: [field(load), field(club, "team")])
    async with running(settings, with_plugin("bad", hooks)) as client:
        api = replace(workspace, client=client).api()
        await api.new_client("A")
        body = await api.answer("{ clients { nodes { name club team } } organisation { name } }")
        await serves(api)
    (node,) = body["data"]["clients"]["nodes"]
    # What blocks the plugin's loop may take its other fields with it, and nothing else.
    assert node == {"name": "A", "club": None, "team": node["team"] if load is lazy else "x"}
    assert body["data"]["organisation"] == {"name": "Firm"}
    assert body["errors"][0] == {
        "message": "The plugin 'bad' did not answer. Try again later.",
        "locations": body["errors"][0]["locations"],
        "path": ["clients", "nodes", 0, "club"],
        "extensions": {"code": "PLUGIN_FAILED", "plugin": "bad"},
    }


async def test_a_field_that_hangs_is_null_alone(settings: Settings, workspace: Workspace) -> None:
    """With the limits that hold in operation: what else was asked is answered."""

    async def hang(_context: PluginContext, _ids: Sequence[Any]) -> Any:
        await asyncio.sleep(3600)

    hooks = plugin(batch_fields=lambda: [field(hang)])
    async with running(settings, with_plugin("hanging", hooks)) as client:
        api = replace(workspace, client=client).api()
        await api.new_client("A")
        body = await api.answer("{ clients { nodes { name club } } }")
    assert body["data"] == {"clients": {"nodes": [{"name": "A", "club": None}]}}
    assert [each["extensions"]["code"] for each in body["errors"]] == ["PLUGIN_FAILED"]


async def test_a_million_values_are_passed_over(settings: Settings, workspace: Workspace) -> None:
    """Of an answer that is too large only what was asked for is taken."""

    def load(_context: PluginContext, ids: Sequence[Any]) -> Any:
        return dict.fromkeys(range(1_000_000), "y") | dict.fromkeys(ids, "x")

    hooks = plugin(batch_fields=lambda: [field(load)])
    async with running(settings, with_plugin("large", hooks)) as client:
        api = replace(workspace, client=client).api()
        await api.new_client()
        found = await api("{ clients { nodes { club } } }")
    assert found["clients"]["nodes"] == [{"club": "x"}]


@pytest.mark.parametrize("is_async", [True, False])
async def test_what_blocks_holds_up_nobody(
    settings: Settings, workspace: Workspace, stop: threading.Event, *, is_async: bool
) -> None:
    """While a loader blocks its thread or even its event loop, all others are served."""
    blocking = threading.Event()

    async def block(_context: PluginContext, _ids: Sequence[Any]) -> Any:
        blocking.set()
        stop.wait(20)
        return {}

    def hold(_context: PluginContext, _ids: Sequence[Any]) -> Any:
        blocking.set()
        stop.wait(20)
        return {}

    hooks = plugin(batch_fields=lambda: [field(block if is_async else hold)])
    async with running(settings, with_plugin("blocking", hooks)) as client:
        api = replace(workspace, client=client).api()
        await api.new_client()
        held = asyncio.create_task(api("{ clients { nodes { club } } }"))
        assert await asyncio.to_thread(blocking.wait, 4)
        await serves(api)
        assert not held.done()
        stop.set()
        assert await held == {"clients": {"nodes": [{"club": None}]}}


async def test_many_that_hang_hold_up_their_plugin_alone(
    settings: Settings,
    workspace: Workspace,
    stop: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With all its threads stuck, a plugin's calls end in time, and other plugins' are answered."""
    monkeypatch.setattr("clientgraph.deciding.LOAD_SECONDS", 2.0)
    stuck = plugin(batch_fields=lambda: [field(lambda *_: stop.wait(20))])
    fine = plugin(batch_fields=lambda: [field(lambda _c, ids: dict.fromkeys(ids, "y"), "team")])
    async with running(settings, Plugins({"stuck": stuck, "fine": fine})) as client:
        api = replace(workspace, client=client).api()
        await api.new_client()
        asked = (api.answer("{ clients { nodes { club team } } }") for _ in range(8))
        bodies = await asyncio.gather(*asked)
        await serves(api)
    shown = [body["data"]["clients"]["nodes"] for body in bodies]
    assert shown == [[{"club": None, "team": "y"}]] * 8


async def test_what_a_plugin_changes_of_its_arguments_changes_nothing(
    settings: Settings, workspace: Workspace
) -> None:
    """Drafts are copies for each plugin; ids and changes cannot be changed."""
    seen: list[Any] = []

    def spoil(drafts: Sequence[RecordDraft]) -> Any:
        for draft in drafts:
            draft.values.clear()  # type: ignore[attr-defined]
        return ()

    def look(drafts: Sequence[RecordDraft]) -> Any:
        seen.extend(draft.values["name"] for draft in drafts)
        return ()

    def drop(changes: Sequence[RecordChange]) -> None:
        changes.clear()  # type: ignore[attr-defined]

    named = {"spoiler": plugin(before_change=spoil, after_commit=drop)}
    plugins = Plugins({**named, "looker": plugin(before_change=look)})
    async with running(settings, plugins) as client:
        made = await replace(workspace, client=client).api().new_client("A", "name")
    assert (made["name"], seen) == ("A", ["A"])


async def test_a_context_is_good_for_one_call(settings: Settings, workspace: Workspace) -> None:
    """Who keeps it reads nothing with it later on: its session may be another's by then."""
    kept: list[PluginContext] = []
    reasons: list[str] = []

    async def load(context: PluginContext, ids: Sequence[Any]) -> Any:
        for each in kept:
            try:
                await each.select("SELECT 1 AS one", [])
            except RuntimeError as error:
                reasons.append(str(error))
        kept.append(context)
        return {ids[0]: str(len(await context.select("SELECT 1 AS one", [])))}

    hooks = plugin(batch_fields=lambda: [field(load)])
    async with running(settings, with_plugin("keeper", hooks)) as client:
        api = replace(workspace, client=client).api()
        await api.new_client()
        for _ in range(2):
            found = await api("{ clients { nodes { club } } }")
            assert found["clients"]["nodes"] == [{"club": "1"}]
    assert reasons == ["the call that this context was handed with is over"]

"""A service that stops answering is started again, without the plugin that held it up."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from http.client import HTTPException
from pathlib import Path
from urllib.error import URLError

import pytest

from tests.commands.running import Server, Shell
from tests.plugins.distributions import install

pytestmark = pytest.mark.skipif(
    os.environ.get("CLIENTGRAPH_TEST_DATABASE") == "postgres", reason="runs on SQLite alone"
)
NEW = ("organisation", "create", "--name", "Firm", "--country", "FR")
# Tries every way to part the text, of which there are 2^40, and lets no other thread run.
CODE = """
    import re
    import time

    import strawberry
    from clientgraph import Info, Permission, query
    from clientgraph import hookimpl

    @query(Permission.VIEWER_READ, "Whether a text of this length is all of one letter.")
    def {field}(info: Info, length: int) -> bool:
        return re.fullmatch("(a+)+", "a" * length + "b") is not None

    @hookimpl
    def graphql_fields():
        return {{"Query": [{field}]}}
"""


@pytest.fixture
def served(migrated: Shell) -> Iterator[tuple[Server, str]]:
    """A service with two plugins that can do it, and a token."""
    folder = migrated.folder / "site"
    folder.mkdir()
    install(folder, "hog-of-all-letters", CODE.format(field="hogIsAll"))
    install(folder, "lamb", CODE.format(field="lambIsAll"))
    path = os.pathsep.join([str(folder), *sys.path])
    shell = replace(migrated, settings={**migrated.settings, "PYTHONPATH": path})
    token = shell(*NEW).out.strip()
    with shell.running("serve") as server:
        yield server, token
        if server.process.poll() is None:
            assert server.interrupt()[0] == 0


def answered(ask: Callable[[], object]) -> object:
    """What this answers as soon as the service does."""
    until = time.monotonic() + 90
    while time.monotonic() < until:
        with suppress(URLError, HTTPException, ConnectionError):
            return ask()
        time.sleep(0.1)
    raise AssertionError("the service does not answer")


def processes(server: Server) -> set[str]:
    """The numbers of the processes that serve."""
    pid = server.process.pid
    return set(Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split())


def test_who_holds_up_the_service_is_left_out(served: tuple[Server, str]) -> None:
    """Everybody is served again by another process; no plugin beside it loses anything."""
    server, token = served
    assert server.graphql(token, "{ hogIsAll(length: 5) lambIsAll(length: 5) }")["data"] == {
        "hogIsAll": False,
        "lambIsAll": False,
    }
    first = processes(server)
    with ThreadPoolExecutor() as aside:
        lost = aside.submit(server.graphql, token, "{ hogIsAll(length: 40) }")
        with pytest.raises((URLError, HTTPException, ConnectionError)):
            lost.result(90)
    told = answered(
        lambda: server.graphql(
            token, "{ lambIsAll(length: 5) plugins { name status lastErrors { error } } }"
        )["data"]
    )
    assert isinstance(told, dict)
    assert told["lambIsAll"] is False
    plugins = {each["name"]: each for each in told["plugins"]}
    assert plugins["hog-of-all-letters"]["status"] == "QUARANTINED"
    assert "it kept the service from answering" in json.dumps(
        plugins["hog-of-all-letters"]["lastErrors"]
    )
    assert plugins["lamb"]["status"] == "ACTIVE"
    assert processes(server).isdisjoint(first)
    # The log tells who, as far as the system keeps the name of a thread, and in which line.
    assert '"plugin":"hog-of-all-l"' in server.text
    assert "in hogIsAll" in server.text


def test_a_process_that_ends_is_replaced(served: tuple[Server, str]) -> None:
    """Whatever it was that killed it."""
    server, token = served
    (first,) = processes(server)
    os.kill(int(first), signal.SIGKILL)
    asked = answered(lambda: server.graphql(token, "{ viewer { role } }")["data"])
    assert asked == {"viewer": {"role": "OWNER"}}
    assert processes(server).isdisjoint({first})


def test_a_service_that_is_held_up_can_be_stopped(served: tuple[Server, str]) -> None:
    """In time, though what serves hears nothing."""
    server, token = served
    with ThreadPoolExecutor() as aside:
        lost = aside.submit(server.graphql, token, "{ hogIsAll(length: 40) }")
        with pytest.raises(TimeoutError):
            lost.result(3)
        code, _ = server.interrupt(60)
        assert code == 0
        with pytest.raises((URLError, HTTPException, ConnectionError)):
            lost.result(10)


def test_nobody_serves_unwatched(migrated: Shell) -> None:
    """What serves ends along with what watches it."""
    with migrated.running("serve") as server:
        (serving,) = processes(server)
        server.process.kill()
        server.process.wait()
        alive = Path(f"/proc/{serving}")
        until = time.monotonic() + 30
        while alive.exists() and time.monotonic() < until:
            time.sleep(0.1)
        assert not alive.exists()

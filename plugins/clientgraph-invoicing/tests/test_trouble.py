"""Letters that the mail server does not take: tried again, given up, told without a name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import anyio
import pytest

from clientgraph import HealthReport, HealthStatus, InstanceContext
from clientgraph.testing import (
    Api,
    begun,
    dialect_of_tests,
    fresh_database,
    plugins_for,
    settings_for,
)
from clientgraph_invoicing import letters, mail, welcome

from .billing import of_client
from .serving import LETTER, SECONDS, Serve, reached, serve, serving

__all__ = ["serve"]

pytestmark = pytest.mark.anyio

ERRORS = "{ plugins { name lastErrors { error } } }"


@pytest.fixture
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not taken is due again at once, and given up with the third attempt."""
    monkeypatch.setattr(welcome, "PAUSES", (timedelta(), timedelta()))


def report(folder: Path) -> HealthReport:
    """What the health check says of all letters of all workspaces."""
    context = InstanceContext(
        plugin="invoicing",
        settings={},
        folder=folder / "invoicing",
        http=lambda _key: pytest.fail("nothing is asked over HTTP"),
    )
    return letters.report(context)


async def warned(folder: Path) -> HealthReport | None:
    """What it warns of; None while all is well."""
    told = report(folder)
    return None if told.status is HealthStatus.OK else told


async def until(ask: Callable[[], Awaitable[Any]]) -> Any:
    """What is answered as soon as that is something."""
    with anyio.fail_after(SECONDS):
        while True:
            if found := await ask():
                return found
            await anyio.sleep(0.1)


async def errors(api: Api) -> list[str]:
    """What is told of the plugin's failures."""
    found = (await api(ERRORS))["plugins"]
    (own,) = (each for each in found if each["name"] == "invoicing")
    return [each["error"] for each in own["lastErrors"]]


def test_pauses_grow_from_minutes_to_a_day() -> None:
    """A letter is given up after about three days, and no attempt takes as long as a lease."""
    assert welcome.PAUSES[0] == timedelta(minutes=5)
    assert all(one <= other for one, other in pairwise(welcome.PAUSES))
    assert welcome.PAUSES[-1] == timedelta(days=1)
    assert timedelta(days=3) <= sum(welcome.PAUSES, timedelta()) < timedelta(days=3, hours=1)
    assert timedelta(seconds=mail.CONNECTING_SECONDS + mail.HANDING_IN_SECONDS) < welcome.LEASE


@pytest.mark.usefixtures("without_pauses")
async def test_a_busy_mail_server_is_asked_again(serve: Serve) -> None:
    """The letter is the same one by its Message-ID, and arrives once."""
    async with serve() as served:
        served.post.busy = 1
        client = await served.api.new_client(email="info@ganymede.example")
        found = await reached(served.api, client["id"], "SENT")
    assert found["welcomeLetter"]["attempts"] == 2
    assert (served.post.offered, len(served.post.letters)) == (2, 1)
    assert len(found["events"]["nodes"]) == 1


async def test_what_others_do_spends_no_attempt(serve: Serve) -> None:
    """A letter rests for its pause, however much is committed meanwhile."""
    async with serve() as served:
        served.post.busy = 1
        first = await served.api.new_client(email="one@ganymede.example")
        await reached(served.api, first["id"], "PENDING")
        for name in ("Io", "Europa", "Callisto"):
            await served.api.done("clientUpdate", {"id": first["id"], "name": name})
        second = await served.api.new_client("Second", email="two@ganymede.example")
        await reached(served.api, second["id"], "SENT")
        found = (await of_client(served.api, first["id"], LETTER))["welcomeLetter"]
    assert (found["state"], found["attempts"]) == ("PENDING", 1)
    assert served.post.offered == 2


async def test_a_letter_is_tried_again_by_time(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing is committed that leads to it."""
    monkeypatch.setattr(welcome, "PAUSES", (timedelta(seconds=2),))
    async with serve():
        pass
    async with serve(configured=True) as served:
        served.post.busy = 1
        client = await served.api.new_client(email="info@ganymede.example")
        found = await reached(served.api, client["id"], "SENT")
    assert found["welcomeLetter"]["attempts"] == 2


async def test_an_unknown_address_is_given_up(serve: Serve) -> None:
    """At once, with a note that says what to do."""
    async with serve() as served:
        served.post.unknown = True
        client = await served.api.new_client(email="nobody@ganymede.example")
        found = await reached(served.api, client["id"], "FAILED")
    assert [each["title"] for each in found["events"]["nodes"]] == [
        "Lettre de bienvenue non envoyée"
    ]
    assert served.post.letters == []


async def test_what_may_have_been_taken_is_not_sent_again(serve: Serve) -> None:
    """The server broke off after the letter: once is better than twice, and a note says so."""
    async with serve() as served:
        served.post.cut = True
        client = await served.api.new_client(email="info@ganymede.example")
        found = await reached(served.api, client["id"], "UNCLEAR")
        served.post.cut = False
        second = await served.api.new_client("Second", email="two@ganymede.example")
        await reached(served.api, second["id"], "SENT")
    (note,) = found["events"]["nodes"]
    assert note["title"] == "Lettre de bienvenue : envoi incertain"
    assert "info@ganymede.example" in note["body"]
    assert [each["To"] for each in served.post.letters] == [
        "info@ganymede.example",
        "two@ganymede.example",
    ]


@pytest.mark.usefixtures("without_pauses")
async def test_the_operator_is_told_of_what_needs_a_person(
    clientgraph_plugins: Mapping[str, object], tmp_path: Path
) -> None:
    """Letters that were given up or may have been sent, but for wrong addresses; nobody's name."""
    async with fresh_database(dialect_of_tests(), tmp_path) as urls:
        settings = settings_for(*urls)
        async with begun(settings, plugins_for(clientgraph_plugins)) as workspaces:
            workspace = await workspaces.make()
        serve = serving(settings, clientgraph_plugins, workspace, tmp_path)
        async with serve() as served:
            for trouble, state in (("cut", "UNCLEAR"), ("unknown", "FAILED"), ("busy", "FAILED")):
                setattr(served.post, trouble, 100)
                client = await served.api.new_client(email=f"{trouble}@ganymede.example")
                found = await reached(served.api, client["id"], state)
                setattr(served.post, trouble, 0)
        assert found["welcomeLetter"]["attempts"] == 3
        assert report(tmp_path).status is HealthStatus.OK
        async with serve(configured=True):
            told = await until(partial(warned, tmp_path))
    assert told.status is HealthStatus.DEGRADED
    assert told.message == (
        "welcome letters of the last 7 days: 1 that the mail server may have taken or not, "
        "1 given up; the histories of their clients say so"
    )


async def test_a_process_that_dies_sends_nothing_twice(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It asked the mail server, and did not live to note the answer."""
    monkeypatch.setattr(welcome, "LEASE", timedelta())
    async with serve() as served:
        served.post.silent = True
        client = await served.api.new_client(email="info@ganymede.example")
        with anyio.fail_after(SECONDS):
            await served.post.arrived.wait()
    async with serve(configured=True) as served:
        found = await reached(served.api, client["id"], "UNCLEAR")
    assert found["welcomeLetter"]["attempts"] == 1
    assert served.post.letters == []


@pytest.mark.parametrize(
    ("trouble", "state", "told"),
    [
        (
            {"busy": 100},
            "PENDING",
            "NotSent: the mail server did not take the letter: SMTPDataError 451",
        ),
        (
            {"unknown": True},
            "FAILED",
            "NotSent: the mail server did not take the letter: SMTPRecipientsRefused 550",
        ),
        (
            {"cut": True},
            "UNCLEAR",
            "NotSent: the mail server broke off and may have taken the letter: "
            "SMTPServerDisconnected",
        ),
    ],
)
async def test_failures_are_told_without_the_receiver(
    serve: Serve,
    caplog: pytest.LogCaptureFixture,
    trouble: dict[str, Any],
    state: str,
    told: str,
) -> None:
    """The kind of failure and its code: what the mail server says names people."""
    async with serve() as served:
        vars(served.post).update(trouble)
        client = await served.api.new_client(email="info@ganymede.example")
        await reached(served.api, client["id"], state)
        found = await until(partial(errors, served.api))
    assert set(found) == {told}
    assert "ganymede.example" not in caplog.text

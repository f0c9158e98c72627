"""WebSockets of the real application under a real server: who hears what, and until when."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import httpx2
import pytest

from clientgraph import app as application
from clientgraph.organisations.tokens import new_token
from clientgraph.testing import Api, Workspaces
from clientgraph.transport import TransportLimits
from tests.walls.conftest import Worlds
from tests.walls.examples import Arguments, id_places, operation
from tests.walls.matrix import RANKS, TRIED, least_for_node, may, root_fields
from tests.walls.served import INIT, acknowledged, opened, serving

pytestmark = pytest.mark.anyio

RECHECK = 0.3
FIELDS = root_fields("Subscription")
SILENCE = 0.4
# As many as one connection may have at a time, and some to spare.
AT_ONCE = 14


@pytest.fixture(scope="module")
async def address(workspaces: Workspaces) -> AsyncIterator[str]:
    """A server that looks at tokens again every 0.3 seconds, however many bad ones it sees."""
    settings = replace(workspaces.settings, bad_tokens_per_minute=1_000_000)
    with pytest.MonkeyPatch.context() as patch:
        quick = partial(TransportLimits, recheck_seconds=RECHECK)
        patch.setattr(application, "TransportLimits", quick)
        app = application.create_app(settings)
    async with serving(app) as found:
        yield found


async def touch(address: str, field: str, api: Api, ids: Mapping[str, str]) -> None:
    """Change through the server what a field tells of, so that whoever follows it hears of it."""
    async with httpx2.AsyncClient(base_url=f"http://{address}", timeout=60) as client:
        through = Api(client, api.token)
        if field == "Subscription.invoiceChanged":
            await through.done("invoiceUpdate", {"id": ids["Invoice"], "total": "99"})
        elif field == "Subscription.jobChanged":
            # The second time it has ended already, and is told to whoever asks.
            await through.do("jobCancel", {"id": ids["Job"]})
        else:
            await through.done("clientUpdate", {"id": ids["Client"], "activityCode": "62.01Z"})


def touched(field: str, change: Mapping[str, str]) -> tuple[str, str]:
    """The kind of record that was changed, and which one, by what was told."""
    if field == "Subscription.invoiceChanged":
        return "Invoice", change["invoiceId"]
    if field == "Subscription.jobChanged":
        return "Job", change["job"]["id"]
    return "Client", change["clientId"]


def followed(field: str, ids: Any, path: Any = (), stranger: str = "") -> dict[str, Any]:
    """The payload that subscribes to a field with these ids."""
    root, name, found = FIELDS[field]
    variables = Arguments(ids, path, stranger).of(name, found)
    return {"query": operation(root, name, found, variables), "variables": variables}


@pytest.mark.parametrize(
    "payload",
    [
        None,
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer "},
        {"Authorization": f"Bearer {new_token()}"},
        {"Authorization": "Bearer cgp_short"},
        {"Authorization": 7},
        {"Authorization": ["Bearer"]},
    ],
)
async def test_without_a_valid_token_there_is_only_the_close(payload: Any, address: str) -> None:
    """The socket is closed with 4403 and no other message, not even an acknowledgement."""
    async with opened(address) as peer:
        await peer.tell(INIT, **({} if payload is None else {"payload": payload}))
        assert await peer.ended() == ([], 4403)
    TRIED["socket × bad token"] += 1


@pytest.mark.parametrize("field", sorted(FIELDS))
async def test_nothing_before_the_token(field: str, address: str, worlds: Worlds) -> None:
    """Whoever subscribes without saying who they are is closed with 4401 and hears nothing."""
    async with opened(address) as peer:
        await peer.tell("subscribe", id="1", payload=followed(field, worlds.home.ids))
        assert await peer.ended() == ([], 4401)


@pytest.mark.parametrize("kind", ["query", "mutation"])
async def test_queries_and_mutations_keep_their_permissions(
    kind: str, address: str, worlds: Worlds
) -> None:
    """A viewer gets no more over a socket than by POST."""
    texts = {
        "query": "{ apiTokens { id } }",
        "mutation": 'mutation { clientCreate(input: {name: "x", validateOnly: true}) '
        "{ client { id } } }",
    }
    api = await worlds.home.api("VIEWER")
    async with acknowledged(address, api) as peer:
        await peer.tell("subscribe", id="1", payload={"query": texts[kind]})
        first = await peer.hear()
    (error,) = first["payload"] if first["type"] == "error" else first["payload"]["errors"]
    assert error["extensions"]["code"] == "FORBIDDEN"


@pytest.mark.parametrize("role", RANKS)
@pytest.mark.parametrize("field", sorted(FIELDS))
async def test_every_role_hears_its_own_workspace_alone(
    field: str, role: str, address: str, worlds: Worlds
) -> None:
    """A change of the other workspace is never told; the next own one is."""
    home, away = await worlds.home.api("OWNER"), await worlds.away.api("OWNER")
    async with acknowledged(address, await worlds.home.api(role)) as peer:
        await peer.tell("subscribe", id="1", payload=followed(field, worlds.home.ids))
        heard: list[Any] = []
        # A plugin's subscription begins beside everything else, in a loop of its own.
        while not heard:
            await touch(address, field, away, worlds.away.ids)
            await touch(address, field, home, worlds.home.ids)
            heard = await peer.heard(SILENCE)
            if not _hears(field, role):
                break
    assert bool(heard) == _hears(field, role)
    for told in heard:
        if told["type"] == "complete":
            assert field == "Subscription.jobChanged"
            continue
        assert told["type"] == "next"
        assert "errors" not in told["payload"]
        (change,) = told["payload"]["data"].values()
        kind, told_id = touched(field, change)
        assert told_id == worlds.home.ids[kind]
        assert worlds.away.heard_in(told) == []
    TRIED["subscription × role × own workspace"] += 1


def _hears(field: str, role: str) -> bool:
    """Whether a role may know of what is changed: of a job, those who could find it."""
    return field != "Subscription.jobChanged" or may(role, least_for_node("Job"))


@pytest.mark.parametrize("field", sorted(FIELDS))
async def test_a_foreign_id_is_never_told(field: str, address: str, worlds: Worlds) -> None:
    """Whoever follows a foreign client waits in silence while it changes."""
    away = await worlds.away.api("OWNER")
    _, name, found = FIELDS[field]
    places = list(id_places(name, found))
    for start in range(0, len(places), AT_ONCE):
        async with acknowledged(address, await worlds.home.api("OWNER")) as peer:
            for number, (path, kind) in enumerate(places[start : start + AT_ONCE]):
                payload = followed(field, worlds.home.ids, path, worlds.away.ids[kind])
                await peer.tell("subscribe", id=str(number), payload=payload)
            await asyncio.sleep(0.1)
            await touch(address, field, away, worlds.away.ids)
            assert await peer.silent(SILENCE)
    TRIED["subscription × foreign id"] += 1


@pytest.mark.parametrize("ending", ["revoked", "locked out", "demoted"])
async def test_an_open_socket_ends_with_its_token(
    ending: str, address: str, worlds: Worlds
) -> None:
    """Within the interval of the checks the socket is closed with 4403, and nothing is told."""
    owner = await worlds.home.api("OWNER")
    person = {"name": ending, "email": f"{ending.replace(' ', '.')}@person.example"}
    member = (await owner.done("memberCreate", {**person, "role": "MEMBER"}, "member { id }"))[
        "member"
    ]["id"]
    given = {"name": ending, "role": "MEMBER", "memberId": member}
    made = await owner.done("apiTokenCreate", given, "text apiToken { id }")
    async with acknowledged(address, Api(owner.client, made["text"])) as peer:
        payload = followed("Subscription.clientsChanged", worlds.home.ids)
        await peer.tell("subscribe", id="1", payload=payload)
        assert await peer.silent(2 * RECHECK)
        if ending == "revoked":
            await owner.done("apiTokenRevoke", {"id": made["apiToken"]["id"]})
        else:
            change = {"isActive": False} if ending == "locked out" else {"role": "VIEWER"}
            await owner.done("memberUpdate", {"id": member, **change})
        started = asyncio.get_running_loop().time()
        heard, code = await peer.ended()
        assert (heard, code) == ([], 4403)
        assert asyncio.get_running_loop().time() - started < 5 * RECHECK

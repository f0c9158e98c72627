"""What verifiers must bear."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar, Final

import pytest

from clientgraph.config import Settings
from clientgraph.hookspecs import LANGUAGES
from clientgraph.operations.limits import Limits
from clientgraph.testing.conformance.half_right import Bent, half_right
from clientgraph.testing.conformance.stand_ins import unlimited
from clientgraph.testing.database import dialect_of_tests, fresh_database
from clientgraph.testing.replay import Replay, replaying
from clientgraph.testing.workspaces import Api, Workspaces, begun, plugins_for, settings_for

Serve = Callable[..., AbstractAsyncContextManager[Workspaces]]
_PLENTY: Final = Limits(budget=1_000_000)
LONG: Final = 600
SECONDS: Final = 40
_FIELDS: Final = (
    "id status result code evidence attribution attempts nextTryAt checkedAt validUntil replacedAt"
)
_ALL: Final = f"""query($id: ID!) {{ client(by: {{id: $id}}) {{
  verifications {{ nodes {{ {_FIELDS} }} }} }} }}"""
_VERIFIERS: Final = "{ verifiers { key label identifierKinds } }"


class VerifierConformance:
    """A verifier says what its service says, and nothing in every trouble.

    It is asked through `verificationStart`; its service is replayed on this machine.

    The answers that ``valid`` leads to are given half right, too, where they are JSON: up to sixty
    times, with one member that is missing, null, of another type, an empty object or an empty
    list. What is not needed may be missing: VALID. Otherwise it is asked again later: PENDING.

    ``plugin``    the plugin's name.
    ``verifier``  the verifier's key.
    ``service``   the key of the `OutboundService` that is replayed.
    ``routes``    path below its base URL → the recorded answer; see `clientgraph.testing.Replay`.
    ``valid``     kind and value that its service finds valid.
    ``invalid``   kind and value that its service finds invalid, correct all the same.
    ``evidence``  what is kept of the valid one, at least.
    ``country``   of the clients.
    """

    pytestmark = pytest.mark.anyio

    plugin: ClassVar[str]
    verifier: ClassVar[str]
    service: ClassVar[str]
    routes: ClassVar[Mapping[str, Any]] = {}
    valid: ClassVar[tuple[str, str]]
    invalid: ClassVar[tuple[str, str]]
    evidence: ClassVar[Mapping[str, Any]]
    country: ClassVar[str] = "FR"

    @pytest.fixture
    def replay(self) -> Iterator[Replay]:
        """The service, answering what was recorded."""
        with replaying(self.routes) as made:
            yield made

    @pytest.fixture
    def instance(self) -> Mapping[str, Any]:
        """The plugin's settings as the operator of the service makes them."""
        return {}

    @pytest.fixture
    async def own_settings(
        self,
        anyio_backend: object,  # noqa: ARG002 - async fixtures ask for it
        tmp_path_factory: pytest.TempPathFactory,
    ) -> AsyncIterator[Settings]:
        """A database that no other application works on: it would ask in this one's place."""
        folder = tmp_path_factory.mktemp("verifier")
        async with fresh_database(dialect_of_tests(), folder) as urls:
            yield settings_for(*urls)

    @pytest.fixture
    def serve(
        self,
        own_settings: Settings,
        clientgraph_plugins: Mapping[str, object] | None,
        instance: Mapping[str, Any],
        replay: Replay,
    ) -> Serve:
        """Workspaces of an application whose verifier speaks to the replayed service.

        With ``tireless=True`` it may ask its services without end, and is asked without end.
        """
        settings = replace(own_settings, plugin={self.plugin: dict(instance)})
        services = {self.plugin: {self.service: replay.url}}

        @asynccontextmanager
        async def serve(*, tireless: bool = False) -> AsyncIterator[Workspaces]:
            instead = {self.plugin: unlimited} if tireless else None
            plugins = plugins_for(clientgraph_plugins, instead=instead)
            limits = _PLENTY if tireless else None
            async with begun(settings, plugins, service_urls=services, limits=limits) as made:
                yield made

        return serve

    @pytest.fixture
    async def asking(self, serve: Serve) -> AsyncIterator[Api]:
        """The API of a new workspace whose verifier speaks to the replayed service."""
        async with serve() as made:
            yield (await made.make()).api()

    async def test_it_is_listed_in_each_language(self, asking: Api) -> None:
        """With the kinds that it verifies."""
        for language in LANGUAGES:
            listed = (await replace(asking, language=language)(_VERIFIERS))["verifiers"]
            (own,) = [each for each in listed if each["key"] == self.verifier]
            assert own["label"].strip()
            assert {self.valid[0], self.invalid[0]} <= set(own["identifierKinds"])

    async def test_a_valid_number_is_told_with_its_proof(self, asking: Api) -> None:
        """Its source is named, and the day on which it was asked."""
        begin = datetime.now(UTC)
        (found,) = await self.verified(asking, self.valid)
        assert (found["status"], found["nextTryAt"]) == ("VALID", None)
        assert {**found["evidence"], **self.evidence} == found["evidence"]
        assert found["code"]
        assert found["attribution"]
        checked, until = (datetime.fromisoformat(found[n]) for n in ("checkedAt", "validUntil"))
        assert begin <= checked < until

    async def test_an_invalid_number_is_told_as_such(self, asking: Api) -> None:
        """By an answer of the service, and with what it said."""
        (found,) = await self.verified(asking, self.invalid)
        assert (found["status"], found["nextTryAt"]) == ("INVALID", None)
        assert found["code"]
        assert found["evidence"]

    @pytest.mark.parametrize("trouble", ["down", "garbage", "reset"])
    async def test_trouble_says_nothing(self, asking: Api, replay: Replay, trouble: str) -> None:
        """Neither valid nor invalid: it is asked again later."""
        setattr(replay, trouble, True)
        self._is_pending(await self.verified(asking, self.valid))
        assert replay.asked != []

    async def test_half_of_an_answer_is_none(self, serve: Serve, replay: Replay) -> None:
        """A recorded answer in which one thing is missing or wrong does not say "invalid"."""
        wrong = []
        async with serve(tireless=True) as made:
            bent = Bent(replay.routes)
            replay.routes = bent.routes
            assert await self._status(made) == "VALID"
            if not bent.told:
                pytest.skip("the service answers no JSON")
            for path, body in dict(bent.told).items():
                for change, changed in half_right(body):
                    bent.instead = {path: changed}
                    replay.asked.clear()
                    status = await self._status(made)
                    assert replay.asked != [], f"nobody asks any more after: {path}: {change}"
                    if status not in {"VALID", "PENDING"}:
                        wrong.append((path, change, status))
        assert wrong == []

    async def _status(self, made: Workspaces) -> Any:
        """What becomes of the valid number in a workspace that does not know it yet."""
        (found,) = await self.verified((await made.make()).api(), self.valid)
        return found["status"]

    async def test_a_slow_service_holds_nobody(self, asking: Api, replay: Replay) -> None:
        """It is given up in time; until then everything else is answered."""
        replay.slow = LONG
        client_id = await self.started(asking, self.valid)
        async with asyncio.timeout(SECONDS):
            while not replay.asked:  # noqa: ASYNC110 - another thread is asked
                await asyncio.sleep(0.05)
        (waiting,) = await self.known(asking, client_id)
        assert (waiting["status"], waiting["attempts"]) == ("PENDING", 0)
        self._is_pending(await self.settled(asking, client_id))

    async def test_a_limit_is_kept_to(self, asking: Api, replay: Replay) -> None:
        """What the service says of when to ask again is when it is asked again."""
        replay.rate(0, LONG)
        found = self._is_pending(await self.verified(asking, self.valid))
        assert replay.refused >= 1
        pause = datetime.fromisoformat(found["nextTryAt"]) - datetime.now(UTC)
        assert LONG - 2 * SECONDS < pause.total_seconds() <= LONG

    async def test_trouble_passes(self, asking: Api, replay: Replay) -> None:
        """Once the service is back it is asked again, and answers."""
        replay.garbage = True
        client_id = await self.started(asking, self.valid)
        self._is_pending(await self.settled(asking, client_id))
        replay.garbage = False
        await self.start(asking, client_id)
        (found,) = await self.settled(asking, client_id, result="VALID")
        assert {**found["evidence"], **self.evidence} == found["evidence"]

    async def test_what_was_proved_is_kept(self, asking: Api, replay: Replay) -> None:
        """A later attempt without an answer takes nothing from it."""
        client_id = await self.started(asking, self.valid)
        (before,) = await self.settled(asking, client_id)
        replay.garbage = True
        await self.start(asking, client_id)
        later, kept = await self.settled(asking, client_id)
        assert (later["status"], later["result"]) == ("PENDING", None)
        assert kept == before

    def _is_pending(self, found: Any) -> Any:
        (one,) = found
        assert (one["status"], one["result"], one["checkedAt"]) == ("PENDING", None, None)
        assert one["code"]
        assert datetime.fromisoformat(one["nextTryAt"]) > datetime.now(UTC)
        return one

    async def verified(self, api: Api, number: tuple[str, str]) -> Any:
        """What is known of a new client's number (kind, value) once it was asked for."""
        return await self.settled(api, await self.started(api, number))

    async def started(self, api: Api, number: tuple[str, str]) -> str:
        """A new client whose number is being verified; its id."""
        kind, value = number
        held = [{"kind": kind, "value": value}]
        client_id = (await api.new_client(identifiers=held, country=self.country))["id"]
        await self.start(api, client_id, identifierKind=kind)
        return str(client_id)

    async def start(self, api: Api, client_id: str, **given: Any) -> None:
        """Have what a client says be verified, at once."""
        asked = {"clientId": client_id, "verifier": self.verifier, **given}
        await api.done("verificationStart", asked, "verifications { id }")

    async def known(self, api: Api, client_id: str) -> Any:
        """A client's verifications, the last first."""
        return (await api(_ALL, {"id": client_id}))["client"]["verifications"]["nodes"]

    async def settled(self, api: Api, client_id: str, result: str | None = None) -> Any:
        """The same, as soon as each was asked for, and has a result where one is named."""
        async with asyncio.timeout(SECONDS):
            while True:
                found = await self.known(api, client_id)
                if all(each["attempts"] and result in (None, each["result"]) for each in found):
                    return found
                await asyncio.sleep(0.1)

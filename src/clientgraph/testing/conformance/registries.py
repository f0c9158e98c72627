"""What registries of companies must bear."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any, ClassVar, Final

import pytest

from clientgraph.config import Settings
from clientgraph.operations.limits import Limits
from clientgraph.testing.conformance.half_right import Bent, half_right, says_nothing
from clientgraph.testing.conformance.stand_ins import unlimited
from clientgraph.testing.replay import Replay, Reply, replaying
from clientgraph.testing.workspaces import Api, Workspace, plugins_for, running

_COMPANY = """query($kind: String!, $value: String!) { company(kind: $kind, value: $value) {
  status retryAfter isActive source { registry attribution }
  draft { name country identifiers { kind value } } } }"""
_SEARCH = """query($query: String!, $country: CountryCode!) {
  companySearch(query: $query, country: $country, first: 10) {
    status source { registry attribution }
    results { name isActive identifiers { kind value } } } }"""
LONG = 60
# Answers with status 200 that are none of any register.
OTHER_SHAPES: Final[Sequence[Any]] = [
    {},
    [],
    {"error": "busy"},
    {"message": "Internal error"},
    None,
    b'[{"name": "Ga',
]

_PLENTY: Final = Limits(budget=1_000_000)

Serve = Callable[..., AbstractAsyncContextManager[Api]]
Ask = Callable[[Api], Awaitable[Any]]


class RegistryConformance:
    """A registry answers what its service says, and is one of five statuses in every trouble.

    It is asked through `company` and `companySearch`; its service is replayed on this machine.

    The answers that ``found`` and ``searched`` lead to are given half right, too: up to sixty
    times each, with one member that is missing, null, of another type, an empty object or an
    empty list. What is not needed may be missing: FOUND. Otherwise nobody knows: UNAVAILABLE.

    ``plugin``     the plugin's name.
    ``registry``   the registry's key.
    ``service``    the key of the `OutboundService` that is replayed.
    ``routes``     path below its base URL → the recorded answer; see `clientgraph.testing.Replay`.
    ``found``      kind and value that it knows, and the name that it answers.
    ``missing``    kind and value that it does not know, correct all the same.
    ``bad``        kind and value that is no number of this kind.
    ``closed``     kind and value of a closed company; None where it tells of none.
    ``protected``  kind and value of one whose particulars may not be told; None likewise.
    ``searched``   country, text, and the name of the first company; None where it cannot search.
    ``nothing``    JSON by which its service says that it knows no such company: ``[[]]`` for one
                   whose answers are lists; of an object, the members that say so.
    """

    pytestmark = pytest.mark.anyio

    plugin: ClassVar[str]
    registry: ClassVar[str]
    service: ClassVar[str]
    routes: ClassVar[Mapping[str, Any]]
    found: ClassVar[tuple[str, str, str]]
    missing: ClassVar[tuple[str, str]]
    bad: ClassVar[tuple[str, str]]
    closed: ClassVar[tuple[str, str] | None] = None
    protected: ClassVar[tuple[str, str] | None] = None
    searched: ClassVar[tuple[str, str, str] | None] = None
    nothing: ClassVar[Sequence[Any]] = ()

    @pytest.fixture
    def replay(self) -> Iterator[Replay]:
        """The service, answering what was recorded."""
        with replaying(self.routes) as made:
            yield made

    @pytest.fixture
    def instance(self, clientgraph_settings: Settings) -> Mapping[str, Any]:
        """The plugin's settings as the operator of the service makes them."""
        return dict(clientgraph_settings.plugin.get(self.plugin, {}))

    @pytest.fixture
    def serve(
        self,
        clientgraph_settings: Settings,
        clientgraph_plugins: Mapping[str, object] | None,
        workspace: Workspace,
        replay: Replay,
    ) -> Serve:
        """Settings of the plugin → the API of an application that has them.

        With ``tireless=True`` it may ask its services without end, and is asked without end.
        """
        services = {self.plugin: {self.service: replay.url}}

        @asynccontextmanager
        async def serve(
            instance: Mapping[str, Any], *, tireless: bool = False
        ) -> AsyncIterator[Api]:
            tables = {**clientgraph_settings.plugin, self.plugin: dict(instance)}
            settings = replace(clientgraph_settings, plugin=tables)
            instead = {self.plugin: unlimited} if tireless else None
            plugins = plugins_for(clientgraph_plugins, instead=instead)
            limits = _PLENTY if tireless else None
            async with running(settings, plugins, services, limits=limits) as client:
                yield replace(workspace, client=client).api()

        return serve

    @pytest.fixture
    async def asking(self, serve: Serve, instance: Mapping[str, Any]) -> AsyncIterator[Api]:
        """The API of an application whose registry speaks to the replayed service."""
        async with serve(instance) as api:
            yield api

    async def test_a_known_number_fills_a_client(self, asking: Api, replay: Replay) -> None:
        """The draft has the name, names its source, and is taken by `clientCreate`."""
        kind, value, name = self.found
        company = await self.company(asking, kind, value)
        assert (company["status"], company["isActive"]) == ("FOUND", True), _heard(replay)
        assert company["source"]["registry"] == self.registry
        assert company["source"]["attribution"]
        assert company["draft"]["name"] == name
        chosen = "client { identifiers { kind { key } } }"
        made = await asking.done("clientCreate", company["draft"], chosen)
        assert kind in [each["kind"]["key"] for each in made["client"]["identifiers"]]

    async def test_an_unknown_number_is_not_found(self, asking: Api) -> None:
        """Which is an answer, and no failure."""
        company = await self.company(asking, *self.missing)
        assert (company["status"], company["draft"]) == ("NOT_FOUND", None)

    async def test_a_bad_number_is_not_asked_for(self, asking: Api, replay: Replay) -> None:
        """Its service hears nothing of it."""
        assert (await self.company(asking, *self.bad))["status"] == "INVALID"
        assert replay.asked == []

    async def test_a_closed_company_is_told_as_such(self, asking: Api, replay: Replay) -> None:
        """Found, and not active."""
        if self.closed is None:
            pytest.skip("the registry tells of no closed companies")
        company = await self.company(asking, *self.closed)
        assert (company["status"], company["isActive"]) == ("FOUND", False), _heard(replay)

    async def test_a_protected_company_stays_untold(self, asking: Api) -> None:
        """There is no draft of it."""
        if self.protected is None:
            pytest.skip("the registry protects no companies")
        company = await self.company(asking, *self.protected)
        assert (company["status"], company["draft"]) == ("PROTECTED", None)

    async def test_a_text_finds_companies(self, asking: Api, replay: Replay) -> None:
        """The best one first, with a number to look it up by."""
        if self.searched is None:
            pytest.skip("the registry cannot search")
        country, text, name = self.searched
        found = await self.search(asking, country, text)
        assert found["status"] == "FOUND", _heard(replay)
        assert found["source"]["registry"] == self.registry
        assert found["results"][0]["name"] == name
        assert found["results"][0]["identifiers"] != []

    @pytest.mark.parametrize("trouble", ["down", "garbage", "reset"])
    async def test_trouble_is_told_as_such(self, asking: Api, replay: Replay, trouble: str) -> None:
        """Neither found nor not found: nobody knows."""
        setattr(replay, trouble, True)
        await self._is_unavailable(asking)
        assert replay.asked != []

    @pytest.mark.parametrize("body", OTHER_SHAPES, ids=str)
    async def test_an_answer_of_another_shape_is_none(
        self, asking: Api, replay: Replay, body: Any
    ) -> None:
        """Nobody knows then, by number or by name; it is not kept as the answer either."""
        if says_nothing(body, self.nothing):
            pytest.skip("the service says so that it knows nothing")
        recorded = dict(replay.routes)
        replay.routes = dict.fromkeys(recorded, Reply(body=body))
        await self._is_unavailable(asking)
        if self.searched is not None:
            country, text, _ = self.searched
            assert (await self.search(asking, country, text))["status"] == "UNAVAILABLE"
        replay.routes = recorded
        kind, value, _ = self.found
        assert (await self.company(asking, kind, value))["status"] == "FOUND"

    async def test_half_of_an_answer_is_none(
        self, serve: Serve, instance: Mapping[str, Any], replay: Replay
    ) -> None:
        """A recorded answer in which one thing is missing or wrong does not say "not found"."""
        async with serve(instance, tireless=True) as api:
            wrong = await self._misread(api, replay, self._looked_up)
            if self.searched is not None:
                wrong += await self._misread(api, replay, self._searched)
        assert wrong == []

    async def _misread(self, api: Api, replay: Replay, ask: Ask) -> list[tuple[str, str, str]]:
        """Path, what was changed in its answer, and what that became, where it may not."""
        recorded = replay.routes
        bent = Bent(recorded)
        replay.routes = bent.routes
        assert (await ask(api))["status"] == "FOUND"
        wrong = []
        for path, body in dict(bent.told).items():
            for change, changed in half_right(body):
                bent.instead = {path: changed}
                replay.asked.clear()
                status = (await ask(api))["status"]
                assert replay.asked != [], f"nobody asks any more after: {path}: {change}"
                may = {"FOUND", "UNAVAILABLE"}
                if status not in may and not says_nothing(changed, self.nothing):
                    wrong.append((path, change, status))
        replay.routes = recorded
        return wrong

    async def _looked_up(self, api: Api) -> Any:
        kind, value, _ = self.found
        return await self.company(api, kind, value)

    async def _searched(self, api: Api) -> Any:
        assert self.searched is not None
        country, text, _ = self.searched
        return await self.search(api, country, text)

    async def test_a_slow_service_keeps_nobody_waiting(self, asking: Api, replay: Replay) -> None:
        """The caller is told in time."""
        replay.slow = LONG
        await self._is_unavailable(asking)

    async def test_a_limit_is_told_with_its_end(self, asking: Api, replay: Replay) -> None:
        """What the service says of when to ask again reaches the caller."""
        replay.down, replay.retry_after = True, LONG
        company = await self._is_unavailable(asking)
        assert 0 < company["retryAfter"] <= LONG

    async def test_trouble_passes(self, asking: Api, replay: Replay) -> None:
        """Once the service is back it is asked again."""
        replay.garbage = True
        await self._is_unavailable(asking)
        replay.garbage = False
        kind, value, _ = self.found
        assert (await self.company(asking, kind, value))["status"] == "FOUND"

    async def _is_unavailable(self, asking: Api) -> Any:
        kind, value, _ = self.found
        company = await self.company(asking, kind, value)
        assert (company["status"], company["draft"]) == ("UNAVAILABLE", None)
        return company

    async def company(self, asking: Api, kind: str, value: str) -> Any:
        """What `company` answers to a number."""
        return (await asking(_COMPANY, {"kind": kind, "value": value}))["company"]

    async def search(self, asking: Api, country: str, text: str) -> Any:
        """What `companySearch` answers to a text."""
        return (await asking(_SEARCH, {"country": country, "query": text}))["companySearch"]


def _heard(replay: Replay) -> str:
    """What the service was asked, for whoever expected another answer."""
    asked = [f"{each.method} {each.path} {dict(each.query)}" for each in replay.asked]
    return f"its service was asked: {asked or 'nothing'}"

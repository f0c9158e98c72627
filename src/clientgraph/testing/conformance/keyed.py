"""What registries of companies must bear whose service asks for a key."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any, ClassVar, Final

import pytest

from clientgraph.setting_schemas import secret_keys
from clientgraph.testing.conformance.registries import RegistryConformance, Serve
from clientgraph.testing.replay import Asked, Replay, Reply
from clientgraph.testing.workspaces import Api

SECONDS: Final = 20
_PLUGINS: Final = "{ plugins { name health { status message } } }"


class KeyedRegistryConformance(RegistryConformance):
    """A registry asks with the key of the workspace, else of the instance, else not at all.

    A health check says whether the instance has one. ``routes`` need not look at the key.

    ``key``      the settings of the instance with which it asks: ``{"api_key": "a-key"}``.
    ``own_key``  likewise those of a workspace, which are others.
    ``refusal``  what its service answers to a key that it does not take.
    """

    key: ClassVar[Mapping[str, str]]
    own_key: ClassVar[Mapping[str, str]]
    refusal: ClassVar[Reply] = Reply(status=401, body={})

    def carries(self, asked: Asked, key: Mapping[str, str]) -> bool:
        """Whether a request was made with these settings."""
        raise NotImplementedError

    @pytest.fixture
    def instance(self) -> Mapping[str, Any]:
        """With the key."""
        return self.key

    async def test_the_key_of_the_instance_is_used(self, asking: Api, replay: Replay) -> None:
        """For every request, to look up and to search."""
        assert await self._status(asking) == "FOUND"
        if self.searched is not None:
            country, text, _ = self.searched
            assert (await self.search(asking, country, text))["status"] == "FOUND"
        self._all_carry(replay, self.key)

    async def test_without_a_key_nobody_is_asked(self, serve: Serve, replay: Replay) -> None:
        """Until the workspace brings its own."""
        async with serve({}) as api:
            assert await self._status(api) == "UNAVAILABLE"
            assert [asked.path for asked in replay.asked] == []
            await self._bring(api)
            assert await self._status(api) == "FOUND"
        self._all_carry(replay, self.own_key)

    async def test_the_key_of_the_workspace_goes_first(self, asking: Api, replay: Replay) -> None:
        """Where both have one."""
        await self._bring(asking)
        assert await self._status(asking) == "FOUND"
        self._all_carry(replay, self.own_key)

    async def test_a_key_that_is_refused_says_nothing(self, asking: Api, replay: Replay) -> None:
        """Neither found nor not found: the service was not asked as it wants to be."""
        replay.routes = dict.fromkeys(replay.routes, self.refusal)
        await self._is_unavailable(asking)
        assert replay.asked != []

    async def test_the_operator_is_told_of_a_missing_key(self, serve: Serve) -> None:
        """By a health check, with the place to set it; one that is set is in no message."""
        async with serve({}) as api:
            wanting = await self._health(api)
        assert "DEGRADED" in [each["status"] for each in wanting]
        assert f"[plugin.{self.plugin}]" in json.dumps(wanting)
        async with serve(self.key) as api:
            whole = await self._health(api)
        assert {each["status"] for each in whole} == {"OK"}
        assert [text for text in self.key.values() if text in json.dumps(whole)] == []

    async def _status(self, api: Api) -> Any:
        kind, value, _ = self.found
        return (await self.company(api, kind, value))["status"]

    async def _bring(self, api: Api) -> None:
        """Set the workspace's key: what of it is secret is answered to nobody."""
        given = {"name": self.plugin, "settings": dict(self.own_key)}
        done = await api.done("pluginConfigure", given, "plugin { settings settingsSchema }")
        secret = secret_keys(done["plugin"]["settingsSchema"])
        assert secret, "a key must be a setting with writeOnly"
        shown = json.dumps(done["plugin"]["settings"])
        assert [
            name for name in secret if name in self.own_key and self.own_key[name] in shown
        ] == []

    async def _health(self, api: Api) -> Any:
        """What its checks said, as soon as they were made."""
        async with asyncio.timeout(SECONDS):
            while True:
                rows = (await api(_PLUGINS))["plugins"]
                (own,) = [each for each in rows if each["name"] == self.plugin]
                if own["health"]:
                    return own["health"]
                await asyncio.sleep(0.05)

    def _all_carry(self, replay: Replay, key: Mapping[str, str]) -> None:
        assert replay.asked != []
        assert [each.path for each in replay.asked if not self.carries(each, key)] == []

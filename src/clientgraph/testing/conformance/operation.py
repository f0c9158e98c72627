"""What every plugin must bear, whatever it brings; settings, routes and fields of its own."""

from __future__ import annotations

import asyncio
import json
import string
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

import httpx2
import pytest
import typer
from typer.main import get_command
from typer.testing import CliRunner

from clientgraph.declarations import Declared
from clientgraph.hookspecs import LANGUAGES
from clientgraph.permissions import Role
from clientgraph.setting_schemas import secret_keys
from clientgraph.testing.conformance import sentences
from clientgraph.testing.workspaces import Api, Workspace, Workspaces

SECONDS: Final = 20
MARK: Final = "Ganymède 7f3a"
_EVERYBODY: Final = frozenset(role.name for role in Role)
_STATUS: Final = "{ plugins { name status notes health { key message } } }"
_SETTINGS: Final = "{ plugins { name settings settingsSchema } }"
_SET: Final = "plugin { settings settingsSchema }"


class PluginConformance:
    """A plugin is in order as a whole: its sentences, settings, health checks and commands.

    ``plugin``  its name.
    """

    pytestmark = pytest.mark.anyio

    plugin: ClassVar[str]

    @pytest.fixture
    def declared(self, workspaces: Workspaces) -> Declared:
        """What it declares, as the service has it."""
        return workspaces.plugins.declared[self.plugin]

    async def test_it_takes_part(self, api: Api) -> None:
        """Without anything that its author should mend."""
        own = await self._own(api)
        assert (own["status"], own["notes"]) == ("ACTIVE", [])

    def test_its_sentences_speak_all_languages(self, declared: Declared) -> None:
        """With the same parameters in each."""
        for code, texts in declared.messages.items():
            assert [each for each in LANGUAGES if not texts.get(each)] == [], code
            asked = {language: _parameters(texts[language]) for language in LANGUAGES}
            assert asked == dict.fromkeys(LANGUAGES, asked["en"]), code

    def test_its_settings_can_be_filled_in(self, declared: Declared) -> None:
        """Each has a title for the form, and one that is misspelt is refused."""
        for schema in (declared.settings.instance, declared.settings.workspace):
            properties = schema.get("properties", {})
            assert [name for name, part in properties.items() if not part.get("title")] == []
            closed = schema.get("additionalProperties", schema.get("unevaluatedProperties"))
            assert closed is False

    async def test_its_health_checks_answer(self, declared: Declared, api: Api) -> None:
        """Each in time, and none fails: what is amiss is a report with a sentence."""
        expected = {check.key for check in declared.checks}
        own = await self._own(api)
        async with asyncio.timeout(SECONDS):
            while {each["key"] for each in own["health"]} != expected:
                await asyncio.sleep(0.05)
                own = await self._own(api)
        failed = [each for each in own["health"] if each["message"].startswith("The check failed")]
        assert failed == []

    def test_its_commands_have_help(self, declared: Declared) -> None:
        """Each tells what it does, and does nothing when it is asked for that."""
        if declared.commands is None:
            return
        for words, command in _commands(typer.Context(get_command(declared.commands))):
            result = CliRunner().invoke(declared.commands, [*words, "--help"])
            assert result.exit_code == 0, result.output
            assert command.help, f"{' '.join(words) or 'the command'} does not say what it does"

    async def _own(self, api: Api) -> Any:
        rows = (await api(_STATUS))["plugins"]
        (own,) = [each for each in rows if each["name"] == self.plugin]
        return own


class SettingsConformance:
    """What a workspace sets is kept, checked and, where it is secret, never shown again.

    ``plugin``   the plugin's name.
    ``taken``    settings that fit.
    ``refused``  settings that do not, the path within them, and the code.
    """

    pytestmark = pytest.mark.anyio

    plugin: ClassVar[str]
    taken: ClassVar[Mapping[str, Any]]
    refused: ClassVar[Sequence[tuple[Mapping[str, Any], Sequence[str], str]]]

    async def test_they_are_kept(self, workspace: Workspace, other: Workspace) -> None:
        """For this workspace alone; of secrets it is told that they are set."""
        api = workspace.api()
        before = await self._settings(other.api())
        done = await self._set(api, self.taken)
        secret = secret_keys(done["settingsSchema"])
        expected = {name: value for name, value in self.taken.items() if name not in secret}
        expected |= {name: {"isSet": name in self.taken} for name in secret}
        assert done["settings"] == expected
        assert await self._settings(workspace.api("ADMIN")) == expected
        assert await self._settings(other.api()) == before
        shown = json.dumps(expected)
        told = [name for name in secret & self.taken.keys() if str(self.taken[name]) in shown]
        assert told == []

    async def test_what_does_not_fit_is_refused(self, workspaces: Workspaces, api: Api) -> None:
        """At its place, in the words of the caller's language."""
        for settings, path, code in self.refused:
            given = {"name": self.plugin, "settings": dict(settings)}
            place = ["settings", *path]
            await sentences.told(workspaces.plugins, api, "pluginConfigure", given, place, code)

    async def test_what_is_misspelt_is_refused(self, api: Api) -> None:
        """Rather than kept for nothing."""
        given = {"name": self.plugin, "settings": {**self.taken, "no_such_setting": 1}}
        assert (await api.do("pluginConfigure", given))["userErrors"] != []

    async def _set(self, api: Api, settings: Mapping[str, Any]) -> Any:
        given = {"name": self.plugin, "settings": dict(settings)}
        return (await api.done("pluginConfigure", given, _SET))["plugin"]

    async def _settings(self, api: Api) -> Any:
        rows = (await api(_SETTINGS))["plugins"]
        return next(each["settings"] for each in rows if each["name"] == self.plugin)


class HttpRouteConformance:
    """A path of a plugin's own answers those who may ask, with what is theirs.

    ``plugin``  the plugin's name.
    ``method``  of the request.
    ``roles``   that are answered.
    ``body``    that is sent.
    """

    pytestmark = pytest.mark.anyio

    plugin: ClassVar[str]
    method: ClassVar[str] = "GET"
    roles: ClassVar[Collection[str]] = _EVERYBODY
    body: ClassVar[bytes] = b""

    async def path(self, api: Api, text: str) -> str:
        """A path below ``/plugins/NAME``, with its query, whose answer says ``text``.

        What it is about is made here; ``text`` may stand in any field of it.
        """
        raise NotImplementedError

    async def test_roles_are_answered_or_refused(self, workspace: Workspace) -> None:
        """Each by its permission."""
        path = await self.path(workspace.api(), MARK)
        for role in sorted(_EVERYBODY):
            answer = await self._asked(path, workspace.api(role))
            expected = answer.is_success if role in self.roles else answer.status_code == 403
            assert expected, f"{role}: {answer.status_code} {answer.text[:200]}"
            assert role not in self.roles or MARK in answer.text, f"the answer lacks '{MARK}'"

    async def test_strangers_are_refused(self, api: Api) -> None:
        """Without a token, and with one that nobody has."""
        path = await self.path(api, MARK)
        for token in ("", "cgp_nobody"):
            answer = await self._asked(path, Api(api.client, token))
            assert answer.status_code == 401

    async def test_another_workspace_is_told_nothing(self, api: Api, other: Workspace) -> None:
        """Whoever guesses the path learns nothing of what is behind it."""
        path = await self.path(api, MARK)
        answer = await self._asked(path, other.api())
        assert MARK not in answer.text
        assert answer.status_code < 500

    async def test_it_is_gone_where_the_plugin_is_switched_off(self, api: Api) -> None:
        """As if it had never been there."""
        path = await self.path(api, MARK)
        await api.done("pluginConfigure", {"name": self.plugin, "isActive": False})
        assert (await self._asked(path, api)).status_code == 404

    async def _asked(self, path: str, api: Api) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {api.token}"} if api.token else {}
        url = f"/plugins/{self.plugin}{path}"
        return await api.client.request(self.method, url, headers=headers, content=self.body)


class RootFieldConformance:
    """A whole field of a plugin answers those who may ask, with what is theirs.

    ``plugin``    the plugin's name.
    ``document``  a query or a mutation with the field.
    ``roles``     that are answered.
    """

    pytestmark = pytest.mark.anyio

    plugin: ClassVar[str]
    document: ClassVar[str]
    roles: ClassVar[Collection[str]] = _EVERYBODY

    async def variables(self, api: Api, text: str) -> dict[str, Any]:
        """Variables of the document, by which its answer says ``text``.

        What it is about is made here; ``text`` may stand in any field of it.
        """
        raise NotImplementedError

    async def test_roles_are_answered_or_refused(self, workspace: Workspace) -> None:
        """Each by its permission."""
        for role in sorted(_EVERYBODY):
            variables = await self.variables(workspace.api(), MARK)
            api = workspace.api(role)
            if role in self.roles:
                assert MARK in _text(await api(self.document, variables)), role
            else:
                assert await api.codes(self.document, variables) == ["FORBIDDEN"], role

    async def test_another_workspace_is_told_nothing(self, api: Api, other: Workspace) -> None:
        """Whoever guesses an id learns nothing of what is behind it."""
        variables = await self.variables(api, MARK)
        body = await other.api().answer(self.document, variables)
        assert MARK not in _text(body)
        codes = [each["extensions"]["code"] for each in body.get("errors", [])]
        assert "INTERNAL_SERVER_ERROR" not in codes

    async def test_it_answers_nothing_where_the_plugin_is_switched_off(self, api: Api) -> None:
        """And says why."""
        variables = await self.variables(api, MARK)
        await api.done("pluginConfigure", {"name": self.plugin, "isActive": False})
        assert set(await api.codes(self.document, variables)) == {"PLUGIN_INACTIVE"}


def _parameters(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _commands(
    context: typer.Context, words: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Each command that does something, with the words that call it."""
    below = getattr(context.command, "commands", None)
    if below is None:
        yield words, context.command
        return
    for name, command in below.items():
        yield from _commands(typer.Context(command, parent=context), (*words, name))


def _text(answer: Any) -> str:
    return json.dumps(answer, ensure_ascii=False)

"""What can be set for plugins: checked, kept in memory, secrets never shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from clientgraph import BatchField, OutboundService, PluginContext, PluginSettings, hookimpl
from clientgraph.config import Settings, load
from clientgraph.organisations.access import make_token
from clientgraph.permissions import Role
from clientgraph.plugin_readiness import configure
from clientgraph.plugin_settings.stored import misfits
from clientgraph.plugins import Plugins
from clientgraph.signing import Signer
from clientgraph.storage.scope import Scope
from clientgraph.testing import Api, Statements, Workspace, Workspaces, running
from clientgraph.vault import Vault
from tests.invoicing import with_plugin

pytestmark = pytest.mark.anyio

INSTANCE = {
    "type": "object",
    "properties": {
        "timeout": {"type": "number", "minimum": 1, "default": 3},
        "master_key": {"type": "string", "writeOnly": True, "minLength": 8},
        "greeting": {"type": "string", "default": "Hello"},
    },
    "additionalProperties": False,
}
WORKSPACE = {
    "type": "object",
    "properties": {
        "apiKey": {"type": "string", "writeOnly": True, "minLength": 4},
        "greeting": {"type": "string"},
        "max_length": {"type": "integer", "maximum": 9, "default": 5},
    },
    "required": ["apiKey"],
    "additionalProperties": False,
}
PICTURE = {"type": "string", "maxLength": 70_000}


def greeter(instance: Any = INSTANCE, workspace: Any = WORKSPACE) -> Any:
    """A plugin whose field of clients answers the settings that it was handed."""

    async def load(context: PluginContext, ids: Sequence[UUID]) -> Mapping[UUID, str]:
        return dict.fromkeys(ids, repr(sorted(context.settings.items())))

    field = BatchField(
        type_name="Client", name="handed", description="Settings.", result=str | None, load=load
    )
    return SimpleNamespace(
        settings=hookimpl(lambda: PluginSettings(instance=instance, workspace=workspace)),
        batch_fields=hookimpl(lambda: [field]),
    )


async def handed(api: Api) -> str:
    """What the plugin is handed in this workspace, which must have a client."""
    found: str = (await api("{ clients(first: 1) { nodes { handed } } }"))["clients"]["nodes"][0][
        "handed"
    ]
    return found


async def of_greeter(api: Api, field: str) -> Any:
    """One field of the plugin."""
    found = (await api(f"{{ plugins {{ name {field} }} }}"))["plugins"]
    return next(each[field] for each in found if each["name"] == "greeter")


async def test_hook_settings(settings: Settings, workspace: Workspace, other: Workspace) -> None:
    """A plugin is handed the instance's settings, the workspace's over them."""
    given = {"greeter": {"timeout": 2.5, "greeting": "Good day"}}
    async with running(
        replace(settings, plugin=given), with_plugin("greeter", greeter())
    ) as client:
        api, beside = (replace(each, client=client).api() for each in (workspace, other))
        await api.new_client()
        await beside.new_client()
        assert await of_greeter(api, "settingsSchema") == WORKSPACE
        values = {"apiKey": "abcde", "greeting": "Bonjour"}
        done = await api.done(
            "pluginConfigure",
            {"name": "greeter", "settings": values},
            "plugin { settings isActive }",
        )
        assert done["plugin"] == {
            "settings": {"greeting": "Bonjour", "apiKey": {"isSet": True}},
            "isActive": True,
        }
        assert await handed(api) == (
            "[('apiKey', 'abcde'), ('greeting', 'Bonjour'), ('max_length', 5), ('timeout', 2.5)]"
        )
        assert await handed(beside) == (
            "[('greeting', 'Good day'), ('max_length', 5), ('timeout', 2.5)]"
        )
        await api.done("pluginConfigure", {"name": "greeter", "settings": {"greeting": None}})
        assert "('greeting', 'Good day')" in await handed(api)
        assert "('apiKey', 'abcde')" in await handed(api)


@pytest.mark.parametrize(
    ("given", "mistakes"),
    [
        ({"apiKey": "abcd", "max_length": 10}, [(["max_length"], "INVALID_SETTING")]),
        ({}, [(["apiKey"], "REQUIRED")]),
        ({"apiKey": "abcd", "colour": 1}, [(["colour"], "UNKNOWN_SETTING")]),
        (
            {"apiKey": "abc", "greeting": 5},
            [(["apiKey"], "INVALID_SETTING"), (["greeting"], "INVALID_SETTING")],
        ),
        ([1], [([], "INVALID_SETTING")]),
        ({"apiKey": "a" * 60_000}, [([], "TOO_LONG")]),
    ],
)
async def test_mistakes_name_the_setting(
    settings: Settings, workspace: Workspace, given: Any, mistakes: list[Any]
) -> None:
    """Each is told at its place in the input, without the value, and nothing is kept."""
    async with running(settings, with_plugin("greeter", greeter())) as client:
        api = replace(workspace, client=client).api()
        refused = await api.do("pluginConfigure", {"name": "greeter", "settings": given})
        found = [(error["path"], error["code"]) for error in refused["userErrors"]]
        assert found == [(["input", "settings", *path], code) for path, code in mistakes]
        assert "abc" not in str(refused)
        assert await of_greeter(api, "settings") == {"apiKey": {"isSet": False}}


async def test_settings_are_as_long_as_their_schema_says(
    settings: Settings, workspace: Workspace
) -> None:
    """Texts to which it gives a length have their own room; all others share what is left."""
    wide = {**WORKSPACE, "properties": {**WORKSPACE["properties"], "picture": PICTURE}}
    async with running(settings, with_plugin("painter", greeter(workspace=wide))) as client:
        api = replace(workspace, client=client).api()
        whole = {"apiKey": "a" * 49_000, "picture": "b" * 70_000}
        await api.done("pluginConfigure", {"name": "painter", "settings": whole})
        longer = {"name": "painter", "settings": {"apiKey": "a" * 51_000}}
        (error,) = (await api.do("pluginConfigure", longer))["userErrors"]
        assert error["code"] == "TOO_LONG"
        assert "120000" in error["message"].replace(",", "").replace("\u202f", "")


async def test_an_unknown_plugin_is_not_found(api: Api) -> None:
    """Core's own part is none that could be switched off."""
    for name in ("core", "nobody"):
        refused = await api.do("pluginConfigure", {"name": name, "isActive": False})
        assert [(error["path"], error["code"]) for error in refused["userErrors"]] == [
            (["input", "name"], "NOT_FOUND")
        ]


async def test_only_owners_and_admins_change_settings(workspace: Workspace) -> None:
    """Others are refused."""
    text = 'mutation { pluginConfigure(input: {name: "stdnum"}) { userErrors { code } } }'
    assert await workspace.api("ADMIN").codes(text) == []
    assert await workspace.api("MEMBER").codes(text) == ["FORBIDDEN"]


async def test_secrets_are_unreadable_at_rest(
    settings: Settings, workspace: Workspace, workspaces: Workspaces
) -> None:
    """In the database and in every answer there is no trace of a secret's value."""
    async with running(settings, with_plugin("greeter", greeter())) as client:
        api = replace(workspace, client=client).api()
        values = {"apiKey": "very-secret-value", "greeting": "shown"}
        body = await api.answer(
            'mutation($given: JSON) { pluginConfigure(input: {name: "greeter", settings: $given,'
            ' idempotencyKey: "k"}) { plugin { settings } userErrors { code } } }',
            {"given": values},
        )
        assert "errors" not in body
        assert "very-secret-value" not in str(body) + str(await of_greeter(api, "settings"))
    async with workspaces.database.read(Scope(organisation=workspace.id)) as session:
        rows = await session.select("SELECT * FROM plugin_state")
        claims = await session.select("SELECT * FROM idempotency")
    assert [row["settings"] for row in rows] == ['{"greeting":"shown"}']
    assert len(rows[0]["secrets"]) > 80
    assert len(claims) == 1
    assert "very-secret-value" not in str(rows) + str(claims)


async def test_secrets_of_another_key_are_told_and_set_anew(
    settings: Settings, workspace: Workspace, workspaces: Workspaces
) -> None:
    """After a change of the secret key the rest is served, and the workspace can set them again."""
    async with running(settings, with_plugin("greeter", greeter())) as client:
        api = replace(workspace, client=client).api()
        await api.new_client()
        given = {"apiKey": "abcde", "greeting": "Hi"}
        await api.done("pluginConfigure", {"name": "greeter", "settings": given})
    rotated = replace(settings, secret_key="r" * 40)
    async with workspaces.database.write(Scope(organisation=workspace.id)) as session:
        draft = {"name": "Owner", "role": "OWNER"}
        _, token = await make_token(session, Signer("r" * 40), draft, highest=Role.OWNER)
    async with running(rotated, with_plugin("greeter", greeter())) as client:
        api = Api(client, token)
        assert await of_greeter(api, "areSecretsReadable") is False
        assert await of_greeter(api, "settings") == {"greeting": "Hi", "apiKey": {"isSet": False}}
        assert "('greeting', 'Hi')" in await handed(api)
        assert "apiKey" not in await handed(api)
        given = {"name": "greeter", "settings": {"greeting": "Ho"}}
        refused = await api.do("pluginConfigure", given)
        assert [(error["path"], error["code"]) for error in refused["userErrors"]] == [
            (["input", "settings", "apiKey"], "REQUIRED")
        ]
        await api.done("pluginConfigure", {"name": "greeter", "settings": {"apiKey": "vwxyz"}})
        assert await of_greeter(api, "areSecretsReadable") is True
        assert "('apiKey', 'vwxyz')" in await handed(api)


async def test_settings_are_read_once(
    settings: Settings, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what is known, a request reads nothing of plugins; a change is known at once."""
    statements = Statements()
    statements.watch(monkeypatch)
    async with running(settings, with_plugin("greeter", greeter())) as client:
        api = replace(workspace, client=client).api()
        await api.new_client()
        await handed(api)
        await statements.take()
        for _ in range(3):
            await handed(api)
            assert [text for text in await statements.take() if "plugin_state" in text] == []
        values = {"apiKey": "abcde", "greeting": "Hi"}
        await api.done("pluginConfigure", {"name": "greeter", "settings": values})
        assert "'Hi'" in await handed(api)
        await statements.take()
        await handed(api)
        assert [text for text in await statements.take() if "plugin_state" in text] == []


async def test_other_processes_hear_of_a_change(
    settings: Settings, workspace: Workspace, dialect: str
) -> None:
    """With PostgreSQL a second process knows what the first one was told, without being asked."""
    if dialect == "sqlite":
        pytest.skip("one process serves a SQLite database")
    one, two = (with_plugin("greeter", greeter()) for _ in range(2))
    async with running(settings, one) as first, running(settings, two) as second:
        api, beside = (replace(workspace, client=each).api() for each in (first, second))
        await api.new_client()
        assert "'Hi'" not in await handed(beside)
        values = {"apiKey": "abcde", "greeting": "Hi"}
        await api.done("pluginConfigure", {"name": "greeter", "settings": values})
        for _ in range(100):
            if "'Hi'" in await handed(beside):
                break
        assert "'Hi'" in await handed(beside)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"timeout": "soon"}, "[plugin.greeter] timeout: This does not fit what the setting takes"),
        ({"timeout": 0}, "This does not fit what the setting takes (minimum: 1)."),
        ({"tiemout": 2}, "[plugin.greeter] tiemout: There is no setting of this name. Known ones:"),
        ({"master_key": "hushhus"}, "[plugin.greeter] master_key: This does not fit"),
    ],
)
def test_settings_that_do_not_fit_leave_one_plugin_out(table: Any, told: str) -> None:
    """With what is wrong and where, never the value; the others go on."""
    plugins = Plugins({"greeter": greeter(), "other": greeter()})
    found = configure(plugins, {"greeter": table})
    assert plugins.infos["greeter"].status == "QUARANTINED"
    assert plugins.infos["other"].status == "ACTIVE"
    assert found == {"other": {}}
    shown = " ".join(str(error) for error in plugins.infos["greeter"].errors)
    assert told in shown
    assert "hushhus" not in shown


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"type": "array"}, "must be a JSON Schema of type object"),
        ({"type": "object", "properties": {"a": {"type": "nothing"}}}, "is not valid under any"),
        (
            {"type": "object", "properties": {"a": {"type": "integer", "default": "x"}}},
            "the default of 'a' does not fit its own schema",
        ),
        (
            {"type": "object", "properties": {"a": {"properties": {"b": {"writeOnly": True}}}}},
            "writeOnly is for the properties themselves",
        ),
        (
            {"type": "object", "properties": {"a": {"writeOnly": True, "default": "x"}}},
            "a secret such as 'a' has no default",
        ),
        (
            {"type": "object", "properties": {"a": {"$ref": "https://example.org/schema"}}},
            "$ref may only lead to places within the schema",
        ),
    ],
)
def test_a_bad_schema_leaves_its_plugin_out(schema: Any, reason: str) -> None:
    """It is found at the start, whichever of the two it is."""
    for hooks in ({"instance": schema}, {"workspace": schema}):
        plugins = Plugins({"greeter": greeter(**hooks)})
        assert plugins.infos["greeter"].status == "QUARANTINED"
        assert reason in str(plugins.infos["greeter"].errors[0])


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    """Its names know capitals and underscores alone, its values texts alone."""
    file = tmp_path / "clientgraph.toml"
    file.write_text(
        '[plugin.fr-registry]\ngreeting = "file"\ntimeout = 2\n'
        '[plugin.fr-registry.services]\nsearch = "https://mirror.example"\n'
    )
    variables = {
        "CLIENTGRAPH_PLUGIN__FR_REGISTRY__TIMEOUT": "4.5",
        "CLIENTGRAPH_PLUGIN__FR_REGISTRY__MASTER_KEY": "12345678",
        "CLIENTGRAPH_PLUGIN__FR_REGISTRY__SERVICES__LOOKUP": "https://other.example",
    }
    settings = load(variables, file)
    assert settings.plugin["fr-registry"]["services"] == {
        "search": "https://mirror.example",
        "lookup": "https://other.example",
    }
    declared = greeter()
    declared.outbound_services = hookimpl(
        lambda: [
            OutboundService(key=key, base_url="https://here.example")
            for key in ("search", "lookup")
        ]
    )
    plugins = Plugins({"fr-registry": declared})
    assert configure(plugins, settings.plugin) == {
        "fr-registry": {"greeting": "file", "timeout": 4.5, "master_key": "12345678"}
    }
    assert "12345678" not in repr(settings)
    configure(plugins, {"fr_registry": {"services": {"serach": "https://mirror.example"}}})
    assert plugins.infos["fr-registry"].status == "QUARANTINED"


STRICTER = {**WORKSPACE, "required": ["apiKey", "greeting"]}
STRICTER["properties"] = {
    **WORKSPACE["properties"],  # type: ignore[dict-item]
    "greeting": {"type": "string"},
    "max_length": {"type": "integer", "maximum": 3, "default": 3},
}


async def test_settings_that_fit_no_more_are_told(
    settings: Settings, workspaces: Workspaces, workspace: Workspace, other: Workspace
) -> None:
    """A later release wants more: until that is mended, the plugin takes no part there."""
    stored = {"apiKey": "abcde", "max_length": 7}
    async with running(settings, with_plugin("greeter", greeter())) as client:
        api = replace(workspace, client=client).api()
        await api.done("pluginConfigure", {"name": "greeter", "settings": stored})
    later = with_plugin("greeter", greeter(workspace=STRICTER))
    async with running(settings, later) as client:
        api, beside = (replace(each, client=client).api() for each in (workspace, other))
        await api.new_client()
        await beside.new_client()
        assert await handed(api) is None
        assert "'max_length', 3" in await handed(beside)
        assert await of_greeter(api, "isActive") is False
        assert await of_greeter(beside, "isActive") is True
        query = "{ plugins { name settingsErrors { path code message } } }"
        told = next(each for each in (await api(query))["plugins"] if each["name"] == "greeter")
        places = [(each["path"], each["code"]) for each in told["settingsErrors"]]
        assert places == [
            (["input", "settings", "greeting"], "REQUIRED"),
            (["input", "settings", "max_length"], "INVALID_SETTING"),
        ]
        assert "maximum: 3" in told["settingsErrors"][1]["message"]
        assert "abcde" not in str(told)
        every = await misfits(workspaces.database, later, Vault(settings.secret()))
        found = [each for each in every if each.organisation in (workspace.slug, other.slug)]
        assert [(each.plugin, each.organisation) for each in found] == [("greeter", workspace.slug)]
        assert "max_length" in str(found[0])
        mended = {"greeting": "Hello", "max_length": None}
        await api.done("pluginConfigure", {"name": "greeter", "settings": mended})
        assert "('greeting', 'Hello')" in await handed(api)
        assert await of_greeter(api, "isActive") is True

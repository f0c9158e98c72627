"""The public face of what a workspace says of plugins."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry
from strawberry.scalars import JSON

from clientgraph.graphql.fields import Info, argument, column, computed, given, mutation
from clientgraph.graphql.mutations import MutationInput, Payload, answer, draft, shown_to
from clientgraph.graphql.mutations import UserError as GivenError
from clientgraph.permissions import Permission
from clientgraph.plugin_settings import service
from clientgraph.plugin_states import PluginState
from clientgraph.plugin_status.graphql import Plugin
from clientgraph.setting_schemas import secret_keys


async def _state(self: Any, info: Info) -> PluginState:
    found: PluginState = await info.context.load(service.states_by_plugin, self.name)
    return found


@computed(
    "Whether it takes part in this workspace. What it declared stays readable without it. False "
    "where it is switched off, and where `settingsErrors` has any."
)
async def is_active(self: Any, info: Info) -> bool:
    """Loaded with those of other plugins."""
    return (await _state(self, info)).takes_part


@computed(
    "What is set for it in this workspace, without defaults. Of a secret it is only told that it "
    'is set: `{"isSet": true}`.'
)
async def settings(self: Any, info: Info) -> JSON:
    """Loaded with those of other plugins."""
    state = await _state(self, info)
    schema = info.context.plugins.workspace_schema(self.name) or {}
    hidden = {key: {"isSet": key in state.secrets} for key in sorted(secret_keys(schema))}
    # What became a secret in a later release of the plugin is one from then on.
    found: Any = {**state.settings, **hidden}
    return found


@computed(
    "What can be set in a workspace, as a JSON Schema (2020-12); null where it is not loaded. "
    "Properties with `writeOnly` are secrets."
)
def settings_schema(self: Any, info: Info) -> JSON | None:
    """As the plugin declares it."""
    found: Any = info.context.plugins.workspace_schema(self.name)
    return found


@computed(
    "What is wrong with the settings that are set in this workspace, where a later release of the "
    "plugin wants other ones: it takes no part here until `pluginConfigure` mends them.",
    size=5,
)
async def settings_errors(self: Any, info: Info) -> list[GivenError]:
    """Loaded with those of other plugins."""
    found = service.mistakes((await _state(self, info)).problems)
    return [GivenError(**shown_to(info.context, each)) for each in found]


@computed(
    "False where secrets were set that can no longer be read, because the installation's secret "
    "key is another one now. Set them again."
)
async def are_secrets_readable(self: Any, info: Info) -> bool:
    """Loaded with those of other plugins."""
    return (await _state(self, info)).is_readable


@strawberry.input(description="What a workspace says of a plugin.")
class PluginConfigureInput(MutationInput):
    """Absent fields stay."""

    name: str = strawberry.field(description="The plugin's name.")
    is_active: bool | None = given("Whether it takes part in this workspace.")
    settings: JSON | None = given(
        "The settings to change, an object that fits `settingsSchema` together with those that "
        "are set already; null does away with one."
    )


@strawberry.type(description="The plugin after a change.")
class PluginConfigurePayload(Payload):
    """The plugin, or what was wrong."""

    plugin: Plugin | None = column("The plugin as it is now.")


@mutation(
    Permission.ORGANISATION_WRITE,
    "Switch a plugin on or off in this workspace, or change its settings here.",
)
async def plugin_configure(
    info: Info, input: Annotated[PluginConfigureInput, argument("Which plugin, and the changes.")]
) -> PluginConfigurePayload | None:
    """Owner and admins."""
    made = draft(input)
    name = made.pop("name")
    return await answer(
        info,
        PluginConfigurePayload,
        "plugin",
        lambda: service.configure_plugin(info.context, name, made),
    )


MUTATIONS = [plugin_configure]
EXTENSIONS = {
    "Plugin": [is_active, settings, settings_schema, settings_errors, are_secrets_readable]
}

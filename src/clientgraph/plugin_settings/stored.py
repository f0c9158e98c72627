"""What workspaces stored for plugins and does not fit any more, for whoever runs the service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from clientgraph.errors import UserError
from clientgraph.messages import Messages
from clientgraph.organisations.service import all_organisations
from clientgraph.plugin_settings.service import mistakes
from clientgraph.plugin_states import PluginState, PluginStates
from clientgraph.plugins import Plugins
from clientgraph.storage.database import Database
from clientgraph.storage.scope import Scope
from clientgraph.vault import Vault


@dataclass(frozen=True)
class Misfit:
    """A plugin that takes no part in a workspace, and why: each wrong setting in a sentence."""

    plugin: str
    organisation: str
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{self.plugin} takes no part in the workspace '{self.organisation}', whose settings "
            f"do not fit: {' '.join(self.reasons)}"
        )


async def misfits(database: Database, plugins: Plugins, vault: Vault) -> list[Misfit]:
    """Those of all workspaces, read one after the other."""
    states = PluginStates(database, vault, plugins.workspace_schema)
    messages = Messages(plugins.messages)
    async with database.read(Scope(operator=True)) as session:
        known = [(each.id, each.slug) for each in await all_organisations(session)]
    found: list[Misfit] = []
    for organisation_id, slug in known:
        found += _of(slug, await states.read(organisation_id), messages)
    return found


def _of(slug: str, states: Mapping[str, PluginState], messages: Messages) -> Iterator[Misfit]:
    for name, state in sorted(states.items()):
        if state.problems:
            wrong = mistakes(state.problems)
            yield Misfit(name, slug, tuple(_sentence(each, messages) for each in wrong))


def _sentence(error: UserError, messages: Messages) -> str:
    place = ".".join(error.path[1:]) or "as a whole"
    return f"{place}: {messages.text(error, 'en')}"

"""Rows of what workspaces say of plugins."""

from __future__ import annotations

from tortoise import fields

from clientgraph.storage.models import Record


class PluginState(Record):
    """One plugin in one workspace; without a row it is active, and nothing is set.

    ``settings`` is a JSON text; ``secrets`` is sealed, empty where there are none (see
    `clientgraph.plugin_states`). ``is_given_up`` says that what it keeps here stands against
    nothing any more: it was removed, and its data was kept.
    """

    plugin = fields.TextField()
    is_active = fields.BooleanField()
    settings = fields.TextField()
    secrets = fields.TextField()
    is_given_up = fields.BooleanField(default=False)

    class Meta:
        table = "plugin_state"

"""The public face of integrations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import strawberry

from clientgraph.graphql.fields import Info, column, computed, loaded, or_nothing, query
from clientgraph.integrations.service import integrations_by_client, plugins_by_key
from clientgraph.organisations.graphql import Member
from clientgraph.organisations.service import member_by_id
from clientgraph.permissions import Permission

_USUAL_NUMBER = 5


@strawberry.type(description="Something that a plugin does for those clients that are linked.")
class Integration:
    """Declared by a plugin."""

    key: str = column("Stable name, such as WELCOME_LETTER.")
    label: str = column("What a form shows, in the caller's language; the key if it is gone.")
    plugin: str = column("The plugin that it is a part of.")
    is_available: bool = column(
        "Whether the plugin takes part in the workspace: nothing happens where it does not."
    )


@strawberry.type(description="A client is linked with an integration.")
class ClientIntegration:
    """The value behind it is a row of links."""

    @computed("What it is linked with.", reads=["integration", "plugin"])
    def integration(self: Any, info: Info) -> Integration:
        """As its plugin declares it; by its key alone where the plugin is gone."""
        return shown(info, self.integration, self.plugin)

    created_at: datetime = column("Since when.", name="linkedAt")
    linked_by: Member | None = loaded(
        "Who linked it, or made the client; null where a token of the workspace did.",
        member_by_id,
        key="linked_by_id",
    )


def shown(info: Info, key: str, plugin: str) -> Integration:
    """An integration as callers see it; ``plugin`` is whose it was when it was chosen."""
    owner, declared = info.context.plugins.integrations.get(key, (plugin, None))
    labels = declared.label if declared else {"en": key}
    return Integration(
        key=key,
        label=labels.get(info.context.language) or labels["en"],
        plugin=owner,
        is_available=declared is not None and info.context.is_active(owner),
    )


@query(
    Permission.CLIENTS_READ,
    "The integrations that clients of the workspace can be linked with, by key.",
    size=_USUAL_NUMBER,
)
def integrations(info: Info) -> list[Integration]:
    """Those of plugins that take part in the workspace."""
    known = plugins_by_key(info.context)
    return [shown(info, key, known[key]) for key in sorted(known)]


OF_CLIENTS = loaded(
    "The integrations that it is linked with, by key; those of plugins that are gone, too.",
    integrations_by_client,
    pick=or_nothing,
    name="integrations",
    result=list[ClientIntegration],
    size=_USUAL_NUMBER,
)

QUERIES = [integrations]
EXTENSIONS = {"Client": [OF_CLIENTS]}

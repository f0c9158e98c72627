"""The public face of installed plugins: which there are, and how they do."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any

import strawberry

from clientgraph.announced import CORE
from clientgraph.contract.operation import HealthStatus
from clientgraph.graphql.enums import described
from clientgraph.graphql.fields import Info, column, computed, query
from clientgraph.hookspecs import HOOKS
from clientgraph.permissions import Permission


class PluginStatus(Enum):
    """What became of a plugin."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    QUARANTINED = "QUARANTINED"


PluginStatusType = described(
    PluginStatus,
    "What became of a plugin in this installation.",
    ACTIVE="It is asked and told.",
    SUSPENDED="It failed again and again: it is asked again after a pause.",
    QUARANTINED="It is left out as a whole, until the service starts anew.",
)


@strawberry.type(description="A hook that a plugin takes part in.")
class PluginHook:
    """A name and a version."""

    name: str = column("The hook's name, such as before_change.")
    version: int = column("Which version of the hook the plugin was written for.")
    is_deprecated: bool = column("Whether that is an earlier version, which will go one day.")


@strawberry.type(description="A failure of a plugin, as whoever runs it may want to know of it.")
class PluginError:
    """One of the last few."""

    at: datetime = column("When it failed.")
    hook: str = column("What was asked of it; empty where it was loaded.")
    error: str = column("What it raised.")


HealthStatusType = described(
    HealthStatus,
    "How something that a plugin looks after does.",
    OK="It does well.",
    DEGRADED="It works in part.",
    DOWN="It does not work.",
)


@strawberry.type(description="Something that a plugin looks at now and then.")
class PluginHealth:
    """What was said last."""

    key: str = column("Which of the plugin's checks.")
    status: HealthStatusType = column("How it does.")  # type: ignore[valid-type]
    message: str = column("A sentence about it; may be empty.")
    checked_at: datetime = column("When it was looked at.")


@strawberry.type(
    description="How long something that a plugin is asked takes in this workspace. The times are "
    "milliseconds of the last 100 calls."
)
class PluginTiming:
    """The value behind it is a `Timing`, in seconds."""

    hook: str = column("What is asked, such as batch_fields Client.balance.")
    calls: int = column("How often it was asked since the service started, in this process.")
    failures: int = column("How often it had no answer.")

    @computed("On average.")
    def mean(self: Any) -> float:
        """In milliseconds."""
        return _milliseconds(self.mean)

    @computed("95 of 100 calls took no longer.")
    def p95(self: Any) -> float:
        """In milliseconds."""
        return _milliseconds(self.p95)

    @computed("The longest call.")
    def longest(self: Any) -> float:
        """In milliseconds."""
        return _milliseconds(self.longest)


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 3)


@strawberry.type(description="A plugin that is installed beside the service.")
class Plugin:
    """The value behind it is a `PluginInfo`."""

    name: str = column("The plugin's name.")
    version: str = column("The version of its distribution; empty where it has none.")

    @computed("What became of it, as far as this workspace is concerned.")
    def status(self: Any, info: Info) -> PluginStatusType:  # type: ignore[valid-type]
        """What other workspaces brought about is not told here."""
        return PluginStatus(self.status_in(info.context.organisation_id))

    @computed(
        "Its last failures in this workspace, oldest first; where it is quarantined, why.", size=10
    )
    def last_errors(self: Any, info: Info) -> list[PluginError]:
        """Those of other workspaces may speak of what they keep."""
        found = [each for each in self.failures if self.reason and not each.hook]
        found += self.failures_in(info.context.organisation_id)
        return [PluginError(at=each.time, hook=each.hook, error=str(each)) for each in found]

    @computed(
        "What is amiss with it though it takes part, such as a kind that it names and "
        "nobody declares.",
        size=5,
    )
    def notes(self: Any, info: Info) -> list[str]:
        """Sentences in English, for whoever runs the service."""
        return info.context.plugins.notes(self.name)

    @computed("What its health checks said last, by their keys.", size=5)
    def health(self: Any) -> list[PluginHealth]:
        """Nothing where it has none, or where none was made yet."""
        return [
            PluginHealth(
                key=key, status=each.status, message=each.message, checked_at=each.checked_at
            )
            for key, each in sorted(self.health.items())
        ]

    @computed(
        "How long what it was asked in this workspace takes, by what was asked; what was not asked "
        "for long may be missing.",
        size=5,
    )
    def timings(self: Any, info: Info) -> list[PluginTiming]:
        """Those of other workspaces are not told here."""
        found: list[Any] = self.caller.timings.of(info.context.organisation_id)
        return found

    @computed("The hooks that it takes part in, by name.", size=10)
    def hooks(self: Any) -> list[PluginHook]:
        """Each with its version."""
        return [
            PluginHook(name=name, version=version, is_deprecated=version < HOOKS[name].version)
            for name, version in self.versions.items()
        ]


@query(
    Permission.ORGANISATION_WRITE,
    "The plugins that are installed, what became of them and how they do. For owners and admins.",
    size=15,
)
def plugins(info: Info) -> list[Plugin]:
    """In the order in which they were loaded, without what the service itself brings."""
    infos = info.context.plugins.infos
    found: list[Any] = [infos[name] for name in infos if name != CORE]
    return found


QUERIES = [plugins]

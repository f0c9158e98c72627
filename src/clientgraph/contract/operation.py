"""What a plugin brings for those who run the service: settings, tables, routes, checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Literal

from clientgraph.contract.records import InstanceContext, PluginContext
from clientgraph.permissions import Permission

Dialect = Literal["sqlite", "postgres"]


def _no_settings() -> Mapping[str, Any]:
    return {"type": "object", "properties": {}, "additionalProperties": False}


@dataclass(frozen=True, kw_only=True)
class PluginSettings:
    """What can be set, as JSON Schemas of objects (2020-12).

    ``instance``   by the operator: ``[plugin.NAME]`` in the settings' file. Checked at start.
    ``workspace``  by a workspace: ``pluginConfigure``. Checked when it is written.

    A property with ``"writeOnly": true`` is a secret: kept encrypted, handed to the plugin, never
    answered. ``default`` fills what is not set. ``title`` and ``description`` are what forms show.
    A workspace can set 50,000 bytes of JSON, and for each property with a ``maxLength`` as many
    more: give one to whatever is long, such as a picture.
    """

    instance: Mapping[str, Any] = field(default_factory=_no_settings)
    workspace: Mapping[str, Any] = field(default_factory=_no_settings)


@dataclass(frozen=True, kw_only=True)
class OwnTable:
    """A table of a plugin's own records.

    ``name``     begins with the plugin's name: ``invoicing_invoice``.
    ``columns``  SQL of its columns, with ``{uuid}``, ``{bool}``, ``{time}`` and ``{binary}`` (for
                 texts that are sorted by their bytes) standing for the database's own words.
    ``indexes``  what each index is on: ``organisation_id, client_id``; ``UNIQUE`` before it where
                 values are.

    Each row has besides an ``id``, its ``organisation_id``, a ``version`` and the times
    ``created_at`` and ``updated_at``; the walls between workspaces stand around it. It refers to
    no table of core's: a client that is deleted is told by ``after_commit``.
    """

    name: str
    columns: str
    indexes: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class PluginMigration:
    """One step of a plugin's tables, applied once by ``clientgraph migrate``, in order.

    ``name``        unique and in order: ``0001_invoices``.
    ``tables``      those that it makes.
    ``statements``  dialect → SQL that runs after these. On SQLite a table is never made anew: add
                    columns that may be null.
    """

    name: str
    tables: Sequence[OwnTable] = ()
    statements: Callable[[Dialect], Sequence[str]] = lambda _dialect: ()


@dataclass(frozen=True, kw_only=True)
class HttpRoute:
    """A path of the plugin's own: ``/plugins/NAME`` and then ``path``.

    ``path``        as in Starlette: ``/clients/{client_id}/statement.csv``.
    ``endpoint``    ``async`` (`PluginContext`, Starlette request) → Starlette response.
    ``permission``  what the caller's token must carry; checked before the endpoint is called.
    ``methods``     which it takes.
    """

    path: str
    endpoint: Callable[..., Any]
    permission: Permission
    methods: Sequence[str] = ("GET",)


class HealthStatus(Enum):
    """How something does."""

    OK = "OK"
    DEGRADED = "DEGRADED"
    DOWN = "DOWN"


@dataclass(frozen=True, kw_only=True)
class HealthReport:
    """How something does, and a sentence for the operator: nothing of any workspace."""

    status: HealthStatus
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class HealthCheck:
    """Something that is looked at now and then, beside all requests.

    ``key``    lower snake case: ``stock_age``.
    ``check``  `InstanceContext` → `HealthReport`; plain or ``async``. What it raises is DOWN.
    ``every``  seconds between two looks.
    """

    key: str
    check: Callable[[InstanceContext], Any]
    every: float = 300.0


@dataclass(frozen=True, kw_only=True)
class PeriodicTask:
    """Work that is done now and then for each workspace, beside all requests.

    ``key``    lower snake case: ``unsent_letters``.
    ``run``    `PluginContext` → None, its language that of the workspace. Plain or ``async``, up
               to thirty seconds for a workspace. What it raises is noted (``lastErrors``), and it
               is run again in the next round.
    ``every``  seconds between two rounds, the first one after the start.
    """

    key: str
    run: Callable[[PluginContext], Any]
    every: float

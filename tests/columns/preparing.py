"""Short ways to the fields of a workspace and to the records of a sheet that is written down."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from clientgraph.bus import LocalBus
from clientgraph.columns.clients import know_clients
from clientgraph.columns.drafting import SheetRecord
from clientgraph.columns.fields import SheetFields, sheet_fields
from clientgraph.columns.matching import Matching, match_columns
from clientgraph.columns.records import records
from clientgraph.context import Context
from clientgraph.files.stores import storage_of
from clientgraph.loading import installed
from clientgraph.messages import Messages
from clientgraph.observers import Observers
from clientgraph.organisations.opening import operator
from clientgraph.outbound.clients import Outbound
from clientgraph.plugin_states import PluginStates
from clientgraph.runtime import Instances, Runtime
from clientgraph.sheets.cells import Cell, Row
from clientgraph.signing import Signer
from clientgraph.testing import Workspace, Workspaces
from clientgraph.vault import Vault


async def fields_of(
    workspaces: Workspaces, workspace: Workspace, clients: Sequence[str] = ()
) -> SheetFields:
    """The fields that sheets of a workspace can have, with every bundled plugin.

    ``clients`` are the texts by which cells name clients.
    """
    plugins = installed()
    states = PluginStates(
        workspaces.database, Vault(workspaces.settings.secret()), plugins.workspace_schema
    )
    instances = Instances(Path("var/plugins"), Outbound({}), plugins, {})
    runtime = Runtime(workspaces.database, plugins, states, instances)
    context = Context(
        actor=operator(workspace.id),
        language="en",
        plugins=plugins,
        messages=Messages(plugins.messages),
        signer=Signer(workspaces.settings.secret()),
        database=workspaces.database,
        files=storage_of(workspaces.settings),
        bus=LocalBus(),
        observers=Observers(plugins, runtime),
        runtime=runtime,
    )
    async with context.reading():
        fields = await sheet_fields(context)
        await know_clients(context, fields.clients, clients)
        return fields


def sheet(*lines: Sequence[Cell]) -> list[Row]:
    """Rows from 1."""
    return [Row(number, tuple(cells)) for number, cells in enumerate(lines, 1)]


def read(
    fields: SheetFields, *lines: Sequence[Cell], **options: Any
) -> tuple[Matching, list[SheetRecord]]:
    """The matching of a sheet, and its records."""
    rows = sheet(*lines)
    matching = match_columns(fields, rows, **options)
    return matching, list(records(fields, matching, rows))


def drafts(fields: SheetFields, *lines: Sequence[Cell], **options: Any) -> list[dict[str, Any]]:
    """The drafts of a sheet without mistakes."""
    made = read(fields, *lines, **options)[1]
    assert [each.mistakes for each in made] == [[] for _ in made]
    return [each.draft for each in made]


def keys(matching: Matching) -> list[str | None]:
    """The field of each column."""
    return [each.field for each in matching.columns]


def mistakes(record: SheetRecord) -> list[tuple[int, int | None, str, str | None]]:
    """Row, column, code and suggestion of each mistake."""
    return [(each.row, each.column, each.code, each.suggestion) for each in record.mistakes]

"""``clientgraph schema``: prints the GraphQL schema with everything that plugins add."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clientgraph.commands.problems import Problem
from clientgraph.commands.running import ConfigFile, Workbench, run, workbench
from clientgraph.config import Settings, load
from clientgraph.fields.models import CustomFieldDefinition, RecordKind
from clientgraph.fields.typed import json_schema, typescript
from clientgraph.loading import installed
from clientgraph.schema import Schema
from clientgraph.storage.rows import rows
from clientgraph.storage.scope import Scope

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def schema(
    config: ConfigFile = None,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write it there instead of printing it.")
    ] = None,
    typed: Annotated[
        str | None,
        typer.Option(metavar="WORKSPACE", help="Its custom fields as a TypeScript module."),
    ] = None,
    as_json_schema: Annotated[
        bool, typer.Option("--json-schema", help="With --typed: as JSON Schema instead.")
    ] = False,
) -> None:
    """Print the schema in its definition language, sorted, with the fields of all plugins.

    \b
    Examples:
      clientgraph schema
      clientgraph schema --output schema.graphql
      clientgraph schema --typed atelier-nord --output custom-fields.ts
    """
    settings = load(file=config)
    if typed is None:
        if as_json_schema:
            raise Problem("--json-schema goes with --typed, which names the workspace.")
        text = Schema.with_plugins(installed(settings.plugins)).printed()
    else:
        text = run(settings, _custom_fields(settings, typed, as_json=as_json_schema))
    if output is None:
        typer.echo(text, nl=False)
        return
    try:
        output.write_text(text, "utf-8")
    except OSError as error:
        raise Problem(f"{output} cannot be written: {error.strerror}.") from error


async def _custom_fields(settings: Settings, slug: str, *, as_json: bool) -> str:
    """The workspace's custom fields, written for typed programs."""
    async with workbench(settings) as bench:
        definitions = await _definitions(bench, slug)
        write = json_schema if as_json else typescript
        return write(slug, definitions, bench.plugins.field_types)


async def _definitions(
    bench: Workbench, slug: str
) -> dict[RecordKind, list[CustomFieldDefinition]]:
    """Those in use, in their order."""
    organisation = await bench.organisation(slug)
    async with bench.database.read(Scope(organisation=organisation.id)) as session:
        query = rows(session, CustomFieldDefinition).filter(archived_at=None)
        found = await query.order_by("position", "key")
    return {kind: [row for row in found if row.on_kind == kind.value] for kind in RecordKind}

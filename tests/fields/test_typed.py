"""Typed front ends: the TypeScript module of a workspace compiles, strictly and without casts."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from clientgraph.fields.models import CustomFieldDefinition, RecordKind
from clientgraph.fields.typed import json_schema, typescript
from clientgraph.loading import installed
from clientgraph.storage.rows import rows
from clientgraph.storage.scope import Scope
from clientgraph.testing import Api, Workspace, Workspaces
from tests.fields.defining import TIERS, VALUES, define, given

pytestmark = pytest.mark.anyio

TYPESCRIPT = "typescript@5.9.3"
FRONT_END = """import { CLIENT_CUSTOM_FIELDS, EVENT_CUSTOM_FIELDS } from "./fields";
import { readClientCustomFields, writeClientCustomFields } from "./fields";
import { readEventCustomFields, writeEventCustomFields } from "./fields";
import type { CustomFieldValue, Money } from "./fields";

const selection = "nodes { ...ClientCustomFields }";
export const query = `query { clients { ${selection} } } ${CLIENT_CUSTOM_FIELDS}`;

export function show(client: { customFields: CustomFieldValue[] }): string {
  const customFields = readClientCustomFields(client.customFields);
  const budget: Money | null = customFields.budget;
  const tier: "gold" | "silver" | null = customFields.tier;
  const tiers: ("gold" | "silver")[] | null = customFields.tiers;
  const size: number | null = customFields.size;
  return `${budget?.amount ?? ""} ${tier ?? ""} ${tiers?.length ?? 0} ${(size ?? 0).toFixed(2)}`;
}

export const given = writeClientCustomFields({ budget: { amount: "1.50", currency: "EUR" } });
// @ts-expect-error a choice that there is not
export const wrong = writeClientCustomFields({ tier: "bronze" });

export const history = `query { events { nodes { ...EventCustomFields } } } ${EVENT_CUSTOM_FIELDS}`;

export function outcome(event: { customFields: CustomFieldValue[] }): "won" | "lost" | null {
  return readEventCustomFields(event.customFields).outcome;
}

export const won = writeEventCustomFields({ outcome: "won", cost: null });
// @ts-expect-error a field of clients
export const stray = writeEventCustomFields({ budget: null });
"""


async def _definitions(workspaces: Workspaces, workspace: Workspace) -> Any:
    """Fields of every type on clients, and two on events, as they are stored."""
    api = workspace.api()
    wanted = {"budget": "MONEY", "tier": "CHOICE", "tiers": "CHOICES", "size": "NUMBER"}
    wanted |= {"text": "TEXT", "exact": "DECIMAL", "ok": "BOOLEAN", "day": "DATE", "site": "URL"}
    wanted |= {"mail": "EMAIL", "phone": "PHONE", "broker": "CLIENT_REFERENCE"}
    for key, kind in wanted.items():
        await define(api, key, kind, options=TIERS if kind.startswith("CHOICE") else {})
    choices = {"choices": [{"key": "won"}, {"key": "lost"}]}
    await define(api, "outcome", "CHOICE", "EVENT", options=choices)
    await define(api, "cost", "MONEY", "EVENT", required=True)
    async with workspaces.database.read(Scope(organisation=workspace.id)) as session:
        found = await rows(session, CustomFieldDefinition).order_by("position")
    return {kind: [row for row in found if row.on_kind == kind.value] for kind in RecordKind}


def _compiler() -> Path:
    """The TypeScript compiler, fetched once for all runs on this machine.

    Without node and npm the test is skipped, or fails where CI is set.
    """
    if shutil.which("npm") is None or shutil.which("node") is None:
        message = "no node or npm here: install them (apt-get install npm)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    home = Path(tempfile.gettempdir()) / f"clientgraph-{TYPESCRIPT}-{os.getuid()}"
    compiler = home / "node_modules/typescript/bin/tsc"
    if not compiler.exists():
        # Put in its place whole: another run may be doing the same.
        made = Path(tempfile.mkdtemp(prefix=home.name))
        command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(made), TYPESCRIPT]
        subprocess.run(command, check=True, capture_output=True, timeout=240)
        with suppress(OSError):
            made.rename(home)
    return compiler


async def test_the_module_compiles_in_a_front_end(
    workspaces: Workspaces, workspace: Workspace, tmp_path: Path
) -> None:
    """`tsc --strict` takes a front end that reads and writes every field without a cast."""
    definitions = await _definitions(workspaces, workspace)
    module = typescript(workspace.slug, definitions, installed().field_types)
    (tmp_path / "fields.ts").write_text(module, "utf-8")
    (tmp_path / "front.ts").write_text(FRONT_END, "utf-8")
    assert _compiled(tmp_path) == (0, "")


def _compiled(folder: Path) -> tuple[int, str]:
    """The compiler's exit code and what it has to say."""
    options = ["--strict", "--noEmit", "--target", "es2022", "--module", "es2022"]
    options += ["--moduleResolution", "bundler", "front.ts"]
    command = ["node", str(_compiler()), *options]
    done = subprocess.run(
        command, check=False, cwd=folder, capture_output=True, text=True, timeout=120
    )
    return done.returncode, done.stdout


async def test_the_fragment_is_answered_by_the_api(
    workspaces: Workspaces, workspace: Workspace, api: Api
) -> None:
    """The module's own fragment is a valid selection of the static schema."""
    definitions = await _definitions(workspaces, workspace)
    module = typescript(workspace.slug, definitions, installed().field_types)
    fragment = _fragment(module, "CLIENT")
    made = await api.new_client("Io", VALUES, customFields=given(tier="gold"))
    query = f'{{ client(by: {{id: "{made["id"]}"}}) {{ ...ClientCustomFields }} }} {fragment}'
    assert (await api(query))["client"]["customFields"] == [
        {"__typename": "ChoiceValue", "key": "tier", "choice": {"key": "gold", "label": "Gold"}}
    ]
    money = {"amount": "1.00", "currency": "EUR"}
    note = {"clientId": made["id"], "title": "N", "customFields": given(cost=money)}
    await api.done("eventCreate", note)
    query = f"{{ events {{ nodes {{ ...EventCustomFields }} }} }} {_fragment(module, 'EVENT')}"
    (event,) = (await api(query))["events"]["nodes"]
    assert event["customFields"] == [{"__typename": "MoneyValue", "key": "cost", **money}]


def _fragment(module: str, kind: str) -> str:
    """The fragment for a kind of record."""
    return module.partition(f"{kind}_CUSTOM_FIELDS = `")[2].partition("`")[0]


async def test_json_schema_says_what_values_are(
    workspaces: Workspaces, workspace: Workspace
) -> None:
    """One object for each kind of record, its choices by key."""
    definitions = await _definitions(workspaces, workspace)
    text = json_schema(workspace.slug, definitions, installed().field_types)
    made = json.loads(text)["$defs"]["ClientCustomFields"]
    assert made["properties"]["tier"] == {"title": "tier", "enum": ["gold", "silver"]}
    assert made["properties"]["budget"]["required"] == ["amount", "currency"]
    assert made["required"] == []
    made = json.loads(text)["$defs"]["EventCustomFields"]
    assert made["properties"]["outcome"] == {"title": "outcome", "enum": ["won", "lost"]}
    assert made["required"] == ["cost"]

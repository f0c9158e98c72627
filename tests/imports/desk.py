"""What tests of imports work with: a service that takes files, and does its jobs itself."""

from __future__ import annotations

import asyncio
import csv
import io
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx2

from clientgraph.testing import Api, Workspace

PATIENCE = 60.0
COUNTS = (
    "counts { create update unchanged conflict invalid created updated left skipped failed undone "
    "kept }"
)
FIELDS = (
    f"id version stage total format sheet {COUNTS}"
    " job { status done total result error { code } }"
)
ROWS = (
    "rows(first: 20) { nodes { position firstRow name action matchedBy decision outcome"
    " client { id name } problems { row column header value code message suggestion isWarning }"
    " similar { client { name } row score reasons } } }"
)


def csv_of(*rows: Sequence[Any]) -> bytes:
    """Rows as a CSV file."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


@dataclass(frozen=True)
class ImportDesk:
    """The API of a workspace, for whoever imports files there."""

    client: httpx2.AsyncClient
    workspace: Workspace
    role: str = "OWNER"
    patience: float = PATIENCE

    def api(self, language: str = "en") -> Api:
        """The API as this role."""
        return Api(self.client, self.workspace.tokens[self.role], language)

    async def upload(self, content: bytes, filename: str = "clients.csv") -> str:
        """Send a file; its id."""
        answer = await self.client.post(
            "/files",
            content=content,
            headers={
                "Authorization": f"Bearer {self.workspace.tokens[self.role]}",
                "Content-Disposition": f'attachment; filename="{filename}"',
            },
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json()["data"]["id"])

    async def previewed(self, content: bytes, filename: str = "clients.csv", **options: Any) -> Any:
        """A file that was read, with all its records."""
        file_id = await self.upload(content, filename)
        made = await self.api().done(
            "importPreview", {"fileId": file_id, **options}, "import { id stage }"
        )
        return await self.ended(made["import"]["id"])

    async def run(self, import_id: str, **options: Any) -> Any:
        """The import once it was written."""
        await self.api().done("importRun", {"id": import_id, **options})
        return await self.ended(import_id)

    async def undone(self, import_id: str) -> Any:
        """The import once it was taken back."""
        await self.api().done("importUndo", {"id": import_id})
        return await self.ended(import_id)

    async def shown(self, import_id: str, language: str = "en") -> Any:
        """An import with its records."""
        text = f"query($id: ID!) {{ import(id: $id) {{ {FIELDS} {ROWS} }} }}"
        return (await self.api(language)(text, {"id": import_id}))["import"]

    async def ended(self, import_id: str) -> Any:
        """An import once nothing is done with it."""
        until = time.monotonic() + self.patience
        text = "query($id: ID!) { import(id: $id) { job { status } } }"
        while True:
            found = (await self.api()(text, {"id": import_id}))["import"]
            if found["job"]["status"] in ("SUCCEEDED", "FAILED", "CANCELLED"):
                return await self.shown(import_id)
            assert time.monotonic() < until, found
            await asyncio.sleep(0.05)

    async def clients(self, selection: str) -> list[Any]:
        """All clients of the workspace by name."""
        text = f"{{ clients(first: 20, includeInactive: true) {{ nodes {{ {selection} }} }} }}"
        found: list[Any] = (await self.api()(text))["clients"]["nodes"]
        return found


def counts(found: Any) -> dict[str, int]:
    """Those numbers of an import that are not zero."""
    return {name: number for name, number in found["counts"].items() if number}


def actions(found: Any) -> list[str]:
    """What would be done with each record."""
    return [each["action"] for each in found["rows"]["nodes"]]


def problems(found: Any) -> list[Mapping[str, Any]]:
    """The mistakes of all records, without sentences."""
    return [
        {name: each[name] for name in ("row", "header", "value", "code", "suggestion")}
        for row in found["rows"]["nodes"]
        for each in row["problems"]
        if not each["isWarning"]
    ]

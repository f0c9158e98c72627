"""A short way to the file of an export."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Final

from tests.imports.desk import PATIENCE, ImportDesk

FIELDS: Final = "id total job { status result } file { id filename mediaType url }"


async def exported(desk: ImportDesk, language: str = "en", /, **options: Any) -> tuple[Any, bytes]:
    """An export once it is written, and its file."""
    api = desk.api(language)
    made = await api.done("exportCreate", options, "export { id }")
    until = time.monotonic() + PATIENCE
    text = f"query($id: ID!) {{ export(id: $id) {{ {FIELDS} }} }}"
    while True:
        found = (await api(text, {"id": made["export"]["id"]}))["export"]
        if found["job"]["status"] in ("SUCCEEDED", "FAILED"):
            assert found["job"]["status"] == "SUCCEEDED", found
            answer = await desk.client.get(found["file"]["url"])
            assert answer.status_code == 200
            return found, answer.content
        assert time.monotonic() < until
        await asyncio.sleep(0.05)

"""What tests of verifications ask of the API."""

from __future__ import annotations

import asyncio
from typing import Any

from clientgraph.testing import Api

FIELDS = (
    "id version identifierKind identifierValue status result code evidence attribution attempts"
    " nextTryAt checkedAt validUntil replacedAt verifier { key label identifierKinds }"
)
SIREN = [{"kind": "FR_SIREN", "value": "732829320"}]
SECONDS = 20


async def start(api: Api, client_id: str, **given: Any) -> list[dict[str, Any]]:
    """Have a client verified; the verifications as they begin."""
    selection = f"verifications {{ {FIELDS} }}"
    payload = await api.done("verificationStart", {"clientId": client_id, **given}, selection)
    found: list[dict[str, Any]] = payload["verifications"]
    return found


async def verifications(api: Api, client_id: str, arguments: str = "") -> list[dict[str, Any]]:
    """A client's verifications, the last first."""
    chosen = f"verifications{arguments} {{ nodes {{ {FIELDS} }} }}"
    text = f"query($id: ID!) {{ client(by: {{id: $id}}) {{ {chosen} }} }}"
    found = (await api(text, {"id": client_id}))["client"]["verifications"]["nodes"]
    return list(found)


async def settled(
    api: Api, client_id: str, arguments: str = "", *, until: Any = None
) -> list[dict[str, Any]]:
    """The same, as soon as none waits for its first answer, or another condition holds."""
    done = until or (lambda found: all(each["attempts"] for each in found))
    async with asyncio.timeout(SECONDS):
        while True:
            found = await verifications(api, client_id, arguments)
            if done(found):
                return found
            await asyncio.sleep(0.1)

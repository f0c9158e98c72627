"""How files come to records in tests."""

from __future__ import annotations

from typing import Any, Final

import httpx2

from clientgraph.testing import Api

PDF: Final = b"%PDF-1.7\n" + bytes(range(256)) * 40
FIELDS: Final = "attachment { id version title filename mediaType size sha256 url }"


async def sent(api: Api, content: bytes = PDF, name: str = "contract.pdf") -> str:
    """Upload a file; its id."""
    headers = {
        "Authorization": f"Bearer {api.token}",
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    answer = await api.client.post("/files", content=content, headers=headers)
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["data"]["id"]
    return found


async def kept(api: Api, content: bytes = PDF, /, **fields: Any) -> Any:
    """A new attachment of what `fields` name."""
    given = {"fileId": await sent(api, content), **fields}
    return (await api.done("attachmentCreate", given, FIELDS))["attachment"]


async def titles(api: Api, kind: str, id_: str) -> list[str]:
    """The titles of the attachments of a record, as its field shows them."""
    shown = "attachments { totalCount nodes { title } }"
    text = f"query($id: ID!) {{ node(id: $id) {{ ... on {kind} {{ {shown} }} }} }}"
    found = (await api(text, {"id": id_}))["node"]["attachments"]
    assert found["totalCount"] == len(found["nodes"])
    return [each["title"] for each in found["nodes"]]


async def fetched(api: Api, url: str) -> httpx2.Response:
    """What a link answers, without a token."""
    return await api.client.get(url)

"""The look of documents, as a workspace sets it."""

from __future__ import annotations

import base64
import struct
from typing import Any

import pytest

from clientgraph.testing import Api
from clientgraph_documents.branding import branding

pytestmark = pytest.mark.anyio

LARGEST = 150_000  # docs/documents.md: "up to 150 kB"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 10, 10) + b"\x08\2\0\0\0"


def logo(size: int) -> str:
    """What begins as a PNG, of so many bytes, as a setting."""
    return "data:image/png;base64," + base64.b64encode(PNG.ljust(size, b"\0")).decode()


async def configured(api: Api, settings: dict[str, Any]) -> list[tuple[list[str], str]]:
    """Places and codes of what is wrong with settings."""
    payload = await api.do("pluginConfigure", {"name": "documents", "settings": settings})
    return [(error["path"][2:], error["code"]) for error in payload["userErrors"]]


async def test_a_logo_can_be_as_large_as_the_documentation_says(api: Api) -> None:
    """In one request, beside every other setting at its longest; documents then show it."""
    others = {"address": "A" * 300, "footer": "F" * 500, "color": "#123456"}
    assert await configured(api, {**others, "logo": logo(LARGEST)}) == []
    shown = branding({"logo": logo(LARGEST)}).logo
    assert shown is not None
    assert len(shown[1]) == LARGEST
    assert await configured(api, {"logo": logo(LARGEST + 100)}) == [(["logo"], "INVALID_SETTING")]
    assert await configured(api, {"color": "#654321"}) == []

"""Files over HTTP: whoever has the link has the file, as often as wanted until it expires."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from clientgraph.documents.links import read_link
from clientgraph.documents.service import fetch_document
from clientgraph.errors import Refusal
from clientgraph.signing import Signer
from clientgraph.storage.database import Database

HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Accept-Ranges": "none",
}
NONE: Final = "There is no such document.\n"
GONE: Final = "This link has expired. Render the document again.\n"
UNAVAILABLE: Final = "The document cannot be read now. Try again.\n"


class Downloads:
    """The endpoint ``/documents/{token}``."""

    def __init__(self, database: Database, signer: Signer) -> None:
        self._database = database
        self._signer = signer

    async def file(self, request: Request) -> Response:
        """The file; 404 for what is no link of ours, 410 for one that has expired."""
        link = read_link(self._signer, request.path_params["token"])
        if link is None:
            return told(NONE, 404)
        try:
            found = await fetch_document(self._database, link)
        except Refusal:
            return told(UNAVAILABLE, 503)
        if found is None:
            return told(GONE, 410)
        headers = {**HEADERS, "Content-Disposition": attachment(found.filename)}
        return Response(bytes(found.content), media_type=found.media_type, headers=headers)


def attachment(filename: str) -> str:
    """A Content-Disposition (RFC 6266): the name in ASCII, and as it is."""
    decomposed = unicodedata.normalize("NFKD", filename)
    plain = "".join(c if " " <= c <= "~" and c not in '"\\%' else "" for c in decomposed)
    if plain == filename:
        return f'attachment; filename="{filename}"'
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"


def told(text: str, status: int) -> Response:
    """A sentence in place of a file."""
    return PlainTextResponse(text, status, headers=dict(HEADERS))

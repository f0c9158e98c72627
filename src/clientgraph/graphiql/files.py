"""Serves the built files of GraphiQL, which the package carries gzip-compressed only."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from pathlib import Path

from anyio.to_thread import run_sync
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp

FOLDER = Path(__file__).parent / "assets"

_ENTRY = "src/main.jsx"
_ICON = "src/icon.svg"
_PLAIN = {"LICENSES.txt", "manifest.json"}
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".woff2": "font/woff2",
}
_HEADERS = {
    # The name of every served file carries a hash of its content.
    "Cache-Control": "public, max-age=31536000, immutable",
    # A worker is ruled by the policy of its own response: it may import code and do nothing else.
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; frame-ancestors 'none'",
    "Vary": "Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, kw_only=True)
class EntryPoint:
    """What the page names in its head: file names without a path."""

    script: str
    styles: tuple[str, ...]
    modules: tuple[str, ...]
    icon: str


def read_entry_point() -> EntryPoint:
    """The entry point according to the manifest of the build (vite.dev, Backend Integration)."""
    manifest = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
    entry = manifest[_ENTRY]
    return EntryPoint(
        script=entry["file"],
        styles=tuple(entry.get("css", ())),
        modules=tuple(manifest[key]["file"] for key in entry.get("imports", ())),
        icon=manifest[_ICON]["file"],
    )


def read_checksums() -> dict[str, str]:
    """SHA-256 in hexadecimal of each raw file of the build, by file name."""
    lines = (FOLDER / "SHA256SUMS").read_text("utf-8").splitlines()
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def assets_app() -> ASGIApp:
    """The application to mount at the ``assets_path`` of `GraphiQLPage`.

    It answers GET and HEAD for the names in the list of checksums and 404 for all others.
    """
    served = frozenset(read_checksums()) - _PLAIN

    async def asset(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in served:
            raise HTTPException(404)
        return await _respond(FOLDER / f"{name}.gz", request.headers.get("accept-encoding", ""))

    return Router([Route("/{name}", asset, methods=["GET"])], redirect_slashes=False)


async def _respond(packed: Path, accept_encoding: str) -> Response:
    """The file as it is stored or, for a client that does not take gzip, unpacked."""
    media_type = _MEDIA_TYPES[packed.with_suffix("").suffix]
    if _accepts_gzip(accept_encoding):
        headers = {**_HEADERS, "Content-Encoding": "gzip"}
        return FileResponse(packed, media_type=media_type, headers=headers)
    raw = gzip.decompress(await run_sync(packed.read_bytes))
    return Response(raw, media_type=media_type, headers=_HEADERS)


def _accepts_gzip(accept_encoding: str) -> bool:
    """Whether the header allows gzip (RFC 9110, section 12.5.3): named, or by ``*``, not q=0."""
    allowed: dict[str, bool] = {}
    for part in accept_encoding.lower().split(","):
        coding, _, weight = part.partition(";")
        allowed[coding.strip()] = weight.replace(" ", "").rstrip("0.") != "q="
    return allowed.get("gzip", allowed.get("*", False))

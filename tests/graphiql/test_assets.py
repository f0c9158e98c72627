"""The built files of GraphiQL: complete, unchanged, and served as they should be."""

import gzip
import hashlib
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from clientgraph.graphiql import assets_app

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "src" / "clientgraph" / "graphiql" / "assets"
MANIFEST = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
ENTRY = MANIFEST["src/main.jsx"]["file"]
STYLES = MANIFEST["src/main.jsx"]["css"][0]
SUMS = dict(line.split("  ")[::-1] for line in (FOLDER / "SHA256SUMS").read_text().splitlines())
PLAIN = {"LICENSES.txt", "manifest.json"}


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    """A client of an application that has the files at /files."""
    app = Starlette(routes=[Mount("/files", assets_app())])
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as made:
        yield made


def raw(name: str) -> bytes:
    """The content of a built file."""
    if name in PLAIN:
        return (FOLDER / name).read_bytes()
    return gzip.decompress((FOLDER / f"{name}.gz").read_bytes())


def test_files_are_those_of_the_checksums() -> None:
    """Every listed file is there with its checksum, and no other file is."""
    stored = {name if name in PLAIN else f"{name}.gz" for name in SUMS}
    assert {path.name for path in FOLDER.iterdir()} == stored | {"SHA256SUMS"}
    assert {name: hashlib.sha256(raw(name)).hexdigest() for name in SUMS} == SUMS


def test_compressed_files_have_no_time_stamp() -> None:
    """Equal content gives an equal compressed file, whenever it was built (RFC 1952, MTIME)."""
    assert {path.read_bytes()[4:8] for path in FOLDER.glob("*.gz")} == {bytes(4)}


def test_size_stays_small() -> None:
    """The files take at most 8 MB in the browser and 2.6 MB in the wheel."""
    assert sum(len(raw(name)) for name in SUMS) < 8_000_000
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 2_600_000


def test_manifest_names_existing_files() -> None:
    """Whatever the manifest refers to is among the files."""
    named = {name for chunk in MANIFEST.values() for name in (chunk["file"], *chunk.get("css", ()))}
    assert named <= set(SUMS)


def test_licences_cover_what_is_bundled() -> None:
    """The licence file has the packages a reader would look for, with their texts."""
    text = raw("LICENSES.txt").decode()
    for heading in (
        "graphiql 5",
        "monaco-editor 0.52.2",
        "react 19",
        "@fontsource/roboto 5",
        "Codicons",
    ):
        assert f"\n{heading}" in text
    assert "SIL OPEN FONT LICENSE Version 1.1" in text
    licences = set(re.findall(r"^={80}\n.+ \((.+)\)\n={80}$", text, re.MULTILINE))
    assert licences == {"0BSD", "Apache-2.0", "BSD-2-Clause", "CC-BY-4.0", "MIT", "OFL-1.1"}


async def test_served_compressed(client: httpx2.AsyncClient) -> None:
    """A browser gets the stored bytes, cacheable for ever, with the right type."""
    answer = await client.get(f"/files/{ENTRY}", headers={"Accept-Encoding": "gzip, br"})
    assert answer.status_code == 200
    assert answer.content == raw(ENTRY)
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) == (FOLDER / f"{ENTRY}.gz").stat().st_size
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; frame-ancestors 'none'"
    )


@pytest.mark.parametrize(
    "accepted", ["", "identity", "br", "gzip;q=0", "gzip; q=0.000, *", "*;q=0"]
)
async def test_served_unpacked(client: httpx2.AsyncClient, accepted: str) -> None:
    """A client that does not take gzip gets the plain file."""
    answer = await client.get(f"/files/{STYLES}", headers={"Accept-Encoding": accepted})
    assert "content-encoding" not in answer.headers
    assert answer.content == raw(STYLES)
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("accepted", ["gzip", "*", "GZIP;q=0.5", "br;q=1.0, gzip;q=0.001"])
async def test_gzip_is_recognised(client: httpx2.AsyncClient, accepted: str) -> None:
    """Whatever way the client allows gzip, it gets gzip."""
    answer = await client.get(f"/files/{STYLES}", headers={"Accept-Encoding": accepted})
    assert answer.headers["content-encoding"] == "gzip"


async def test_every_file_is_served(client: httpx2.AsyncClient) -> None:
    """Every file but the two for readers is served, with a type of its own."""
    types = {
        "css": "text/css; charset=utf-8",
        "js": "text/javascript; charset=utf-8",
        "svg": "image/svg+xml",
        "ttf": "font/ttf",
        "woff2": "font/woff2",
    }
    for name in set(SUMS) - PLAIN:
        answer = await client.head(f"/files/{name}")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == types[name.rpartition(".")[2]]


@pytest.mark.parametrize(
    "path",
    [
        "",
        "manifest.json",
        "SHA256SUMS",
        "LICENSES.txt",
        f"{ENTRY}.gz",
        f"{ENTRY}/",
        "..%2F__init__.py",
        "%2e%2e/page.py",
        f"..%2Fassets%2F{ENTRY}",
        f"{ENTRY}%00",
    ],
)
async def test_nothing_else_is_served(client: httpx2.AsyncClient, path: str) -> None:
    """Names that are not of the build, and ways out of the folder, are not found."""
    assert (await client.get(f"/files/{path}")).status_code == 404


async def test_other_methods_are_refused(client: httpx2.AsyncClient) -> None:
    """Only reading is allowed."""
    assert (await client.post(f"/files/{ENTRY}")).status_code == 405

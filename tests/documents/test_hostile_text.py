"""Whatever stands in a text, a document prints it: nothing is run, fetched or read."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pypdf
import pytest

from clientgraph.testing import Api
from tests.documents.asking import fetched, made

pytestmark = pytest.mark.anyio

CANARY = "canary-7f3a"
HOSTILE = (
    "{{7*7}} ${7*7} #{7*7} <%= 7*7 %>",
    '<img src="{url}/a.png">',
    '"><script src="{url}/b.js"></script>',
    "</style><style>@import url({url}/c.css);</style>",
    '<link rel="stylesheet" href="{url}/d.css">',
    '<iframe src="file://{file}"></iframe>',
    '<pdf:include src="{file}"/>',
    '<para><font color="[[[open(0)]]]">x</font></para>',
    "#read({file}) [[{file}]] @import '{file}'",
    "url({url}/e.png) &lt;b&gt; &amp; <b>bold</b>",
)


@asynccontextmanager
async def listening() -> AsyncIterator[tuple[str, list[bytes]]]:
    """A server on this machine, and what it was asked."""
    asked: list[bytes] = []

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.close()

    server = await asyncio.start_server(hear, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}", asked
    finally:
        server.close()
        await server.wait_closed()


def plain(text: str) -> str:
    """Without blanks: where a long word is broken is of no matter."""
    return "".join(text.split())


async def text_of(api: Api, document: Any) -> str:
    """What a document says."""
    pages = pypdf.PdfReader(io.BytesIO((await fetched(api, document)).content)).pages
    return plain("".join(page.extract_text() for page in pages))


async def hostile_client(api: Api, payload: str) -> str:
    """A client with this text in every field that takes any."""
    made = await api.new_client(
        payload,
        tradingName=f"T {payload}",
        reference=payload[:40],
        country="FR",
        contacts=[{"firstName": payload[:90], "lastName": "L", "position": payload[:90]}],
        addresses=[{"line1": payload, "line2": payload, "postalCode": "75002", "city": payload}],
    )
    return str(made["id"])


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file that no document may show."""
    file = tmp_path / "secret.txt"
    file.write_text(CANARY)
    return file


def filled(payload: str, url: str, secret: Path) -> str:
    """A payload that leads to the server and to the file."""
    return payload.replace("{url}", url).replace("{file}", str(secret))[:180]


@pytest.mark.parametrize("number", range(len(HOSTILE)))
async def test_every_text_is_printed_as_it_is(api: Api, secret: Path, number: int) -> None:
    """The payload is in the text of the document, and nobody was asked for anything."""
    async with listening() as (url, asked):
        payload = filled(HOSTILE[number], url, secret)
        client = await hostile_client(api, payload)
        account = {"label": payload[:90], "holder": payload[:60], "bank": payload[:90]}
        iban = "FR1420041010050500013M02606"
        await api.done("bankAccountCreate", {**account, "iban": iban})
        document = await made(api, "BANK_DETAILS", client)
        assert not set('/\\<>":|?*') & set(document["filename"])
        text = await text_of(api, document)
        assert plain(payload) in text
        assert CANARY not in text
        assert asked == []


@pytest.mark.parametrize("template", ["CLIENT_SHEET", "ADDRESS_LABELS"])
async def test_every_text_of_many_is_printed_as_it_is(
    api: Api, secret: Path, template: str
) -> None:
    """One document about a client for each payload says them all."""
    async with listening() as (url, asked):
        payloads = [filled(each, url, secret) for each in HOSTILE]
        first, *others = [await hostile_client(api, each) for each in payloads]
        document = await made(api, template, first, clientIds=others)
        assert not set('/\\<>":|?*') & set(document["filename"])
        text = await text_of(api, document)
        assert [each for each in payloads if plain(each) not in text] == []
        assert CANARY not in text
        assert asked == []


@pytest.mark.parametrize(
    "name", ["Αστεροσκοπείο Αθηνών", "Пулковская обсерватория", "Łódź Žižkov Győr Ørsted ÇŞĞ"]
)
async def test_latin_greek_and_cyrillic_are_printed(api: Api, name: str) -> None:
    """As letters that can be read again, not as pictures or boxes."""
    client = await api.new_client(name, addresses=[{"line1": name, "city": name}], country="GR")
    for template in ("CLIENT_SHEET", "ADDRESS_LABELS"):
        assert plain(name) in await text_of(api, await made(api, template, client["id"]))


async def test_a_script_that_the_fonts_lack_costs_its_letters_alone(api: Api) -> None:
    """The document is made all the same, and what else is in it can be read."""
    client = await api.new_client("東京天文台 Tokyo")
    assert "Tokyo" in await text_of(api, await made(api, "CLIENT_SHEET", client["id"]))

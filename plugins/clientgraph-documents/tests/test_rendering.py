"""A PDF is made in a process of its own: bounded, confined, the same each time."""

from __future__ import annotations

import hashlib
import io
import sys
import time
from datetime import date
from pathlib import Path
from tempfile import gettempdir

import pypdf
import pytest

from clientgraph import Composed
from clientgraph_documents import address_labels, bank_details, client_sheet
from clientgraph_documents.rendering import Renderer, RenderFailed

from .requests import CLIENT, context, request


def page(content: str, **assets: bytes) -> Composed:
    """A page of HTML."""
    return Composed(
        media_type="text/html",
        content=content,
        title="T",
        filename="f",
        date=date(2026, 11, 22),
        assets=assets,
    )


def left_behind() -> set[str]:
    """Folders of renderings that were not removed."""
    return {each.name for each in Path(gettempdir()).glob("clientgraph-*")}


@pytest.mark.parametrize("template", [bank_details, client_sheet, address_labels])
def test_the_same_input_makes_the_same_bytes(template: object) -> None:
    """Twice the same file, dated by the document's day; another day makes another file."""
    composed = template.compose(context(), request())  # type: ignore[attr-defined]
    files = {Renderer().render(context(), composed) for _ in range(2)}
    assert len(files) == 1
    (made,) = files
    found = pypdf.PdfReader(io.BytesIO(made))
    assert found.metadata is not None
    assert str(found.metadata.creation_date)[:10] == "2026-11-22"
    assert found.metadata.author == "Observatoire SAS"


@pytest.mark.parametrize(
    "program",
    [
        "import time; time.sleep(3600)",
        "while True: pass",
        "import os, sys; os.close(0); import time; time.sleep(3600)",
    ],
)
def test_a_process_that_hangs_is_killed(program: str) -> None:
    """It is gone when its time is over, and so is its folder."""
    before = left_behind()
    started = time.monotonic()
    with pytest.raises(RenderFailed, match="not done after 1 seconds"):
        Renderer([sys.executable, "-c", program], seconds=1).render(context(), page("x"))
    assert time.monotonic() - started < 30
    assert left_behind() <= before


@pytest.mark.parametrize(
    "program",
    ["raise SystemExit(3)", "import os; os.abort()", "pass", "open('other.pdf', 'w').write('x')"],
)
def test_a_process_that_makes_nothing_is_a_failure(program: str) -> None:
    """Whatever way it ended."""
    with pytest.raises(RenderFailed, match="the process ended with"):
        Renderer([sys.executable, "-c", program]).render(context(), page("x"))


def confined(program: str) -> str:
    """A program that runs behind the limits of the process that renders."""
    return (
        "from pathlib import Path\n"
        "from clientgraph_documents import child\n"
        f"child._limit(); child._confine(Path.cwd())\n{program}\nPath('made.pdf').write_text('!')"
    )


@pytest.mark.parametrize(
    "program",
    [
        "bytearray(4_000_000_000)",
        "open('big', 'wb').write(bytes(40_000_000))",
        "open('/etc/passwd').read()",
        "open('../../etc/passwd').read()",
        "import os; os.symlink('/etc/passwd', 'link'); open('link').read()",
        "import socket; socket.create_connection(('127.0.0.1', 9), 1)",
        "import socket; socket.getaddrinfo('localhost', 80)",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "import os; os.fork()",
    ],
)
def test_the_process_is_confined(program: str) -> None:
    """No more memory than it may have, no files of others, no network, no other programs."""
    with pytest.raises(RenderFailed, match="the process ended with"):
        _confined(program).render(context(), page("x"))
    allowed = _confined("open('mine', 'w').write('x')")
    assert allowed.render(context(), page("x")) == b"!"


def _confined(program: str) -> Renderer:
    """Its own limits end the program; there is time for that on a busy machine."""
    return Renderer([sys.executable, "-c", confined(program)], seconds=60)


@pytest.mark.parametrize(
    "content",
    [
        "<div>" * 4_000,
        '<img src="missing.png">',
        "<style>@font-face { font-family: X; src: url(missing.ttf); } p { font-family: X }</style>"
        "<p>x</p>",
        '<img src="http://127.0.0.1:9/a.png">',
        '<img src="file:///etc/passwd">',
    ],
)
def test_half_a_document_is_none(content: str) -> None:
    """What cannot be read, or is nested beyond measure, fails as a whole."""
    with pytest.raises(RenderFailed):
        Renderer().render(context(), page(content))


def test_an_asset_is_a_name_and_no_path() -> None:
    """Nothing is written beside the process's own folder."""
    with pytest.raises(RenderFailed):
        Renderer().render(context(), page("x", **{"../outside.png": b"x"}))
    assert not Path(gettempdir(), "outside.png").exists()


def test_there_is_a_largest_document() -> None:
    """What is too much is not even begun."""
    with pytest.raises(RenderFailed, match="too much"):
        Renderer().render(context(), page("x" * 8_000_001))


def test_many_labels_begin_where_they_are_told() -> None:
    """25 clients from the third label on: two sheets of 21, each label once, in order."""
    clients = [
        type(CLIENT)(id=CLIENT.id, name=f"Client {n:02}", country="FR", address=("Paris",))
        for n in range(25)
    ]
    composed = address_labels.compose(context(), request(clients, {"sheet": "L7160", "start": 3}))
    made = Renderer().render(context(), composed)
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages]
    names = [[f"Client {n:02}" for n in range(19)], [f"Client {n:02}" for n in range(19, 25)]]
    assert [[line for line in text.splitlines() if line[0] == "C"] for text in pages] == names
    assert len(hashlib.sha256(made).hexdigest()) == 64

"""The process that renders one document: reads it from standard input, writes a PDF, ends.

It runs in an empty folder that its parent made and removes, with little memory and time, and
without a network; it starts nothing, and reads no files but the document's and Python's own.
"""

from __future__ import annotations

import base64
import io
import json
import mimetypes
import os
import resource
import sys
from pathlib import Path
from typing import Any, Final

from xhtml2pdf import pisa
from xhtml2pdf.config.resources import ResourceAccessPolicy

from clientgraph_documents import labels
from clientgraph_documents.address_labels import MEDIA_TYPE as LABELS
from clientgraph_documents.page import FONTS
from clientgraph_documents.page import MEDIA_TYPE as HTML
from clientgraph_documents.rendering import MADE

CPU_SECONDS: Final = 15
MEMORY: Final = 1_000_000_000
LARGEST_FILE: Final = 20_000_000
_FORBIDDEN: Final = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.fork",
    "ctypes.dlopen",
    "urllib.Request",
    "http.client.connect",
)
_NO_GLYPH: Final = "No font this document has can draw"
_HERE: Final = Path(__file__).parent


def main() -> None:
    """Render what standard input asks for, to a file in the current folder."""
    _limit()
    asked = json.load(sys.stdin.buffer)
    folder = Path.cwd()
    _place(asked, folder)
    _confine(folder)
    is_labels = asked["media_type"] == LABELS
    made = labels.drawn(asked["content"]) if is_labels else _html(asked["content"], folder)
    (folder / MADE).write_bytes(made)


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _place(asked: dict[str, Any], folder: Path) -> None:
    """Put the document's pictures, and the fonts, where it finds them by name."""
    for name, content in asked["assets"].items():
        if Path(name).name != name:
            raise ValueError("an asset is named by a path")
        (folder / name).write_bytes(base64.b64decode(content))
    if asked["media_type"] == HTML:
        for name in FONTS.values():
            (folder / name).write_bytes((_HERE / "fonts" / name).read_bytes())


def _confine(folder: Path) -> None:
    """From here on: no network, no other program, no file but one's own and Python's."""
    mimetypes.init(files=[])
    roots = [str(folder), *{os.path.realpath(each) for each in (sys.prefix, sys.base_prefix)}]
    roots += [os.path.realpath(each) for each in sys.path if each]
    allowed = tuple(f"{each}{os.sep}" for each in roots)

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(_FORBIDDEN):
            raise PermissionError(event)
        if event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
            path = os.path.realpath(os.fsdecode(arguments[0]))
            if not path.startswith(allowed):
                raise PermissionError("a file outside")

    sys.addaudithook(watch)


def _html(content: str, folder: Path) -> bytes:
    out = io.BytesIO()
    policy = ResourceAccessPolicy.server(
        base_dir=folder, allow_remote=False, max_render_seconds=CPU_SECONDS
    )
    done = pisa.CreatePDF(
        content, dest=out, path=str(folder / "index.html"), resource_policy=policy
    )
    # It goes on without a font or a picture that it cannot read: rather no file than half of one.
    # A letter that the fonts lack is a box, and the rest can be read.
    if done.err or not all(str(entry[2]).startswith(_NO_GLYPH) for entry in done.log):
        raise ValueError("the document cannot be rendered as it is meant")
    return out.getvalue()


if __name__ == "__main__":
    main()

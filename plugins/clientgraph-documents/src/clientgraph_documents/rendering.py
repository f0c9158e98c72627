"""Makes PDFs in processes of their own, which are ended when they take too long."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore
from typing import Final

from clientgraph import Composed, PluginContext

AT_ONCE: Final = 2
SECONDS: Final = 12.0
LARGEST_INPUT: Final = 8_000_000
MADE: Final = "made.pdf"
# Isolated: neither the environment nor the current folder has a say in what is run.
COMMAND: Final = (sys.executable, "-I", "-m", "clientgraph_documents.child")


class RenderFailed(Exception):
    """No file was made; says nothing of what it was about."""


class Renderer:
    """Renders a few documents at a time; the others wait for their turn, but not for long."""

    def __init__(self, command: Sequence[str] = COMMAND, seconds: float = SECONDS) -> None:
        self._command = list(command)
        self._seconds = seconds
        self._turns = BoundedSemaphore(AT_ONCE)

    def render(self, _context: PluginContext, composed: Composed) -> bytes:
        """The PDF; the same input makes the same bytes. Raises `RenderFailed`."""
        asked = _request(composed)
        if len(asked) > LARGEST_INPUT:
            raise RenderFailed("there is too much to render")
        if not self._turns.acquire(timeout=self._seconds):
            raise RenderFailed("too many documents are being made")
        try:
            with TemporaryDirectory(prefix="clientgraph-") as folder:
                return self._run(asked, composed, folder)
        finally:
            self._turns.release()

    def _run(self, asked: bytes, composed: Composed, folder: str) -> bytes:
        midnight = datetime.combine(composed.date, time(), UTC)
        try:
            done = subprocess.run(  # noqa: S603 - our own program, nothing of it is given
                self._command,
                input=asked,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=folder,
                env={"SOURCE_DATE_EPOCH": str(int(midnight.timestamp())), "LC_ALL": "C.UTF-8"},
                timeout=self._seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise RenderFailed(f"not done after {self._seconds:g} seconds") from error
        made = Path(folder, MADE)
        if done.returncode != 0 or not made.is_file():
            raise RenderFailed(f"the process ended with {done.returncode}")
        return made.read_bytes()


def _request(composed: Composed) -> bytes:
    assets = {name: base64.b64encode(made).decode() for name, made in composed.assets.items()}
    asked = {"media_type": composed.media_type, "content": composed.content, "assets": assets}
    return json.dumps(asked).encode()

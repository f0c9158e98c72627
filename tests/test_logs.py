"""Log lines: what happened and where, never what was in it."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

from clientgraph.logs import JsonLines, NoHandshakes, PlainLines

SECRET = "canary-71d2"


def record(name: str, message: Any, *values: Any, **more: Any) -> logging.LogRecord:
    """A record as a library or we would make it."""
    made = logging.LogRecord(name, logging.ERROR, __file__, 1, message, values, None)
    for key, value in more.items():
        setattr(made, key, value)
    return made


def test_exception_is_written_without_its_text() -> None:
    """The type of an exception and the places it passed; its text may quote data."""
    failed = record("clientgraph.x", "failed")
    try:
        int(SECRET)
    except ValueError:
        failed.exc_info = sys.exc_info()
    line = json.loads(JsonLines().format(failed))
    assert line["message"] == "failed"
    assert line["exception"][0] == "ValueError"
    assert line["exception"][1].startswith(f"{__name__}.test_exception_is_written")
    assert SECRET not in json.dumps(line)


def test_only_known_particulars_are_written() -> None:
    """What else a record carries stays out."""
    line = json.loads(JsonLines().format(record("clientgraph.x", "a", path="/p", query=SECRET)))
    assert (line["path"], line["logger"], line["level"]) == ("/p", "clientgraph.x", "ERROR")
    assert SECRET not in json.dumps(line)


def test_foreign_message_is_written_before_it_is_filled_in() -> None:
    """Of other loggers only the first line as it stands in their source, or the message's type."""
    line = JsonLines()
    filled = json.loads(line.format(record("library", "value %s is bad\nmore", SECRET)))
    first = json.loads(line.format(record("asyncio", f"Task failed\nfuture: {SECRET}")))
    typed = json.loads(line.format(record("library", ValueError(SECRET))))
    assert filled["message"] == "value %s is bad"
    assert first["message"] == "Task failed"
    assert typed["message"] == "ValueError"


def test_plain_line_stays_one_line() -> None:
    """A path cannot begin a line of its own or colour the terminal."""
    text = PlainLines().format(record("clientgraph.x", "request", path="/a\nERROR \x1b[31mhacked"))
    assert text.endswith("request path=/a\\x0aERROR \\x1b[31mhacked")
    assert "\n" not in text


def test_handshakes_are_dropped() -> None:
    """The server's own lines about WebSockets quote the query string."""
    handshake = record("uvicorn.error", '%s - "WebSocket %s" [accepted]', "1.2.3.4", f"/?{SECRET}")
    assert NoHandshakes().filter(handshake) is False
    assert NoHandshakes().filter(record("uvicorn.error", "Shutting down")) is True

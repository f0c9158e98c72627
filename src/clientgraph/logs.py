"""Structured logs: what happened and when, with a request id; never what was in it."""

from __future__ import annotations

import logging
import os
import re
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
# Loggers whose messages are written as they are; others may quote data in theirs.
_OURS: Final = ("clientgraph", "uvicorn")
_LONGEST: Final = 300
_SHOWN: Final = (
    *("error_id", "plugin", "hook", "reason", "job", "attempt"),
    *("method", "path", "status", "ms"),
)
# Whoever has such a path has the file.
_LINK: Final = re.compile(r"(/(?:documents|files)/).+")
_SAFE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
log = logging.getLogger("clientgraph.requests")


class JsonLines(logging.Formatter):
    """One JSON object a line. Only known particulars are written, and no exception texts.

    Messages of exceptions may quote data; their type and where they arose say enough.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The record without anything that a caller sent."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
        }
        if request_id := REQUEST_ID.get():
            line["request_id"] = request_id
        line |= {name: getattr(record, name) for name in _SHOWN if hasattr(record, name)}
        if record.exc_info and record.exc_info[1] is not None:
            line["exception"] = _outline(record.exc_info[1])
        return orjson.dumps(line).decode()


class PlainLines(JsonLines):
    """The same for people: one short line."""

    def format(self, record: logging.LogRecord) -> str:
        """Time, level, message and particulars."""
        line = orjson.loads(super().format(record))
        rest = " ".join(f"{k}={v}" for k, v in line.items() if k not in _PLAIN)
        text = f"{line['time'][11:19]} {line['level']:7} {line['message']} {rest}".rstrip()
        # A line stays one line, whatever stands in a path.
        return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


_PLAIN: Final = ("time", "level", "logger", "message")


class NoHandshakes(logging.Filter):
    """Drops uvicorn's lines about WebSocket handshakes: they quote the query string."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is something else. `RequestLog` tells of WebSockets."""
        return '"WebSocket ' not in str(record.msg)


def _message(record: logging.LogRecord) -> str:
    """The message; of foreign loggers its first line, before any particulars are filled in."""
    own = record.name.split(".")[0].startswith(_OURS)
    text = record.getMessage() if own else str(record.msg)
    if not own and not isinstance(record.msg, str):
        text = type(record.msg).__name__
    # Half a character could not be written.
    return text.strip().partition("\n")[0][:_LONGEST].encode(errors="replace").decode()


def _outline(error: BaseException) -> list[str]:
    """Type of the exception and the places that it passed, without its text."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(
            f"{trace.tb_frame.f_globals.get('__name__', '?')}.{code.co_name}:{trace.tb_lineno}"
        )
        trace = trace.tb_next
    return [type(error).__name__, *places[-12:]]


def set_up(level: str, form: str) -> None:
    """Send all logs to standard error in this form; libraries only from WARNING on."""
    # What no line of ours tells need not be looked for (documentation of logging, Optimization).
    logging._srcfile = None  # noqa: SLF001
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if form == "json" else PlainLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("clientgraph").setLevel(level)
    server = logging.getLogger("uvicorn.error")
    # Below INFO it quotes headers and WebSocket frames, tokens among them.
    server.setLevel("INFO" if level == "DEBUG" else level)
    server.filters[:] = [NoHandshakes()]
    # Its errors are the texts of exceptions; ours say what is fit to be said.
    logging.getLogger("strawberry").setLevel(logging.CRITICAL)


class RequestLog:
    """ASGI middleware: gives each request an id and logs its outcome, never its query string
    nor a link to a file."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with ``X-Request-Id`` on the way back."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
        request_id = given if _SAFE_ID.fullmatch(given) else os.urandom(16).hex()
        token = REQUEST_ID.set(request_id)
        started = time.perf_counter()
        status = 0

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [*message["headers"], (b"x-request-id", request_id.encode())]
                message = {**message, "headers": headers}
            elif message["type"] == "websocket.accept":
                status = 101
            elif message["type"] == "websocket.close":
                # Before the handshake is done, closing refuses it (ASGI specification).
                status = message.get("code", 1000) if status else 403
            await send(message)

        try:
            await self._app(scope, receive, note)
        finally:
            ms = round((time.perf_counter() - started) * 1000, 1)
            particulars = {
                "method": scope.get("method", "WEBSOCKET"),
                "path": _LINK.sub(r"\1…", scope["path"]),
                "status": status,
                "ms": ms,
            }
            log.info("request", extra=particulars)
            REQUEST_ID.reset(token)

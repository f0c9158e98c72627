"""Read a request's body within its limits of type, size and time."""

from __future__ import annotations

import asyncio

from starlette.requests import Request

from clientgraph.transport.answers import Refused
from clientgraph.transport.limits import TransportLimits
from clientgraph.transport.negotiation import JSON, media_type


async def read_json_body(request: Request, limits: TransportLimits) -> bytes:
    """The body of an ``application/json`` request in UTF-8, at most ``limits.body`` bytes.

    :raises Refused: 415, 413 or 408.
    :raises starlette.requests.ClientDisconnect: when the client leaves first.
    """
    _check_type(request)
    return await read_body(request, limits)


async def read_body(request: Request, limits: TransportLimits) -> bytes:
    """The body of a request, at most ``limits.body`` bytes.

    :raises Refused: 413 or 408.
    :raises starlette.requests.ClientDisconnect: when the client leaves first.
    """
    _check_size(declared_length(request), request, limits)
    try:
        async with asyncio.timeout(limits.body_seconds):
            return await _read(request, limits)
    except TimeoutError:
        message = f"The body did not arrive within {limits.body_seconds:g} seconds."
        raise Refused("slow", message, hang_up(request)) from None


def _check_type(request: Request) -> None:
    content = media_type(request.headers.get("content-type"))
    if content is None or content.value != JSON:
        raise Refused("content", f"Send the request as {JSON}.")
    if content.parameters.get("charset", "utf-8") != "utf-8":
        raise Refused("content", "Send the request in UTF-8.")
    check_encoding(request)


def check_encoding(request: Request) -> None:
    """Take what is sent as it is.

    :raises Refused: 415 where it is packed.
    """
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Refused("content", "Send the request without a content encoding.")


async def _read(request: Request, limits: TransportLimits) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        _check_size(len(body), request, limits)
    return bytes(body)


def declared_length(request: Request) -> int:
    """How many bytes the request says that it has; 0 where it does not say."""
    # Twelve digits are far above any limit, and cheap to convert.
    digits = request.headers.get("content-length", "0")[:12]
    return int(digits) if digits.isdecimal() else 0


def _check_size(length: int, request: Request, limits: TransportLimits) -> None:
    if length > limits.body:
        message = f"The body is larger than {limits.body} bytes."
        raise Refused("size", message, hang_up(request))


def hang_up(request: Request) -> dict[str, str]:
    """The header that ends the connection: the rest of the body is not wanted."""
    # HTTP/2 has none.
    return {"Connection": "close"} if request.scope["http_version"].startswith("1") else {}

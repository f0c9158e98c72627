"""Who sends a request, by the token that it presents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request

from clientgraph.operations.request import Service
from clientgraph.transport.answers import Refused
from clientgraph.transport.negotiation import MAX_TOKEN_LENGTH, bearer_token

if TYPE_CHECKING:
    from clientgraph.context import Actor


async def presented(service: Service, request: Request) -> Actor | None:
    """Who asks; None where no token is presented.

    :raises Refused: 401 where one is presented that is not good.
    """
    token = bearer_token(request.headers.get("authorization"))
    if token is None:
        return None
    actor = None
    if len(token) <= MAX_TOKEN_LENGTH:
        actor = await service.authenticate(token)
    if actor is None:
        message = "The token is not valid: it may have expired or been revoked."
        raise Refused("UNAUTHENTICATED", message, {"WWW-Authenticate": "Bearer"})
    return actor

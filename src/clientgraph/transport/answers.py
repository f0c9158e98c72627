"""The one table of statuses and the one place that builds an error answer."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from typing import NamedTuple

from starlette.responses import Response

from clientgraph.operations.request import Answer
from clientgraph.transport.json_text import encode
from clientgraph.transport.negotiation import GRAPHQL_RESPONSE

logger = logging.getLogger(__name__)

HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Vary": "Accept, Accept-Language, Authorization",
    "X-Content-Type-Options": "nosniff",
}


class Statuses(NamedTuple):
    """How one case is answered: ``extensions.code`` and the status per media type."""

    code: str
    graphql_response: int
    json: int
    """For application/json, and for whether an event stream begins at all (200)."""


# Source: the GraphQL over HTTP draft, section "Status Codes"; RFC 9110, section 15.
# - application/graphql-response+json: an answer without data MUST be 4xx or 5xx.
# - application/json: every answer to a well-formed request SHOULD be 200; a refusal by the server
#   (who asks, how often, out of order) may use its own status.
# An answer that was executed is always 200, whatever its errors. The edition of September 2026
# adds two recommendations that this table does not follow: 422 for documents that do not validate,
# and 294, which is not a registered status, for data with errors. It also no longer has a section
# for application/json, whose 200 old clients rely on.
STATUSES: Mapping[str, Statuses] = {
    # Refused before it is a GraphQL request.
    "malformed": Statuses("BAD_REQUEST", 400, 400),
    "method": Statuses("BAD_REQUEST", 405, 405),
    "accept": Statuses("BAD_REQUEST", 406, 406),
    "slow": Statuses("BAD_REQUEST", 408, 408),
    "size": Statuses("BAD_REQUEST", 413, 413),
    "content": Statuses("BAD_REQUEST", 415, 415),
    # Refused by the server: execution never began.
    "BAD_REQUEST": Statuses("BAD_REQUEST", 400, 400),
    "UNAUTHENTICATED": Statuses("UNAUTHENTICATED", 401, 401),
    "FORBIDDEN": Statuses("FORBIDDEN", 403, 403),
    "NOT_FOUND": Statuses("NOT_FOUND", 404, 404),
    "RATE_LIMITED": Statuses("RATE_LIMITED", 429, 429),
    "INTERNAL_SERVER_ERROR": Statuses("INTERNAL_SERVER_ERROR", 500, 500),
    "TIMEOUT": Statuses("TIMEOUT", 504, 504),
    "SERVICE_UNAVAILABLE": Statuses("SERVICE_UNAVAILABLE", 503, 503),
    # A well-formed request that GraphQL refuses: execution never began.
    "GRAPHQL_PARSE_FAILED": Statuses("GRAPHQL_PARSE_FAILED", 400, 200),
    "GRAPHQL_VALIDATION_FAILED": Statuses("GRAPHQL_VALIDATION_FAILED", 400, 200),
    "BAD_USER_INPUT": Statuses("BAD_USER_INPUT", 400, 200),
    "OPERATION_RESOLUTION_FAILURE": Statuses("OPERATION_RESOLUTION_FAILURE", 400, 200),
    "PERSISTED_QUERY_NOT_FOUND": Statuses("PERSISTED_QUERY_NOT_FOUND", 400, 200),
    "COST_EXCEEDED": Statuses("COST_EXCEEDED", 400, 200),
}
OTHER_REQUEST_ERROR = STATUSES["GRAPHQL_VALIDATION_FAILED"]


class Refused(Exception):
    """The request ends here; ``case`` is a row of `STATUSES`."""

    def __init__(self, case: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.case = case
        self.headers = headers or {}

    @property
    def answer(self) -> Answer:
        """The refusal as a GraphQL answer."""
        return error_answer(STATUSES[self.case].code, str(self))


def error_answer(code: str, message: str, **extensions: str) -> Answer:
    """An answer that is one error and no data."""
    error = {"message": message, "extensions": {"code": code, **extensions}}
    return Answer(body={"errors": [error]}, executed=False, codes=(code,))


def internal_error(error: BaseException) -> Answer:
    """A masked answer; the error itself goes to the log under the id that the answer shows."""
    error_id = secrets.token_hex(8)
    logger.error("Unexpected error %s", error_id, exc_info=error)
    message = "Something went wrong on our side."
    return error_answer("INTERNAL_SERVER_ERROR", message, errorId=error_id)


def status_of(answer: Answer, media: str) -> int:
    """The HTTP status of an answer, by the code of its first error."""
    if answer.executed:
        return 200
    return _status(answer.codes[0] if answer.codes else "", media)


def respond(answer: Answer, media: str) -> Response:
    """An answer as an HTTP response."""
    headers = {}
    if "UNAUTHENTICATED" in answer.codes and not answer.executed:
        headers["WWW-Authenticate"] = "Bearer"
    if answer.retry_after is not None:
        headers["Retry-After"] = str(answer.retry_after)
    return _response(answer, media, status_of(answer, media), headers)


def respond_refused(refused: Refused, media: str) -> Response:
    """A refusal as an HTTP response."""
    return _response(refused.answer, media, _status(refused.case, media), refused.headers)


def _status(case: str, media: str) -> int:
    row = STATUSES.get(case, OTHER_REQUEST_ERROR)
    return row.graphql_response if media == GRAPHQL_RESPONSE else row.json


def _response(answer: Answer, media: str, status: int, headers: Mapping[str, str]) -> Response:
    content_type = {"Content-Type": f"{media}; charset=utf-8"}
    return Response(encode(answer.body), status, {**HEADERS, **content_type, **headers})

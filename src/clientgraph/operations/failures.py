"""Errors as callers see them: a code they can act on, and nothing of our insides."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from typing import Any, Final

from graphql import GraphQLError, GraphQLSyntaxError

from clientgraph.errors import Refusal
from clientgraph.operations.documents import MOST_ERRORS
from clientgraph.operations.limits import LimitExceeded
from clientgraph.operations.request import Answer
from clientgraph.storage.outages import outage

log = logging.getLogger(__name__)

LONGEST: Final = 400
MASKED = "Something went wrong on our side. The log has it under this error id."


def refused(error: Exception, extensions: dict[str, Any] | None = None) -> Answer:
    """The answer to a request that was not executed."""
    if isinstance(error, LimitExceeded):
        entries = [
            {"message": excess.message, "extensions": {"code": "COST_EXCEEDED"}}
            for excess in error.excesses
        ]
    elif isinstance(error, GraphQLSyntaxError):
        entries = [_entry(error, "GRAPHQL_PARSE_FAILED")]
    else:
        entries = [shown(error)]
    return _answer(entries, None, executed=False, extensions=extensions, error=error)


def invalid(
    errors: Sequence[GraphQLError], code: str, extensions: dict[str, Any] | None = None
) -> Answer:
    """The answer to a document or variables that do not fit the schema; the first few reasons."""
    entries = [_entry(error, code) for error in errors[:MOST_ERRORS]]
    return _answer(entries, None, executed=False, extensions=extensions)


def executed(
    data: dict[str, Any] | None,
    errors: Sequence[GraphQLError] | None,
    extensions: dict[str, Any] | None = None,
) -> Answer:
    """The answer to a request that ran, with whatever went wrong in its fields."""
    entries = [shown(error) for error in errors or ()]
    return _answer(entries, data, executed=True, extensions=extensions)


def shown(error: Exception) -> dict[str, Any]:
    """One error as data; anything unexpected is masked and logged under an id."""
    located = error if isinstance(error, GraphQLError) else None
    cause = located.original_error if located and located.original_error else error
    cause = outage(cause) or cause
    if isinstance(cause, Refusal):
        extensions = {"code": cause.code, **cause.extensions}
        return _placed({"message": str(cause), "extensions": extensions}, located)
    if isinstance(cause, GraphQLError):
        return _entry(cause, "BAD_USER_INPUT", located)
    error_id = secrets.token_hex(8)
    log.error("unexpected error", exc_info=cause, extra={"error_id": error_id})
    extensions = {"code": "INTERNAL_SERVER_ERROR", "errorId": error_id}
    return _placed({"message": MASKED, "extensions": extensions}, located)


def _entry(error: GraphQLError, code: str, located: GraphQLError | None = None) -> dict[str, Any]:
    made = {
        "message": _shortened(error.message),
        "extensions": {"code": code, **(error.extensions or {})},
    }
    return _placed(made, located or error)


def _shortened(message: str) -> str:
    """GraphQL's own messages may quote what was sent, however long it is."""
    return message if len(message) <= LONGEST else f"{message[:LONGEST]}…"


def _placed(made: dict[str, Any], located: GraphQLError | None) -> dict[str, Any]:
    if located is not None and located.locations:
        made["locations"] = [{"line": at.line, "column": at.column} for at in located.locations]
    if located is not None and located.path:
        made["path"] = list(located.path)
    return made


def _answer(
    entries: list[dict[str, Any]],
    data: dict[str, Any] | None,
    *,
    executed: bool,
    extensions: dict[str, Any] | None = None,
    error: Exception | None = None,
) -> Answer:
    body: dict[str, Any] = {"data": data} if executed else {}
    if entries:
        body["errors"] = entries
    if extensions:
        body["extensions"] = extensions
    return Answer(
        body=body,
        executed=executed,
        codes=tuple(entry["extensions"]["code"] for entry in entries),
        retry_after=getattr(error, "retry_after", None),
    )

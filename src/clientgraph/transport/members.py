"""The members of a GraphQL request, checked for shape; the same for every transport."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import QueryParams

from clientgraph.operations.request import Request
from clientgraph.transport.json_text import Malformed, decode

TEXT_MEMBERS = ("query", "operationName", "documentId")
JSON_MEMBERS = ("variables", "extensions")


def request_from_json(members: Any) -> Request:
    """A request from decoded JSON; ``null`` is the same as absent, unknown members are ignored.

    :raises Malformed: naming the member that is missing or of the wrong type.
    """
    if isinstance(members, list):
        raise Malformed("Batching is off: send one GraphQL request at a time, as a JSON object.")
    if not isinstance(members, dict):
        raise Malformed("A GraphQL request must be a JSON object.")
    texts = {name: _text(members, name) for name in TEXT_MEMBERS}
    maps = {name: _map(members, name) for name in JSON_MEMBERS}
    named = texts["documentId"] is not None or "persistedQuery" in maps["extensions"]
    if texts["query"] is None and not named:
        raise Malformed('"query" is missing.')
    return Request(
        query=texts["query"],
        operation_name=texts["operationName"] or None,
        variables=maps["variables"],
        extensions=maps["extensions"],
        document_id=texts["documentId"],
    )


def request_from_url(parameters: QueryParams, *, depth: int) -> Request:
    """A request from a URL's query; an empty value is the same as absent.

    :raises Malformed: also where a member is given twice, since readers differ on which counts.
    """
    members: dict[str, Any] = {}
    for name in (*TEXT_MEMBERS, *JSON_MEMBERS):
        values = parameters.getlist(name)
        if len(values) > 1:
            raise Malformed(f'"{name}" is given {len(values)} times.')
        if values and values[0]:
            members[name] = values[0]
    for name in JSON_MEMBERS:
        if name in members:
            members[name] = decode(members[name].encode(), depth=depth, name=f'"{name}"')
    return request_from_json(members)


def _text(members: Mapping[str, Any], name: str) -> str | None:
    value = members.get(name)
    if value is None or isinstance(value, str):
        return value
    raise Malformed(f'"{name}" must be a string.')


def _map(members: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = members.get(name)
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    raise Malformed(f'"{name}" must be a JSON object.')

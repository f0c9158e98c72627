"""The limit B: rows by one statement for each sort of part, put together by hand, by orjson."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg
import orjson

from bench.contenders import limit_json, statements
from bench.contenders.bare import application
from bench.contenders.given import ORGANISATION

_PAGE = 50


def _client(row: Any) -> dict[str, Any]:
    return {
        "id": row["id"],
        "reference": row["reference"],
        "name": row["name"],
        "tradingName": row["trading_name"],
        "kind": row["kind"],
        "status": row["status"],
        "country": row["country"],
        "email": row["email"],
        "phone": row["phone"],
        "website": row["website"],
        "version": row["version"],
    }


def _contact(row: Any) -> dict[str, Any]:
    return {
        "id": row["id"],
        "firstName": row["first_name"],
        "lastName": row["last_name"],
        "email": row["email"],
    }


def _address(row: Any) -> dict[str, Any]:
    return {
        "id": row["id"],
        "kind": row["kind"],
        "line1": row["line1"],
        "postalCode": row["postal_code"],
        "city": row["city"],
    }


def grouped(rows: Sequence[Any]) -> Mapping[str, Sequence[Any]]:
    """Rows by the client that they belong to."""
    made: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        made[row["client_id"]].append(row)
    return made


def one(client: Any, contacts: Any, addresses: Any, events: Any) -> bytes:
    """The answer of the operation One."""
    made = _client(client)
    made["contacts"] = {
        "nodes": [
            _contact(row)
            | {"phone": row["phone"], "position": row["position"], "isMain": bool(row["is_main"])}
            for row in contacts
        ]
    }
    made["addresses"] = [_address(row) | {"country": row["country"]} for row in addresses]
    made["events"] = {
        "nodes": [
            {
                "id": row["id"],
                "title": row["title"],
                "body": row["body"],
                "occurredAt": row["occurred_at"],
            }
            for row in events
        ]
    }
    return orjson.dumps({"data": {"client": made}})


def page(clients: Sequence[Any], contacts: Any, addresses: Any, values: Any) -> bytes:
    """The answer of the operation Page: of one client more than is shown."""
    contacts_of, addresses_of, values_of = map(grouped, (contacts, addresses, values))
    nodes = []
    for row in clients[:_PAGE]:
        made = _client(row)
        id_ = row["id"]
        made["updatedAt"] = row["updated_at"]
        made["contacts"] = {"nodes": [_contact(each) for each in contacts_of[id_]]}
        made["addresses"] = [_address(each) for each in addresses_of[id_]]
        made["customFields"] = [
            {"key": each["key"], "value": orjson.Fragment(each["value"])} for each in values_of[id_]
        ]
        nodes.append(made)
    last = clients[:_PAGE][-1] if clients else None
    info = {
        "hasNextPage": len(clients) > _PAGE,
        "endCursor": f"{last['sort_name']}|{last['id']}" if last else None,
    }
    return orjson.dumps({"data": {"clients": {"nodes": nodes, "pageInfo": info}}})


def listed(rows: Sequence[Any]) -> bytes:
    """The answer of a list without parts."""
    return orjson.dumps({"data": {"clients": {"nodes": [dict(row) for row in rows]}}})


async def _one(variables: Mapping[str, Any]) -> bytes:
    id_ = variables["id"]
    async with limit_json.pool.acquire() as connection:
        client = await connection.fetchrow(statements.CLIENT, ORGANISATION, id_)
        contacts = await connection.fetch(statements.CONTACTS, ORGANISATION, [id_])
        addresses = await connection.fetch(statements.ADDRESSES, ORGANISATION, [id_])
        events = await connection.fetch(statements.EVENTS, ORGANISATION, id_)
    return one(client, contacts, addresses, events)


async def _page(variables: Mapping[str, Any]) -> bytes:
    behind = limit_json.position(variables.get("after"))
    async with limit_json.pool.acquire() as connection:
        clients = await connection.fetch(statements.PAGE, ORGANISATION, *behind, _PAGE + 1)
        ids = [row["id"] for row in clients[:_PAGE]]
        contacts = await connection.fetch(statements.CONTACTS, ORGANISATION, ids)
        addresses = await connection.fetch(statements.ADDRESSES, ORGANISATION, ids)
        values = await connection.fetch(statements.VALUES, ORGANISATION, ids)
    return page(clients, contacts, addresses, values)


async def _dropdown(_variables: Mapping[str, Any]) -> bytes:
    return listed(await limit_json.pool.fetch(statements.DROPDOWN, ORGANISATION))


async def _search(variables: Mapping[str, Any]) -> bytes:
    return listed(await limit_json.pool.fetch(statements.SEARCH, ORGANISATION, variables["search"]))


async def _create(variables: Mapping[str, Any]) -> bytes:
    given = orjson.dumps(variables["input"]).decode()
    row: asyncpg.Record = await limit_json.pool.fetchrow(
        "SELECT id, reference, name, country FROM client_create($1, $2)", ORGANISATION, given
    )
    return orjson.dumps({"data": {"clientCreate": {"client": dict(row), "userErrors": []}}})


app = application(
    limit_json.opened,
    {
        "One": _one,
        "Page": _page,
        "Walk": _page,
        "Dropdown": _dropdown,
        "Search": _search,
        "Create": _create,
    },
)

"""The limit A: one statement a request, the database builds the JSON, its bytes are passed on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import asyncpg
import orjson

from bench.contenders.bare import Answer, application
from bench.contenders.given import DATABASE_URL, ORGANISATION, POOL

_ADDRESSES: Final = """coalesce((SELECT json_agg(json_build_object('id', a.id, 'kind', a.kind,
    'line1', a.line1, 'postalCode', a.postal_code, 'city', a.city{country}) ORDER BY a.id)
    FROM address a WHERE a.organisation_id = c.organisation_id AND a.client_id = c.id), '[]')"""
_CONTACTS: Final = """json_build_object('nodes', coalesce((SELECT json_agg(json_build_object(
    'id', k.id, 'firstName', k.first_name, 'lastName', k.last_name, 'email', k.email{more})
    ORDER BY k.sort_name, k.id) FROM contact k
    WHERE k.organisation_id = c.organisation_id AND k.client_id = c.id), '[]'))"""
_COLUMNS: Final = """'id', c.id, 'reference', c.reference, 'name', c.name,
    'tradingName', c.trading_name, 'kind', c.kind, 'status', c.status, 'country', c.country,
    'email', c.email, 'phone', c.phone, 'website', c.website, 'version', c.version"""

ONE: Final = f"""SELECT json_build_object('data', json_build_object('client', json_build_object(
    {_COLUMNS},
    'contacts', {
    _CONTACTS.format(more=", 'phone', k.phone, 'position', k.position, 'isMain', k.is_main")
},
    'addresses', {_ADDRESSES.format(country=", 'country', a.country")},
    'events', json_build_object('nodes', coalesce((SELECT json_agg(json_build_object(
        'id', e.id, 'title', e.title, 'body', e.body, 'occurredAt', e.occurred_at)
        ORDER BY e.occurred_at DESC, e.id DESC)
        FROM (SELECT * FROM event WHERE organisation_id = c.organisation_id AND client_id = c.id
            ORDER BY occurred_at DESC, id DESC LIMIT 10) e), '[]')))))::text
    FROM client c WHERE c.organisation_id = $1 AND c.id = $2"""
PAGE: Final = f"""SELECT json_build_object('data', json_build_object('clients', json_build_object(
    'nodes', coalesce(json_agg(p.node ORDER BY p.sort_name, p.id) FILTER (WHERE p.place <= 50),
        '[]'),
    'pageInfo', json_build_object('hasNextPage', count(*) > 50,
        'endCursor', max(p.sort_name || '|' || p.id) FILTER (WHERE p.place = 50)
    ))))::text FROM (
    SELECT c.id, c.sort_name, row_number() OVER (ORDER BY c.sort_name, c.id) AS place,
        json_build_object({_COLUMNS}, 'updatedAt', c.updated_at,
        'contacts', {_CONTACTS.format(more="")},
        'addresses', {_ADDRESSES.format(country="")},
        'customFields', coalesce((SELECT json_agg(json_build_object('key', d.key,
            'value', v.value::json) ORDER BY d.position)
            FROM client_custom_value v JOIN custom_field_definition d
            ON d.organisation_id = v.organisation_id AND d.id = v.definition_id
            WHERE v.organisation_id = c.organisation_id AND v.record_id = c.id), '[]')) AS node
    FROM client c WHERE c.organisation_id = $1 AND (c.sort_name, c.id) > ($2, $3)
    ORDER BY c.sort_name, c.id LIMIT 51) p"""
DROPDOWN: Final = """SELECT json_build_object('data', json_build_object('clients',
    json_build_object('nodes', json_agg(json_build_object('id', c.id, 'reference', c.reference,
    'name', c.name, 'country', c.country) ORDER BY c.sort_name, c.id))))::text
    FROM (SELECT * FROM client WHERE organisation_id = $1 ORDER BY sort_name, id LIMIT 100) c"""
SEARCH: Final = """SELECT json_build_object('data', json_build_object('clients',
    json_build_object('nodes', coalesce(json_agg(json_build_object('id', c.id,
    'reference', c.reference, 'name', c.name, 'email', c.email) ORDER BY c.sort_name, c.id),
    '[]'))))::text FROM (SELECT * FROM client WHERE organisation_id = $1
    AND sort_name LIKE '%' || $2 || '%' ORDER BY sort_name, id LIMIT 20) c"""
CREATE: Final = """SELECT json_build_object('data', json_build_object('clientCreate',
    json_build_object('client', json_build_object('id', c.id, 'reference', c.reference,
    'name', c.name, 'country', c.country), 'userErrors', json_build_array())))::text
    FROM client_create($1, $2) c"""

_FIRST: Final = "00000000-0000-0000-0000-000000000000"

pool: asyncpg.Pool


class _Connection(asyncpg.Connection):
    """Nothing is set on it that would have to be reset."""

    def get_reset_query(self) -> str:
        return ""


async def _prepared(connection: asyncpg.Connection) -> None:
    # Ids go from the database to JSON as texts, without becoming anything between.
    await connection.set_type_codec("uuid", schema="pg_catalog", encoder=str, decoder=str)


async def opened() -> None:
    """Connect."""
    global pool  # noqa: PLW0603 - there is one for the program
    pool = await asyncpg.create_pool(
        DATABASE_URL,
        min_size=POOL,
        max_size=POOL,
        connection_class=_Connection,
        init=_prepared,
    )


def _passed_on(sql: str, *names: str) -> Answer:
    async def answer(variables: Mapping[str, Any]) -> bytes:
        made = await pool.fetchval(sql, ORGANISATION, *(variables[name] for name in names))
        return str(made).encode()

    return answer


def position(after: str | None) -> tuple[str, str]:
    """Where a page begins: behind this name and id."""
    name, _, id_ = (after or "").rpartition("|")
    return name, id_ or _FIRST


async def _page(variables: Mapping[str, Any]) -> bytes:
    made = await pool.fetchval(PAGE, ORGANISATION, *position(variables.get("after")))
    return str(made).encode()


async def _create(variables: Mapping[str, Any]) -> bytes:
    given = orjson.dumps(variables["input"]).decode()
    return str(await pool.fetchval(CREATE, ORGANISATION, given)).encode()


app = application(
    opened,
    {
        "One": _passed_on(ONE, "id"),
        "Page": _page,
        "Walk": _page,
        "Dropdown": _passed_on(DROPDOWN),
        "Search": _passed_on(SEARCH, "search"),
        "Create": _create,
    },
)

"""Every filter and sort of clients finds what few clients have without reading the workspace."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType

from clientgraph.clients.models import Client
from clientgraph.storage.rows import insert_many
from clientgraph.storage.scope import Scope
from clientgraph.testing import Api, Workspace, Workspaces
from tests.plans.explained import asked, plan
from tests.walls.matrix import SCHEMA
from tests.writes.whole_database import operator

pytestmark = pytest.mark.anyio

MANY: Final = 20_000
NOBODY: Final = "0" * 32
_FIELD: Final = '{key: "size", op: EQ, value: 3}'
# For each field of the filter, a value that no client or a few have.
RARE: Final[Mapping[str, str]] = {
    "and": '[{type: ["clienttype_NOBODY"]}]',
    "or": '[{type: ["clienttype_NOBODY"]}, {country: ["LI"]}]',
    "status": "[DRAFT]",
    "kind": "[PUBLIC_BODY]",
    "country": '["LI"]',
    "type": '["clienttype_NOBODY"]',
    "hasType": "true",
    "categories": '{anyOf: ["category_NOBODY"]}',
    "sources": '{anyOf: ["contactsource_NOBODY"]}',
    "parent": '{anyOf: ["client_NOBODY"]}',
    "assignee": '"member_NOBODY"',
    "name": '{startsWith: "client 00001"}',
    "identifier": '{kind: "FR_SIREN", value: "732829320"}',
    "email": '{eq: "nobody@firm.example"}',
    "postalCode": '{eq: "99999"}',
    "city": '{startsWith: "Vaduz"}',
    "createdAt": '{gt: "2999-01-01T00:00:00Z"}',
    "updatedAt": '{gt: "2999-01-01T00:00:00Z"}',
    "customFields": f"[{_FIELD}]",
    "addressCustomFields": f"[{_FIELD}]",
    "consent": "{purpose: MARKETING, channel: EMAIL}",
    "hasMandate": "true",
    "integration": '"NOBODYS"',
    "onboarding": "[INVITED]",
}
# What is true of most clients has to be read through; why it is no worse is said beside it.
READ_THROUGH: Final[Mapping[str, str]] = {
    "not": "everything but some: a page comes in order after a few rows",
}


def filters() -> list[str]:
    """The fields of the filter that the API publishes."""
    kind: Any = SCHEMA.get_type("ClientFilter")
    assert isinstance(kind, GraphQLInputObjectType)
    return list(kind.fields)


def sorts() -> list[str]:
    """The orders that the API publishes."""
    kind: Any = SCHEMA.get_type("ClientSort")
    assert isinstance(kind, GraphQLEnumType)
    return [name for name in kind.values if name != "RELEVANCE"]


@pytest.fixture(scope="module")
async def full(workspaces: Workspaces) -> Workspace:
    """A workspace with very many clients, nearly all of them alike."""
    made = await workspaces.make()
    api = made.api()
    for kind in ("CLIENT", "ADDRESS"):
        labels = [{"language": "en", "text": "Size"}]
        given = {"on": kind, "key": "size", "type": "NUMBER", "labels": labels}
        await api.done("customFieldDefinitionCreate", given)
    async with workspaces.database.write(Scope(organisation=made.id)) as session:
        common = {"kind": "COMPANY", "status": "ACTIVE", "country": "FR", "vat_regime": "TAXABLE"}
        many = [
            dict(
                common,
                name=f"Client {n:06d}",
                sort_name=f"client {n:06d}",
                reference=f"R{n}",
                is_country_default=True,
            )
            for n in range(MANY)
        ]
        await insert_many(session, Client, many)
    await operator(workspaces.settings, "ANALYZE")
    return made


_INDEXED: Final = re.compile(r"Scan (Backward )?using \w+ on client\b|Bitmap Index Scan on client_")
_OWN: Final = re.compile(r"Index Cond: \(organisation_id = [^ ]*\)")


def through_workspace(steps: list[str]) -> list[str]:
    """The steps that read all clients of the workspace."""
    pairs = zip(steps, [*steps[1:], ""], strict=True)
    return [
        f"{step} {following}"
        for step, following in pairs
        if "Seq Scan on client " in step or (_INDEXED.search(step) and _OWN.fullmatch(following))
    ]


async def reading(
    workspaces: Workspaces, full: Workspace, api: Api, arguments: str, selection: str
) -> list[str]:
    """The steps by which a list reads the whole workspace."""
    text = f"{{ clients({arguments}) {{ {selection} }} }}".replace("NOBODY", NOBODY)
    found = []
    for statement in await asked(api, text):
        if "client" in statement[0]:
            steps = await plan(workspaces, full, statement, as_is=True)
            found += through_workspace(steps)
    return found


def test_every_filter_is_looked_at() -> None:
    """A field that the filter gains needs a value here."""
    assert sorted([*RARE, *READ_THROUGH]) == sorted(filters())


@pytest.mark.parametrize("sort", [None, *sorts()])
@pytest.mark.parametrize("name", list(RARE))
async def test_few_clients_are_found_by_an_index(
    workspaces: Workspaces, full: Workspace, dialect: str, name: str, sort: str | None
) -> None:
    """In every order, with the count where the order does not matter."""
    if dialect == "sqlite":
        pytest.skip("it reads a page in its order, whatever indexes there are")
    order = f", sort: [{sort}]" if sort else ""
    arguments = f"first: 10, filter: {{{name}: {RARE[name]}}}{order}"
    selection = "nodes { name }" if sort else "totalCount nodes { name }"
    assert await reading(workspaces, full, full.api(), arguments, selection) == []

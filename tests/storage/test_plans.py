"""How the database answers: by index, without sorting whole tables, in few statements."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.storage.statements import Statement, recorded
from tests.workspaces import Api, Workspace, Workspaces
from tests.writes.whole_database import operator

from clientgraph.clients.models import Client
from clientgraph.contacts.models import Contact
from clientgraph.identifiers.models import Identifier
from clientgraph.nomenclature.models import Category
from clientgraph.organisations import recognition
from clientgraph.storage.links import Links, replace_links
from clientgraph.storage.rows import insert_many
from clientgraph.storage.scope import Scope
from clientgraph.storage.session import Session

pytestmark = pytest.mark.anyio

MANY = 1_000
LINKS = Links("client_category", "client", "category")
SORTS = [
    f"{name}_{way}" for name in ("NAME", "CREATED_AT", "UPDATED_AT") for way in ("ASC", "DESC")
]
LISTS = {
    **{sort: f"clients(sort: [{sort}], PAGE) {{ nodes {{ name }} PAGEINFO }}" for sort in SORTS},
    "inactive too": "clients(includeInactive: true, PAGE) { nodes { name } PAGEINFO }",
    "contacts": "contacts(PAGE) { nodes { lastName } PAGEINFO }",
}
LOOKUPS = {
    "identifier": '{ client(by: {identifier: {kind: "FR_SIREN", value: "732829320"}}) { name } }',
    "external reference": '{ client(by: {externalReference: "X7"}) { name } }',
    "contacts of clients": "{ clients(first: 5) { nodes { contacts { nodes { lastName } } } } }",
    "addresses of clients": "{ clients(first: 5) { nodes { addresses { city } } } }",
    "identifiers of clients": "{ clients(first: 5) { nodes { identifiers { value } } } }",
    "subsidiaries": "{ clients(first: 5) { nodes { subsidiaries { nodes { name } } } } }",
    "parents": "{ clients(first: 5) { nodes { parent { name } } } }",
    "main contacts": "{ clients(first: 5) { nodes { mainContact { lastName } } } }",
    "lists of clients": "{ clients(first: 5) { nodes { type { label } categories { label } } } }",
    "clients of a type": '{ clients(filter: {type: ["clienttype_NOBODY"]}) { totalCount } }',
    "clients in a category": '{ clients(filter: {categories: {allOf: ["category_NOBODY"]}})'
    " { totalCount } }",
    "contacts of a source": '{ contacts(filter: {source: ["contactsource_NOBODY"]})'
    " { totalCount } }",
    "count": "{ clients { totalCount } }",
}
EVERYTHING = """query($first: Int) { clients(first: $first) { totalCount nodes {
    name locale currency paymentTerms { days } identifiers { value } deletability { allowed }
    contacts(first: 3) { totalCount nodes { lastName client { name } } }
    type { label } categories { label clientCount }
    mainContact { lastName civility { label } source { label } } invoiceContact { lastName }
    addresses { city client { name } }
    mainAddress { city } billingAddress { city } parent { name }
    subsidiaries(first: 3) { totalCount nodes { name mainContact { lastName } } }
} } }"""


@pytest.fixture(scope="module")
async def full(workspaces: Workspaces) -> Workspace:
    """A workspace with many clients, beside another that has as many."""
    for _ in range(2):
        made = await workspaces.make()
        async with workspaces.database.write(Scope(organisation=made.id)) as session:
            await _fill(session)
    await operator(workspaces.settings, "ANALYZE")
    return made


async def _fill(session: Session) -> None:
    common = {"kind": "COMPANY", "status": "ACTIVE", "country": "FR", "vat_regime": "TAXABLE"}
    clients = await insert_many(
        session,
        Client,
        [
            dict(
                common,
                name=f"Client {number:04d}",
                sort_name=f"client {number:04d}",
                search_text=f"client {number:04d}",
                reference=f"R{number}",
                external_reference=f"X{number}",
                is_country_default=True,
            )
            for number in range(MANY)
        ],
    )
    await session.execute(
        "UPDATE client SET parent_id = ? WHERE organisation_id = ? AND sort_name > ?",
        [clients[0].id, session.scope.organisation, "client 0900"],
    )
    entries = [
        {"key": f"C{n}", "name": f"C{n}", "sort_name": f"c{n}", "translations": "{}", "position": n}
        for n in range(10)
    ]
    categories = await insert_many(session, Category, entries)
    for number, row in enumerate(clients[:100]):
        await replace_links(session, LINKS, row.id, {categories[number % 10].id})
    for place in range(2):
        flags = {"is_main": place == 0, "is_invoice_recipient": place == 1}
        named = {"last_name": "L", "sort_name": "l", "search_text": "l"}
        await insert_many(
            session, Contact, [dict(named, client_id=row.id, **flags) for row in clients]
        )
    numbered = [
        {"client_id": row.id, "kind": "FR_SIREN", "value": f"{n:09}", "is_exclusive": True}
        for n, row in enumerate(clients)
    ]
    await insert_many(session, Identifier, numbered)


async def plan(workspaces: Workspaces, workspace: Workspace, statement: Statement) -> list[str]:
    """How the database would go about a statement: one line for each step."""
    text, values = statement
    async with workspaces.database.read(Scope(organisation=workspace.id)) as session:
        if session.dialect == "sqlite":
            found = await session.client.execute_query_dict(f"EXPLAIN QUERY PLAN {text}", values)
            return [row["detail"] for row in found]
        # Small tables are read whole even where there is an index; this shows that there is one.
        await session.client.execute_query("SET LOCAL enable_seqscan = off")
        found = await session.client.execute_query_dict(f"EXPLAIN {text}", values)
        return [row["QUERY PLAN"].strip() for row in found]


def read_whole(steps: list[str], dialect: str) -> list[str]:
    """The steps that read a whole table."""
    if dialect == "sqlite":
        own = re.compile(r"SCAN (?!json_each|ranked|\(subquery)")
        return [step for step in steps if own.match(step)]
    whole = [step for step in steps if "Seq Scan" in step]
    for step, following in zip(steps, [*steps[1:], ""], strict=True):
        if re.search(r"Index (Only )?Scan", step) and not following.startswith("Index Cond"):
            whole += [step]
    return whole


def sorts(steps: list[str]) -> list[str]:
    """The steps that sort."""
    return [step for step in steps if re.search(r"^(->\s+)?Sort |TEMP B-TREE", step)]


@pytest.fixture(autouse=True)
def unremembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tokens are looked up for every request, so that the look-up is among the statements."""
    monkeypatch.setattr(recognition, "KEPT", 0.0)


async def asked(api: Api, query: str, **variables: Any) -> list[Statement]:
    """The reading statements of a query, the look-up of its token among them."""
    with recorded() as statements:
        await api(query, variables)
    return [each for each in statements if not each[0].startswith("UPDATE")]


@pytest.mark.parametrize("name", list(LISTS))
async def test_pages_come_in_order_from_an_index(
    workspaces: Workspaces, full: Workspace, dialect: str, name: str
) -> None:
    """The first page, the next, the last and the one before it: no table is read or sorted."""
    api, query = full.api(), LISTS[name]
    query = query.replace("PAGEINFO", "pageInfo { startCursor endCursor }")
    for end, onwards in (("first", "after"), ("last", "before")):
        page = "{ " + query.replace("PAGE", f"{end}: 10", 1) + " }"
        (found,) = (await api(page)).values()
        cursor = found["pageInfo"]["endCursor" if end == "first" else "startCursor"]
        following = "{ " + query.replace("PAGE", f'{end}: 10, {onwards}: "{cursor}"', 1) + " }"
        for text in (page, following):
            statements = await asked(api, text)
            assert len(statements) == 2
            for statement in statements:
                steps = await plan(workspaces, full, statement)
                assert read_whole(steps, dialect) == [], steps
                assert sorts(steps) == [], steps


@pytest.mark.parametrize("name", list(LOOKUPS))
async def test_rows_are_found_by_an_index(
    workspaces: Workspaces, full: Workspace, dialect: str, name: str
) -> None:
    """Look-ups and parts of a page's clients: no table is read whole."""
    text = LOOKUPS[name].replace("NOBODY", "0" * 32)
    statements = await asked(full.api("MEMBER"), text)
    assert len(statements) >= 2
    for statement in statements:
        steps = await plan(workspaces, full, statement)
        assert read_whole(steps, dialect) == [], steps


async def test_a_page_takes_as_many_statements_whatever_its_size(full: Workspace) -> None:
    """Everything about three clients or about fifteen: the same statements, one for each kind."""
    api = full.api("VIEWER")
    few = [text.partition(" WHERE ")[0] for text, _ in await asked(api, EVERYTHING, first=3)]
    many = [text.partition(" WHERE ")[0] for text, _ in await asked(api, EVERYTHING, first=15)]
    assert sorted(map(_table, many)) == sorted(map(_table, few))
    assert len(many) <= 20


def _table(statement: str) -> str:
    """What a statement reads from."""
    return " ".join(re.findall(r'FROM "?(\w+)', statement))

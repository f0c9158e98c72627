"""How the database answers: by index, without sorting whole tables, in few statements."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from clientgraph.clients.assignees import ASSIGNEES
from clientgraph.clients.models import Client
from clientgraph.contacts.models import Contact
from clientgraph.identifiers.models import Identifier
from clientgraph.nomenclature.models import Category
from clientgraph.organisations import recognition
from clientgraph.organisations.models import Member
from clientgraph.storage.links import Links, replace_links
from clientgraph.storage.rows import insert_many
from clientgraph.storage.scope import Scope
from clientgraph.storage.session import Session
from clientgraph.testing import Workspace, Workspaces
from tests.plans.explained import asked, plan, read_whole, sorts
from tests.storage.statements import recorded
from tests.writes.whole_database import operator

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
    "clients without a type": "{ clients(filter: {hasType: false}) { totalCount } }",
    "clients in a category": '{ clients(filter: {categories: {allOf: ["category_NOBODY"]}})'
    " { totalCount } }",
    "clients of a source": '{ clients(filter: {sources: {anyOf: ["contactsource_NOBODY"]}})'
    " { totalCount } }",
    "contacts of a source": '{ contacts(filter: {source: ["contactsource_NOBODY"]})'
    " { totalCount } }",
    "contacts with an address": '{ contacts(filter: {email: "c7@example.org"}) { totalCount } }',
    "clients with an address": '{ clients(filter: {email: {eq: "c7@example.org"}})'
    " { totalCount } }",
    "assignees of clients": "{ clients(first: 5) { nodes { assignees { name } } } }",
    "integrations of clients": "{ clients(first: 5) { nodes { integrations { linkedAt template {"
    " name } linkedBy { name } integration { label } } } } }",
    "clients with an integration": '{ clients(filter: {integration: "NOBODY"}) { totalCount'
    " nodes { name } } }",
    "templates of clients": "{ clients(first: 5) { nodes { template { name } } } }",
    "templates": "{ clientTemplates { name assignees { name } } }",
    "clients of a member": '{ clients(filter: {assignee: "member_NOBODY"}) { totalCount'
    " nodes { name } } }",
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
                reference=f"R{number}",
                external_reference=f"X{number}",
                email_key=f"c{number}@example.org",
                is_country_default=True,
            )
            for number in range(MANY)
        ],
    )
    await session.execute(
        "UPDATE client SET parent_id = ? WHERE organisation_id = ? AND sort_name > ?",
        [clients[0].id, session.scope.organisation, "client 0900"],
    )
    await _link(session, clients[:100])
    for place in range(2):
        flags = {"is_main": place == 0, "is_invoice_recipient": place == 1}
        named = {"last_name": "L", "sort_name": "l"}
        await insert_many(
            session, Contact, [dict(named, client_id=row.id, **flags) for row in clients]
        )
    kind = {"kind": "FR_SIREN", "is_exclusive": True}
    numbered = [dict(kind, client_id=row.id, value=f"{n:09}") for n, row in enumerate(clients)]
    await insert_many(session, Identifier, numbered)


async def _link(session: Session, clients: Sequence[Client]) -> None:
    """Give each client one of ten categories and one of ten members."""
    entries = [
        {"key": f"C{n}", "name": f"C{n}", "sort_name": f"c{n}", "translations": "{}", "position": n}
        for n in range(10)
    ]
    categories = await insert_many(session, Category, entries)
    people = [{"name": f"P{n}", "email": f"p{n}@p.example", "role": "MEMBER"} for n in range(10)]
    members = await insert_many(session, Member, people)
    for number, row in enumerate(clients):
        await replace_links(session, LINKS, {row.id: {categories[number % 10].id}})
        await replace_links(session, ASSIGNEES, {row.id: {members[number % 10].id}})


@pytest.fixture(autouse=True)
def unremembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tokens are looked up for every request, so that the look-up is among the statements."""
    monkeypatch.setattr(recognition, "KEPT", 0.0)


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


async def test_addresses_are_found_by_their_clients(
    workspaces: Workspaces, full: Workspace, dialect: str
) -> None:
    """Never by going through all of the workspace in the order that they are wanted in."""
    if dialect == "postgres":
        pytest.skip("PostgreSQL chooses by what it knows of the values")
    found = await asked(full.api("MEMBER"), LOOKUPS["addresses of clients"])
    (addresses,) = [each for each in found if " FROM address " in each[0]]
    steps = await plan(workspaces, full, addresses)
    assert any(re.match(r"SEARCH main.address .*client_id=\?", step) for step in steps), steps


async def test_holders_of_an_address_are_found_by_an_index(
    workspaces: Workspaces, full: Workspace
) -> None:
    """Whoever has one of an input's addresses, client or contact: each table by its own index."""
    text = """mutation { clientCreate(input: {name: "Io", validateOnly: true,
        email: "new@example.org", contacts: [{email: "c7@example.org"}]}) {
        userErrors { code } } }"""
    found = [each for each in await asked(full.api(), text) if "email_key FROM" in each[0]]
    assert len(found) == 1
    steps = "\n".join(await plan(workspaces, full, found[0]))
    for name in ("client_by_email", "contact_by_email"):
        assert name in steps, steps


async def test_a_free_reference_is_found_by_an_index(
    workspaces: Workspaces, full: Workspace, dialect: str
) -> None:
    """Whether a new client's reference is taken is asked of the index, however many there are."""
    if dialect == "sqlite":
        pytest.skip("its one plan for a reference is the index")
    with recorded() as statements:
        await full.api()('mutation { clientCreate(input: {name: "Io"}) { userErrors { code } } }')
    (taken,) = [each for each in statements if "next_reference + 1" in each[0]]
    steps = "\n".join(await plan(workspaces, full, taken))
    assert "using client_reference on client" in steps, steps


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

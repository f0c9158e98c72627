"""Mailing lists: one query, read from an index; and consents of many records in one statement."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.consents.agreeing import Someone
from tests.plans.explained import asked, plan, read_whole
from tests.writes.whole_database import operator

from clientgraph.clients.models import Client
from clientgraph.consents.models import Consent
from clientgraph.contacts.models import Contact
from clientgraph.storage.rows import insert_many
from clientgraph.storage.scope import Scope
from clientgraph.storage.session import Session
from clientgraph.testing import Api, Workspace, Workspaces

pytestmark = pytest.mark.anyio

MANY = 1_000
LISTS = {
    "contacts who agreed": "contacts(filter: {consent: {purpose: MARKETING, channel: EMAIL}}, PAGE)"
    " { totalCount nodes { email } }",
    "by any channel": "contacts(filter: {consent: {purpose: MARKETING}}, PAGE)"
    " { totalCount nodes { email } }",
    "contacts who did not": "contacts(filter: {consent: {purpose: MARKETING, channel: EMAIL,"
    " given: false}}, PAGE) { totalCount nodes { email } }",
    "clients who agreed": "clients(filter: {consent: {purpose: MARKETING, channel: EMAIL}}, PAGE)"
    " { totalCount nodes { email } }",
    "clients who did not": "clients(filter: {consent: {purpose: MARKETING, channel: EMAIL,"
    " given: false}}, PAGE) { totalCount nodes { email } }",
}
OF_RECORDS = {
    "contacts": "{ contacts(first: 9) { nodes { consents(first: 3) { totalCount"
    " nodes { wording } } } } }",
    "clients": "{ clients(first: 9) { nodes { consents(inForce: true, first: 3) {"
    " nodes { wording } } } } }",
    "may contact": "{ contacts(first: 9) { nodes { mayContact(purpose: MARKETING,"
    " channel: EMAIL) client { mayContact(purpose: MARKETING, channel: EMAIL) } } } }",
}


async def _names(api: Api, field: str, condition: str) -> list[str]:
    name = "name" if field == "clients" else "lastName"
    text = (
        f"{{ {field}(filter: {{consent: {{{condition}}}}}) {{ totalCount nodes {{ {name} }} }} }}"
    )
    found = (await api(text))[field]
    assert found["totalCount"] == len(found["nodes"])
    return [each[name] for each in found["nodes"]]


async def test_contacts_are_listed_by_consent(
    people: list[Someone], trader: Someone, api: Api
) -> None:
    """By purpose and channel, by any channel, and those who did not agree or no longer do."""
    max_, zoe = people
    await max_.gives("EMAIL")
    await zoe.gives("POST")
    await trader.gives("PHONE")
    await zoe.gives("EMAIL", purpose="SERVICE")
    cases = {
        "purpose: MARKETING, channel: EMAIL": ["Max"],
        "purpose: MARKETING, channel: EMAIL, given: true": ["Max"],
        "purpose: MARKETING, channel: EMAIL, given: false": ["Zoé"],
        "purpose: MARKETING, channel: PHONE": [],
        "purpose: MARKETING": ["Max", "Zoé"],
        "purpose: MARKETING, given: false": [],
        "purpose: SERVICE, channel: null, given: null": ["Zoé"],
        "purpose: PRODUCT_UPDATES, given: false": ["Max", "Zoé"],
    }
    for condition, expected in cases.items():
        assert await _names(api, "contacts", condition) == expected, condition
    await max_.withdraws("EMAIL")
    assert await _names(api, "contacts", "purpose: MARKETING, channel: EMAIL") == []
    assert await _names(api, "contacts", "purpose: MARKETING, given: false") == ["Max"]


async def test_clients_are_listed_by_their_own_consent(
    people: list[Someone], trader: Someone, api: Api
) -> None:
    """Whatever their contacts agreed to; within the other conditions of a filter too."""
    io = await api.new_client("Io")
    await people[0].gives("EMAIL")
    await trader.gives("POST")
    assert await _names(api, "clients", "purpose: MARKETING") == ["Ganymède"]
    assert await _names(api, "clients", "purpose: MARKETING, channel: EMAIL") == []
    assert await _names(api, "clients", "purpose: MARKETING, given: false") == ["Io"]
    await Someone(api, io["id"], None).gives("EMAIL")
    either = """{ clients(filter: {or: [
        {consent: {purpose: MARKETING, channel: EMAIL}}, {not: {name: {eq: "io"}}}
    ]}) { nodes { name } } }"""
    assert (await api(either))["clients"]["nodes"] == [{"name": "Ganymède"}, {"name": "Io"}]


async def test_a_history_has_pages(max_: Someone, api: Api) -> None:
    """The last first, whatever order they were written in."""
    for month in (2, 1, 3):
        channel = ("EMAIL", "PHONE", "POST")[month - 1]
        await max_.gives(channel, givenAt=f"2026-0{month}-01T00:00:00Z")
    text = """query($id: ID!, $after: String) { node(id: $id) { ... on Contact {
        consents(first: 2, after: $after) { totalCount nodes { channel }
        pageInfo { hasNextPage endCursor } } } } }"""
    page = (await api(text, {"id": max_.contact_id}))["node"]["consents"]
    assert page["totalCount"] == 3
    assert [each["channel"] for each in page["nodes"]] == ["POST", "PHONE"]
    after = page["pageInfo"]["endCursor"]
    page = (await api(text, {"id": max_.contact_id, "after": after}))["node"]["consents"]
    assert [each["channel"] for each in page["nodes"]] == ["EMAIL"]


@pytest.fixture(scope="module")
async def full(workspaces: Workspaces) -> Workspace:
    """Many clients and contacts, one in ten of which agreed, beside as many next door."""
    for _ in range(2):
        made = await workspaces.make()
        async with workspaces.database.write(Scope(organisation=made.id)) as session:
            await _fill(session)
    await operator(workspaces.settings, "ANALYZE")
    return made


async def _fill(session: Session) -> None:
    common = {"kind": "COMPANY", "status": "ACTIVE", "country": "FR", "vat_regime": "TAXABLE"}
    named = [
        {"name": f"C{n:04}", "sort_name": f"c{n:04}", "search_text": f"c{n}", "reference": f"R{n}"}
        for n in range(MANY)
    ]
    rows = [{**common, **each, "is_country_default": True} for each in named]
    clients = await insert_many(session, Client, rows)
    people = [
        {"client_id": each.id, "last_name": "L", "sort_name": each.sort_name, "search_text": "l"}
        for each in clients
    ]
    contacts = await insert_many(session, Contact, people)
    agreed = {
        "purpose": "MARKETING",
        "channel": "EMAIL",
        "source": "FORM",
        "given_at": datetime.now(UTC),
    }
    made = []
    for n, (client, contact) in enumerate(zip(clients, contacts, strict=True)):
        for contact_id in (None, contact.id):
            status = "GIVEN" if n % 10 == 0 else "REPLACED"
            made.append(
                {**agreed, "client_id": client.id, "contact_id": contact_id, "status": status}
            )
    await insert_many(session, Consent, made)


@pytest.mark.parametrize("name", list(LISTS))
async def test_mailing_lists_are_read_from_an_index(
    workspaces: Workspaces, full: Workspace, dialect: str, name: str
) -> None:
    """Whoever agreed is found by the index of what is in force alone."""
    text = "{ " + LISTS[name].replace("PAGE", "first: 100") + " }"
    statements = [each for each in await asked(full.api(), text) if "FROM consent k" in each[0]]
    assert len(statements) == 2
    for statement in statements:
        steps = await plan(workspaces, full, statement)
        assert any("in_force" in step for step in steps), steps
        whole = read_whole(steps, dialect)
        assert [step for step in whole if "consent" in step] == [], steps


@pytest.mark.parametrize("name", list(OF_RECORDS))
async def test_consents_of_many_records_take_one_statement_each(
    workspaces: Workspaces, full: Workspace, dialect: str, name: str
) -> None:
    """Histories, counts and what is in force, for nine records as for one, by an index."""
    one = await asked(full.api("VIEWER"), OF_RECORDS[name].replace("first: 9", "first: 1"))
    nine = await asked(full.api("VIEWER"), OF_RECORDS[name])
    of_consents = [each for each in nine if " FROM consent " in each[0]]
    assert len(of_consents) == (1 if name == "clients" else 2)
    assert len([each for each in one if " FROM consent " in each[0]]) == len(of_consents)
    for statement in of_consents:
        steps = await plan(workspaces, full, statement)
        assert read_whole(steps, dialect) == [], steps

"""How many statements operations send: upper bounds, so that none creeps in unseen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import httpx2
import pytest

from clientgraph.app import create_app
from clientgraph.organisations import recognition
from clientgraph.testing import Api, Statements, Workspaces

pytestmark = pytest.mark.anyio

READ = "query($id: ID!) { client(by: {id: $id}) { name } }"
WHOLE = {
    "contacts": [{"lastName": "Curie", "email": "curie@person.example"}],
    "addresses": [{"line1": "1 rue Pierre", "postalCode": "75005", "city": "Paris"}],
    "identifiers": [{"kind": "FR_SIREN", "value": "732829320"}],
}


@dataclass(frozen=True)
class Counted:
    """The API with a token, and a watch on what it sends to the database."""

    api: Api
    seen: Statements

    async def __call__(self, query: str, variables: dict[str, Any]) -> list[str]:
        """The statements of one operation."""
        await self.seen.take()
        await self.api(query, variables)
        return await self.seen.take()

    async def begin(self) -> None:
        """The token's first request, until what is written beside it is there."""
        await self.api("{ viewer { name } }")
        await self.seen.noted()

    async def creation(self, **given: Any) -> list[str]:
        """The statements of one `clientCreate`."""
        await self.seen.take()
        await self.api.new_client(**given)
        return await self.seen.take()


@pytest.fixture
def unremembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every request as if its token had not been seen for long."""
    monkeypatch.setattr(recognition, "KEPT", 0.0)


@pytest.fixture
async def counted(
    workspaces: Workspaces, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Counted]:
    """An application of its own as the owner of a new workspace, after its first request."""
    seen = Statements()
    seen.watch(monkeypatch)
    workspace = await workspaces.make()
    app = create_app(workspaces.settings)
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            counted = Counted(Api(client, workspace.tokens["OWNER"]), seen)
            await counted.begin()
            yield counted


async def for_member(counted: Counted) -> Counted:
    """The same with a new token that acts for a new member."""
    owner = counted.api
    person = {"name": "Ada", "email": "ada@person.example", "role": "MEMBER"}
    member = (await owner.done("memberCreate", person, "member { id }"))["member"]["id"]
    given = {"name": "x", "role": "MEMBER", "memberId": member}
    text = (await owner.done("apiTokenCreate", given, "text"))["text"]
    member = Counted(Api(owner.client, text), counted.seen)
    await member.begin()
    return member


def sent(statements: list[str]) -> int:
    """How many were sent: SQLite reports a write again when its triggers have run."""
    again = sum(
        one == following and not one.startswith("SELECT") for one, following in pairwise(statements)
    )
    return len(statements) - again


def reading(dialect: str) -> int:
    """Statements that read one thing: in SQLite a transaction costs nothing, and there is one."""
    return 1 if dialect == "postgres" else 3


async def test_reading_a_client(counted: Counted, dialect: str) -> None:
    """One statement, whoever asks: the token is known for some seconds."""
    known = {"id": (await counted.api.new_client())["id"]}
    member = await for_member(counted)
    for each in (counted, member):
        # News of the new member may still be on its way, after which tokens are read anew.
        assert min([sent(await each(READ, known)) for _ in range(5)]) == reading(dialect)


@pytest.mark.usefixtures("unremembered")
async def test_recognising_a_token(counted: Counted, dialect: str) -> None:
    """A token that was not seen just now costs three statements more, a member's four."""
    known = {"id": (await counted.api.new_client())["id"]}
    member = await for_member(counted)
    for each, more in ((counted, 3), (member, 4)):
        # The scope that a connection reads in by single statements is told to it once.
        found = min([sent(await each(READ, known)) for _ in range(5)])
        assert found == reading(dialect) + more


async def test_creating_a_client(counted: Counted) -> None:
    """What holds in the workspace is read at once, and all rows are stored at once where it can."""
    # PostgreSQL is also told for subscribers and asked for locks; SQLite writes table by table.
    # asyncpg asks once on each connection what an array is.
    await counted.creation()
    assert sent(await counted.creation()) == 9
    assert sent(await counted.creation(**WHOLE)) == 15


def upserting(key: str, number: int, **given: Any) -> dict[str, Any]:
    """The input of a call with so many whole records."""
    records = [
        {
            "name": "Firm",
            "externalReference": f"{key}{n}",
            "email": f"{key}@{n}.example",
            "contacts": [{"lastName": "Doe", "email": f"{key}.doe@{n}.example"}],
            "addresses": [{"line1": "1 rue Haute", "postalCode": "75001", "city": "Paris"}],
            "customFields": [{"key": "size", "value": n}],
            **given,
        }
        for n in range(number)
    ]
    return {"matchBy": {"field": "EXTERNAL_REFERENCE"}, "records": records}


async def upserted(counted: Counted, key: str, number: int) -> list[int]:
    """How many statements it takes to make so many records, change them, and leave them alone."""
    numbers = []
    for given in ({}, {"name": "Other", "country": "BE", "customFields": []}, {"name": "Other"}):
        await counted.seen.take()
        await counted.api.done("clientsUpsert", upserting(key, number, **given))
        numbers.append(sent(await counted.seen.take()))
    return numbers


async def test_many_clients_in_the_statements_of_a_few(counted: Counted) -> None:
    """Made, changed or left alone: as many statements for 5 records as for 100."""
    labels = [{"language": "en", "text": "Size"}]
    definition = {"on": "CLIENT", "key": "size", "type": "NUMBER", "labels": labels}
    await counted.api.done("customFieldDefinitionCreate", definition)
    # Now and then a token, or what the workspace says of plugins, is read anew.
    few, many = (
        [min(each) for each in zip(*runs, strict=True)]
        for runs in [
            [await upserted(counted, f"{key}{again}", number) for again in range(3)]
            for key, number in (("few", 5), ("many", 100))
        ]
    )
    assert few == many
    assert max(many) <= 26


async def test_an_empty_name_of_an_operation_is_none(workspaces: Workspaces) -> None:
    """The only operation runs, and costs what it costs."""
    workspace = await workspaces.make()
    response = await workspace.client.post(
        "/graphql",
        json={"query": "query A { viewer { role } }", "operationName": ""},
        headers={"Authorization": f"Bearer {workspace.tokens['OWNER']}"},
    )
    body = response.json()
    assert body["data"] == {"viewer": {"role": "OWNER"}}
    assert body["extensions"]["cost"]["requested"] > 0

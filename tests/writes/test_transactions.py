"""Each mutation of a request is a transaction of its own, kept whole or not at all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

import clientgraph
from clientgraph.app import create_app
from clientgraph.config import Settings
from clientgraph.graphql.fields import Info
from clientgraph.permissions import Permission
from clientgraph.plugins import Plugins
from clientgraph.testing import Api, Workspace
from tests.writes.test_idempotency import names
from tests.writes.whole_database import fingerprint

pytestmark = pytest.mark.anyio

FIELDS = (
    "tradingName externalReference website email phone accountingCode activityCode iban "
    "locale localeOrigin currency currencyOrigin paymentTerms { days origin } parent { id }"
)


async def test_mutations_run_in_order_each_for_itself(api: Api) -> None:
    """A mistake in the middle undoes its own mutation; those before and after are kept."""
    query = """mutation {
        a: clientCreate(input: {name: "A", externalReference: "1"}) { client { reference } }
        b: clientCreate(input: {name: "B", externalReference: "1"}) { client { reference }
            userErrors { code path } }
        c: clientCreate(input: {name: "C"}) { client { reference } }
    }"""
    assert await api(query) == {
        "a": {"client": {"reference": "C00001"}},
        "b": {
            "client": None,
            "userErrors": [{"code": "TAKEN", "path": ["input", "externalReference"]}],
        },
        "c": {"client": {"reference": "C00002"}},
    }
    assert await names(api) == ["A", "C"]


async def test_a_mutation_sees_what_the_one_before_it_wrote(api: Api) -> None:
    """Versions count on within a request, and loaded rows are not those of before."""
    made = await api.new_client("A")
    query = """mutation($id: ID!) {
        a: clientUpdate(input: {id: $id, expectedVersion: 1, name: "B"}) { client { ...Seen } }
        b: clientUpdate(input: {id: $id, expectedVersion: 2, country: "BE"}) { client { ...Seen } }
    } fragment Seen on Client { name country version }"""
    assert await api(query, {"id": made["id"]}) == {
        "a": {"client": {"name": "B", "country": "FR", "version": 2}},
        "b": {"client": {"name": "B", "country": "BE", "version": 3}},
    }


async def test_an_error_leaves_the_other_mutations(workspace: Workspace) -> None:
    """A mutation that the caller may not do is an error of its own field."""
    query = """mutation {
        a: clientCreate(input: {name: "A"}) { client { name } }
        b: memberCreate(input: {name: "M", email: "m@example.com", role: MEMBER}) { __typename }
        c: clientCreate(input: {name: "C"}) { client { name } }
    }"""
    api = workspace.api("MEMBER")
    body = await api.answer(query)
    expected = {"a": {"client": {"name": "A"}}, "b": None, "c": {"client": {"name": "C"}}}
    assert body["data"] == expected
    assert [(e["path"], e["extensions"]["code"]) for e in body["errors"]] == [(["b"], "FORBIDDEN")]
    assert await names(api) == ["A", "C"]


async def test_null_clears_and_absent_leaves(api: Api) -> None:
    """Fields that an update does not name stay as they are; null empties them."""
    parent = await api.new_client("Parent")
    given = {
        "tradingName": "T",
        "externalReference": "X1",
        "website": "https://example.com",
        "email": "a@example.com",
        "phone": "+33123456789",
        "accountingCode": "411",
        "activityCode": "62.01Z",
        "iban": "FR1420041010050500013M02606",
        "locale": "nl-BE",
        "currency": "CHF",
        "paymentTerms": {"days": 45},
        "parent": parent["id"],
    }
    made = await api.new_client("A", FIELDS, **given)
    selection = f"client {{ id {FIELDS} }}"
    left = await api.done("clientUpdate", {"id": made["id"], "name": "B"}, selection)
    assert {**left["client"], "version": 1} == made
    nothing: dict[str, Any] = dict.fromkeys(given)
    cleared = await api.done("clientUpdate", {"id": made["id"], **nothing}, selection)
    assert cleared["client"] == {
        "id": made["id"],
        **nothing,
        "locale": "fr-FR",
        "localeOrigin": "ORGANISATION",
        "currency": "EUR",
        "currencyOrigin": "ORGANISATION",
        "paymentTerms": {"days": 30, "origin": "ORGANISATION"},
    }


async def test_what_must_be_filled_cannot_be_cleared(api: Api) -> None:
    """Null for such fields is a mistake each, all told at once."""
    made = await api.new_client("A")
    never = ("name", "kind", "reference", "country", "vatRegime")
    payload = await api.do("clientUpdate", {"id": made["id"], **dict.fromkeys(never)})
    found = {(error["path"][1], error["code"]) for error in payload["userErrors"]}
    assert found == {(name, "REQUIRED") for name in never}


async def test_a_contact_and_an_address_are_cleared_alike(api: Api) -> None:
    """Parts follow the same rule."""
    made = await api.new_client(
        "A",
        "contacts { nodes { id } } addresses { id }",
        contacts=[{"firstName": "F", "lastName": "L", "position": "CEO"}],
        addresses=[{"line1": "1 rue A", "line2": "B", "postalCode": "75001", "city": "Paris"}],
    )
    contact, address = made["contacts"]["nodes"][0]["id"], made["addresses"][0]["id"]
    left = await api.done(
        "contactUpdate", {"id": contact, "position": None}, "contact { firstName position }"
    )
    assert left["contact"] == {"firstName": "F", "position": None}
    left = await api.done(
        "addressUpdate", {"id": address, "line2": None}, "address { line1 line2 postalCode }"
    )
    assert left["address"] == {"line1": "1 rue A", "line2": None, "postalCode": "75001"}


class Broken:
    """A plugin whose field of a payload raises."""

    @clientgraph.hookimpl
    def graphql_fields(self) -> Any:
        """One that must not be null."""

        async def must(info: Info) -> str:
            raise RuntimeError("secret detail")

        made = clientgraph.query(Permission.PUBLIC, "Raises.")(must)
        made.python_name = "must"
        return {"ClientCreatePayload": [made]}


@pytest.fixture
async def broken(settings: Settings, workspace: Workspace) -> AsyncIterator[Api]:
    """The API of an application that has the plugin."""
    app = create_app(settings, Plugins({"broken": Broken()}))
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            yield Api(client, workspace.tokens["OWNER"])


async def test_a_payload_that_cannot_be_shown_is_not_written(
    broken: Api, settings: Settings
) -> None:
    """Where an error makes the whole payload null, nothing of the mutation is kept."""
    await broken.new_client("A")
    before = await fingerprint(settings)
    query = """mutation {
        a: clientCreate(input: {name: "B", idempotencyKey: "k"}) { client { name } must }
    }"""
    body = await broken.answer(query)
    assert body["data"] == {"a": None}
    assert [e["extensions"]["code"] for e in body["errors"]] == ["PLUGIN_FAILED"]
    assert "secret" not in str(body)
    assert await fingerprint(settings) == before
    assert await names(broken) == ["A"]

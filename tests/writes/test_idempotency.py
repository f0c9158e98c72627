"""Exactly once: one key is one effect and one answer, for 48 hours."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from clientgraph.config import Settings
from clientgraph.organisations import recognition
from clientgraph.storage.database import dialect_of
from clientgraph.testing import Api, Workspace
from tests.writes.every_mutation import INPUTS, mutations, scene, text, whole_payload
from tests.writes.whole_database import contents, fingerprint, operator

pytestmark = pytest.mark.anyio

CREATE = text("clientCreate", "client { id name } userErrors { code }")


async def names(api: Api) -> list[str]:
    """The clients' names."""
    found = await api("{ clients(first: 100) { nodes { name } } }")
    return [client["name"] for client in found["clients"]["nodes"]]


async def raw_data(api: Api, query: str, given: dict[str, Any]) -> bytes:
    """The bytes of an answer's data; what it cost in points is beside it."""
    response = await api.client.post(
        "/graphql",
        json={"query": query, "variables": {"input": given}},
        headers={"Authorization": f"Bearer {api.token}"},
    )
    assert b'"errors"' not in response.content.partition(b',"extensions":')[0]
    return response.content.partition(b',"extensions":')[0]


@pytest.mark.parametrize("mutation", mutations())
async def test_a_key_answers_again_and_does_nothing_twice(
    api: Api, settings: Settings, mutation: str
) -> None:
    """The same request under the same key: the same bytes, the same database."""
    given = {**INPUTS[mutation](await scene(api, settings)), "idempotencyKey": f"once {mutation}"}
    document = text(mutation, whole_payload(mutation))
    before = await fingerprint(settings)
    first = await raw_data(api, document, given)
    after = await fingerprint(settings)
    assert after != before
    # The text of a token is shown once, and the link with it.
    again = re.sub(rb'"(text|token|link)":"[^"]*cg[pi]_\w+"', rb'"\1":null', first)
    for _ in range(2):
        assert await raw_data(api, document, given) == again
        assert await fingerprint(settings) == after


@pytest.mark.parametrize("mutation", mutations())
async def test_a_key_stands_for_one_input(api: Api, settings: Settings, mutation: str) -> None:
    """Another input under the same key is refused, and nothing is done."""
    given = {**INPUTS[mutation](await scene(api, settings)), "idempotencyKey": "one intent"}
    await api.done(mutation, given)
    other = "id" if "id" in given else "clientId" if "clientId" in given else "name"
    named = {
        "attachmentCreate": "title",
        "customFieldDefinitionCreate": "key",
        "exportCreate": "search",
        "importPreview": "sheet",
        "requirementRuleCreate": "path",
    }
    another = {named.get(mutation, other): "another"}
    if mutation == "clientsUpsert":
        another = {"records": [{"name": "another"}]}
    if mutation == "importTemplateCreate":
        another = {"preset": "zoho"}
    before = await fingerprint(settings)
    document = text(mutation, "userErrors { code }")
    assert await api.codes(document, {"input": {**given, **another}}) == ["IDEMPOTENCY_MISMATCH"]
    assert await fingerprint(settings) == before


async def test_a_key_stands_for_one_mutation(api: Api) -> None:
    """Another mutation under the same key is refused."""
    await api.new_client("A", idempotencyKey="k")
    query = 'mutation { memberCreate(input: {name: "A", idempotencyKey: "k"}) { __typename } }'
    assert await api.codes(query) == ["IDEMPOTENCY_MISMATCH"]


@pytest.mark.parametrize(
    "other",
    [
        "mutation($input: ClientCreateInput!)"
        " { clientCreate(input: $input) { client { id version } userErrors { code } } }",
        "mutation($input: ClientCreateInput!, $deep: Boolean = false)"
        " { clientCreate(input: $input) { ...Shown userErrors { code } } }"
        " fragment Shown on ClientCreatePayload { client { id name @include(if: $deep) } }",
        "mutation($input: ClientCreateInput!, $deep: Boolean = true)"
        " { clientCreate(input: $input) { ...Shown userErrors { code } } }"
        " fragment Shown on ClientCreatePayload { client { id version @include(if: $deep) } }",
    ],
    ids=["selection", "variable", "fragment"],
)
async def test_a_key_stands_for_one_selection(api: Api, other: str) -> None:
    """An answer of another shape cannot be replayed: fragments and variables count too."""
    asked = (
        "mutation($input: ClientCreateInput!, $deep: Boolean = true)"
        " { clientCreate(input: $input) { ...Shown userErrors { code } } }"
        " fragment Shown on ClientCreatePayload { client { id name @include(if: $deep) } }"
    )
    given = {"input": {"name": "A", "idempotencyKey": "k"}}
    first = await api(asked, given)
    assert await api(asked, given) == first
    assert await api.codes(other, given) == ["IDEMPOTENCY_MISMATCH"]
    assert await names(api) == ["A"]


async def test_the_keys_of_callers_are_apart(workspace: Workspace, other: Workspace) -> None:
    """Each caller has keys of its own: another token, another workspace, does its own work."""
    for who in (workspace.api("OWNER"), workspace.api("MEMBER"), other.api("OWNER")):
        await who.new_client("A", idempotencyKey="k")
    assert await names(workspace.api()) == ["A", "A"]
    assert await names(other.api()) == ["A"]


async def test_a_replay_needs_the_permission_still(
    workspace: Workspace, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who may no longer do it may no longer see what it answered."""
    monkeypatch.setattr(recognition, "KEPT", 0.0)
    api = workspace.api("MEMBER")
    given = {"input": {"name": "A", "idempotencyKey": "k"}}
    await api(CREATE, given)
    sql = "UPDATE api_token SET role = 'VIEWER' WHERE organisation_id = ? AND role = 'MEMBER'"
    sqlite = dialect_of(settings.database_url) == "sqlite"
    await operator(settings, sql, str(workspace.id) if sqlite else workspace.id)
    assert await api.codes(CREATE, given) == ["FORBIDDEN"]


async def test_old_keys_are_removed(api: Api, workspace: Workspace, settings: Settings) -> None:
    """A new key clears away up to 100 keys of its workspace that are older than 48 hours."""
    sqlite = dialect_of(settings.database_url) == "sqlite"
    own: Any = str(workspace.id) if sqlite else workspace.id
    for hours, count in ((49, 110), (47, 2)):
        then: Any = datetime.now(UTC) - timedelta(hours=hours)
        await operator(
            settings,
            "INSERT INTO idempotency (organisation_id, actor, key, fingerprint, created_at)"
            " WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
            " SELECT ?, 'a', ? || i, 'f', ? FROM n",
            count,
            own,
            f"{hours}-",
            then.isoformat(" ") if sqlite else then,
        )
    left = []
    for key in ("one", "two"):
        await api.new_client("A", idempotencyKey=key)
        stored = (await contents(settings))["idempotency"]
        left.append(sum(str(workspace.id) in row for row in stored))
    assert left == [13, 4]


@pytest.mark.parametrize(("hours", "made"), [(47, 1), (49, 2)])
async def test_a_key_is_free_again_after_48_hours(
    api: Api, workspace: Workspace, settings: Settings, hours: int, made: int
) -> None:
    """Up to 48 hours a key answers again; after that it begins anew."""
    await api.new_client("A", idempotencyKey="k")
    then: Any = datetime.now(UTC) - timedelta(hours=hours)
    own: Any = workspace.id
    if dialect_of(settings.database_url) == "sqlite":
        then, own = then.isoformat(" "), str(own)
    sql = "UPDATE idempotency SET created_at = ? WHERE organisation_id = ?"
    await operator(settings, sql, then, own)
    await api.new_client("A", idempotencyKey="k")
    assert await names(api) == ["A"] * made


async def test_mistakes_do_not_use_up_a_key(api: Api) -> None:
    """After a mistake the corrected input is done under the same key."""
    wrong = await api.do("clientCreate", {"name": "A", "email": "x", "idempotencyKey": "k"})
    assert [error["code"] for error in wrong["userErrors"]] == ["INVALID_EMAIL"]
    await api.new_client("A", email="a@example.com", idempotencyKey="k")
    assert await names(api) == ["A"]


@pytest.mark.parametrize(
    ("key", "codes"),
    [("k" * 200, []), ("k" * 201, ["BAD_USER_INPUT"]), (" ", ["BAD_USER_INPUT"]), ("é\n'💶", [])],
)
async def test_what_can_be_a_key(api: Api, key: str, codes: list[str]) -> None:
    """Any text of up to 200 characters, not an empty one."""
    given = {"input": {"name": "A", "idempotencyKey": key}}
    assert await api.codes(CREATE, given) == codes
    assert await api.codes(CREATE, given) == codes
    assert len(await names(api)) == int(not codes)


async def test_one_key_thirty_times_at_once(api: Api) -> None:
    """Thirty requests at the same moment under one key: one client, thirty equal answers."""
    given = {"input": {"name": "A", "idempotencyKey": "k"}}
    answers = await asyncio.gather(*(api(CREATE, given) for _ in range(30)))
    assert await names(api) == ["A"]
    assert all(answer == answers[0] for answer in answers)


async def test_keys_in_one_request(api: Api) -> None:
    """Two mutations of one request share nothing but the request: each has its key."""
    query = """mutation($a: ClientCreateInput!, $b: ClientCreateInput!) {
        a: clientCreate(input: $a) { client { id name } }
        b: clientCreate(input: $b) { client { id name } }
    }"""
    given = {"a": {"name": "A", "idempotencyKey": "1"}, "b": {"name": "B", "idempotencyKey": "2"}}
    first = await api(query, given)
    assert await api(query, given) == first
    assert await names(api) == ["A", "B"]


async def test_the_text_of_a_token_is_not_kept(api: Api, settings: Settings) -> None:
    """A token's text is shown once and stored nowhere, with a key neither."""
    given = {"name": "T", "role": "VIEWER", "idempotencyKey": "k"}
    shown = (await api.done("apiTokenCreate", given, "text"))["text"]
    assert (await api.done("apiTokenCreate", given, "text"))["text"] is None
    assert not [table for table, rows in (await contents(settings)).items() if shown in str(rows)]

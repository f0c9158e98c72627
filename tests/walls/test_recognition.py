"""Tokens are remembered for some seconds, and forgotten at once when a change of them is told."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from clientgraph.app import MODELS
from clientgraph.contract.records import RecordChange
from clientgraph.organisations import recognition
from clientgraph.organisations.access import make_token
from clientgraph.organisations.models import ApiToken
from clientgraph.organisations.recognition import Recognition
from clientgraph.permissions import Role
from clientgraph.signing import Signer
from clientgraph.storage.database import Database
from clientgraph.storage.rows import rows
from clientgraph.storage.scope import Scope
from clientgraph.testing import Workspace, Workspaces

pytestmark = pytest.mark.anyio


SECRET = "k" * 40


@pytest.fixture
def database(workspaces: Workspaces) -> Database:
    """The database beside the running application."""
    return workspaces.database


@pytest.fixture
def door(database: Database) -> Recognition:
    """A door that has seen nobody yet."""
    return Recognition(database, Signer(SECRET))


async def change(database: Database, workspace: Workspace, name: str, **values: object) -> None:
    """Change a token's row behind the service's back."""
    async with database.write(Scope(organisation=workspace.id)) as session:
        assert await rows(session, ApiToken).filter(name=name).update(**values) == 1


async def test_a_token_is_remembered_for_seconds(
    door: Recognition,
    database: Database,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What nobody tells is noticed when the memory ends; `still_valid` asks the database."""
    monkeypatch.setattr(recognition, "KEPT", 0.2)
    text = workspace.tokens["ADMIN"]
    actor = await door.recognise(text)
    assert actor is not None
    await change(database, workspace, "Admin", revoked_at=datetime.now(UTC))
    assert await door.recognise(text) == actor
    assert await door.still_valid(actor) is False
    await asyncio.sleep(0.25)
    assert await door.recognise(text) is None


async def test_a_remembered_token_ends_in_time(
    door: Recognition, database: Database, workspace: Workspace
) -> None:
    """A token's own end needs nobody to tell of it."""
    ends = datetime.now(UTC) + timedelta(seconds=0.4)
    await change(database, workspace, "Admin", expires_at=ends)
    assert await door.recognise(workspace.tokens["ADMIN"]) is not None
    await asyncio.sleep(0.45)
    assert await door.recognise(workspace.tokens["ADMIN"]) is None


async def test_what_is_told_is_forgotten(
    door: Recognition, database: Database, workspace: Workspace
) -> None:
    """A change of the token drops it and no other; a change of something else drops nothing."""
    first, second = workspace.tokens["ADMIN"], workspace.tokens["OWNER"]
    admin, owner = [await door.recognise(text) for text in (first, second)]
    assert admin is not None
    for name in ("Admin", "Owner"):
        await change(database, workspace, name, revoked_at=datetime.now(UTC))

    def told(kind: str) -> None:
        door.told(
            RecordChange(
                organisation_id=workspace.id,
                type=kind,
                id=admin.token_id,
                action="UPDATED",
                version=2,
                client_id=None,
            )
        )

    told("Client")
    assert await door.recognise(first) == admin
    told("ApiToken")
    assert await door.recognise(first) is None
    assert await door.recognise(second) == owner


async def test_memory_is_bounded(
    door: Recognition,
    database: Database,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where there is no room, whoever was recognised first is asked for again."""
    monkeypatch.setattr(recognition, "MOST", 2)
    texts = [workspace.tokens[role] for role in ("ADMIN", "MEMBER", "VIEWER")]
    for text in texts:
        await door.recognise(text)
    for name in ("Admin", "Member", "Viewer"):
        await change(database, workspace, name, revoked_at=datetime.now(UTC))
    assert [await door.recognise(text) is not None for text in texts] == [False, True, True]


async def test_a_change_while_asking_is_not_missed(
    database: Database, workspace: Workspace
) -> None:
    """An answer read before a change that is told meanwhile is not remembered."""
    single = Database(database.url, MODELS, pool=1)
    await single.open()
    door = Recognition(single, Signer(SECRET))
    # With the one connection in use, whoever asks waits for it.
    async with single.read(Scope()):
        reading = asyncio.create_task(door.recognise(workspace.tokens["ADMIN"]))
        await asyncio.sleep(0)
        door.told(
            RecordChange(
                organisation_id=workspace.id,
                type="ApiToken",
                id=workspace.id,
                action="UPDATED",
                version=2,
                client_id=None,
            )
        )
        assert not reading.done()
    assert await reading is not None
    await change(database, workspace, "Admin", revoked_at=datetime.now(UTC))
    assert await door.recognise(workspace.tokens["ADMIN"]) is None
    await single.close()


async def test_mutations_tell(workspace: Workspace) -> None:
    """A member's change and a token's end hold from the next request on."""
    owner = workspace.api("OWNER")
    person = {"name": "Ada", "email": "ada@person.example", "role": "MEMBER"}
    member = (await owner.done("memberCreate", person, "member { id }"))["member"]["id"]
    given = {"name": "x", "role": "MEMBER", "memberId": member}
    made = await owner.done("apiTokenCreate", given, "text apiToken { id }")
    theirs = type(owner)(owner.client, made["text"])
    query = "{ viewer { role } }"
    assert (await theirs(query))["viewer"]["role"] == "MEMBER"
    await owner.done("memberUpdate", {"id": member, "role": "VIEWER"})
    assert (await theirs(query))["viewer"]["role"] == "VIEWER"
    await owner.done("apiTokenRevoke", {"id": made["apiToken"]["id"]})
    assert await theirs.codes(query) == ["UNAUTHENTICATED"]


async def test_a_members_row_is_open_to_its_token_alone(
    workspace: Workspace, workspaces: Workspaces, other: Workspace
) -> None:
    """The scope of a token's hash shows the member of that token, and no other's."""
    owner = workspace.api("OWNER")
    ids = []
    for name in ("Ada", "Eve"):
        person = {"name": name, "email": f"{name}@person.example", "role": "MEMBER"}
        ids.append((await owner.done("memberCreate", person, "member { id }"))["member"]["id"])
    given = {"name": "Ada's", "role": "MEMBER", "memberId": ids[0]}
    await owner.done("apiTokenCreate", given)
    async with workspaces.database.write(Scope(organisation=other.id)) as session:
        await make_token(
            session, Signer(SECRET), {"name": "Plain", "role": "VIEWER"}, highest=Role.OWNER
        )
    for place, name, names in ((workspace, "Ada's", ["Ada"]), (other, "Plain", [])):
        async with workspaces.database.read(Scope(organisation=place.id)) as session:
            token = await rows(session, ApiToken).filter(name=name).get()
        async with workspaces.database.read(Scope(credential=token.token_hash)) as session:
            found = await session.select("SELECT name FROM member")
        assert [row["name"] for row in found] == names
    async with workspaces.database.read(Scope()) as session:
        assert await session.select("SELECT name FROM member") == []

"""API tokens: their form, who they are good for and how long, and what the database keeps."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from clientgraph.app import create_app
from clientgraph.organisations import recognition
from clientgraph.organisations.models import ApiToken, Member
from clientgraph.organisations.tokens import looks_like_token, new_token
from clientgraph.storage.rows import rows
from clientgraph.storage.scope import Scope
from clientgraph.testing import Api, Workspace, Workspaces
from tests.walls.fingerprint import everything
from tests.walls.matrix import RANKS

pytestmark = pytest.mark.anyio

FORM = re.compile(r"cgp_[0-9A-Za-z]{36}")
VIEWER = "{ viewer { role name member { id } permissions organisation { id } } }"


@dataclass(frozen=True)
class Firm:
    """A workspace behind a door that never tires of bad tokens."""

    workspaces: Workspaces
    workspace: Workspace
    door: httpx2.AsyncClient

    def api(self, token: str) -> Api:
        """The API with any token."""
        return Api(self.door, token)

    @property
    def owner(self) -> Api:
        """The API as the owner."""
        return self.api(self.workspace.tokens["OWNER"])

    async def change(self, model: Any, row: dict[str, Any], **values: Any) -> None:
        """Change stored rows behind the service's back."""
        scope = Scope(organisation=self.workspace.id)
        async with self.workspaces.database.write(scope) as session:
            assert await rows(session, model).filter(**row).update(**values) == 1

    async def member(self, role: str, name: str = "Ada") -> str:
        """A new member's id."""
        given = {"name": name, "email": f"{name.lower()}@person.example", "role": role}
        return str((await self.owner.done("memberCreate", given, "member { id }"))["member"]["id"])

    async def token(self, role: str, **more: Any) -> Any:
        """A new token by the owner: its text and record."""
        given = {"name": f"For {role}", "role": role, **more}
        return await self.owner.done("apiTokenCreate", given, "text apiToken { id hint expiresAt }")


@pytest.fixture(scope="module")
async def door(workspaces: Workspaces) -> AsyncIterator[httpx2.AsyncClient]:
    """The application with no bound on bad tokens."""
    app = create_app(replace(workspaces.settings, bad_tokens_per_minute=1_000_000))
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            yield client


@pytest.fixture
def unremembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every request as if its token had not been seen for long."""
    monkeypatch.setattr(recognition, "KEPT", 0.0)


@pytest.fixture
async def firm(workspaces: Workspaces, door: httpx2.AsyncClient) -> Firm:
    """A new workspace."""
    return Firm(workspaces, await workspaces.make(), door)


async def refused(api: Api) -> None:
    """The token opens nothing: 401 and one code, with the same words for every reason."""
    response = await api.client.post(
        "/graphql", json={"query": VIEWER}, headers={"Authorization": f"Bearer {api.token}"}
    )
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    message = "The token is not valid: it may have expired or been revoked."
    expected = {"message": message, "extensions": {"code": "UNAUTHENTICATED"}}
    assert response.json() == {"errors": [expected]}


async def role_of(api: Api) -> str:
    """The role that the service sees."""
    return str((await api(VIEWER))["viewer"]["role"])


def test_form_and_checksum() -> None:
    """40 characters with their prefix; no change of a single one passes the checksum."""
    token = new_token()
    assert FORM.fullmatch(token)
    assert looks_like_token(token)
    for place in range(len(token)):
        for other in "0Az_":
            if token[place] != other:
                assert not looks_like_token(token[:place] + other + token[place + 1 :])
    for text in ("", "cgp_", token[:-1], f"{token}0", token.upper(), f" {token}", token * 2):
        assert not looks_like_token(text)


async def test_strangers_and_garbage_are_refused_alike(firm: Firm) -> None:
    """Unknown tokens, other purposes, broken forms and huge texts: one answer."""
    known = firm.workspace.tokens["OWNER"]
    broken = known[:-1] + ("0" if known[-1] != "0" else "1")
    purposes = [f"{prefix}{known[4:]}" for prefix in ("cgi_", "cgs_", "cgw_")]
    for text in (new_token(), broken, *purposes, "cgp_", "x" * 9_000, f"{known} {known}"):
        await refused(firm.api(text))
    assert await role_of(firm.owner) == "OWNER"


@pytest.mark.usefixtures("unremembered")
async def test_expired_and_revoked_tokens_are_refused(firm: Firm) -> None:
    """A token works until its time and not a moment longer; revoking ends it at once, for good."""
    made = await firm.token("VIEWER", expiresInDays=1)
    ends = datetime.fromisoformat(made["apiToken"]["expiresAt"])
    assert abs(ends - datetime.now(UTC) - timedelta(days=1)) < timedelta(minutes=1)
    row = {"hint": made["apiToken"]["hint"], "name": "For VIEWER"}
    assert await role_of(firm.api(made["text"])) == "VIEWER"
    await firm.change(ApiToken, row, expires_at=datetime.now(UTC))
    await refused(firm.api(made["text"]))
    await firm.change(ApiToken, row, expires_at=ends)
    assert await role_of(firm.api(made["text"])) == "VIEWER"
    for _ in range(2):
        await firm.owner.done("apiTokenRevoke", {"id": made["apiToken"]["id"]})
        await refused(firm.api(made["text"]))


async def test_a_token_ends_with_its_member(firm: Firm) -> None:
    """Who is locked out has no working token, until let in again."""
    member = await firm.member("MEMBER")
    made = await firm.token("MEMBER", memberId=member)
    assert await role_of(firm.api(made["text"])) == "MEMBER"
    await firm.owner.done("memberUpdate", {"id": member, "isActive": False})
    await refused(firm.api(made["text"]))
    denied = await firm.owner.do(
        "apiTokenCreate", {"name": "x", "role": "VIEWER", "memberId": member}
    )
    assert [(error["path"], error["code"]) for error in denied["userErrors"]] == [
        (["input", "memberId"], "NOT_FOUND")
    ]
    await firm.owner.done("memberUpdate", {"id": member, "isActive": True})
    assert await role_of(firm.api(made["text"])) == "MEMBER"


@pytest.mark.usefixtures("unremembered")
async def test_a_role_is_the_lesser_of_token_and_member(firm: Firm) -> None:
    """Whatever the two are, and as soon as one of them changes."""
    member = await firm.member("OWNER")
    texts = {role: (await firm.token(role, memberId=member))["text"] for role in RANKS}
    for of_member in RANKS:
        await firm.change(Member, {"name": "Ada"}, role=of_member)
        for of_token in RANKS:
            lesser = min(of_token, of_member, key=RANKS.index)
            assert await role_of(firm.api(texts[of_token])) == lesser


@pytest.mark.parametrize("maker", ["ADMIN", "OWNER"])
@pytest.mark.parametrize("wanted", RANKS)
async def test_nobody_hands_out_more_than_they_have(maker: str, wanted: str, firm: Firm) -> None:
    """New tokens and members have at most the maker's role; tokens at most their member's."""
    api = firm.api(firm.workspace.tokens[maker])
    fits = RANKS.index(wanted) <= RANKS.index(maker)
    too_high = [] if fits else [(["input", "role"], "ROLE_TOO_HIGH")]
    person = {"name": "Eve", "email": "eve@person.example", "role": wanted}
    for mutation, given in (
        ("apiTokenCreate", {"name": "x", "role": wanted}),
        ("memberCreate", person),
    ):
        payload = await api.do(mutation, given)
        assert [(error["path"], error["code"]) for error in payload["userErrors"]] == too_high
    viewer = await firm.member("VIEWER", "Vera")
    payload = await api.do("apiTokenCreate", {"name": "x", "role": wanted, "memberId": viewer})
    assert (payload["userErrors"] == []) == (wanted == "VIEWER")
    promoted = await api.do("memberUpdate", {"id": viewer, "role": wanted})
    assert (promoted["userErrors"] == []) == fits


async def test_nobody_acts_for_those_above(firm: Firm) -> None:
    """An admin's token for an owner is refused, however little it may do; an owner's is not."""
    owner = await firm.member("OWNER", "Olga")
    admin = firm.api(firm.workspace.tokens["ADMIN"])
    for role in ("VIEWER", "ADMIN"):
        given = {"name": "x", "role": role, "memberId": owner}
        payload = await admin.do("apiTokenCreate", given)
        assert [(error["path"], error["code"]) for error in payload["userErrors"]] == [
            (["input", "memberId"], "ROLE_TOO_HIGH")
        ]
        await firm.owner.done("apiTokenCreate", given)


async def test_an_admin_cannot_change_an_owner(firm: Firm) -> None:
    """Those above are out of reach: neither demoted nor locked out."""
    owner = await firm.member("OWNER", "Olga")
    await firm.member("OWNER", "Otto")
    admin = firm.api(firm.workspace.tokens["ADMIN"])
    for change in ({"role": "VIEWER"}, {"isActive": False}, {"name": "x"}):
        payload = await admin.do("memberUpdate", {"id": owner, **change})
        assert [error["code"] for error in payload["userErrors"]] == ["ROLE_TOO_HIGH"]


async def test_a_token_opens_one_workspace(
    firm: Firm, workspaces: Workspaces, door: httpx2.AsyncClient
) -> None:
    """A token shows its own workspace; one for a member of another cannot be made."""
    other = Firm(workspaces, await workspaces.make(), door)
    assert (await firm.owner(VIEWER))["viewer"]["organisation"] != (await other.owner(VIEWER))[
        "viewer"
    ]["organisation"]
    member = await other.member("VIEWER")
    payload = await firm.owner.do(
        "apiTokenCreate", {"name": "x", "role": "VIEWER", "memberId": member}
    )
    assert [error["code"] for error in payload["userErrors"]] == ["NOT_FOUND"]
    theirs = (await other.token("VIEWER"))["apiToken"]["id"]
    payload = await firm.owner.do("apiTokenRevoke", {"id": theirs})
    assert [error["code"] for error in payload["userErrors"]] == ["NOT_FOUND"]


async def test_the_last_owner_stays(firm: Firm) -> None:
    """The one active owner is neither demoted nor locked out; with a second one, either may go."""
    first = await firm.member("OWNER", "Olga")
    for change in ({"role": "ADMIN"}, {"isActive": False}):
        payload = await firm.owner.do("memberUpdate", {"id": first, **change})
        assert [error["code"] for error in payload["userErrors"]] == ["LAST_OWNER"]
    second = await firm.member("OWNER", "Otto")
    await firm.owner.done("memberUpdate", {"id": first, "role": "ADMIN"})
    payload = await firm.owner.do("memberUpdate", {"id": second, "isActive": False})
    assert [error["code"] for error in payload["userErrors"]] == ["LAST_OWNER"]


async def test_two_owners_cannot_leave_at_once(firm: Firm) -> None:
    """Of two owners demoted at the same moment one remains, every time."""
    owners = [await firm.member("OWNER", name) for name in ("Olga", "Otto")]
    for _ in range(8):
        payloads = await asyncio.gather(
            *(firm.owner.do("memberUpdate", {"id": id_, "role": "ADMIN"}) for id_ in owners)
        )
        codes = sorted(error["code"] for payload in payloads for error in payload["userErrors"])
        assert codes == ["LAST_OWNER"]
        for id_ in owners:
            await firm.owner.done("memberUpdate", {"id": id_, "role": "OWNER"})


async def test_the_text_is_shown_once(firm: Firm) -> None:
    """The database holds a hash only, even where the answer is kept to be replayed."""
    given = {"name": "Once", "role": "VIEWER", "idempotencyKey": "one"}
    selection = "again: text text apiToken { id hint }"
    first = await firm.owner.done("apiTokenCreate", given, selection)
    assert FORM.fullmatch(first["text"])
    assert first["again"] == first["text"]
    assert first["apiToken"]["hint"] == first["text"][-4:]
    replay = await firm.owner.done("apiTokenCreate", given, selection)
    assert replay == {**first, "text": None, "again": None}
    tokens = [*firm.workspace.tokens.values(), first["text"]]
    stored = repr(await everything(firm.workspaces.settings))
    assert [token for token in tokens if token in stored or token[4:34] in stored] == []
    listed = json.dumps(await firm.owner("{ apiTokens { id name hint role member { id } } }"))
    assert [token for token in tokens if token in listed] == []
    assert await role_of(firm.api(first["text"])) == "VIEWER"


async def test_trying_makes_no_token(firm: Firm) -> None:
    """What a validating call shows opens nothing."""
    given = {"name": "Trial", "role": "OWNER", "validateOnly": True}
    trial = await firm.owner.done("apiTokenCreate", given, "text")
    await refused(firm.api(trial["text"]))


async def test_bad_tokens_do_not_lock_out_good_ones(firm: Firm) -> None:
    """Whoever guesses is slowed down; others at the same address are served."""
    app = create_app(replace(firm.workspaces.settings, bad_tokens_per_minute=1))
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            for _ in range(3):
                await Api(client, new_token()).answer(VIEWER)
            assert await role_of(Api(client, firm.workspace.tokens["OWNER"])) == "OWNER"

"""API tokens of a workspace: made, listed, revoked, and recognised when presented."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from clientgraph import values
from clientgraph.context import Actor, Context
from clientgraph.drafts import Cleaner, Draft, clean
from clientgraph.errors import UserError, UserErrors
from clientgraph.organisations.models import ApiToken, Member
from clientgraph.organisations.tokens import looks_like_token, new_token, token_hash
from clientgraph.permissions import RANK, Role
from clientgraph.signing import Signer
from clientgraph.storage.database import Database
from clientgraph.storage.rows import find, insert, lock, rows, update
from clientgraph.storage.scope import Scope
from clientgraph.storage.session import Session

DEFAULT_DAYS: Final = 90
LONGEST_DAYS: Final = 365
_USE_NOTED_EVERY: Final = timedelta(minutes=15)


def _days(value: int) -> int:
    if not 1 <= value <= LONGEST_DAYS:
        raise values.ValueProblem("OUT_OF_RANGE", lowest=1, highest=LONGEST_DAYS)
    return value


_CLEANERS: Mapping[str, Cleaner] = {
    "name": values.text,
    "role": Role,
    "expires_in_days": _days,
    "member_id": UUID,
}


async def make_token(
    session: Session, signer: Signer, draft: Draft, *, highest: Role
) -> tuple[ApiToken, str]:
    """A new token and its text, which is known now and never again.

    The role is at most ``highest`` and at most that of the member it is for.
    """
    checked = clean(draft, _CLEANERS)
    checked.require("name", "role")
    role: Role = checked.values.get("role") or Role.VIEWER
    member_id = checked.values.get("member_id")
    if member_id is not None:
        member = await find(session, Member, member_id)
        if member is None or not member.is_active:
            checked.add(("member_id",), "NOT_FOUND")
        else:
            highest = min(highest, Role(member.role), key=RANK.__getitem__)
    if RANK[role] > RANK[highest]:
        checked.add(("role",), "ROLE_TOO_HIGH", role=highest.value)
    checked.raise_errors()
    text = new_token()
    days = checked.values.get("expires_in_days") or DEFAULT_DAYS
    token = await insert(
        session,
        ApiToken,
        name=checked.values["name"],
        role=role.value,
        member_id=member_id,
        token_hash=token_hash(signer, text),
        hint=text[-4:],
        expires_at=datetime.now(UTC) + timedelta(days=days),
    )
    return token, text


async def tokens(session: Session) -> Sequence[ApiToken]:
    """The workspace's tokens, newest first; revoked ones too."""
    return await rows(session, ApiToken).order_by("-created_at", "-id")


async def revoke_token(session: Session, token_id: UUID, *, highest: Role) -> ApiToken:
    """End a token at once, if its role is at most ``highest``; revoking twice is fine."""
    token = await lock(session, ApiToken, token_id)
    if token is None:
        raise UserErrors([UserError(("id",), "NOT_FOUND")])
    if RANK[Role(token.role)] > RANK[highest]:
        raise UserErrors([UserError(("id",), "ROLE_TOO_HIGH", {"role": highest.value})])
    if token.revoked_at is None:
        await update(session, token, {"revoked_at": datetime.now(UTC)})
    return token


async def create_token(context: Context, draft: Draft) -> tuple[ApiToken, str]:
    """A new token, with a role no higher than the caller's."""
    highest = context.actor.role if context.actor else Role.VIEWER
    return await make_token(context.session, context.signer, draft, highest=highest)


async def recognise(database: Database, signer: Signer, text: str | None) -> Actor | None:
    """Who presents this token; None when it is unknown, expired or revoked."""
    if text is None or not looks_like_token(text):
        return None
    credential = token_hash(signer, text)
    async with database.read(Scope(credential=credential)) as session:
        query = ApiToken.filter(token_hash=credential).using_db(session.client)
        token = await query.first()
    actor = await _actor(database, token) if token is not None else None
    if token is not None and actor is not None:
        _note_use(database, token)
    return actor


async def still_valid(database: Database, actor: Actor) -> bool:
    """Whether the actor's token, and its member, are as good as before."""
    async with database.read(Scope(organisation=actor.organisation_id)) as session:
        token = await find(session, ApiToken, actor.token_id)
    now = await _actor(database, token) if token is not None else None
    return now is not None and now.role is actor.role


async def _actor(database: Database, token: ApiToken) -> Actor | None:
    now = datetime.now(UTC)
    if token.revoked_at is not None or (token.expires_at and token.expires_at <= now):
        return None
    role, name = Role(token.role), token.name
    if token.member_id is not None:
        async with database.read(Scope(organisation=token.organisation_id)) as session:
            member = await find(session, Member, token.member_id)
        if member is None or not member.is_active:
            return None
        role, name = min(role, Role(member.role), key=RANK.__getitem__), member.name
    return Actor(
        organisation_id=token.organisation_id,
        token_id=token.id,
        name=name,
        role=role,
        member_id=token.member_id,
        expires_at=token.expires_at,
    )


def _note_use(database: Database, token: ApiToken) -> None:
    """Keep when a token was last used, to the quarter of an hour; no request waits for it."""
    now = datetime.now(UTC)
    if token.last_used_at is not None and now - token.last_used_at < _USE_NOTED_EVERY:
        return

    async def write() -> None:
        async with database.write(Scope(organisation=token.organisation_id)) as session:
            await rows(session, ApiToken).filter(id=token.id).update(last_used_at=now)

    database.in_background(write())


async def token_by_id(context: Context, ids: Sequence[UUID]) -> dict[UUID, ApiToken]:
    """Tokens by id."""
    return {row.id: row for row in await rows(context.session, ApiToken).filter(id__in=list(ids))}

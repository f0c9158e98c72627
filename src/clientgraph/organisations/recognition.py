"""Tokens that are presented: who stands behind them, remembered for a few seconds."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from clientgraph.context import Actor
from clientgraph.contract.records import RecordChange
from clientgraph.organisations.models import ApiToken, Member
from clientgraph.organisations.tokens import looks_like_token, token_hash
from clientgraph.permissions import RANK, Role
from clientgraph.signing import Signer
from clientgraph.storage.database import Database
from clientgraph.storage.rows import find, rows
from clientgraph.storage.scope import Scope

KEPT: Final = 5.0
"""Seconds: how long a change that nobody announced can stay unnoticed."""
MOST: Final = 10_000
_USE_NOTED_EVERY: Final = timedelta(minutes=15)


@dataclass(frozen=True)
class _Known:
    actor: Actor
    until: float


class Recognition:
    """Recognises tokens, and forgets those of which a change is told."""

    def __init__(self, database: Database, signer: Signer) -> None:
        self._database = database
        self._signer = signer
        self._known: dict[str, _Known] = {}
        self._changes = 0

    async def recognise(self, text: str | None) -> Actor | None:
        """Who presents this token; None when it is unknown, expired or revoked."""
        if text is None:
            return None
        credential = token_hash(self._signer, text)
        known = self._known.get(credential)
        if known is not None and known.until > time.monotonic() and not _is_over(known.actor):
            return known.actor
        if not looks_like_token(text):
            return None
        changes = self._changes
        actor = await recognise(self._database, credential)
        self._known.pop(credential, None)
        # What was read before a change that is known by now may be what that change ended.
        if actor is not None and changes == self._changes:
            if len(self._known) >= MOST:
                del self._known[next(iter(self._known))]
            self._known[credential] = _Known(actor, time.monotonic() + KEPT)
        return actor

    async def still_valid(self, actor: Actor) -> bool:
        """Whether the actor's token, and its member, are as good as before; by the database."""
        now = await self.actor_of(actor.organisation_id, actor.token_id)
        return now is not None and now.role is actor.role

    async def actor_of(self, organisation_id: UUID, token_id: UUID) -> Actor | None:
        """Who has this token now; None when it is expired or revoked; by the database."""
        async with self._database.read(Scope(organisation=organisation_id)) as session:
            token = await find(session, ApiToken, token_id)
            if token is None:
                return None
            member = await find(session, Member, token.member_id) if token.member_id else None
        return _actor(token, member)

    def told(self, change: RecordChange) -> None:
        """Forget whoever a committed change of a token or member is about."""
        if change.type not in ("ApiToken", "Member"):
            return
        self._changes += 1
        gone = [
            credential
            for credential, known in self._known.items()
            if change.id in (known.actor.token_id, known.actor.member_id)
        ]
        for credential in gone:
            del self._known[credential]


async def recognise(database: Database, credential: str) -> Actor | None:
    """Who presents the token with this hash; None when it is unknown, expired or revoked."""
    async with database.read(Scope(credential=credential)) as session:
        presented = ApiToken.filter(token_hash=credential).using_db(session.client)
        token = await presented.first()
        if token is None:
            return None
        member = None
        if token.member_id is not None:
            behind = Member.filter(id=token.member_id).using_db(session.client)
            member = await behind.first()
    actor = _actor(token, member)
    if actor is not None:
        _note_use(database, token)
    return actor


def _actor(token: ApiToken, member: Member | None) -> Actor | None:
    role, name = Role(token.role), token.name
    if token.member_id is not None:
        if member is None or not member.is_active:
            return None
        role, name = min(role, Role(member.role), key=RANK.__getitem__), member.name
    actor = Actor(
        organisation_id=token.organisation_id,
        token_id=token.id,
        name=name,
        role=role,
        member_id=token.member_id,
        expires_at=token.expires_at,
    )
    return None if token.revoked_at is not None or _is_over(actor) else actor


def _is_over(actor: Actor) -> bool:
    return actor.expires_at is not None and actor.expires_at <= datetime.now(UTC)


def _note_use(database: Database, token: ApiToken) -> None:
    """Keep when a token was last used, to the quarter of an hour; no request waits for it."""
    now = datetime.now(UTC)
    if token.last_used_at is not None and now - token.last_used_at < _USE_NOTED_EVERY:
        return

    async def write() -> None:
        async with database.write(Scope(organisation=token.organisation_id)) as session:
            await rows(session, ApiToken).filter(id=token.id).update(last_used_at=now)

    database.in_background(write())

"""Recognises who presents the link of an invitation, or the session that it was opened for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from clientgraph.context import Actor
from clientgraph.invitations.models import ClientInvitation, InvitationAnswer
from clientgraph.organisations.tokens import (
    INVITATION_SESSION,
    INVITATION_TOKEN,
    looks_like_token,
    token_hash,
)
from clientgraph.permissions import INVITED, LINK, Role
from clientgraph.signing import Signer
from clientgraph.storage.database import Database
from clientgraph.storage.rows import find
from clientgraph.storage.scope import Scope

_KINDS: Final = (INVITATION_TOKEN, INVITATION_SESSION)


class InvitationRecognition:
    """Looks tokens up each time: nobody asks often enough for anything to be remembered."""

    def __init__(self, database: Database, signer: Signer) -> None:
        self._database = database
        self._signer = signer

    async def recognise(self, text: str | None) -> Actor | None:
        """Who presents this token; None when it is unknown, used, declined, expired or revoked."""
        kind = next((each for each in _KINDS if text and looks_like_token(text, each)), None)
        if text is None or kind is None:
            return None
        credential = token_hash(self._signer, text, kind)
        async with self._database.read(Scope(credential=credential)) as session:
            presented = ClientInvitation.filter(token_hash=credential).using_db(session.client)
            found = await presented.first()
        return _actor(found)

    async def still_valid(self, actor: Actor) -> bool:
        """Whether the invitation is as good as before; by the database."""
        async with self._database.read(Scope(organisation=actor.organisation_id)) as session:
            return _actor(await find(session, ClientInvitation, actor.token_id)) is not None


def is_open(invitation: ClientInvitation) -> bool:
    """Whether the link of an invitation, or its session, still leads to the client's file."""
    return (
        invitation.revoked_at is None
        and invitation.answer != InvitationAnswer.DECLINED.value
        and invitation.expires_at > datetime.now(UTC)
    )


def _actor(invitation: ClientInvitation | None) -> Actor | None:
    if invitation is None or not is_open(invitation):
        return None
    return Actor(
        organisation_id=invitation.organisation_id,
        token_id=invitation.id,
        name="an invited client",
        role=Role.VIEWER,
        expires_at=invitation.expires_at,
        client_id=invitation.client_id,
        granted=LINK if invitation.opened_at is None else INVITED,
    )

"""API tokens of a workspace: made, listed and revoked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from clientgraph import values
from clientgraph.context import Context
from clientgraph.drafts import Cleaner, Draft, clean
from clientgraph.errors import UserError, UserErrors
from clientgraph.organisations.models import ApiToken, Member
from clientgraph.organisations.tokens import new_token, token_hash
from clientgraph.permissions import RANK, Permission, Role
from clientgraph.signing import Signer
from clientgraph.storage.rows import find, insert, lock, rows, update
from clientgraph.storage.session import Session

DEFAULT_DAYS: Final = 90
LONGEST_DAYS: Final = 365


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

    The role is at most that of the member it is for, and both are at most ``highest``.
    """
    checked = clean(draft, _CLEANERS)
    checked.require("name", "role")
    role: Role = checked.values.get("role") or Role.VIEWER
    member_id = checked.values.get("member_id")
    if member_id is not None:
        member = await find(session, Member, member_id)
        if member is None or not member.is_active:
            checked.add(("member_id",), "NOT_FOUND")
        elif RANK[Role(member.role)] > RANK[highest]:
            # Whoever acts for somebody signs with that name: nobody does so for those above.
            checked.add(("member_id",), "ROLE_TOO_HIGH", role=highest.value)
        else:
            highest = Role(member.role)
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
    highest = context.require(Permission.TOKENS_WRITE).role
    token, text = await make_token(context.session, context.signer, draft, highest=highest)
    context.changed("CREATED", "ApiToken", token)
    return token, text


async def end_token(context: Context, token_id: UUID) -> ApiToken:
    """End a token at once, if its role is no higher than the caller's."""
    highest = context.require(Permission.TOKENS_WRITE).role
    token = await revoke_token(context.session, token_id, highest=highest)
    context.changed("UPDATED", "ApiToken", token)
    return token


async def token_by_id(context: Context, ids: Sequence[UUID]) -> dict[UUID, ApiToken]:
    """Tokens by id."""
    return {row.id: row for row in await rows(context.session, ApiToken).filter(id__in=list(ids))}

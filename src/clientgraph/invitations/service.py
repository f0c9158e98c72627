"""What members do with invitations: they send them, look at them and take them back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from clientgraph import values
from clientgraph.clients.fields import ClientStatus
from clientgraph.clients.models import Client
from clientgraph.clients.service import lock_client
from clientgraph.contacts.models import Contact
from clientgraph.context import Context
from clientgraph.drafts import Checked, Cleaner, Draft, clean, present
from clientgraph.errors import UserError, UserErrors
from clientgraph.invitations.models import ClientInvitation, InvitationAnswer
from clientgraph.onboarding import OnboardingStatus
from clientgraph.organisations.tokens import INVITATION_TOKEN, new_token, token_hash
from clientgraph.storage.conditions import EVERYTHING
from clientgraph.storage.listings import NEWEST_ID, Listing
from clientgraph.storage.rows import find, insert, rows, update
from clientgraph.versions import check_version

DEFAULT_DAYS: Final = 14
LONGEST_DAYS: Final = 90
LONGEST_TEXT: Final = 20_000
OF_CLIENT: Final = Listing(ClientInvitation, "client.invitations", [NEWEST_ID], EVERYTHING)


def _days(value: int) -> int:
    if not 1 <= value <= LONGEST_DAYS:
        raise values.ValueProblem("OUT_OF_RANGE", lowest=1, highest=LONGEST_DAYS)
    return value


def _text(value: str) -> str | None:
    return values.lines(value, LONGEST_TEXT)


_CLEANERS: Final[Mapping[str, Cleaner]] = {
    "email": values.email,
    "message": _text,
    "mandate_wording": _text,
    "expires_in_days": _days,
    "page": values.website,
}


@dataclass(frozen=True, kw_only=True)
class Invited:
    """A new invitation with what is told now and never again: its token, and the link."""

    invitation: ClientInvitation
    token: str
    link: str | None


@dataclass(frozen=True, kw_only=True)
class Onboarding:
    """How far a client has come; ``invitation`` is the last one, ``accepted_at`` of the first."""

    status: OnboardingStatus
    invitation: ClientInvitation | None
    accepted_at: datetime | None


async def invite_client(context: Context, client_id: UUID, draft: Draft) -> Invited:
    """Invite a client, in place of whatever invitation it had before."""
    client = await _client(context, client_id)
    checked = clean(present(draft), _CLEANERS)
    await _check_receiver(context, client, draft, checked)
    if client.status == ClientStatus.INACTIVE.value:
        checked.add(("client_id",), "INVITED_INACTIVE")
    checked.raise_errors()
    made, now = checked.values, datetime.now(UTC)
    for former in await rows(context.session, ClientInvitation).filter(
        client_id=client.id, revoked_at=None
    ):
        await _end(context, former, now)
    page = made.pop("page", None)
    days = made.pop("expires_in_days", None) or DEFAULT_DAYS
    token = new_token(INVITATION_TOKEN)
    invitation = await insert(
        context.session,
        ClientInvitation,
        **made,
        client_id=client.id,
        token_hash=token_hash(context.signer, token, INVITATION_TOKEN),
        expires_at=now + timedelta(days=days),
        invited_by_id=_member(context),
    )
    context.changed("CREATED", "ClientInvitation", invitation, client_id=client.id)
    # Behind the #, where no server and no log sees it.
    link = f"{page.partition('#')[0]}#{token}" if page else None
    return Invited(invitation=invitation, token=token, link=link)


async def _client(context: Context, client_id: UUID) -> Client:
    try:
        return await lock_client(context, client_id)
    except UserErrors as missing:
        raise UserErrors([UserError(("client_id",), "NOT_FOUND")]) from missing


async def _check_receiver(context: Context, client: Client, draft: Draft, checked: Checked) -> None:
    """Who is invited: a contact of the client, or whoever has the address."""
    contact_id = draft.get("contact_id")
    if contact_id is not None:
        contact = await find(context.session, Contact, contact_id)
        if contact is None or contact.client_id != client.id:
            checked.add(("contact_id",), "NOT_FOUND")
            return
        checked.values["contact_id"] = contact.id
        if contact.email:
            checked.values.setdefault("email", contact.email)
    checked.require("email")


async def revoke_invitation(
    context: Context, invitation_id: UUID, expected: int | None
) -> ClientInvitation:
    """Take an invitation back: its link leads nowhere from now on; twice is fine."""
    seen = await _known(context, invitation_id)
    await lock_client(context, seen.client_id)
    invitation = await _known(context, invitation_id)
    check_version(invitation, expected)
    if invitation.revoked_at is None:
        await _end(context, invitation, datetime.now(UTC))
    return invitation


async def _known(context: Context, invitation_id: UUID) -> ClientInvitation:
    found = await find(context.session, ClientInvitation, invitation_id)
    if found is None:
        raise UserErrors([UserError(("id",), "NOT_FOUND")])
    return found


async def _end(context: Context, invitation: ClientInvitation, now: datetime) -> None:
    await update(context.session, invitation, {"revoked_at": now})
    context.changed("UPDATED", "ClientInvitation", invitation, client_id=invitation.client_id)


def status_of(invitation: ClientInvitation) -> OnboardingStatus:
    """How far an invitation has come. What was answered stays answered."""
    if invitation.answer != InvitationAnswer.OPEN.value:
        return OnboardingStatus(invitation.answer)
    revoked = invitation.revoked_at
    if revoked is not None and revoked < invitation.expires_at:
        return OnboardingStatus.REVOKED
    is_over = invitation.expires_at <= datetime.now(UTC)
    return OnboardingStatus.EXPIRED if is_over else OnboardingStatus.INVITED


async def onboarding_by_client(
    context: Context, client_ids: Sequence[UUID]
) -> dict[UUID, Onboarding]:
    """How far each client has come."""
    found: dict[UUID, list[ClientInvitation]] = {each: [] for each in client_ids}
    query = rows(context.session, ClientInvitation).filter(client_id__in=list(client_ids))
    for row in await query.order_by("id"):
        found[row.client_id].append(row)
    return {client_id: _onboarding(invitations) for client_id, invitations in found.items()}


def _onboarding(invitations: Iterable[ClientInvitation]) -> Onboarding:
    """Whoever has accepted once has accepted, whatever links were sent after that."""
    known = list(invitations)
    accepted = [each for each in known if each.answer == InvitationAnswer.ACCEPTED.value]
    last = known[-1] if known else None
    status = status_of(last) if last else OnboardingStatus.NOT_INVITED
    return Onboarding(
        status=OnboardingStatus.ACCEPTED if accepted else status,
        invitation=last,
        accepted_at=accepted[0].answered_at if accepted else None,
    )


async def invitations_by_id(context: Context, ids: Sequence[UUID]) -> dict[UUID, ClientInvitation]:
    """Invitations by id."""
    found = rows(context.session, ClientInvitation).filter(id__in=list(ids))
    return {row.id: row for row in await found}


def _member(context: Context) -> Any:
    return context.actor.member_id if context.actor else None

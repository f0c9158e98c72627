"""What invited clients do with their own file: look at it, complete it, accept or decline."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from clientgraph import values
from clientgraph.addresses.models import Address
from clientgraph.clients import parts
from clientgraph.clients import service as clients
from clientgraph.clients.fields import ClientStatus
from clientgraph.clients.models import Client
from clientgraph.contacts.models import Contact
from clientgraph.context import Context
from clientgraph.drafts import Checked, Draft, clean, present
from clientgraph.errors import Unauthenticated, UserError, UserErrors
from clientgraph.identifiers.service import identifiers_by_client
from clientgraph.invitations.models import ClientInvitation, InvitationAnswer
from clientgraph.invitations.provenance import IDENTIFIER, Written, note_origins, written
from clientgraph.invitations.recognition import is_open
from clientgraph.mandates import service as mandates
from clientgraph.mandates.lists import today
from clientgraph.mandates.models import MandateOrigin
from clientgraph.organisations.tokens import INVITATION_SESSION, new_token, token_hash
from clientgraph.permissions import Permission
from clientgraph.requirements import Channel
from clientgraph.storage.models import Record
from clientgraph.storage.rows import find, lock, update
from clientgraph.versions import check_version

MOST_PARTS: Final = 20
LONGEST_REASON: Final = 2_000
_BY: Final = Channel.FORM
_SIGNED: Final = ("signatory_name", "signatory_position", "signatory_email")
R = TypeVar("R", bound=Record)


async def open_invitation(context: Context) -> tuple[ClientInvitation, str]:
    """Take a session for the link, once: the session is good from then on, and the link no more."""
    invitation = await _invitation(context, Permission.INVITATION_OPEN, locked=True)
    if invitation.opened_at is not None:
        # Somebody was faster.
        raise Unauthenticated
    session = new_token(INVITATION_SESSION)
    digest = token_hash(context.signer, session, INVITATION_SESSION)
    opened = {"token_hash": digest, "opened_at": datetime.now(UTC)}
    await update(context.session, invitation, opened)
    context.changed("UPDATED", "ClientInvitation", invitation, client_id=invitation.client_id)
    return invitation, session


async def own_invitation(context: Context, *, locked: bool = False) -> ClientInvitation:
    """The invitation of the caller's session, while it is open and its client is in use.

    With ``locked`` the client is held until the transaction ends.
    """
    return await _invitation(context, Permission.INVITATION_ANSWER, locked=locked)


async def _invitation(
    context: Context, permission: Permission, *, locked: bool
) -> ClientInvitation:
    actor = context.require(permission)
    if actor.client_id is None:
        raise Unauthenticated
    hold = lock if locked else find
    client = await hold(context.session, Client, actor.client_id)
    invitation = await find(context.session, ClientInvitation, actor.token_id)
    if client is None or invitation is None or not is_open(invitation):
        raise Unauthenticated
    if client.status == ClientStatus.INACTIVE.value:
        raise Unauthenticated
    return invitation


async def accept_invitation(context: Context, draft: Draft) -> ClientInvitation:
    """Accept once, with the mandate where its wording is agreed to; the client is taken into use.

    What it still lacks for that is told as warnings.
    """
    invitation = await own_invitation(context, locked=True)
    _check_open(invitation)
    mandate = draft.get("mandate")
    if mandate is not None:
        await _give_mandate(context, invitation, mandate)
    await _answer(context, invitation, InvitationAnswer.ACCEPTED)
    await _take_into_use(context, invitation.client_id)
    return invitation


async def decline_invitation(context: Context, draft: Draft) -> ClientInvitation:
    """Decline once; the session is no longer good from then on."""
    invitation = await own_invitation(context, locked=True)
    _check_open(invitation)
    checked = clean(present(draft), {"reason": lambda value: values.lines(value, LONGEST_REASON)})
    checked.raise_errors()
    reason = checked.values.get("reason")
    await _answer(context, invitation, InvitationAnswer.DECLINED, decline_reason=reason)
    return invitation


def _check_open(invitation: ClientInvitation) -> None:
    if invitation.answer != InvitationAnswer.OPEN.value:
        raise UserErrors([UserError((), "INVITATION_ANSWERED")], invitation)


async def _answer(
    context: Context, invitation: ClientInvitation, answer: InvitationAnswer, **besides: Any
) -> None:
    changed = {"answer": answer.value, "answered_at": datetime.now(UTC), **besides}
    await update(context.session, invitation, changed)
    context.changed("UPDATED", "ClientInvitation", invitation, client_id=invitation.client_id)


async def _give_mandate(context: Context, invitation: ClientInvitation, given: Draft) -> None:
    """Signed today, in the words of the invitation."""
    if invitation.mandate_wording is None:
        raise UserErrors([UserError(("mandate",), "MANDATE_NOT_ASKED")])
    signed = {name: given.get(name) for name in _SIGNED}
    wording = {"wording": invitation.mandate_wording, "signed_on": today()}
    checked = mandates.check_mandate({**signed, **wording})
    checked.require("signatory_name")
    mistakes = Checked()
    mistakes.include(checked, "mandate")
    mistakes.raise_errors()
    made = [(invitation.client_id, checked.values)]
    await mandates.store_mandates(context, made, MandateOrigin.SELF_SERVICE)


async def _take_into_use(context: Context, client_id: UUID) -> None:
    client = await clients.lock_client(context, client_id)
    if client.status != ClientStatus.DRAFT.value:
        return
    try:
        await clients.activate_client(context, client_id, None, _BY)
    except UserErrors as lacking:
        context.warnings += [
            replace(error, path=("client", *error.path)) for error in fit_for_guests(lacking)
        ]


async def complete_client(context: Context, draft: Draft, expected: int | None) -> ClientInvitation:
    """Write what the client says of itself, all of it or nothing, and note that it did.

    Contacts and addresses with an id are changed, others are added; identifiers replace those of
    their kind. Raises `UserErrors` with the mistakes of every part.
    """
    invitation = await own_invitation(context, locked=True)
    client_id = invitation.client_id
    noted, mistakes = [], Checked()
    own = {name: given for name, given in draft.items() if name not in ("contacts", "addresses")}
    noted += await _tried(mistakes, (), lambda: _own_fields(context, client_id, own, expected))
    for name, write in (("contacts", _contact), ("addresses", _address)):
        given = mistakes.parts(draft, name, MOST_PARTS)
        for place, part in enumerate(given):
            at = (name, str(place))
            noted += await _tried(mistakes, at, lambda: write(context, client_id, part))  # noqa: B023
    mistakes.raise_errors()
    await note_origins(context, client_id, noted)
    return invitation


async def _tried(
    mistakes: Checked, at: tuple[str, ...], write: Callable[[], Awaitable[list[Written]]]
) -> list[Written]:
    """What was written; mistakes are noted at their place, and everything is undone in the end."""
    try:
        return await write()
    except UserErrors as found:
        for error in fit_for_guests(found):
            mistakes.note(error.under(*at))
        return []


def fit_for_guests(found: UserErrors) -> list[UserError]:
    """Mistakes without a word of other clients, who may have the same address or number."""
    return [
        error if error.record is None else UserError(error.path, "TAKEN_BY_OTHER")
        for error in found.errors
    ]


async def _own_fields(
    context: Context, client_id: UUID, draft: Mapping[str, Any], expected: int | None
) -> list[Written]:
    before = await clients.lock_client(context, client_id)
    check_version(before, expected)
    known = vars(before).copy()
    numbers = {row.kind: row for row in await _identifiers(context, client_id)}
    draft = dict(draft)
    if draft.get("identifiers") is not None:
        kinds = {each["kind"] for each in draft["identifiers"]}
        kept = [
            {"kind": row.kind, "value": row.value}
            for row in numbers.values()
            if row.derived_from is None and row.kind not in kinds
        ]
        draft["identifiers"] = [*draft["identifiers"], *kept]
    client = await clients.update_client(context, client_id, draft, None, _BY)
    fields = [name for name in draft if name != "identifiers"]
    return written(client, fields, known) + [
        Written("Client", client_id, f"{IDENTIFIER}{row.kind}", row.value)
        for row in await _identifiers(context, client_id)
        if row.derived_from is None
        and (row.kind not in numbers or numbers[row.kind].value != row.value)
    ]


async def _identifiers(context: Context, client_id: UUID) -> Sequence[Any]:
    return (await identifiers_by_client(context, [client_id]))[client_id]


async def _contact(context: Context, client_id: UUID, draft: Draft) -> list[Written]:
    fields = {name: given for name, given in draft.items() if name != "contact_id"}
    if draft.get("contact_id") is None:
        made = await parts.create_contact(context, client_id, fields, _BY)
        return written(made, fields, {})
    known = await _own(context, Contact, client_id, "contact_id", draft)
    before = vars(known).copy()
    row = await parts.update_contact(context, known.id, fields, None, _BY)
    return written(row, fields, before)


async def _address(context: Context, client_id: UUID, draft: Draft) -> list[Written]:
    fields = {name: given for name, given in draft.items() if name != "address_id"}
    if draft.get("address_id") is None:
        made = await parts.create_address(context, client_id, fields, _BY)
        return written(made, fields, {})
    known = await _own(context, Address, client_id, "address_id", draft)
    before = vars(known).copy()
    row = await parts.update_address(context, known.id, fields, None, _BY)
    return written(row, fields, before)


async def _own(context: Context, model: type[R], client_id: UUID, key: str, draft: Draft) -> R:
    """A part of the client's; that of another is like none."""
    row: Any = await find(context.session, model, draft[key])
    if row is None or row.client_id != client_id:
        raise UserErrors([UserError((key,), "NOT_FOUND")])
    found: R = row
    return found

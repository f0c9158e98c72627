"""The public face of invitations for members: how far clients have come, and what they wrote."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from clientgraph.clients.graphql.types import Client, OnboardingStatusType
from clientgraph.clients.service import clients_by_id
from clientgraph.contacts.graphql import Contact
from clientgraph.contacts.service import contact_by_id
from clientgraph.graphql.enums import described
from clientgraph.graphql.fields import Info, argument, column, computed, given, loaded, mutation
from clientgraph.graphql.mutations import (
    ChangeInput,
    MutationInput,
    Payload,
    answer,
    answer_fields,
    draft,
    expected,
)
from clientgraph.graphql.nodes import RecordNode, record, row_id
from clientgraph.graphql.paging import (
    After,
    Before,
    Connection,
    First,
    Last,
    connection_of,
    page_arguments,
)
from clientgraph.graphql.scalars import URL, EmailAddress
from clientgraph.invitations import models, service
from clientgraph.invitations.models import FieldSource
from clientgraph.invitations.provenance import Origin, provenance_by_client
from clientgraph.organisations.graphql import Member
from clientgraph.organisations.service import member_by_id
from clientgraph.permissions import Permission

_WRITE = Permission.CLIENTS_WRITE

FieldSourceType = described(
    FieldSource,
    "Who wrote a value.",
    CLIENT="The client itself, by an invitation.",
)


@record(models.ClientInvitation, "A client was invited to look after its own file.")
class ClientInvitation(RecordNode):
    """Columns of an invitation; never its token or hash."""

    client_id: strawberry.Private[UUID]
    contact_id: strawberry.Private[UUID | None]
    email: EmailAddress = column("Who was invited.")
    message: str | None = column("What the invited person is told.")
    mandate_wording: str | None = column("The mandate that the invited person is asked for.")
    expires_at: datetime = column("From when the link leads nowhere.")
    opened_at: datetime | None = column("When its link was opened, which can be done once.")
    answered_at: datetime | None = column("When it was accepted or declined.")
    decline_reason: str | None = column("Why it was declined, in the client's words.")
    revoked_at: datetime | None = column("When it was taken back or replaced.")
    client: Client = loaded("The client.", clients_by_id, key="client_id")
    contact: Contact | None = loaded(
        "The contact who was invited; null where an address was.", contact_by_id, key="contact_id"
    )

    @computed("How far it has come.")
    def status(self: Any) -> OnboardingStatusType:
        """By its answer and its times."""
        return service.status_of(self)

    @computed("Who sent it; null where a token of the workspace did.")
    async def invited_by(self: Any, info: Info) -> Member | None:
        """Loaded with those of other invitations."""
        if self.invited_by_id is None:
            return None
        return await info.context.load(member_by_id, self.invited_by_id)


@strawberry.type(description="How far a client has come with its invitation.")
class ClientOnboarding:
    """Beside the client's status."""

    status: OnboardingStatusType = column("How far it has come.")
    accepted_at: datetime | None = column("When it accepted for the first time.")
    invitation: ClientInvitation | None = column("The last invitation.")


@strawberry.type(description="Where the value of a field comes from.")
class FieldProvenance:
    """For as long as nobody else has written another value."""

    path: list[str] = column(
        "The way to the field in the client: `contacts` and `addresses` are followed by the id, "
        "`identifiers` by the kind."
    )
    source: FieldSourceType = column("Who wrote it.")  # type: ignore[valid-type]
    at: datetime = column("When it was written.")


@computed("How far it has come with its invitation.")
async def client_onboarding(self: Any, info: Info) -> ClientOnboarding:
    """Loaded with the other clients'."""
    found: Any = await info.context.load(service.onboarding_by_client, self.id)
    return ClientOnboarding(
        status=found.status, accepted_at=found.accepted_at, invitation=found.invitation
    )


@computed("Its invitations, the last first.")
async def client_invitations(
    self: Any,
    info: Info,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
) -> Connection[ClientInvitation]:
    """A page of each client's invitations, in one statement."""
    arguments = page_arguments(first, after, last, before)
    return await connection_of(info, self.id, "client_id", service.OF_CLIENT, arguments)


@computed(
    "The values that somebody outside the workspace wrote, and nobody has changed since; all "
    "others are the workspace's own.",
    size=20,
)
async def client_provenance(self: Any, info: Info) -> list[FieldProvenance]:
    """Loaded with the other clients'."""
    found: list[Origin] = await info.context.load(provenance_by_client, self.id) or []
    return [FieldProvenance(path=list(each.path), source=each.source, at=each.at) for each in found]


client_onboarding.python_name = "onboarding"
client_invitations.python_name = "invitations"
client_provenance.python_name = "provenance"


@strawberry.input(description="An invitation of a client.")
class ClientInviteInput(MutationInput):
    """Who is invited, and to what."""

    client_id: strawberry.ID = strawberry.field(description="The client.")
    contact_id: strawberry.ID | None = given("The contact of the client who is invited.")
    email: EmailAddress | None = given(
        "The address that is invited; the contact's by default. One of the two is needed."
    )
    message: str | None = given("What the invited person is told, up to 20,000 characters.")
    mandate_wording: str | None = given(
        "The mandate that the invited person may give along with accepting, up to 20,000 "
        "characters. None is asked for where it is left out."
    )
    expires_in_days: int | None = given("1 to 90 days; 14 by default.")
    page: URL | None = given(
        "The page of the front end where invited people arrive: `link` is made of it."
    )


@strawberry.type(description="The new invitation.")
class ClientInvitePayload(Payload):
    """The invitation, or what was wrong."""

    invitation: ClientInvitation | None = column("The invitation.")
    token: str | None = column(
        "The token `cgi_…` that opens the invitation at the endpoint `/invitation`, once. It is "
        "shown now and never again."
    )
    link: str | None = column(
        "The `page` with the token behind its `#`, to be sent to the invited person."
    )


@strawberry.input(description="Which invitation to take back.")
class ClientInvitationRevokeInput(ChangeInput):
    """One invitation."""


@strawberry.type(description="The invitation that was taken back.")
class ClientInvitationRevokePayload(Payload):
    """The invitation, or what was wrong."""

    invitation: ClientInvitation | None = column("The invitation as it is now.")


@mutation(_WRITE, "Invite a client to look after its own file. Former links lead nowhere then.")
async def client_invite(
    info: Info, input: Annotated[ClientInviteInput, argument("The invitation.")]
) -> ClientInvitePayload | None:
    """Sends nothing: the link is the caller's to send."""
    made = draft(input)
    client_id = row_id("Client", made.pop("client_id"))
    if made.get("contact_id") is not None:
        made["contact_id"] = row_id("Contact", made["contact_id"])

    async def invite() -> dict[str, object]:
        found = await service.invite_client(info.context, client_id, made)
        info.context.secrets += [each for each in (found.token, found.link) if each]
        return {"invitation": found.invitation, "token": found.token, "link": found.link}

    return await answer_fields(info, ClientInvitePayload, None, invite)


@mutation(_WRITE, "Take an invitation back: its link leads nowhere from now on.")
async def client_invitation_revoke(
    info: Info, input: Annotated[ClientInvitationRevokeInput, argument("Which invitation.")]
) -> ClientInvitationRevokePayload | None:
    """Twice is fine."""
    invitation_id = row_id("ClientInvitation", input.id)
    return await answer(
        info,
        ClientInvitationRevokePayload,
        "invitation",
        lambda: service.revoke_invitation(info.context, invitation_id, expected(input)),
    )


MUTATIONS = [client_invite, client_invitation_revoke]
EXTENSIONS = {"Client": [client_onboarding, client_invitations, client_provenance]}

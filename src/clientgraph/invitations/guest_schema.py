"""The small API of invited clients: one query and four mutations about one file."""

from __future__ import annotations

from typing import Annotated, Any, Final

import strawberry
from graphql import GraphQLSchema
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import create_type

from clientgraph.graphql.coercion import read_at_once
from clientgraph.graphql.fields import Info, argument, column, mutation, query
from clientgraph.graphql.mutations import Payload, answer, answer_fields, draft, expected
from clientgraph.graphql.nodes import row_id
from clientgraph.graphql.scalars import SCALARS
from clientgraph.invitations import own_file
from clientgraph.invitations.guest_types import (
    ClientCompleteInput,
    Invitation,
    InvitationAcceptInput,
    InvitationDeclineInput,
    InvitationOpenInput,
)
from clientgraph.permissions import Permission

_ANSWER: Final = Permission.INVITATION_ANSWER
_IDS: Final = {"contacts": ("contact_id", "Contact"), "addresses": ("address_id", "Address")}
DESCRIPTION: Final = (
    "What invited clients can do: look at their own file, complete it, accept or decline. The "
    "token of the link, `Authorization: Bearer cgi_…`, is good for `invitationOpen` alone, once; "
    "the session `cgs_…` that it answers is good for everything else."
)


@query(_ANSWER, "The invitation that the caller presents.")
async def invitation(info: Info) -> Invitation:
    """With the client's own file."""
    found: Any = await own_file.own_invitation(info.context)
    return found


@strawberry.type(description="The invitation that was accepted.")
class InvitationAcceptPayload(Payload):
    """The invitation, or what was wrong; warnings name what the file still lacks."""

    invitation: Invitation | None = column("The invitation as it is now.")


@strawberry.type(description="The invitation that was declined.")
class InvitationDeclinePayload(Payload):
    """The invitation, or what was wrong."""

    invitation: Invitation | None = column("The invitation as it is now.")


@strawberry.type(description="The file after a change.")
class ClientCompletePayload(Payload):
    """The invitation, or what was wrong."""

    invitation: Invitation | None = column("The invitation with the file as it is now.")


@strawberry.type(description="The invitation that was opened.")
class InvitationOpenPayload(Payload):
    """The invitation and a session for it."""

    invitation: Invitation | None = column("The invitation, with the client's own file.")
    session: str | None = column(
        "The token `cgs_…` to present from now on. It is shown now and never again."
    )


@mutation(
    Permission.INVITATION_OPEN,
    "Open the invitation by its link, once. The link is no longer good from then on: present the "
    "session.",
)
async def invitation_open(
    info: Info,
    input: Annotated[InvitationOpenInput, argument("Nothing but the usual.")],
) -> InvitationOpenPayload | None:
    """Where the answer is lost, the client has to be invited anew."""

    async def opened() -> dict[str, object]:
        found, session = await own_file.open_invitation(info.context)
        info.context.secrets.append(session)
        # One that is not kept is good for nothing.
        return {"invitation": found, "session": None if input.validate_only else session}

    return await answer_fields(info, InvitationOpenPayload, None, opened)


@mutation(
    _ANSWER,
    "Accept the invitation, once. The client is taken into use, unless something required is "
    "missing: `warnings` tell what.",
)
async def invitation_accept(
    info: Info, input: Annotated[InvitationAcceptInput, argument("The answer.")]
) -> InvitationAcceptPayload | None:
    """With the mandate, or without."""
    made = draft(input)
    return await answer(
        info,
        InvitationAcceptPayload,
        "invitation",
        lambda: own_file.accept_invitation(info.context, made),
    )


@mutation(_ANSWER, "Decline the invitation, once. Its session is no longer good from then on.")
async def invitation_decline(
    info: Info, input: Annotated[InvitationDeclineInput, argument("The answer.")]
) -> InvitationDeclinePayload | None:
    """With a reason, or without."""
    made = draft(input)
    return await answer(
        info,
        InvitationDeclinePayload,
        "invitation",
        lambda: own_file.decline_invitation(info.context, made),
    )


@mutation(_ANSWER, "Complete the file: fields, people, addresses and numbers, all or nothing.")
async def client_complete(
    info: Info, input: Annotated[ClientCompleteInput, argument("What the client says of itself.")]
) -> ClientCompletePayload | None:
    """Before or after the invitation is accepted."""
    made = draft(input)
    for name, (key, kind) in _IDS.items():
        for part in made.get(name) or ():
            if part.get(key) is not None:
                part[key] = row_id(kind, part[key])
    return await answer(
        info,
        ClientCompletePayload,
        "invitation",
        lambda: own_file.complete_client(info.context, made, expected(input)),
    )


class GuestSchema(strawberry.Schema):
    """Apart from the schema of members: neither domains nor plugins add to it."""

    def __init__(self) -> None:
        mutations = [invitation_open, invitation_accept, invitation_decline, client_complete]
        super().__init__(
            query=create_type("Query", [invitation], description="What can be read."),
            mutation=create_type("Mutation", mutations, description="What can be changed."),
            config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=True),
        )
        self.core: GraphQLSchema = self._schema
        self.core.description = DESCRIPTION
        read_at_once(self.schema_converter)

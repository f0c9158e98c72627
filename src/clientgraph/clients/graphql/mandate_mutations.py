"""Mutations of mandates."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import strawberry

from clientgraph.clients import parts
from clientgraph.clients.mandates import ORIGINS
from clientgraph.graphql.fields import Info, argument, column, given, mutation
from clientgraph.graphql.mutations import (
    ChangeInput,
    MutationInput,
    Payload,
    answer,
    draft,
    expected,
)
from clientgraph.graphql.nodes import row_id
from clientgraph.mandates.graphql import Mandate, MandateFields
from clientgraph.permissions import Permission
from clientgraph.policies.graphql import ChannelInput, channel_of

_WRITE = Permission.CLIENTS_WRITE


@strawberry.input(description="A new mandate of a client.")
class MandateCreateInput(MandateFields, ChannelInput, MutationInput):
    """Whose it is and what it says."""

    client_id: strawberry.ID = strawberry.field(description="The client.")


@strawberry.input(description="Corrections of a mandate. Absent fields stay, null clears.")
class MandateUpdateInput(MandateFields, ChangeInput):
    """What it says."""


@strawberry.input(description="The end of a mandate.")
class MandateRevokeInput(ChangeInput):
    """When and why."""

    revoked_on: date | None = given(
        "The day on which it was revoked; today by default, never in the future."
    )
    reason: str | None = given("Why, up to 2,000 characters.")


@strawberry.type(description="The new mandate.")
class MandateCreatePayload(Payload):
    """The mandate, or what was wrong."""

    mandate: Mandate | None = column("The mandate.")


@strawberry.type(description="The mandate after a correction.")
class MandateUpdatePayload(Payload):
    """The mandate, or what was wrong."""

    mandate: Mandate | None = column("The mandate as it is now.")


@strawberry.type(description="The mandate that was ended.")
class MandateRevokePayload(Payload):
    """The mandate, or what was wrong."""

    mandate: Mandate | None = column("The mandate as it is now.")


@mutation(_WRITE, "Record that a client mandated the workspace. Former mandates stay as they are.")
async def mandate_create(
    info: Info, input: Annotated[MandateCreateInput, argument("The mandate.")]
) -> MandateCreatePayload | None:
    """In force from its first day on."""
    client_id, made = row_id("Client", input.client_id), draft(input)
    origin = ORIGINS[channel_of(input)]
    return await answer(
        info,
        MandateCreatePayload,
        "mandate",
        lambda: parts.create_mandate(info.context, client_id, made, origin),
    )


@mutation(_WRITE, "Correct a mandate that was not revoked.")
async def mandate_update(
    info: Info, input: Annotated[MandateUpdateInput, argument("The corrections.")]
) -> MandateUpdatePayload | None:
    """Absent fields stay."""
    mandate_id, made = row_id("Mandate", input.id), draft(input)
    return await answer(
        info,
        MandateUpdatePayload,
        "mandate",
        lambda: parts.update_mandate(info.context, mandate_id, made, expected(input)),
    )


@mutation(_WRITE, "End a mandate for good. It stays in the client's record.")
async def mandate_revoke(
    info: Info, input: Annotated[MandateRevokeInput, argument("The end.")]
) -> MandateRevokePayload | None:
    """Not to be undone: record a new one."""
    mandate_id, made = row_id("Mandate", input.id), draft(input)
    return await answer(
        info,
        MandateRevokePayload,
        "mandate",
        lambda: parts.revoke_mandate(info.context, mandate_id, made, expected(input)),
    )


MANDATE_MUTATIONS = [mandate_create, mandate_update, mandate_revoke]

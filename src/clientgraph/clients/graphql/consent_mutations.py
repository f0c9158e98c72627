"""Mutations of consents."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import strawberry

from clientgraph.clients import parts
from clientgraph.consents.graphql import ChannelType, Consent, PurposeType, SourceType
from clientgraph.graphql.fields import Info, argument, column, given, mutation
from clientgraph.graphql.mutations import MutationInput, Payload, answer, draft
from clientgraph.graphql.nodes import row_id
from clientgraph.permissions import Permission

_WRITE = Permission.CLIENTS_WRITE
_CONTACT = "The contact of the client whose consent it is; the client itself where there is none."


@strawberry.input(description="Somebody agreed to be contacted.")
class ConsentGiveInput(MutationInput):
    """Who agreed to what, how, and the proof."""

    client_id: strawberry.ID = strawberry.field(description="The client.")
    contact_id: strawberry.ID | None = given(_CONTACT)
    purpose: PurposeType = strawberry.field(description="What for.")
    channels: list[ChannelType] = strawberry.field(
        description="By which means; each becomes a consent of its own."
    )
    source: SourceType = strawberry.field(description="How it was given.")
    given_at: datetime | None = given("When it was given; now by default, never in the future.")
    wording: str | None = given(
        "What was agreed to: the text, or the name of its version, up to 5,000 characters."
    )
    evidence: str | None = given(
        "Where the proof is: a document, a log, a witness, up to 2,000 characters."
    )


@strawberry.input(description="Somebody no longer agrees to be contacted.")
class ConsentWithdrawInput(MutationInput):
    """Who withdrew what."""

    client_id: strawberry.ID = strawberry.field(description="The client.")
    contact_id: strawberry.ID | None = given(_CONTACT)
    purpose: PurposeType = strawberry.field(description="What for.")
    channels: list[ChannelType] | None = given("By which means; all by default.")
    withdrawn_at: datetime | None = given(
        "When it was withdrawn; now by default, never in the future."
    )


@strawberry.type(description="What is in force now.")
class ConsentGivePayload(Payload):
    """The consents, or what was wrong."""

    consents: list[Consent] | None = column(
        "The consent in force for each of the channels, in their order: new, or the same as before."
    )


@strawberry.type(description="What is no longer in force.")
class ConsentWithdrawPayload(Payload):
    """The consents, or what was wrong."""

    consents: list[Consent] | None = column(
        "The consents that this ended; none where none was in force."
    )


@mutation(_WRITE, "Record that somebody agreed to be contacted. Agreed already: it stays as it is.")
async def consent_give(
    info: Info, input: Annotated[ConsentGiveInput, argument("The consent.")]
) -> ConsentGivePayload | None:
    """One consent for each channel."""
    made = _stored(input)
    return await answer(
        info, ConsentGivePayload, "consents", lambda: parts.give_consents(info.context, made)
    )


@mutation(_WRITE, "Record that somebody withdrew consent. What is not in force stays so.")
async def consent_withdraw(
    info: Info, input: Annotated[ConsentWithdrawInput, argument("The withdrawal.")]
) -> ConsentWithdrawPayload | None:
    """Ends what is in force."""
    made = _stored(input)
    return await answer(
        info,
        ConsentWithdrawPayload,
        "consents",
        lambda: parts.withdraw_consents(info.context, made),
    )


def _stored(given_fields: Any) -> dict[str, Any]:
    """The fields that were given, with rows' ids in place of global ones."""
    made = draft(given_fields)
    made["client_id"] = row_id("Client", made["client_id"])
    if made.get("contact_id") is not None:
        made["contact_id"] = row_id("Contact", made["contact_id"])
    return made


CONSENT_MUTATIONS = [consent_give, consent_withdraw]

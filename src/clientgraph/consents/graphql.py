"""The public face of consents."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from clientgraph.consents import models
from clientgraph.consents.lists import WantedConsent, of_client, of_contact
from clientgraph.consents.models import (
    ConsentChannel,
    ConsentPurpose,
    ConsentSource,
    ConsentStatus,
)
from clientgraph.consents.service import agreed_by_client, agreed_by_contact
from clientgraph.context import Context
from clientgraph.graphql.enums import described
from clientgraph.graphql.fields import Info, argument, column, computed, given
from clientgraph.graphql.nodes import RecordNode, record
from clientgraph.graphql.paging import (
    After,
    Before,
    Connection,
    First,
    Last,
    connection_of,
    page_arguments,
)
from clientgraph.organisations.graphql import Member
from clientgraph.organisations.service import member_by_id

PurposeType = described(
    ConsentPurpose,
    "What somebody agreed to be contacted for.",
    SERVICE="The service itself: invoices and receipts, delivery, incidents.",
    MARKETING="Promotions.",
    PRODUCT_UPDATES="News of products and of the service.",
)
ChannelType = described(
    ConsentChannel,
    "By which means somebody agreed to be contacted.",
    EMAIL="E-mail.",
    PHONE="Phone, calls and messages.",
    POST="Letters.",
)
SourceType = described(
    ConsentSource,
    "How a consent was given.",
    FORM="On a form, such as that of a website.",
    EMAIL="By e-mail.",
    PHONE="On the phone.",
    PAPER="On paper, signed.",
    IN_PERSON="Said in person.",
    IMPORT="Taken over from another system.",
    OTHER="In another way, which the evidence tells.",
)
StatusType = described(
    ConsentStatus,
    "Whether a consent is in force, or what ended it.",
    GIVEN="In force.",
    REPLACED="Another wording was agreed to in its place.",
    WITHDRAWN="Withdrawn.",
)


@record(models.Consent, "Somebody agreed to be contacted: for one purpose, by one channel.")
class Consent(RecordNode):
    """Columns of a consent."""

    client_id: strawberry.Private[UUID]
    purpose: PurposeType = column("What for.")  # type: ignore[valid-type]
    channel: ChannelType = column("By which means.")  # type: ignore[valid-type]
    status: StatusType = column("In force, or what ended it.")  # type: ignore[valid-type]
    given_at: datetime = column("When it was given.")
    withdrawn_at: datetime | None = column("When it was withdrawn, if so.")
    source: SourceType = column("How it was given.")  # type: ignore[valid-type]
    wording: str | None = column("What was agreed to: the text, or the name of its version.")
    evidence: str | None = column("Where the proof is: a document, a log, a witness.")

    @computed("Whether it is in force. One is, at most, for each purpose and channel.")
    def is_in_force(self: Any) -> bool:
        """By the status."""
        return bool(self.status == ConsentStatus.GIVEN.value)

    @computed("The member who wrote it down; null where a token of the workspace did.")
    async def recorded_by(self: Any, info: Info) -> Member | None:
        """Loaded with those of other consents."""
        return await _member(info, self.recorded_by_id)

    @computed("The member who wrote down the withdrawal.")
    async def withdrawn_by(self: Any, info: Info) -> Member | None:
        """Loaded with those of other consents."""
        return await _member(info, self.withdrawn_by_id)


async def _member(info: Info, member_id: UUID | None) -> Any:
    return await info.context.load(member_by_id, member_id) if member_id else None


@strawberry.input(description="Who agreed to be contacted, and who did not.")
class ConsentFilter:
    """One condition on the consents that are in force."""

    purpose: PurposeType = strawberry.field(  # type: ignore[valid-type]
        description="What for."
    )
    channel: ChannelType | None = given("By which means; any by default.")  # type: ignore[valid-type]
    given: bool | None = strawberry.field(
        default=True, description="Those who agreed (true), or all others (false)."
    )


def wanted_consent(context: Context, wanted: dict[str, Any]) -> WantedConsent:
    """The condition that a filter stands for."""
    channel = wanted.get("channel")
    return WantedConsent(
        context.organisation_id,
        wanted["purpose"],
        (channel,) if channel else tuple(each.value for each in ConsentChannel),
        wanted.get("given") is not False,
    )


InForce = Annotated[
    bool | None, argument("Only those in force (true), or only those that are no more (false).")
]
Purpose = Annotated[PurposeType, argument("What for.")]  # type: ignore[valid-type]
Channel = Annotated[ChannelType, argument("By which means.")]  # type: ignore[valid-type]


@computed("What the client itself agreed to, the last first. Contacts have consents of their own.")
async def client_consents(
    self: Any,
    info: Info,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
    in_force: InForce = strawberry.UNSET,
) -> Connection[Consent]:
    """A page of each client's consents, in one statement."""
    found = of_client(in_force=_chosen(in_force))
    arguments = page_arguments(first, after, last, before)
    return await connection_of(info, self.id, "client_id", found, arguments)


@computed("What the contact agreed to, the last first.")
async def contact_consents(
    self: Any,
    info: Info,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
    in_force: InForce = strawberry.UNSET,
) -> Connection[Consent]:
    """A page of each contact's consents, in one statement."""
    found = of_contact(in_force=_chosen(in_force))
    arguments = page_arguments(first, after, last, before)
    return await connection_of(info, self.id, "contact_id", found, arguments)


def _chosen(in_force: bool | None) -> bool | None:
    return None if in_force is strawberry.UNSET else in_force


@computed("Whether the client itself agreed to be contacted for this purpose by this channel.")
async def client_may_contact(self: Any, info: Info, purpose: Purpose, channel: Channel) -> bool:
    """Loaded with the other clients'."""
    return _is_in(await info.context.load(agreed_by_client, self.id), purpose, channel)


@computed("Whether the contact agreed to be contacted for this purpose by this channel.")
async def contact_may_contact(self: Any, info: Info, purpose: Purpose, channel: Channel) -> bool:
    """Loaded with the other contacts'."""
    return _is_in(await info.context.load(agreed_by_contact, self.id), purpose, channel)


def _is_in(agreed: set[tuple[str, str]], purpose: Any, channel: Any) -> bool:
    return (purpose.value, channel.value) in agreed


client_consents.python_name = contact_consents.python_name = "consents"
client_may_contact.python_name = contact_may_contact.python_name = "may_contact"

EXTENSIONS = {
    "Client": [client_consents, client_may_contact],
    "Contact": [contact_consents, contact_may_contact],
}

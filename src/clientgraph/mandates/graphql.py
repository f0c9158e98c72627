"""The public face of mandates."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

import strawberry

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
from clientgraph.graphql.scalars import EmailAddress
from clientgraph.mandates import models
from clientgraph.mandates.lists import of_client
from clientgraph.mandates.models import (
    MandateEvidence,
    MandateOrigin,
    MandateScope,
    MandateStatus,
)
from clientgraph.mandates.service import covering, mandates_in_force, status_of
from clientgraph.organisations.graphql import Member
from clientgraph.organisations.service import member_by_id

ScopeType = described(
    MandateScope,
    "What a client mandated the workspace with.",
    E_INVOICING="E-invoicing as a whole; it covers all other scopes.",
    PEPPOL_SEND="To send invoices over Peppol in the client's name.",
    PEPPOL_RECEIVE="To register the client on Peppol and receive invoices for it.",
)
EvidenceType = described(
    MandateEvidence,
    "What there is to prove a mandate by.",
    NONE="Nothing: somebody said yes, such as a column of an import.",
    STATED="Whoever recorded it states to have the signed mandate.",
    DOCUMENT="The signed document is kept; `evidenceReference` tells where.",
)
OriginType = described(
    MandateOrigin,
    "By which way a mandate was recorded.",
    API="Another program.",
    FORM="A member at a form.",
    IMPORT="A file of many records.",
    SELF_SERVICE="The client itself, by an invitation.",
)
StatusType = described(
    MandateStatus,
    "Where a mandate is in its life, today (UTC).",
    UPCOMING="It holds from a later day on.",
    IN_FORCE="It holds.",
    EXPIRED="Its last day is over.",
    REVOKED="It was revoked.",
)
_SIGNATORY = "Who signed it: first and last name."
_POSITION = "What the signatory is at the client, such as manager."
_EMAIL = "E-mail address of the signatory."
_SIGNED = "The day on which it was signed."
_WORDING = "What was agreed to: the text, or the name of its version."
_REFERENCE = "Where the signed document is: a file, a binder, another system."


@record(models.Mandate, "A client mandated the workspace with e-invoicing.")
class Mandate(RecordNode):
    """Columns of a mandate."""

    client_id: strawberry.Private[UUID]
    scope: ScopeType = column("What with.")  # type: ignore[valid-type]
    evidence: EvidenceType = column("What there is to prove it by.")  # type: ignore[valid-type]
    evidence_reference: str | None = column(_REFERENCE)
    wording: str | None = column(_WORDING)
    origin: OriginType = column("By which way it was recorded.")  # type: ignore[valid-type]
    signatory_name: str | None = column(_SIGNATORY)
    signatory_position: str | None = column(_POSITION)
    signatory_email: EmailAddress | None = column(_EMAIL)
    signed_on: date | None = column(_SIGNED)
    valid_from: date = column("The first day on which it holds.")
    valid_until: date | None = column("The last day on which it holds; null: until it is revoked.")
    revoked_on: date | None = column("The day on which it was revoked.")
    revocation_reason: str | None = column("Why it was revoked.")

    @computed("Where it is in its life, today (UTC).")
    def status(self: Any) -> StatusType:  # type: ignore[valid-type]
        """By its days."""
        return status_of(self)

    @computed("Who wrote it down; null where a token of the workspace or the client itself did.")
    async def recorded_by(self: Any, info: Info) -> Member | None:
        """Loaded with those of other mandates."""
        return await _member(info, self.recorded_by_id)

    @computed("Who wrote down that it was revoked.")
    async def revoked_by(self: Any, info: Info) -> Member | None:
        """Loaded with those of other mandates."""
        return await _member(info, self.revoked_by_id)


async def _member(info: Info, member_id: UUID | None) -> Any:
    return await info.context.load(member_by_id, member_id) if member_id else None


@strawberry.input(description="What a mandate says.")
class MandateFields:
    """Shared by creation and change."""

    scope: ScopeType | None = given("What with; E_INVOICING by default.")  # type: ignore[valid-type]
    evidence: EvidenceType | None = given(  # type: ignore[valid-type]
        "What there is to prove it by; STATED by default."
    )
    evidence_reference: str | None = given(f"{_REFERENCE} Up to 2,000 characters.")
    wording: str | None = given(f"{_WORDING} Up to 20,000 characters.")
    signatory_name: str | None = given(_SIGNATORY)
    signatory_position: str | None = given(_POSITION)
    signatory_email: EmailAddress | None = given(_EMAIL)
    signed_on: date | None = given(f"{_SIGNED} Never in the future.")
    valid_from: date | None = given(
        "The first day on which it holds; the day of signing by default, or else today."
    )
    valid_until: date | None = given("The last day on which it holds; none by default.")


@strawberry.input(
    description="A mandate of the client: `{}` alone says that the signed mandate is at hand."
)
class MandateInput(MandateFields):
    """As part of a client."""


InForce = Annotated[
    bool | None, argument("Only those in force (true), or only those that are not (false).")
]
Scope = Annotated[
    ScopeType | None,  # type: ignore[valid-type]
    argument("What with. One of E_INVOICING covers all."),
]


@computed("Its mandates, the last recorded first.")
async def client_mandates(
    self: Any,
    info: Info,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
    in_force: InForce = strawberry.UNSET,
) -> Connection[Mandate]:
    """A page of each client's mandates, in one statement."""
    found = of_client(in_force=None if in_force is strawberry.UNSET else in_force)
    arguments = page_arguments(first, after, last, before)
    return await connection_of(info, self.id, "client_id", found, arguments)


@computed("The mandate in force, the one that began last; null where there is none.")
async def client_mandate(
    self: Any, info: Info, scope: Scope = MandateScope.E_INVOICING
) -> Mandate | None:
    """Loaded with the other clients'."""
    return await mandate_of(info.context, self.id, scope)


async def mandate_of(context: Context, client_id: UUID, scope: Any) -> Any:
    """A client's mandate in force that covers a scope, any where none is named."""
    found = await context.load(mandates_in_force, client_id) or []
    return covering(found, scope) if scope is not None else next(iter(found), None)


client_mandates.python_name = "mandates"
client_mandate.python_name = "mandate"

EXTENSIONS = {"Client": [client_mandates, client_mandate]}

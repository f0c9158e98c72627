"""Who asks, and the workspace: shown and changed."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from clientgraph.graphql.fields import Info, argument, column, given, mutation, query
from clientgraph.graphql.mutations import MutationInput, Payload, answer, draft, expected
from clientgraph.graphql.scalars import CountryCode, CurrencyCode, Locale
from clientgraph.organisations import service
from clientgraph.organisations.graphql.types import (
    DeletionPolicyType,
    DraftPolicyType,
    EmailUniquenessType,
    Organisation,
    PaymentTermsInput,
    Viewer,
)
from clientgraph.permissions import Permission


@query(Permission.VIEWER_READ, "Who is asking: member or token, role, workspace, permissions.")
def viewer(info: Info) -> Viewer:
    """From the token."""
    actor = info.context.require(Permission.VIEWER_READ)
    return Viewer(
        name=actor.name,
        role=actor.role,
        permissions=sorted(permission.value for permission in actor.permissions),
        expires_at=actor.expires_at,
    )


@query(Permission.ORGANISATION_READ, "The caller's workspace.")
async def organisation(info: Info) -> Organisation:
    """The one the token belongs to."""
    row: Any = await service.current_organisation(info.context.session)
    return row


@strawberry.input(description="Changes of the caller's workspace.")
class OrganisationUpdateInput(MutationInput):
    """What clients fall back to."""

    expected_version: int | None = given("The `version` that the caller saw.")
    name: str | None = given("The firm's name.")
    country: CountryCode | None = given("Country of new clients that name none.")
    locale: Locale | None = given("Language and country of clients without their own.")
    currency: CurrencyCode | None = given("Currency of clients without their own.")
    payment_terms: PaymentTermsInput | None = given("Payment terms of clients without their own.")
    languages: list[str] | None = given(
        "ISO 639 codes, such as fr, of the languages that clients may have from now on; an empty "
        "list: any language."
    )
    requirements: str | None = given("Preset of required fields: lenient, jump, fiche, banqup.")
    draft_policy: DraftPolicyType | None = given("When a new client may be a draft.")  # type: ignore[valid-type]
    email_uniqueness: EmailUniquenessType | None = given(  # type: ignore[valid-type]
        "Who may have the same e-mail address from now on; what is stored stays."
    )
    deletion_policy: DeletionPolicyType | None = given("Which clients may be deleted.")  # type: ignore[valid-type]


@strawberry.type(description="The workspace after a change.")
class OrganisationUpdatePayload(Payload):
    """The workspace, or what was wrong."""

    organisation: Organisation | None = column("The workspace as it is now.")


@mutation(Permission.ORGANISATION_WRITE, "Change what clients of the workspace fall back to.")
async def organisation_update(
    info: Info, input: Annotated[OrganisationUpdateInput, argument("The changes.")]
) -> OrganisationUpdatePayload | None:
    """Owner and admins."""
    changes = draft(input)
    return await answer(
        info,
        OrganisationUpdatePayload,
        "organisation",
        lambda: service.update_organisation(info.context, changes, expected(input)),
    )


QUERIES = [viewer, organisation]
MUTATIONS = [organisation_update]

"""The public face of workspaces, members and tokens."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Annotated, Any

import strawberry

from clientgraph.graphql.enums import described
from clientgraph.graphql.fields import Info, argument, column, computed, given, mutation, query
from clientgraph.graphql.mutations import (
    ChangeInput,
    MutationInput,
    Payload,
    answer,
    camel_case,
    draft,
    expected,
)
from clientgraph.graphql.nodes import RecordNode, record, row_id
from clientgraph.graphql.scalars import (
    CountryCode,
    CurrencyCode,
    EmailAddress,
    Locale,
    known_country,
)
from clientgraph.organisations import access, models, service
from clientgraph.permissions import Permission, Role
from clientgraph.requirements import Channel, required

RoleType = described(
    Role,
    "What a member or token is in its workspace; each may do what those below it may.",
    OWNER="Owns the workspace.",
    ADMIN="Manages the workspace, its members and tokens.",
    MEMBER="Reads and writes clients.",
    VIEWER="Reads.",
)
ChannelType = described(
    Channel,
    "The way by which a record comes in.",
    API="Another program.",
    FORM="A person at a form.",
    IMPORT="A file of many records.",
)


class ValueOrigin(Enum):
    """Set on the client, or fallen back to."""

    CLIENT = "CLIENT"
    ORGANISATION = "ORGANISATION"


ValueOriginType = described(
    ValueOrigin,
    "Where a value comes from.",
    CLIENT="Set on the client itself.",
    ORGANISATION="The workspace's default.",
)


@strawberry.type(description="When an invoice is due.")
class PaymentTerms:
    """Days, and where they come from."""

    days: int = column("Days from the invoice's date.")
    end_of_month: bool = column("Whether the days run on to the end of that month.")
    origin: ValueOrigin = column("CLIENT when negotiated, ORGANISATION when it is the default.")


@strawberry.input(description="When invoices are due.")
class PaymentTermsInput:
    """Days, and whether to the month's end."""

    days: int = strawberry.field(description="0 to 365 days from the invoice's date.")
    end_of_month: bool | None = strawberry.field(
        default=False, description="Whether the days run on to the end of that month."
    )


@record(models.Member, "A person who works in the workspace.")
class Member(RecordNode):
    """Columns of a member."""

    name: str = column("Full name.")
    email: EmailAddress = column("Unique in the workspace.")
    role: RoleType = column("What the member may do.")  # type: ignore[valid-type]
    is_active: bool = column("Whether the member's tokens work.")


@record(models.ApiToken, "A bearer token of the workspace. Its text is shown once, when made.")
class ApiToken(RecordNode):
    """Columns of a token; never its text or hash."""

    name: str = column("What it is for.")
    role: RoleType = column("What it may do, at most.")  # type: ignore[valid-type]
    hint: str = column("The last four characters of its text.")
    expires_at: datetime | None = column("From when it no longer works.")
    last_used_at: datetime | None = column("When it was last used, to the quarter of an hour.")
    revoked_at: datetime | None = column("When it was ended, if it was.")

    @computed("The member that it acts for; null for a token of the workspace itself.")
    async def member(self: Any, info: Info) -> Member | None:
        """Loaded with those of other tokens."""
        if self.member_id is None:
            return None
        return await info.context.load(service.member_by_id, self.member_id)


@record(models.Organisation, "A workspace: clients, members and what clients fall back to.")
class Organisation(RecordNode):
    """Columns of a workspace."""

    slug: str = column("Short name for commands and configuration.")
    name: str = column("The firm's name.")
    country: CountryCode = column("Country of new clients that name none.")
    locale: Locale = column("Language and country of clients that have none of their own.")
    currency: CurrencyCode = column("Currency of clients that have none of their own.")
    requirements: str = column("The preset of required fields: lenient, jump, fiche, banqup.")

    @computed("ISO 639 codes of the languages that clients may have; none: any language.", size=10)
    def languages(self: Any) -> list[str]:
        """In the order given."""
        found: str = self.languages
        return found.split()

    @computed("Payment terms of clients that have negotiated none.")
    def payment_terms(self: Any) -> PaymentTerms:
        """The workspace's default."""
        return PaymentTerms(
            days=self.payment_days,
            end_of_month=self.payment_end_of_month,
            origin=ValueOrigin.ORGANISATION,
        )

    @computed("Members by name.", size=25)
    async def members(self: Any, info: Info) -> list[Member]:
        """All members of the workspace."""
        rows: Any = await service.members(info.context)
        return rows


@strawberry.type(description="Who is asking.")
class Viewer:
    """The actor as the API shows it."""

    name: str = column("The member's name, or the token's.")
    role: RoleType = column("What the caller is in the workspace.")  # type: ignore[valid-type]
    permissions: list[str] = column("What the caller may do.")
    expires_at: datetime | None = column("From when the token no longer works.")

    @computed("The member; null for a token of the workspace itself.")
    async def member(self: Any, info: Info) -> Member | None:
        """The member behind the token."""
        actor = info.context.require(Permission.VIEWER_READ)
        if actor.member_id is None:
            return None
        return await info.context.load(service.member_by_id, actor.member_id)

    @computed("The caller's workspace.")
    async def organisation(self: Any, info: Info) -> Organisation:
        """The workspace that the token belongs to."""
        row: Any = await service.current_organisation(info.context.session)
        return row


@strawberry.type(description="A field that a form must mark as required.")
class RequiredField:
    """A path in the client's input."""

    path: list[str] = column(
        "The way to the field in the client as it is read; `contacts` and `addresses` stand for "
        "each of them, `identifiers` is followed by the kind."
    )


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


@query(Permission.TOKENS_WRITE, "API tokens of the workspace, newest first.", size=50)
async def api_tokens(info: Info) -> list[ApiToken]:
    """Revoked ones too."""
    rows: Any = await access.tokens(info.context.session)
    return rows


@query(Permission.ORGANISATION_READ, "What a form for a client must mark with *.", size=10)
async def required_fields(
    info: Info,
    country: Annotated[
        CountryCode | None, argument("The client's country; the workspace's by default.")
    ] = strawberry.UNSET,
    channel: Annotated[
        ChannelType | None,  # type: ignore[valid-type]
        argument("The way the record comes in."),
    ] = Channel.API,
) -> list[RequiredField]:
    """From the workspace's preset."""
    own = await service.current_organisation(info.context.session)
    chosen = known_country(country) if country else own.country
    names = required(own.requirements, chosen, channel or Channel.API)
    return [RequiredField(path=[camel_case(part) for part in name.split(".")]) for name in names]


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


@strawberry.input(description="Fields of a member.")
class MemberFields:
    """Shared by creation and change."""

    name: str | None = given("Full name.")
    email: EmailAddress | None = given("Unique in the workspace.")
    role: RoleType | None = given("At most the caller's own.")  # type: ignore[valid-type]
    is_active: bool | None = given("Whether the member's tokens work.")


@strawberry.input(description="A new member.")
class MemberCreateInput(MemberFields, MutationInput):
    """The member's fields."""


@strawberry.input(description="Changes of a member.")
class MemberUpdateInput(MemberFields, ChangeInput):
    """The member's fields; absent ones stay."""


@strawberry.type(description="The new member.")
class MemberCreatePayload(Payload):
    """The member, or what was wrong."""

    member: Member | None = column("The member.")


@strawberry.type(description="The member after a change.")
class MemberUpdatePayload(Payload):
    """The member, or what was wrong."""

    member: Member | None = column("The member as it is now.")


@mutation(Permission.MEMBERS_WRITE, "Add a member to the workspace.")
async def member_create(
    info: Info, input: Annotated[MemberCreateInput, argument("The member.")]
) -> MemberCreatePayload | None:
    """Owner and admins."""
    made = draft(input)
    return await answer(
        info, MemberCreatePayload, "member", lambda: service.create_member(info.context, made)
    )


@mutation(Permission.MEMBERS_WRITE, "Change a member; with `isActive: false`, lock one out.")
async def member_update(
    info: Info, input: Annotated[MemberUpdateInput, argument("The changes.")]
) -> MemberUpdatePayload | None:
    """Owner and admins."""
    member_id, changes = row_id("Member", input.id), draft(input)
    return await answer(
        info,
        MemberUpdatePayload,
        "member",
        lambda: service.update_member(info.context, member_id, changes, expected(input)),
    )


@strawberry.input(description="A new API token.")
class ApiTokenCreateInput(MutationInput):
    """What the token is for and may do."""

    name: str = strawberry.field(description="What it is for.")
    role: RoleType = strawberry.field(  # type: ignore[valid-type]
        description="What it may do: at most the caller's role and the member's."
    )
    member_id: strawberry.ID | None = given("The member that it acts for.")
    expires_in_days: int | None = given("1 to 365 days; 90 by default.")


@strawberry.type(description="The new token.")
class ApiTokenCreatePayload(Payload):
    """The token, or what was wrong."""

    api_token: ApiToken | None = column("The token.")
    text: str | None = column("The token's text `cgp_…`. It is shown now and never again.")


@mutation(Permission.TOKENS_WRITE, "Make an API token.")
async def api_token_create(
    info: Info, input: Annotated[ApiTokenCreateInput, argument("The token.")]
) -> ApiTokenCreatePayload | None:
    """Owner and admins."""
    made = draft(input)
    if made.get("member_id") is not None:
        made["member_id"] = str(row_id("Member", made["member_id"]))

    async def create() -> dict[str, object]:
        token, text = await access.create_token(info.context, made)
        info.context.secrets.append(text)
        return {"api_token": token, "text": text}

    return await answer(info, ApiTokenCreatePayload, None, create)


@strawberry.input(description="The token to end.")
class ApiTokenRevokeInput(MutationInput):
    """One token."""

    id: strawberry.ID = strawberry.field(description="The token.")


@strawberry.type(description="The ended token.")
class ApiTokenRevokePayload(Payload):
    """The token, or what was wrong."""

    api_token: ApiToken | None = column("The token as it is now.")


@mutation(Permission.TOKENS_WRITE, "End an API token at once.")
async def api_token_revoke(
    info: Info, input: Annotated[ApiTokenRevokeInput, argument("The token.")]
) -> ApiTokenRevokePayload | None:
    """Owner and admins."""
    token_id = row_id("ApiToken", input.id)
    return await answer(
        info,
        ApiTokenRevokePayload,
        "api_token",
        lambda: access.end_token(info.context, token_id),
    )


QUERIES = [viewer, organisation, api_tokens, required_fields]
MUTATIONS = [organisation_update, member_create, member_update, api_token_create, api_token_revoke]

"""Workspaces, members and tokens as the API shows them."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Annotated, Any

import strawberry

from clientgraph.graphql.enums import described
from clientgraph.graphql.fields import Info, argument, column, computed
from clientgraph.graphql.nodes import RecordNode, record
from clientgraph.graphql.scalars import CountryCode, CurrencyCode, EmailAddress, Locale
from clientgraph.organisations import features, models, service
from clientgraph.organisations.policies import DeletionPolicy, DraftPolicy, EmailUniqueness
from clientgraph.permissions import Permission, Role

RoleType = described(
    Role,
    "What a member or token is in its workspace; each may do what those below it may.",
    OWNER="Owns the workspace.",
    ADMIN="Manages the workspace, its members and tokens.",
    MEMBER="Reads and writes clients.",
    VIEWER="Reads.",
)
DraftPolicyType = described(
    DraftPolicy,
    "When a new client may be a draft, that is, lack required fields.",
    ON_REQUEST="When `isDraft` says so.",
    AUTOMATIC="Also when required fields are missing; the payload's `warnings` name them.",
    NEVER="Never: whoever creates a client gives all that is required.",
)
EmailUniquenessType = described(
    EmailUniqueness,
    "Who may have the same e-mail address. Upper and lower case make no difference.",
    STRICT="One contact in the whole workspace, and the client that this contact is at.",
    PER_CLIENT="One contact of each client.",
    WARN="Anybody; the payload's `warnings` name who else has it.",
)
DeletionPolicyType = described(
    DeletionPolicy,
    "Which clients may be deleted.",
    UNLESS_BLOCKED="Those that nothing stands against, see `deletability`.",
    DRAFTS_ONLY="Of these, drafts alone.",
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


@strawberry.type(description="What the operator can switch on and off, by the workspace's plan.")
class Feature:
    """A feature as it is in the workspace."""

    key: str = column("Stable name, such as CLIENT_CREATE.")
    label: str = column("What to call it, in the caller's language.")
    description: str = column("What it is.")
    is_enabled: bool = column("Whether the workspace has it.")
    reason: str | None = column("Why it is off, in the operator's words.")


def _feature(found: features.Switched, language: str) -> Feature:
    return Feature(
        key=found.feature.key,
        label=found.feature.labels[language],
        description=found.feature.description,
        is_enabled=found.is_enabled,
        reason=found.reason,
    )


@record(models.Organisation, "A workspace: clients, members and what clients fall back to.")
class Organisation(RecordNode):
    """Columns of a workspace."""

    slug: str = column("Short name for commands and configuration.")
    name: str = column("The firm's name.")
    country: CountryCode = column("Country of new clients that name none.")
    locale: Locale = column("Language and country of clients that have none of their own.")
    currency: CurrencyCode = column("Currency of clients that have none of their own.")
    requirements: str = column("The preset of required fields: lenient, jump, fiche, banqup.")
    draft_policy: DraftPolicyType = column(  # type: ignore[valid-type]
        "When a new client may be a draft."
    )
    email_uniqueness: EmailUniquenessType = column(  # type: ignore[valid-type]
        "Who may have the same e-mail address."
    )
    deletion_policy: DeletionPolicyType = column(  # type: ignore[valid-type]
        "Which clients may be deleted."
    )

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

    @computed("Features that depend on the workspace's plan.", size=10)
    def features(self: Any, info: Info) -> list[Feature]:
        """All there are, on or off."""
        return [_feature(each, info.context.language) for each in features.switched(self.features)]

    @computed("One of the features; null when there is none of this key.")
    def feature(
        self: Any, info: Info, key: Annotated[str, argument("Such as CLIENT_CREATE.")]
    ) -> Feature | None:
        """For a front end that asks about one button."""
        found = features.switched(self.features)
        chosen = [each for each in found if each.feature.key == key]
        return _feature(chosen[0], info.context.language) if chosen else None

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

"""The client as the API shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

import strawberry

from clientgraph.addresses.graphql import Address
from clientgraph.addresses.service import addresses_by_client, billing_address, main_address
from clientgraph.clients import models, service
from clientgraph.clients.fields import ClientKind, ClientStatus, VatRegime
from clientgraph.clients.lists import subsidiaries
from clientgraph.clients.matching import MatchField
from clientgraph.contacts.graphql import Contact
from clientgraph.contacts.lists import of_client
from clientgraph.contacts.service import flagged_contacts
from clientgraph.graphql.enums import described
from clientgraph.graphql.fields import Info, argument, column, computed, loaded, loaded_by
from clientgraph.graphql.nodes import RecordNode, record
from clientgraph.graphql.paging import (
    After,
    Before,
    First,
    Last,
    SearchConnection,
    connections_by,
    page_arguments,
)
from clientgraph.graphql.scalars import (
    IBAN,
    URL,
    CountryCode,
    CurrencyCode,
    EmailAddress,
    Locale,
    PhoneNumber,
)
from clientgraph.identifiers import graphql as identifier_face
from clientgraph.identifiers.service import identifiers_by_client
from clientgraph.lists import search_for
from clientgraph.onboarding import OnboardingStatus
from clientgraph.organisations.graphql import (
    DeletionPolicyType,
    EmailUniquenessType,
    PaymentTerms,
    ValueOrigin,
)
from clientgraph.organisations.policies import OF_CLIENTS
from clientgraph.organisations.service import organisation_by_id

Identifier = identifier_face.Identifier

ClientKindType = described(
    ClientKind,
    "What a client is in law.",
    COMPANY="A company or association.",
    INDIVIDUAL="A natural person.",
    PUBLIC_BODY="A state, town or other public body.",
)
ClientStatusType = described(
    ClientStatus,
    "Where a client is in its life.",
    DRAFT="Still incomplete; required fields are not checked.",
    ACTIVE="In use.",
    INACTIVE="Kept, but out of lists and searches unless asked for.",
)
ClientMatchFieldType = described(
    MatchField,
    "A field that tells which client a record means.",
    REFERENCE="Our reference.",
    EXTERNAL_REFERENCE="The reference in another system.",
    EMAIL="The e-mail address of the company, without regard to case.",
)
OnboardingStatusType = described(
    OnboardingStatus,
    "How far a client, or an invitation of it, has come.",
    NOT_INVITED="No invitation was made.",
    INVITED="Invited; there is no answer yet.",
    ACCEPTED="Accepted. This stays, also when the link has ended since.",
    DECLINED="Declined.",
    EXPIRED="The link came to its end before there was an answer.",
    REVOKED="Taken back before there was an answer, or replaced by a newer invitation.",
)
VatRegimeType = described(
    VatRegime,
    "How sales to a client are taxed.",
    TAXABLE="With VAT.",
    EXPORT_OR_EXEMPT="Export outside the EU, or exempt.",
    INTRA_COMMUNITY="Within the EU to a taxable person: reverse charge.",
)


@strawberry.type(description="A reason why a client cannot be deleted.")
class DeletionReason:
    """From a deletion blocker."""

    code: str = column("Stable code, such as HAS_INVOICES.")
    message: str = column("The reason in the caller's language.")
    count: int = column("How many things stand in the way.")
    source: str = column("The plugin that says so.")


@strawberry.type(description="Whether a client can be deleted.")
class Deletability:
    """All reasons at once."""

    allowed: bool = column("True when nothing stands in the way.")
    reasons: list[DeletionReason] = column("What stands in the way.", size=2)


@strawberry.type(description="Policies that hold for one client; null: as the workspace has it.")
class ClientPolicies:
    """Of those of the workspace."""

    requirements: str | None = column("Preset of required fields: lenient, jump, fiche, banqup.")
    email_uniqueness: EmailUniquenessType | None = column(  # type: ignore[valid-type]
        "With whom it and its contacts may share an e-mail address."
    )
    deletion_policy: DeletionPolicyType | None = column("Whether it may be deleted.")  # type: ignore[valid-type]


def _origin(own: bool) -> ValueOrigin:
    return ValueOrigin.CLIENT if own else ValueOrigin.ORGANISATION


def _effective(description: str, pick: Callable[[Any, Any], Any], *columns: str) -> Any:
    """A value of the client's own, of these columns, or else the workspace's."""
    return loaded(description, organisation_by_id, key="organisation_id", pick=pick, reads=columns)


def _payment_terms(row: Any, workspace: Any) -> PaymentTerms:
    """A negotiated delay takes precedence (F13)."""
    own = row.payment_days is not None
    chosen = row if own else workspace
    return PaymentTerms(
        days=chosen.payment_days,
        end_of_month=chosen.payment_end_of_month,
        origin=_origin(own),
    )


def _contacts(
    info: Info,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
    search: Annotated[str | None, argument("As in `Query.contacts`.")] = strawberry.UNSET,
) -> SearchConnection[Contact]:
    """A page of each client's contacts, in one statement."""
    found = of_client(search_for(info.context, "contact", search or None))
    return connections_by(info, "client_id", found, page_arguments(first, after, last, before))


def _subsidiaries(
    info: Info,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
    include_inactive: Annotated[bool | None, argument("Also inactive ones.")] = False,
) -> SearchConnection[Client]:
    """A page of each client's subsidiaries, in one statement."""
    found = subsidiaries(include_inactive=bool(include_inactive))
    return connections_by(info, "parent_id", found, page_arguments(first, after, last, before))


@record(models.Client, "A client: a company, public body or person that one invoices.")
class Client(RecordNode):
    """Columns of a client, and its parts."""

    name: str = column("Legal name (EN 16931 BT-44).")
    trading_name: str | None = column("Trading name (BT-45).")
    kind: ClientKindType = column("What it is in law.")  # type: ignore[valid-type]
    status: ClientStatusType = column("Where it is in its life.")  # type: ignore[valid-type]
    reference: str = column("Our reference, unique in the workspace.")
    external_reference: str | None = column("Reference in another system, unique too.")
    country: CountryCode = column("Country.")
    website: URL | None = column("Website.")
    email: EmailAddress | None = column("E-mail address of the company.")
    phone: PhoneNumber | None = column("Phone number of the company (switchboard).")
    vat_regime: VatRegimeType = column("How sales are taxed.")  # type: ignore[valid-type]
    accounting_code: str | None = column("Account in the ledger.")
    activity_code: str | None = column("Activity (APE, NACE).")
    iban: IBAN | None = column("Bank account.")

    locale: Locale | None = _effective(
        "Language and country; the workspace's where the client has none.",
        lambda row, workspace: row.locale or workspace.locale,
        "locale",
    )

    @computed("Whether the locale is the client's own.", reads=("locale",))
    def locale_origin(self: Any) -> ValueOrigin:
        """Where `locale` comes from."""
        return _origin(self.locale is not None)

    currency: CurrencyCode = _effective(
        "Currency; the workspace's where the client has none.",
        lambda row, workspace: row.currency or workspace.currency,
        "currency",
    )

    @computed("Whether the currency is the client's own.", reads=("currency",))
    def currency_origin(self: Any) -> ValueOrigin:
        """Where `currency` comes from."""
        return _origin(self.currency is not None)

    @computed("Whether the country was given, or taken from the workspace at creation.")
    def country_origin(self: Any) -> ValueOrigin:
        """Where `country` comes from."""
        return _origin(not self.is_country_default)

    payment_terms: PaymentTerms = _effective(
        "When invoices are due: negotiated, or else the workspace's terms.",
        _payment_terms,
        "payment_days",
        "payment_end_of_month",
    )

    @computed("Policies that hold for it alone.", reads=tuple(OF_CLIENTS))
    def policies(self: Any) -> ClientPolicies:
        """From its own columns."""
        return ClientPolicies(**{name: getattr(self, name) for name in OF_CLIENTS})

    identifiers: list[Identifier] = loaded(
        "Identifiers: given ones first, then those that follow from them.",
        identifiers_by_client,
        size=5,
    )

    @computed("The identifier of one kind.")
    async def identifier(
        self: Any, info: Info, kind: Annotated[str, argument("A key such as FR_SIRET.")]
    ) -> Identifier | None:
        """From the loaded identifiers."""
        found = await info.context.load(identifiers_by_client, _uuid(self)) or []
        return next((row for row in found if row.kind == kind), None)

    contacts: SearchConnection[Contact] = loaded_by(
        "People at the client, in the order they were added.", _contacts
    )
    main_contact: Contact | None = loaded(
        "The main contact.", flagged_contacts, pick=lambda _, found: found.get("is_main")
    )
    invoice_contact: Contact | None = loaded(
        "Who gets the invoices.",
        flagged_contacts,
        pick=lambda _, found: found.get("is_invoice_recipient"),
    )
    addresses: list[Address] = loaded(
        "Addresses in the order they were added.", addresses_by_client, size=5
    )
    main_address: Address | None = loaded(
        "The main address.",
        addresses_by_client,
        pick=lambda _, found: main_address(found),
    )
    billing_address: Address | None = loaded(
        "The address for invoices: the default for billing, or else the main one.",
        addresses_by_client,
        pick=lambda _, found: billing_address(found),
    )
    parent: Client | None = loaded(
        "The company that it belongs to.", service.clients_by_id, key="parent_id"
    )

    subsidiaries: SearchConnection[Client] = loaded_by(
        "Clients that belong to it, by name.", _subsidiaries
    )

    @computed("Whether it can be deleted, and if not, why.")
    async def deletability(self: Any, info: Info) -> Deletability:
        """Asked of all plugins, for all clients of the answer at once."""
        found = await info.context.load(service.deletion_blockers, _uuid(self)) or []
        messages, language = info.context.messages, info.context.language
        reasons = [
            DeletionReason(
                code=blocker.code,
                message=messages.text(service.refusal(blocker), language),
                count=blocker.count,
                source=blocker.source,
            )
            for blocker in found
        ]
        return Deletability(allowed=not reasons, reasons=reasons)


def _uuid(row: Any) -> UUID:
    found: UUID = row.id
    return found

"""The client as the API shows it."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import strawberry

from clientgraph.addresses import service as addresses
from clientgraph.addresses.graphql import Address
from clientgraph.clients import models, service
from clientgraph.clients.fields import ClientKind, ClientStatus, VatRegime
from clientgraph.clients.lists import subsidiaries
from clientgraph.contacts.graphql import Contact
from clientgraph.contacts.lists import of_client
from clientgraph.contacts.service import flagged_contacts
from clientgraph.graphql.enums import described
from clientgraph.graphql.fields import Info, argument, column, computed
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
from clientgraph.organisations import models as organisation_models
from clientgraph.organisations.graphql import PaymentTerms, ValueOrigin
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
    reasons: list[DeletionReason] = column("What stands in the way.")


async def _organisation(info: Info, row: Any) -> organisation_models.Organisation:
    found = await info.context.load(organisation_by_id, row.organisation_id)
    if found is None:
        raise RuntimeError("the workspace of a client is missing")
    return found


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

    @computed("Language and country; the workspace's where the client has none.")
    async def locale(self: Any, info: Info) -> Locale | None:
        """Effective value."""
        own: str | None = self.locale
        return Locale(own or (await _organisation(info, self)).locale)

    @computed("Whether the locale is the client's own.")
    def locale_origin(self: Any) -> ValueOrigin:
        """Where `locale` comes from."""
        return _origin(self.locale is not None)

    @computed("Currency; the workspace's where the client has none.")
    async def currency(self: Any, info: Info) -> CurrencyCode:
        """Effective value."""
        own: str | None = self.currency
        return CurrencyCode(own or (await _organisation(info, self)).currency)

    @computed("Whether the currency is the client's own.")
    def currency_origin(self: Any) -> ValueOrigin:
        """Where `currency` comes from."""
        return _origin(self.currency is not None)

    @computed("Whether the country was given, or taken from the workspace at creation.")
    def country_origin(self: Any) -> ValueOrigin:
        """Where `country` comes from."""
        return _origin(not self.is_country_default)

    @computed("When invoices are due: negotiated, or else the workspace's terms.")
    async def payment_terms(self: Any, info: Info) -> PaymentTerms:
        """A negotiated delay takes precedence (F13)."""
        own = self.payment_days is not None
        row: Any = self if own else await _organisation(info, self)
        return PaymentTerms(
            days=row.payment_days,
            end_of_month=row.payment_end_of_month,
            origin=_origin(own),
        )

    @computed("Identifiers: given ones first, then those that follow from them.", size=5)
    async def identifiers(self: Any, info: Info) -> list[Identifier]:
        """Loaded with those of the other clients."""
        return await info.context.load(identifiers_by_client, _uuid(self)) or []

    @computed("The identifier of one kind.")
    async def identifier(
        self: Any, info: Info, kind: Annotated[str, argument("A key such as FR_SIRET.")]
    ) -> Identifier | None:
        """From the loaded identifiers."""
        found = await info.context.load(identifiers_by_client, _uuid(self)) or []
        return next((row for row in found if row.kind == kind), None)

    @computed("People at the client, in the order they were added.")
    async def contacts(
        self: Any,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        search: Annotated[str | None, argument("Part of a name or e-mail.")] = strawberry.UNSET,
    ) -> Connection[Contact]:
        """A page of each client's contacts, in one statement."""
        arguments = page_arguments(first, after, last, before)
        return await connection_of(
            info, _uuid(self), "client_id", of_client(search or None), arguments
        )

    @computed("The main contact.")
    async def main_contact(self: Any, info: Info) -> Contact | None:
        """At most one."""
        return await _flagged(info, self, "is_main")

    @computed("Who gets the invoices.")
    async def invoice_contact(self: Any, info: Info) -> Contact | None:
        """At most one."""
        return await _flagged(info, self, "is_invoice_recipient")

    @computed("Addresses in the order they were added.", size=5)
    async def addresses(self: Any, info: Info) -> list[Address]:
        """All of them."""
        return await _addresses(info, self)

    @computed("The main address.")
    async def main_address(self: Any, info: Info) -> Address | None:
        """At most one."""
        row: Any = addresses.main_address(await _addresses(info, self))
        return row

    @computed("The address for invoices: the default for billing, or else the main one.")
    async def billing_address(self: Any, info: Info) -> Address | None:
        """Null only for a client without addresses."""
        row: Any = addresses.billing_address(await _addresses(info, self))
        return row

    @computed("The company that it belongs to.")
    async def parent(self: Any, info: Info) -> Client | None:
        """Loaded with the others' parents."""
        if self.parent_id is None:
            return None
        return await info.context.load(service.clients_by_id, self.parent_id)

    @computed("Clients that belong to it, by name.")
    async def subsidiaries(
        self: Any,
        info: Info,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
        include_inactive: Annotated[bool | None, argument("Also inactive ones.")] = False,
    ) -> Connection[Client]:
        """A page of each client's subsidiaries, in one statement."""
        found = subsidiaries(include_inactive=bool(include_inactive))
        arguments = page_arguments(first, after, last, before)
        return await connection_of(info, _uuid(self), "parent_id", found, arguments)

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


def _origin(own: bool) -> ValueOrigin:
    return ValueOrigin.CLIENT if own else ValueOrigin.ORGANISATION


async def _addresses(info: Info, row: Any) -> Any:
    return await info.context.load(addresses.addresses_by_client, _uuid(row)) or []


async def _flagged(info: Info, row: Any, flag: str) -> Any:
    found = await info.context.load(flagged_contacts, _uuid(row))
    return (found or {}).get(flag)

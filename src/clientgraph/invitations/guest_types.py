"""What invited clients see of their own file, and what they may write in it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import strawberry

from clientgraph import global_ids
from clientgraph.addresses.graphql import AddressKindType
from clientgraph.addresses.service import addresses_by_client
from clientgraph.clients.graphql.types import (
    ClientKindType,
    ClientStatusType,
    OnboardingStatusType,
)
from clientgraph.clients.service import clients_by_id
from clientgraph.contacts.service import all_contacts
from clientgraph.graphql.fields import Info, column, computed, given, loaded
from clientgraph.graphql.mutations import MutationInput
from clientgraph.graphql.scalars import (
    IBAN,
    URL,
    CountryCode,
    EmailAddress,
    Locale,
    PhoneNumber,
)
from clientgraph.identifiers.graphql import Identifier, IdentifierInput
from clientgraph.identifiers.service import identifiers_by_client
from clientgraph.invitations.service import status_of
from clientgraph.mandates.graphql import ScopeType, mandate_of
from clientgraph.organisations.service import organisation_by_id
from clientgraph.policies.graphql import RequiredField, required_by


@strawberry.type(description="The firm that invites.")
class InvitingFirm:
    """What is told of the workspace: nothing else of it is."""

    name: str = column("Its name.")
    country: CountryCode = column("Its country.")


@strawberry.type(description="A person at the client.")
class OwnContact:
    """Columns of a contact that are the client's own."""

    civility: str | None = column("Key of the civility, such as MADAME.")
    first_name: str | None = column("First name.")
    last_name: str | None = column("Last name.")
    email: EmailAddress | None = column("E-mail address.")
    phone: PhoneNumber | None = column("Direct line.")
    mobile: PhoneNumber | None = column("Mobile phone.")
    switchboard_phone: PhoneNumber | None = column("The company's switchboard.")
    position: str | None = column("Position held.")
    locale: Locale | None = column("Language and country.")
    is_main: bool = column("Whether it is the main contact.")
    is_invoice_recipient: bool = column("Whether invoices go to it.")

    @computed("Its id, by which it is changed.")
    def id(self: Any) -> strawberry.ID:
        """The same that members see."""
        return strawberry.ID(global_ids.encode("Contact", self.id))


@strawberry.type(description="A postal address of the client.")
class OwnAddress:
    """Columns of an address."""

    label: str | None = column("A name for it, such as 'Warehouse'.")
    kind: AddressKindType = column("What it is for.")
    line1: str | None = column("Street, usually with its number.")
    line2: str | None = column("Addition: building, floor.")
    street_number: str | None = column("House number, where it is kept apart.")
    box: str | None = column("Box or unit.")
    postal_code: str | None = column("Postal code.")
    city: str | None = column("City.")
    region: str | None = column("State, province or region.")
    country: CountryCode = column("Country.")

    @computed("Its id, by which it is changed.")
    def id(self: Any) -> strawberry.ID:
        """The same that members see."""
        return strawberry.ID(global_ids.encode("Address", self.id))


@strawberry.type(description="The mandate that the client has given.")
class OwnMandate:
    """Columns of a mandate."""

    scope: ScopeType = column("What with.")
    wording: str | None = column("What was agreed to.")
    signatory_name: str | None = column("Who signed it.")
    signed_on: date | None = column("The day on which it was signed.")
    valid_from: date = column("The first day on which it holds.")
    valid_until: date | None = column("The last day on which it holds.")


@strawberry.type(description="The client's own file.")
class OwnClient:
    """Columns of the client that are its own: no notes, no categories, no ledger."""

    version: int = column("Counts the changes; give it back as `expectedVersion`.")
    name: str = column("Legal name.")
    trading_name: str | None = column("Trading name.")
    kind: ClientKindType = column("What it is in law.")
    status: ClientStatusType = column("Where it is in its life.")
    country: CountryCode = column("Country.")
    locale: Locale | None = column("Language and country; null where none was named.")
    website: URL | None = column("Website.")
    email: EmailAddress | None = column("E-mail address of the company.")
    phone: PhoneNumber | None = column("Phone number of the company.")
    activity_code: str | None = column("Activity (APE, NACE).")
    iban: IBAN | None = column("Bank account.")
    identifiers: list[Identifier] = loaded("Its identifiers.", identifiers_by_client, size=5)
    contacts: list[OwnContact] = loaded("People at the client.", all_contacts, size=10)
    addresses: list[OwnAddress] = loaded("Its addresses.", addresses_by_client, size=5)

    @computed("The mandate in force; null where there is none.")
    async def mandate(self: Any, info: Info) -> OwnMandate | None:
        """Of whatever scope."""
        found: Any = await mandate_of(info.context, self.id, None)
        return found

    @computed("What the firm requires to be filled, in this order.", size=10)
    async def required_fields(self: Any, info: Info) -> list[RequiredField]:
        """As a form of the firm does."""
        return await required_by(info, self.country, preset=self.requirements)


@strawberry.type(description="An invitation to look after one's own file.")
class Invitation:
    """The caller's."""

    email: EmailAddress = column("Who was invited.")
    message: str | None = column("What the firm has to say.")
    mandate_wording: str | None = column("The mandate that is asked for; null where none is.")
    expires_at: datetime = column("From when the token is no longer good.")
    answered_at: datetime | None = column("When it was accepted or declined.")
    organisation: InvitingFirm = loaded("The firm.", organisation_by_id, key="organisation_id")
    client: OwnClient = loaded("The client's own file.", clients_by_id, key="client_id")

    @computed("How far it has come.")
    def status(self: Any) -> OnboardingStatusType:
        """By its answer and its times."""
        return status_of(self)


@strawberry.input(description="The opening of an invitation.")
class InvitationOpenInput(MutationInput):
    """Who opens it is told by the link."""


@strawberry.input(description="Who gives the mandate in the words of the invitation.")
class OwnMandateInput:
    """Signed today."""

    signatory_name: str = strawberry.field(description="First and last name.")
    signatory_position: str | None = given("Position held, such as manager.")
    signatory_email: EmailAddress | None = given("E-mail address.")


@strawberry.input(description="The invitation is accepted.")
class InvitationAcceptInput(MutationInput):
    """With the mandate, or without."""

    mandate: OwnMandateInput | None = given(
        "Says yes to `mandateWording`; no mandate is given where it is left out."
    )


@strawberry.input(description="The invitation is declined.")
class InvitationDeclineInput(MutationInput):
    """Once and for all."""

    reason: str | None = given("Why, up to 2,000 characters.")


@strawberry.input(description="A person at the client: changed by its id, or added.")
class OwnContactInput:
    """Absent fields stay, null clears."""

    contact_id: strawberry.ID | None = given("The contact to change.")
    civility: str | None = given("Key of a civility, such as MADAME.")
    first_name: str | None = given("First name.")
    last_name: str | None = given("Last name.")
    email: EmailAddress | None = given("E-mail address.")
    phone: PhoneNumber | None = given("Direct line; national form with the client's country.")
    mobile: PhoneNumber | None = given("Mobile phone.")
    switchboard_phone: PhoneNumber | None = given("The company's switchboard.")
    position: str | None = given("Position held.")
    locale: Locale | None = given("Language and country, such as fr-BE.")
    is_main: bool | None = given("Make this the main contact in place of the former.")
    is_invoice_recipient: bool | None = given("Send invoices here in place of the former.")


@strawberry.input(description="An address of the client: changed by its id, or added.")
class OwnAddressInput:
    """Absent fields stay, null clears."""

    address_id: strawberry.ID | None = given("The address to change.")
    label: str | None = given("A name for it, such as 'Warehouse'.")
    kind: AddressKindType | None = given("What it is for.")
    line1: str | None = given("Street, usually with its number.")
    line2: str | None = given("Addition: building, floor.")
    street_number: str | None = given("House number, where it is kept apart.")
    box: str | None = given("Box or unit.")
    postal_code: str | None = given("Postal code.")
    city: str | None = given("City.")
    region: str | None = given("State, province or region, where its country uses them.")
    country: CountryCode | None = given("Country; the client's by default.")


@strawberry.input(description="What the client says of itself. Absent fields stay, null clears.")
class ClientCompleteInput(MutationInput):
    """The client's own fields, people, addresses and numbers."""

    expected_version: int | None = given("The `version` of the client that the caller saw.")
    name: str | None = given("Legal name.")
    trading_name: str | None = given("Trading name.")
    kind: ClientKindType | None = given("What it is in law.")
    country: CountryCode | None = given("Country.")
    locale: Locale | None = given("Language and country.")
    website: URL | None = given("Website.")
    email: EmailAddress | None = given("E-mail address of the company.")
    phone: PhoneNumber | None = given("Phone number of the company.")
    activity_code: str | None = given("Activity (APE, NACE).")
    iban: IBAN | None = given("Bank account.")
    identifiers: list[IdentifierInput] | None = given(
        "Identifiers; each takes the place of that of its kind."
    )
    contacts: list[OwnContactInput] | None = given("Up to 20 people.")
    addresses: list[OwnAddressInput] | None = given("Up to 20 addresses.")

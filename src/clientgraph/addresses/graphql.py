"""The public face of addresses."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import strawberry

from clientgraph.addresses import models
from clientgraph.addresses.formats import format_address
from clientgraph.addresses.service import AddressKind
from clientgraph.fields.graphql.inputs import CustomFieldInput
from clientgraph.graphql.enums import described
from clientgraph.graphql.fields import Info, argument, column, computed, given
from clientgraph.graphql.nodes import RecordNode, record
from clientgraph.graphql.scalars import CountryCode

AddressKindType = described(
    AddressKind,
    "What an address is for.",
    MAIN="The main address; a client has one, at most.",
    BILLING="Where invoices go.",
    DELIVERY="Where goods go.",
    OTHER="Anything else.",
)


@record(models.Address, "A postal address of a client.")
class Address(RecordNode):
    """Columns of an address."""

    client_id: strawberry.Private[UUID]
    label: str | None = column("A name for it, such as 'Warehouse'.")
    kind: AddressKindType = column("What it is for.")  # type: ignore[valid-type]
    line1: str | None = column("Street, usually with its number (EN 16931 BT-50).")
    line2: str | None = column("Addition: building, floor (BT-51).")
    street_number: str | None = column("House number, where it is kept apart.")
    box: str | None = column("Box or unit.")
    postal_code: str | None = column("Postal code (BT-53), as its country writes it.")
    city: str | None = column("City (BT-52).")
    region: str | None = column("State, province or region (BT-54).")
    country: CountryCode = column("Country (BT-55).")
    is_default_for_billing: bool = column("Whether quotes and invoices take it.")

    @computed("The lines as they are printed in its country, without the client's name.")
    def formatted(
        self: Any,
        info: Info,
        with_country: Annotated[
            bool | None, argument("End with the country's name in the caller's language.")
        ] = False,
    ) -> list[str]:
        """Printed by the country's template."""
        return format_address(
            self.line1,
            self.line2,
            self.street_number,
            self.box,
            self.postal_code,
            self.city,
            self.region,
            self.country,
            language=info.context.language,
            with_country=bool(with_country),
        )


@strawberry.input(description="Fields of an address.")
class AddressFields:
    """Shared by creation and change."""

    label: str | None = given("A name for it, such as 'Warehouse'.")
    kind: AddressKindType | None = given("What it is for. MAIN makes the former one OTHER.")  # type: ignore[valid-type]
    line1: str | None = given("Street, usually with its number.")
    line2: str | None = given("Addition: building, floor.")
    street_number: str | None = given("House number, where it is kept apart.")
    box: str | None = given("Box or unit.")
    postal_code: str | None = given("Postal code; a dropped leading zero is restored.")
    city: str | None = given("City.")
    region: str | None = given("State, province or region, where its country uses them.")
    country: CountryCode | None = given("Country; the client's by default.")
    is_default_for_billing: bool | None = given("Make it the one that quotes and invoices take.")
    custom_fields: list[CustomFieldInput] | None = given("Values of custom fields; others stay.")


@strawberry.input(description="An address of a new client.")
class AddressInput(AddressFields):
    """The address's fields."""

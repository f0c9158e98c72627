"""The public face of contacts."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import strawberry

from clientgraph.consents.graphql import ConsentFilter, wanted_consent
from clientgraph.contacts import models, service
from clientgraph.contacts.lists import ContactFilterValues, ContactSort, listing
from clientgraph.fields.graphql.inputs import CustomFieldFilter, CustomFieldInput
from clientgraph.fields.graphql.sorting import SortByCustomField
from clientgraph.fields.lists import wanted_fields
from clientgraph.fields.models import RecordKind
from clientgraph.graphql.enums import described
from clientgraph.graphql.fields import Info, argument, column, computed, given, loaded, query
from clientgraph.graphql.mutations import draft
from clientgraph.graphql.nodes import RecordNode, record, row_id
from clientgraph.graphql.paging import (
    After,
    Before,
    First,
    Last,
    SearchConnection,
    page_arguments,
    search_connection,
)
from clientgraph.graphql.scalars import EmailAddress, Locale, PhoneNumber
from clientgraph.lists import Search, check_size
from clientgraph.nomenclature.graphql import Civility, ContactSource
from clientgraph.nomenclature.lists import CIVILITIES, CONTACT_SOURCES
from clientgraph.permissions import Permission
from clientgraph.storage.listings import Listing
from clientgraph.views.graphql import View, ViewedList
from clientgraph.views.models import ListKind


@record(models.Contact, "A person at a client.")
class Contact(RecordNode):
    """Columns of a contact."""

    client_id: strawberry.Private[UUID]
    first_name: str | None = column("First name.")
    last_name: str | None = column("Last name.")
    email: EmailAddress | None = column("E-mail address (EN 16931 BT-58).")
    phone: PhoneNumber | None = column("Direct line (BT-57).")
    mobile: PhoneNumber | None = column("Mobile phone.")
    switchboard_phone: PhoneNumber | None = column("The company's switchboard.")
    position: str | None = column("Position held.")
    locale: Locale | None = column("Language and country, such as fr-BE.")
    is_main: bool = column("Whether this is the client's main contact; one is, at most.")
    is_invoice_recipient: bool = column("Whether invoices are sent here; one is, at most.")

    civility: Civility | None = loaded(
        "How the person is addressed.", CIVILITIES.entries_by_key, key="civility"
    )
    source: ContactSource | None = loaded(
        "Where the contact comes from.", CONTACT_SOURCES.entries_by_id, key="source_id"
    )

    @computed("First and last name, with a blank between.")
    def full_name(self: Any) -> str:
        """Falls back to the e-mail address or phone number."""
        return service.full_name(self)


@strawberry.input(description="Fields of a contact.")
class ContactFields:
    """Shared by creation and change."""

    civility: str | None = given("A key from `civilities`, such as MADAME.")
    source: strawberry.ID | None = given("Where the contact comes from, of `contactSources`.")
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
    custom_fields: list[CustomFieldInput] | None = given("Values of custom fields; others stay.")


@strawberry.input(description="A contact of a new client. The first is the main one by default.")
class ContactInput(ContactFields):
    """The contact's fields."""


def stored(made: dict[str, Any]) -> dict[str, Any]:
    """A contact's draft with the ids in it as rows have them."""
    if made.get("source") is None:
        return made
    return {**made, "source": row_id(CONTACT_SOURCES.type_name, made["source"])}


@strawberry.input(description="Which contacts to list. Fields given together must all hold.")
class ContactFilter:
    """Plain conditions."""

    is_main: bool | None = given("Only main contacts, or only others.")
    is_invoice_recipient: bool | None = given("Only recipients of invoices, or only others.")
    email: EmailAddress | None = given("Exactly this e-mail address.")
    source: list[strawberry.ID] | None = given("From one of these sources.")
    consent: ConsentFilter | None = given("What the contact agreed to.")
    custom_fields: list[CustomFieldFilter] | None = given("Conditions on custom fields.")


ContactSortType = described(
    ContactSort,
    "The order of contacts.",
    RELEVANCE="By how well they match `search`, then by name; without a search by name.",
    NAME_ASC="By last and first name, A to Z.",
    NAME_DESC="By last and first name, Z to A.",
    CREATED_AT_ASC="Oldest first.",
    CREATED_AT_DESC="Newest first.",
)


@query(Permission.CLIENTS_READ, "Contacts of all clients.")
async def contacts(
    info: Info,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
    search: Annotated[
        str | None,
        argument(
            "Words that must all be found, in full or in part: in names, e-mail addresses, phone "
            "numbers, custom fields or the client's name."
        ),
    ] = strawberry.UNSET,
    filter: Annotated[ContactFilter | None, argument("Which to list.")] = strawberry.UNSET,
    sort: Annotated[
        list[ContactSortType] | None,  # type: ignore[valid-type]
        argument("The order; by relevance where there is a search, by name by default."),
    ] = strawberry.UNSET,
    sort_by_custom_field: SortByCustomField = strawberry.UNSET,
    include_inactive: Annotated[bool | None, argument("Also those of inactive clients.")] = False,
    view: View = strawberry.UNSET,
) -> SearchConnection[Contact]:
    """A page of contacts."""
    saved = await CONTACTS.opened(info, view)
    orders, leading = await CONTACTS.order(info, saved, sort, sort_by_custom_field)
    wanted = await _filter_values(info, filter)

    def found(by: Search | None) -> Listing[models.Contact]:
        return listing(
            info.context.session.dialect,
            wanted,
            by,
            orders,
            within=saved.within,
            before=leading,
            include_inactive=bool(include_inactive) or saved.include_inactive,
        )

    arguments = page_arguments(first, after, last, before)
    return await search_connection(info, "contact", search or saved.search, found, arguments)


async def _filter_values(info: Info, wanted: ContactFilter | None) -> ContactFilterValues:
    """The conditions that were given, with ids in their stored form."""
    given = draft(wanted) if wanted else {}
    check_size(info.context, ("filter",), given)
    if given.get("source") is not None:
        given["source"] = [row_id(CONTACT_SOURCES.type_name, each) for each in given["source"]]
    if given.get("consent") is not None:
        given["consent"] = wanted_consent(info.context, given["consent"])
    if conditions := given.pop("custom_fields", None):
        place = ("filter", "custom_fields")
        kind = RecordKind.CONTACT
        given["custom_fields"] = await wanted_fields(info.context, kind, place, conditions)
    return ContactFilterValues(**given)


_CONTACT_OF_CONSENT = loaded(
    "The contact who gave it; null where the client itself did.",
    service.contact_by_id,
    key="contact_id",
    name="contact",
    result=Contact | None,
)
CONTACTS = ViewedList(ListKind.CONTACTS, "Contact", ContactFilter, ContactSort, _filter_values)
QUERIES = [contacts]
EXTENSIONS = {"Consent": [_CONTACT_OF_CONSENT]}

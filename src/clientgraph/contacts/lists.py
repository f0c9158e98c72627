"""Lists of contacts: which and in what order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from uuid import UUID

import orjson

from clientgraph import values
from clientgraph.consents.lists import WantedConsent, by_contact
from clientgraph.contacts.models import Contact
from clientgraph.fields import lists as custom_fields
from clientgraph.lists import Search, by_relevance, ordered
from clientgraph.storage.conditions import (
    EVERYTHING,
    NOTHING,
    Condition,
    all_of,
    compare,
    one_of,
)
from clientgraph.storage.listings import BY_ID, Listing, Order, by_time
from clientgraph.storage.session import Dialect


class ContactSort(Enum):
    """How lists of contacts can be ordered."""

    RELEVANCE = "RELEVANCE"
    NAME_ASC = "NAME_ASC"
    NAME_DESC = "NAME_DESC"
    CREATED_AT_ASC = "CREATED_AT_ASC"
    CREATED_AT_DESC = "CREATED_AT_DESC"


_ORDERS = {
    ContactSort.NAME_ASC: Order("sort_name"),
    ContactSort.NAME_DESC: Order("sort_name", descending=True),
    ContactSort.CREATED_AT_ASC: by_time("created_at"),
    ContactSort.CREATED_AT_DESC: by_time("created_at", descending=True),
}


@dataclass(frozen=True)
class ContactFilterValues:
    """The conditions that were given; None stands for any."""

    is_main: bool | None = None
    is_invoice_recipient: bool | None = None
    email: str | None = None
    source: Sequence[UUID] | None = None
    consent: WantedConsent | None = None
    custom_fields: Sequence[custom_fields.Wanted] = ()

    def condition(self, dialect: Dialect) -> Condition:
        """All of what was given."""
        flags = {"is_main": self.is_main, "is_invoice_recipient": self.is_invoice_recipient}
        given = [compare(name, "=", flag) for name, flag in flags.items() if flag is not None]
        if self.email is not None:
            given.append(_has_email(self.email))
        if self.source is not None:
            given.append(one_of(compare("source_id", "=", source) for source in self.source))
        if self.consent is not None:
            given.append(by_contact(self.consent))
        given.append(custom_fields.condition(dialect, self.custom_fields))
        return all_of(given)


def _has_email(typed: str) -> Condition:
    """This address, whatever the case; what is no address is nobody's."""
    try:
        return compare("email_key", "=", values.email_key(values.email(typed)))
    except values.ValueProblem:
        return NOTHING


_OF_CLIENTS_IN_USE = Condition(
    "EXISTS (SELECT 1 FROM client c WHERE c.organisation_id = contact.organisation_id"
    " AND c.id = contact.client_id AND c.status <> 'INACTIVE')"
)


def listing(
    dialect: Dialect,
    wanted: ContactFilterValues,
    search: Search | None,
    sort: Sequence[ContactSort],
    *,
    within: ContactFilterValues,
    before: Order | None = None,
    include_inactive: bool,
) -> Listing[Contact]:
    """Contacts that match, of those that ``within`` is about, in the order asked for.

    Those of inactive clients only when asked for. ``before`` is an order that comes before
    ``sort``.
    """
    orders = ordered(
        _ORDERS, sort, ContactSort.NAME_ASC, relevance=by_relevance(search), before=before
    )
    in_use = EVERYTHING if include_inactive else _OF_CLIENTS_IN_USE
    chosen = [
        asdict(within),
        asdict(wanted),
        search and search.text,
        include_inactive,
        *(before.key() if before else ()),
    ]
    key = orjson.dumps(chosen, default=str)
    both = [within.condition(dialect), wanted.condition(dialect)]
    where = all_of([*both, _found(search), in_use])
    return Listing(Contact, "contacts", orders, where, key)


def of_client(search: Search | None) -> Listing[Contact]:
    """Contacts of one client: the oldest first."""
    key = orjson.dumps(search and search.text)
    return Listing(Contact, "client.contacts", [BY_ID], _found(search), key)


def _found(search: Search | None) -> Condition:
    return search.found.where if search else EVERYTHING

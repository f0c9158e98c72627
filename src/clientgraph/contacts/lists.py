"""Lists of contacts: which and in what order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from uuid import UUID

import orjson

from clientgraph import values
from clientgraph.contacts.models import Contact
from clientgraph.storage.conditions import EVERYTHING, Condition, all_of, compare, contains, one_of
from clientgraph.storage.pages import BY_ID, NEWEST_ID, Listing, Order, by_time


class ContactSort(Enum):
    """How lists of contacts can be ordered."""

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

    def condition(self) -> Condition:
        """All of what was given."""
        given = {name: value for name, value in asdict(self).items() if value is not None}
        sources = given.pop("source", None)
        parts = [compare(name, "=", value) for name, value in given.items()]
        if sources is not None:
            parts.append(one_of(compare("source_id", "=", source) for source in sources))
        return all_of(parts)


_OF_CLIENTS_IN_USE = Condition(
    "EXISTS (SELECT 1 FROM client c WHERE c.organisation_id = contact.organisation_id"
    " AND c.id = contact.client_id AND c.status <> 'INACTIVE')"
)


def listing(
    wanted: ContactFilterValues,
    search: str | None,
    sort: Sequence[ContactSort],
    *,
    include_inactive: bool,
) -> Listing[Contact]:
    """Contacts that match, in the order asked for; without those of inactive clients."""
    orders = [_ORDERS[choice] for choice in sort] or [_ORDERS[ContactSort.NAME_ASC]]
    last = NEWEST_ID if orders[-1].descending else BY_ID
    words = values.folded(search).split() if search else []
    found = all_of(contains("search_text", word) for word in words) if words else EVERYTHING
    in_use = EVERYTHING if include_inactive else _OF_CLIENTS_IN_USE
    key = orjson.dumps([asdict(wanted), words, include_inactive])
    where = all_of([wanted.condition(), found, in_use])
    return Listing(Contact, "contacts", [*orders, last], where, key)


def of_client(search: str | None) -> Listing[Contact]:
    """Contacts of one client: the oldest first."""
    words = values.folded(search).split() if search else []
    found = all_of(contains("search_text", word) for word in words) if words else EVERYTHING
    return Listing(Contact, "client.contacts", [BY_ID], found, orjson.dumps(words))

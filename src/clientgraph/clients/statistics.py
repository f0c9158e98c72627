"""How many clients there are of each sort; each answer is one statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from clientgraph import values
from clientgraph.clients.lists import Filter, listing
from clientgraph.clients.models import Client
from clientgraph.context import Context
from clientgraph.corrections import corrected
from clientgraph.lists import Search, search_for
from clientgraph.nomenclature.models import Category, ClientType, ContactSource, Entry
from clientgraph.nomenclature.service import label
from clientgraph.storage.groups import count_by_column, count_by_row
from clientgraph.storage.listings import Listing


class ClientGrouping(Enum):
    """What clients can be counted by."""

    CATEGORY = "CATEGORY"
    TYPE = "TYPE"
    COUNTRY = "COUNTRY"
    STATUS = "STATUS"
    KIND = "KIND"
    SOURCE = "SOURCE"


@dataclass(frozen=True)
class Group:
    """Clients that have something in common; without key and label those that have nothing.

    ``entry`` is what they have of a managed list.
    """

    key: str | None
    label: str | None
    count: int
    entry: Entry | None = None


# From clients, l, to the entries that they have, g.
_JOINS: Final[Mapping[ClientGrouping, tuple[str, type[Entry]]]] = {
    ClientGrouping.CATEGORY: (
        "LEFT JOIN client_category p ON p.organisation_id = l.organisation_id"
        " AND p.client_id = l.id LEFT JOIN category g"
        " ON g.organisation_id = p.organisation_id AND g.id = p.category_id",
        Category,
    ),
    ClientGrouping.TYPE: (
        "LEFT JOIN client_type g ON g.organisation_id = l.organisation_id AND g.id = l.type_id",
        ClientType,
    ),
    ClientGrouping.SOURCE: (
        "LEFT JOIN contact p ON p.organisation_id = l.organisation_id AND p.client_id = l.id"
        " AND p.source_id IS NOT NULL LEFT JOIN contact_source g"
        " ON g.organisation_id = p.organisation_id AND g.id = p.source_id",
        ContactSource,
    ),
}
_COLUMNS: Final[Mapping[ClientGrouping, str]] = {
    ClientGrouping.COUNTRY: "country",
    ClientGrouping.STATUS: "status",
    ClientGrouping.KIND: "kind",
}
_LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "DRAFT": {"en": "Draft", "fr": "Brouillon", "nl": "Concept", "de": "Entwurf"},
    "ACTIVE": {"en": "Active", "fr": "Actif", "nl": "Actief", "de": "Aktiv"},
    "INACTIVE": {"en": "Inactive", "fr": "Inactif", "nl": "Inactief", "de": "Inaktiv"},
    "COMPANY": {"en": "Company", "fr": "Société", "nl": "Bedrijf", "de": "Unternehmen"},
    "INDIVIDUAL": {
        "en": "Individual",
        "fr": "Particulier",
        "nl": "Particulier",
        "de": "Privatperson",
    },
    "PUBLIC_BODY": {
        "en": "Public body",
        "fr": "Organisme public",
        "nl": "Overheidsinstelling",
        "de": "Öffentliche Einrichtung",
    },
}


async def client_groups(
    context: Context,
    by: ClientGrouping,
    wanted: Filter,
    *,
    search: str | None = None,
    include_inactive: bool = False,
) -> list[Group]:
    """The groups of clients that match, the largest first, then by label.

    A client with several categories or sources is counted in the group of each.
    """
    session = context.session

    def found(meant: Search | None) -> Listing[Client]:
        return listing(session.dialect, wanted, search=meant, include_inactive=include_inactive)

    meant = search_for(context, "client", search)
    groups = await _groups(context, by, found(meant))
    if meant is not None and not groups:
        instead = await corrected(session, "client", meant)
        groups = await _groups(context, by, found(instead.search)) if instead else []
    return sorted(groups, key=_place)


async def _groups(context: Context, by: ClientGrouping, found: Listing[Client]) -> list[Group]:
    if by in _COLUMNS:
        counted = await count_by_column(context.session, found, _COLUMNS[by])
        return [Group(key, _label(by, key, context.language), n) for key, n in counted]
    return [
        Group(entry.key, label(entry, context.language), n, entry) if entry else _nothing(n)
        for entry, n in await count_by_row(context.session, found, *_JOINS[by])
    ]


def _place(group: Group) -> tuple[int, bool, str, str]:
    # An archived entry and its successor may have one name: the key tells them apart.
    label = values.folded(group.label or "")
    return -group.count, group.label is None, label, group.key or ""


def _nothing(count: int) -> Group:
    return Group(None, None, count)


def _label(by: ClientGrouping, key: Any, language: str) -> str:
    if by is ClientGrouping.COUNTRY:
        return values.country_name(key, language)
    return _LABELS[key][language]

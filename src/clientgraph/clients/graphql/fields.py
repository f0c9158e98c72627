"""Queries for clients, and what clients add to the types of their parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import strawberry

from clientgraph import values
from clientgraph.clients import models, service
from clientgraph.clients.graphql.classification import CLASSIFICATION
from clientgraph.clients.graphql.inputs import ClientFilter, ClientKey
from clientgraph.clients.graphql.types import Client
from clientgraph.clients.lists import DEEPEST_FILTER, ClientSort, listing
from clientgraph.consents.graphql import wanted_consent
from clientgraph.fields.graphql.sorting import CustomFieldSort, SortByCustomField
from clientgraph.fields.lists import wanted_fields
from clientgraph.fields.models import RecordKind
from clientgraph.graphql.enums import described
from clientgraph.graphql.fields import Info, argument, loaded, query
from clientgraph.graphql.mutations import draft
from clientgraph.graphql.nodes import row_id
from clientgraph.graphql.paging import (
    After,
    Before,
    First,
    Last,
    SearchConnection,
    page_arguments,
    search_connection,
)
from clientgraph.identifiers.service import stored_forms
from clientgraph.lists import Search, check_size, unfit
from clientgraph.nomenclature.lists import CATEGORIES, CLIENT_TYPES, CONTACT_SOURCES
from clientgraph.permissions import Permission
from clientgraph.storage.listings import Listing
from clientgraph.views.graphql import View, ViewedList
from clientgraph.views.models import ListKind

_REFERENCES = {
    "parent": "Client",
    "categories": CATEGORIES.type_name,
    "sources": CONTACT_SOURCES.type_name,
}
ClientSortType = described(
    ClientSort,
    "The order of clients.",
    RELEVANCE="By how well they match `search`, then by name; without a search by name.",
    NAME_ASC="By legal name, A to Z.",
    NAME_DESC="By legal name, Z to A.",
    CREATED_AT_ASC="Oldest first.",
    CREATED_AT_DESC="Newest first.",
    UPDATED_AT_ASC="Longest unchanged first.",
    UPDATED_AT_DESC="Last changed first.",
)


@query(Permission.CLIENTS_READ, "One client by its id, reference or identifier; null if absent.")
async def client(
    info: Info, by: Annotated[ClientKey, argument("Exactly one way to name it.")]
) -> Client | None:
    """Inactive clients too."""
    found: Any = await service.client_by_key(
        info.context,
        client_id=row_id("Client", by.id.value) if by.id else None,
        external_reference=by.external_reference.value if by.external_reference else None,
        identifier=draft(by.identifier.value) if by.identifier else None,
        columns=info.context.columns.get(info.path),
    )
    return found


@query(Permission.CLIENTS_READ, "Clients; without inactive ones unless asked for.")
async def clients(
    info: Info,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
    search: Annotated[
        str | None,
        argument(
            "Words that must all be found, in full or in part: in names, references, identifiers, "
            "e-mail addresses, phone numbers, cities, contacts or custom fields."
        ),
    ] = strawberry.UNSET,
    filter: Annotated[ClientFilter | None, argument("Which to list.")] = strawberry.UNSET,
    sort: Annotated[
        list[ClientSortType] | None,  # type: ignore[valid-type]
        argument("The order; by relevance where there is a search, by name by default."),
    ] = strawberry.UNSET,
    sort_by_custom_field: SortByCustomField = strawberry.UNSET,
    include_inactive: Annotated[bool | None, argument("Also inactive clients.")] = False,
    view: View = strawberry.UNSET,
) -> SearchConnection[Client]:
    """A page of clients."""
    wanted = ClientList(
        search=search or None,
        filter=filter or None,
        sort=sort or (),
        sort_by_custom_field=sort_by_custom_field or None,
        include_inactive=bool(include_inactive),
        view=view,
    )
    text, found = await wanted.found(info)
    arguments = page_arguments(first, after, last, before)
    return await search_connection(info, "client", text, found, arguments)


@dataclass(frozen=True, kw_only=True)
class ClientList:
    """A list of clients as callers ask for it: what the arguments of `clients` say."""

    search: str | None = None
    filter: ClientFilter | None = None
    sort: Sequence[ClientSort] = ()
    sort_by_custom_field: CustomFieldSort | None = None
    include_inactive: bool = False
    view: str | None = strawberry.UNSET

    async def found(
        self, info: Info
    ) -> tuple[str | None, Callable[[Search | None], Listing[models.Client]]]:
        """The text to search for, and what makes the list of what a search finds.

        Raises `BadUserInput` for what cannot be used.
        """
        saved = await CLIENTS.opened(info, self.view)
        orders, leading = await CLIENTS.order(info, saved, self.sort, self.sort_by_custom_field)
        wanted = await filter_values(info, self.filter)

        def found(by: Search | None) -> Listing[models.Client]:
            return listing(
                info.context.session.dialect,
                wanted,
                within=saved.within,
                search=by,
                sort=orders,
                before=leading,
                include_inactive=self.include_inactive or saved.include_inactive,
            )

        return self.search or saved.search, found


async def filter_values(info: Info, given: ClientFilter | None) -> dict[str, Any]:
    """The conditions that were given, with ids and identifiers in their stored form."""
    if not given:
        return {}
    wanted = draft(given)
    check_size(info.context, ("filter",), wanted)
    return await _stored(info, wanted, ("filter",))


_CUSTOM = (
    ("custom_fields", RecordKind.CLIENT),
    ("address_custom_fields", RecordKind.ADDRESS),
)


async def _stored(
    info: Info, wanted: dict[str, Any], path: tuple[str, ...], depth: int = 0
) -> dict[str, Any]:
    """Conditions that stand at a path, ``depth`` levels below the filter's own."""
    if depth > DEEPEST_FILTER:
        raise unfit(info.context, ("filter",), "FILTER_TOO_DEEP", deepest=DEEPEST_FILTER)
    named = {name.rstrip("_"): value for name, value in wanted.items()}
    for name in ("and", "or"):
        if named.get(name) is not None:
            named[name] = [
                await _stored(info, each, (*path, name, str(place)), depth + 1)
                for place, each in enumerate(named[name])
            ]
    if named.get("not") is not None:
        named["not"] = await _stored(info, named["not"], (*path, "not"), depth + 1)
    await _store_values(info, named, path)
    return named


async def _store_values(info: Info, named: dict[str, Any], path: tuple[str, ...]) -> None:
    """Put stored forms in the place of ids, keys and codes, but for those of nested conditions."""
    if named.get("type") is not None:
        named["type"] = [row_id(CLIENT_TYPES.type_name, each) for each in named["type"]]
    if named.get("name") is not None:
        named["name"]["organisation_id"] = info.context.organisation_id
    if named.get("assignee") is not None:
        member_id = row_id("Member", named["assignee"])
        named["assignee"] = (info.context.organisation_id, member_id)
    if named.get("integration") is not None:
        named["integration"] = (info.context.organisation_id, named["integration"])
    _take_references(named)
    for name, kind in _CUSTOM:
        if named.get(name) is not None:
            at = (*path, name)
            named[name] = await wanted_fields(info.context, kind, at, named[name])
    if named.get("consent") is not None:
        named["consent"] = wanted_consent(info.context, named["consent"])
    identifier = named.get("identifier")
    if identifier and identifier.get("value") is not None:
        value = identifier["value"]
        identifier["value"] = await stored_forms(info.context, identifier.get("kind"), value)
    _check_countries(info, named.get("country") or (), (*path, "country"))


def _check_countries(info: Info, codes: Sequence[str], path: tuple[str, ...]) -> None:
    for place, code in enumerate(codes):
        try:
            values.country(code)
        except values.ValueProblem as problem:
            at = (*path, str(place))
            raise unfit(info.context, at, problem.code, **problem.params) from problem


def _take_references(named: dict[str, Any]) -> None:
    """Put rows' ids in the place of the global ones, in each condition on references."""
    for name, record in _REFERENCES.items():
        for test, ids in (named.get(name) or {}).items():
            if isinstance(ids, list):
                named[name][test] = [row_id(record, each) for each in ids]


_CLIENT_OF_PART = loaded(
    "The client that it is a part of.",
    service.clients_by_id,
    key="client_id",
    name="client",
    result=Client,
)
CLIENTS = ViewedList(ListKind.CLIENTS, "Client", ClientFilter, ClientSort, filter_values)

QUERIES = [client, clients]
EXTENSIONS = {
    "Client": CLASSIFICATION,
    "Contact": [_CLIENT_OF_PART],
    "Address": [_CLIENT_OF_PART],
    "Event": [_CLIENT_OF_PART],
    "Consent": [_CLIENT_OF_PART],
    "Mandate": [_CLIENT_OF_PART],
}

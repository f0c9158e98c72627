"""A client's type, categories and assignees as the API shows them."""

from __future__ import annotations

from typing import Final

from clientgraph.clients.assignees import assignees_by_client
from clientgraph.clients.categories import categories_by_client
from clientgraph.graphql.fields import loaded, or_nothing
from clientgraph.nomenclature.graphql import Category, ClientType
from clientgraph.nomenclature.lists import CLIENT_TYPES
from clientgraph.organisations.graphql import Member

CLASSIFICATION: Final = [
    loaded(
        "Its type.",
        CLIENT_TYPES.entries_by_id,
        key="type_id",
        name="type",
        result=ClientType | None,
    ),
    loaded(
        "Its categories, in the order of the list.",
        categories_by_client,
        pick=or_nothing,
        name="categories",
        result=list[Category],
        size=5,
    ),
    loaded(
        "The members who look after it, by name.",
        assignees_by_client,
        pick=or_nothing,
        name="assignees",
        result=list[Member],
        size=5,
    ),
]

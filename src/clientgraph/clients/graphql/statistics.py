"""Counts of clients."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from clientgraph.clients.graphql.fields import filter_values
from clientgraph.clients.graphql.inputs import ClientFilter
from clientgraph.clients.statistics import ClientGrouping, Group, client_groups
from clientgraph.graphql.enums import described
from clientgraph.graphql.fields import Info, argument, column, computed, query
from clientgraph.nomenclature import models
from clientgraph.nomenclature.graphql import Category, ClientType, ContactSource
from clientgraph.permissions import Permission

ClientGroupingType = described(
    ClientGrouping,
    "What clients are counted by.",
    CATEGORY="Their categories; a client with several is counted with each.",
    TYPE="Their type.",
    COUNTRY="Their country.",
    STATUS="Where they are in their life.",
    KIND="What they are in law.",
    SOURCE="Where their contacts come from; a client with several sources is counted with each.",
)


@strawberry.type(description="Clients that have something in common.")
class ClientGroup:
    """A group as the API shows it."""

    entry: strawberry.Private[Any]
    key: str | None = column("A list's key, a country, a status, a kind; null: they have none.")
    label: str | None = column("The key in the caller's language; null: they have none.")
    count: int = column("How many clients.")

    @computed("The category, where clients are counted by it.", cost=0)
    def category(self) -> Category | None:
        """The row that the group was counted by."""
        return _only(self, models.Category)

    @computed("The type, where clients are counted by it.", cost=0)
    def type(self) -> ClientType | None:
        """The row that the group was counted by."""
        return _only(self, models.ClientType)

    @computed("The source, where clients are counted by it.", cost=0)
    def source(self) -> ContactSource | None:
        """The row that the group was counted by."""
        return _only(self, models.ContactSource)


def _only(group: ClientGroup, model: type) -> Any:
    return group.entry if isinstance(group.entry, model) else None


@query(Permission.CLIENTS_READ, "How many clients there are of each sort.", size=25)
async def client_statistics(
    info: Info,
    group_by: Annotated[ClientGroupingType, argument("What to count by.")],  # type: ignore[valid-type]
    search: Annotated[str | None, argument("Words to find, as in `clients`.")] = strawberry.UNSET,
    filter: Annotated[ClientFilter | None, argument("Which clients.")] = strawberry.UNSET,
    include_inactive: Annotated[bool | None, argument("Also inactive clients.")] = False,
) -> list[ClientGroup]:
    """The largest group first."""
    wanted = await filter_values(info, filter)
    found = await client_groups(
        info.context,
        group_by,
        wanted,
        search=search or None,
        include_inactive=bool(include_inactive),
    )
    return [_shown(group) for group in found]


def _shown(group: Group) -> ClientGroup:
    return ClientGroup(entry=group.entry, key=group.key, label=group.label, count=group.count)


STATISTICS = [client_statistics]

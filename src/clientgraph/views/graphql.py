"""The public face of saved views, and what lists take from them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Final, Generic, TypeVar

import strawberry
from strawberry.scalars import JSON

from clientgraph.drafts import Checked
from clientgraph.errors import BadArgument, BadUserInput
from clientgraph.fields.definitions import definitions_by_kind
from clientgraph.fields.graphql.sorting import CustomFieldSort, SortDirectionType
from clientgraph.fields.lists import SortDirection, wanted_order
from clientgraph.fields.models import RecordKind, type_name
from clientgraph.graphql.coercion import Unfit, coerced
from clientgraph.graphql.enums import described
from clientgraph.graphql.fields import Info, argument, column, computed, query
from clientgraph.graphql.mutations import draft
from clientgraph.graphql.nodes import RecordNode, record, row_id
from clientgraph.graphql.paging import (
    After,
    Before,
    Connection,
    First,
    Last,
    connection,
    page_arguments,
)
from clientgraph.lists import MOST_ORDERS
from clientgraph.organisations.graphql import Member
from clientgraph.organisations.service import member_by_id
from clientgraph.permissions import Permission
from clientgraph.storage.listings import Order
from clientgraph.views import models, service
from clientgraph.views.columns import CustomColumn, column_at
from clientgraph.views.models import ListKind

S = TypeVar("S", bound=Enum)

ListKindType = described(
    ListKind,
    "A list that can be saved as a view.",
    CLIENTS="The field `clients`.",
    CONTACTS="The field `contacts`.",
    EVENTS="The field `events`.",
)
View = Annotated[
    strawberry.ID | None,
    argument(
        "A saved view of this list: its filter must hold besides `filter`; its search holds where "
        "none is given, its order where neither `sort` nor `sortByCustomField` is."
    ),
]
_KINDS: Final = {type_name(kind): kind for kind in RecordKind}


@strawberry.type(description="An order by a custom field, as `sortByCustomField` takes it.")
class CustomFieldOrder:
    """Key and direction."""

    key: str = column("The field's key.")
    direction: SortDirectionType = column("Which end comes first.")  # type: ignore[valid-type]


@record(models.SavedView, "A list under a name, so that a screen can open it again.")
class SavedView(RecordNode):
    """Columns of a view."""

    name: str = column("What people call it.")
    search: str | None = column("Words to find.")
    include_inactive: bool = column("Whether inactive clients, or their contacts, are listed too.")

    @computed("The list that it is of.")
    def on(self: Any) -> ListKindType:  # type: ignore[valid-type]
        """By the stored name."""
        return ListKind(self.on_list)

    @computed("The list's filter, as its argument `filter` takes it.")
    def filter(self: Any) -> JSON:
        """As it was given."""
        return JSON(self.filter_given())

    @computed("The order: values of the list's enum.")
    def sort(self: Any) -> list[str]:
        """As they were given."""
        return list(self.order_names())

    @computed("The custom field that the list is sorted by before `sort`, if there is one.")
    def sort_by_custom_field(self: Any) -> CustomFieldOrder | None:
        """As it was given."""
        order = self.custom_order_given()
        return order and CustomFieldOrder(
            key=order["key"], direction=SortDirection(order["direction"])
        )

    @computed("The fields to show, such as name, mainContact.email or customFields.budget.")
    def columns(self: Any) -> list[str]:
        """As they were given."""
        return list(self.column_paths())

    @computed("Whether everybody in the workspace sees it, or its owner alone.")
    def is_shared(self: Any) -> bool:
        """By the visibility."""
        return service.is_shared(self)

    @computed("The member whose view it is; null where a token of the workspace made it.")
    async def owner(self: Any, info: Info) -> Member | None:
        """Loaded with those of other views."""
        if self.author_id is None:
            return None
        return await info.context.load(member_by_id, self.author_id)


@query(Permission.CLIENTS_READ, "Shared views and the caller's own, by name.")
async def saved_views(
    info: Info,
    on: Annotated[
        ListKindType | None,  # type: ignore[valid-type]
        argument("Of this list; of all by default."),
    ] = strawberry.UNSET,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
) -> Connection[SavedView]:
    """A page of views."""
    found = service.listing(info.context.actor, on or None)
    return await connection(info, found, page_arguments(first, after, last, before))


@dataclass(frozen=True)
class Opened(Generic[S]):
    """What a list takes from a view; nothing where none was named."""

    within: Any
    search: str | None = None
    sort: Sequence[S] = ()
    before: Order | None = None
    include_inactive: bool = False


@dataclass(frozen=True)
class ViewedList(Generic[S]):
    """A list that views can be of.

    ``record`` is the GraphQL type of what it lists. ``read`` turns an input of ``filter_type``, or
    None, into the list's conditions; it raises `BadArgument` for those that cannot be used.
    """

    on: ListKind
    record: str
    filter_type: type
    sort_type: type[S]
    read: Callable[[Info, Any], Awaitable[Any]]
    has_search: bool = True

    async def opened(self, info: Info, view_id: str | None) -> Opened[S]:
        """The view with this id; raises `BadUserInput` where it is none of this list, or broken."""
        if view_id is None or view_id is strawberry.UNSET:
            return Opened(await self.read(info, None))
        row_key = row_id("SavedView", view_id)
        view: models.SavedView | None = await info.context.load(service.views_by_id, row_key)
        if view is None or view.on_list != self.on.value:
            raise BadUserInput("There is no such view of this list.")
        try:
            within = await self._conditions(info, view.filter_given())
            sort = [self.sort_type(each) for each in view.order_names()]
            before = await self._custom_order(info, view.custom_order_given())
        except (BadUserInput, Unfit, ValueError) as problem:
            raise BadUserInput(
                f"The view '{view.name}' can no longer be applied: {problem}"
            ) from problem
        return Opened(within, view.search, sort, before, view.include_inactive)

    async def check(self, info: Info, draft: dict[str, Any]) -> Checked:
        """The mistakes in what the draft of a view says of this list."""
        checked = Checked()
        await self._check_filter(info, draft.get("filter"), checked)
        self._check_sort(draft.get("sort") or (), checked)
        await self._check_custom_order(info, draft.get("sort_by_custom_field"), checked)
        await self._check_columns(info, draft.get("columns") or (), checked)
        for name in () if self.has_search else ("search", "include_inactive"):
            if draft.get(name):
                checked.add((name,), "NOT_IN_THIS_LIST")
        return checked

    async def _conditions(self, info: Info, given: Any) -> Any:
        return await self.read(info, coerced(info, self.filter_type, given))

    async def _check_filter(self, info: Info, given: Any, checked: Checked) -> None:
        if given is None:
            return
        try:
            await self._conditions(info, given)
        except Unfit as unfit:
            for path in unfit.places:
                checked.add(("filter", *path), "INVALID_FILTER")
        except BadArgument as problem:
            checked.note(problem.error)

    def _check_sort(self, given: Sequence[str], checked: Checked) -> None:
        known = [each.value for each in self.sort_type]
        fields: dict[str, int] = {}
        if len(given) > MOST_ORDERS:
            checked.add(("sort",), "TOO_MANY", longest=MOST_ORDERS)
        for place, each in enumerate(given[: MOST_ORDERS + 1]):
            field = each.rpartition("_")[0]
            if each not in known:
                checked.add(("sort", str(place)), "UNKNOWN_CHOICE", known=", ".join(known))
            elif fields.setdefault(field, place) != place:
                checked.add(("sort", str(place)), "DUPLICATE", other=fields[field])

    async def order(
        self, info: Info, saved: Opened[S], sort: Sequence[S] | None, by: CustomFieldSort | None
    ) -> tuple[Sequence[S], Order | None]:
        """The order that was asked for, as `sort` and what comes before it, or else the view's."""
        before = await self._custom_order(info, draft(by) if by else None)
        return (sort or (), before) if sort or before else (saved.sort, saved.before)

    async def _custom_order(self, info: Info, given: Mapping[str, Any] | None) -> Order | None:
        return await wanted_order(info.context, _KINDS[self.record], given)

    async def _check_custom_order(
        self, info: Info, given: Mapping[str, Any] | None, checked: Checked
    ) -> None:
        try:
            await self._custom_order(info, given)
        except BadArgument as problem:
            checked.note(problem.error)

    async def _check_columns(self, info: Info, given: Sequence[str], checked: Checked) -> None:
        schema: Any = info.schema
        for place, path in enumerate(given[: service.MOST_COLUMNS]):
            at = ("columns", str(place))
            if given.index(path) < place:
                checked.add(at, "DUPLICATE", other=given.index(path))
            found = column_at(schema.core, self.record, path)
            if isinstance(found, CustomColumn):
                found = await _is_defined(info, found)
            if not found:
                checked.add(at, "UNKNOWN_COLUMN", column=path[:40])


async def _is_defined(info: Info, wanted: CustomColumn) -> bool:
    """Whether the workspace has such a custom field, in use or not."""
    known = await info.context.load(definitions_by_kind, _KINDS[wanted.record]) or []
    return any(definition.key == wanted.key for definition in known)


QUERIES = [saved_views]

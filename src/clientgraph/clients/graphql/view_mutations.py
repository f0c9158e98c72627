"""Mutations of saved views: here, where all lists that they are of are known."""

from __future__ import annotations

from typing import Annotated, Any, Final

import strawberry
from strawberry.scalars import JSON

from clientgraph.clients.graphql.fields import CLIENTS
from clientgraph.contacts.graphql import CONTACTS
from clientgraph.drafts import Checked
from clientgraph.events.graphql import EVENTS
from clientgraph.fields.graphql.sorting import CustomFieldSort
from clientgraph.graphql.fields import Info, argument, column, given, mutation
from clientgraph.graphql.mutations import (
    ChangeInput,
    MutationInput,
    Payload,
    answer,
    deleted,
    draft,
    expected,
)
from clientgraph.graphql.nodes import row_id
from clientgraph.permissions import Permission
from clientgraph.views import models, service
from clientgraph.views.graphql import ListKindType, SavedView, ViewedList
from clientgraph.views.models import ListKind

_WRITE = Permission.CLIENTS_WRITE
_LISTS: Final[dict[ListKind, ViewedList[Any]]] = {
    each.on: each for each in (CLIENTS, CONTACTS, EVENTS)
}


@strawberry.input(description="Fields of a view.")
class SavedViewFields:
    """Shared by creation and change."""

    name: str | None = given("What people call it, up to 100 characters. Required.")
    filter: JSON | None = given("What the list's argument `filter` takes, as in its variables.")
    search: str | None = given("Words to find, for clients and contacts.")
    sort: list[str] | None = given("The order: up to three values of the list's enum.")
    sort_by_custom_field: CustomFieldSort | None = given(
        "The custom field to sort by, before `sort` decides among equal ones."
    )
    columns: list[str] | None = given(
        "The fields to show, up to 50, such as name, mainContact.email or customFields.budget."
    )
    include_inactive: bool | None = given("Also inactive clients, or their contacts.")
    is_shared: bool | None = given(
        "Whether everybody in the workspace sees it; by default its owner alone does. Tokens "
        "without a member make shared views only."
    )


@strawberry.input(description="A new view.")
class SavedViewCreateInput(SavedViewFields, MutationInput):
    """The whole view."""

    on: ListKindType = strawberry.field(description="The list that it is of.")


@strawberry.input(description="Changes of a view. Absent fields stay, null clears.")
class SavedViewUpdateInput(SavedViewFields, ChangeInput):
    """The view's fields; it stays one of its list."""


@strawberry.input(description="Which view to delete.")
class SavedViewDeleteInput(ChangeInput):
    """One view."""


@strawberry.type(description="The new view.")
class SavedViewCreatePayload(Payload):
    """The view, or what was wrong."""

    saved_view: SavedView | None = column("The view.")


@strawberry.type(description="The view after a change.")
class SavedViewUpdatePayload(Payload):
    """The view, or what was wrong."""

    saved_view: SavedView | None = column("The view as it is now.")


@strawberry.type(description="What was deleted.")
class SavedViewDeletePayload(Payload):
    """The id, or what stood in the way."""

    deleted_id: strawberry.ID | None = column("The id of the view that is gone.")
    saved_view: SavedView | None = column("The view as it stands, when it was not deleted.")


@mutation(_WRITE, "Save a list as it is under a name.")
async def saved_view_create(
    info: Info, input: Annotated[SavedViewCreateInput, argument("The view.")]
) -> SavedViewCreatePayload | None:
    """The caller's member is its owner."""
    made = draft(input)
    on = ListKind(made.pop("on"))

    async def create() -> models.SavedView:
        noted = await _LISTS[on].check(info, made)
        return await service.create_view(info.context, on, made, noted)

    return await answer(info, SavedViewCreatePayload, "saved_view", create)


@mutation(_WRITE, "Change a view: one's own, or as an administrator a shared one.")
async def saved_view_update(
    info: Info, input: Annotated[SavedViewUpdateInput, argument("The changes.")]
) -> SavedViewUpdatePayload | None:
    """Absent fields stay."""
    view_id, made = row_id("SavedView", input.id), draft(input)

    async def change() -> models.SavedView:
        known = (await service.views_by_id(info.context, [view_id])).get(view_id)
        on = ListKind(known.on_list) if known else None
        noted = await _LISTS[on].check(info, made) if on else Checked()
        return await service.update_view(info.context, view_id, made, expected(input), noted)

    return await answer(info, SavedViewUpdatePayload, "saved_view", change)


@mutation(_WRITE, "Delete a view: one's own, or as an administrator a shared one.")
async def saved_view_delete(
    info: Info, input: Annotated[SavedViewDeleteInput, argument("Which view.")]
) -> SavedViewDeletePayload | None:
    """For good."""
    view_id = row_id("SavedView", input.id)
    return await deleted(
        info,
        SavedViewDeletePayload,
        "saved_view",
        input,
        lambda: service.delete_view(info.context, view_id, expected(input)),
    )


VIEW_MUTATIONS = [saved_view_create, saved_view_update, saved_view_delete]

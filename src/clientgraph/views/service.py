"""What can be done with saved views, and by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import orjson

from clientgraph import values
from clientgraph.context import Actor, Context
from clientgraph.drafts import Checked, Cleaner, Draft, clean
from clientgraph.errors import UserError, UserErrors
from clientgraph.lists import LONGEST_SEARCH, MOST_WORDS
from clientgraph.permissions import RANK, Role
from clientgraph.storage.conditions import Condition, all_of, any_of, compare, one_of
from clientgraph.storage.listings import BY_ID, Listing, Order
from clientgraph.storage.pages import matching
from clientgraph.storage.rows import delete, insert, lock, one_at_a_time, rows, update
from clientgraph.versions import check_version
from clientgraph.views.models import ListKind, SavedView

LONGEST_NAME: Final = 100
LONGEST_FILTER: Final = 20_000
MOST_VIEWS: Final = 200
MOST_COLUMNS: Final = 50
_SHARED, _PRIVATE = "ORGANISATION", "PRIVATE"


def _name(value: str) -> str | None:
    return values.text(value, LONGEST_NAME)


def _search(value: str) -> str | None:
    found = values.text(value, LONGEST_SEARCH)
    if found and len(values.folded(found).split()) > MOST_WORDS:
        raise values.ValueProblem("TOO_MANY_WORDS", longest=MOST_WORDS)
    return found


def _json(value: Any) -> str:
    text = orjson.dumps(value).decode()
    if len(text) > LONGEST_FILTER:
        raise values.ValueProblem("TOO_LONG", longest=LONGEST_FILTER, length=len(text))
    return text


def _columns(value: Sequence[str]) -> str:
    if len(value) > MOST_COLUMNS:
        raise values.ValueProblem("TOO_MANY", longest=MOST_COLUMNS)
    return _json(list(value))


_CLEANERS: Final[Mapping[str, Cleaner]] = {
    "name": _name,
    "filter": _json,
    "search": _search,
    "sort": _json,
    "sort_by_custom_field": _json,
    "columns": _columns,
    "include_inactive": bool,
    "is_shared": bool,
}
# Field → its column and what that holds where nothing is given.
_STORED: Final[Mapping[str, tuple[str, Any]]] = {
    "filter": ("conditions", "{}"),
    "sort": ("orders", "[]"),
    "sort_by_custom_field": ("custom_order", None),
    "columns": ("columns", "[]"),
    "include_inactive": ("include_inactive", False),
}


def visible(actor: Actor | None) -> Condition:
    """The views that a caller may see: shared ones and its own; no role sees more."""
    shared = compare("visibility", "=", _SHARED)
    if actor is None or actor.member_id is None:
        return shared
    return one_of([shared, compare("author_id", "=", actor.member_id)])


def listing(actor: Actor | None, on: ListKind | None) -> Listing[SavedView]:
    """Views of one list, or of all, that the caller may see, by name."""
    chosen = [compare("on_list", "=", on.value)] if on else []
    member = actor.member_id if actor else None
    key = orjson.dumps([member, on], default=str)
    where = all_of([*chosen, visible(actor)])
    return Listing(SavedView, "savedViews", [Order("sort_name"), BY_ID], where, key)


def is_shared(view: SavedView) -> bool:
    """Whether the whole workspace sees it."""
    return view.visibility == _SHARED


async def views_by_id(context: Context, ids: Sequence[UUID]) -> dict[UUID, SavedView]:
    """Views by id, of those that the caller may see."""
    session = context.session
    where = all_of([any_of(session.dialect, "id", list(ids)), visible(context.actor)])
    return {row.id: row for row in await matching(session, SavedView, where)}


async def create_view(context: Context, on: ListKind, draft: Draft, noted: Checked) -> SavedView:
    """A new view of the caller's member, its own unless it is to be shared.

    ``noted`` has the mistakes in filter, order and columns, which the list knows.
    """
    checked = _checked(draft, noted)
    checked.require("name")
    member = _member(context)
    if not draft.get("is_shared") and member is None:
        checked.add(("is_shared",), "VIEW_NEEDS_MEMBER")
    await one_at_a_time(context.session, "saved_view")
    if await rows(context.session, SavedView).filter(author_id=member).count() >= MOST_VIEWS:
        checked.add((), "TOO_MANY_VIEWS", longest=MOST_VIEWS)
    checked.raise_errors()
    empty = dict(_STORED.values())
    made = {**empty, **_columns_of(checked), "on_list": on.value, "author_id": member}
    made.setdefault("visibility", _PRIVATE)
    view = await insert(context.session, SavedView, **made, granted_to="")
    context.changed("CREATED", "SavedView", view, audience=_audience(view))
    return view


async def update_view(
    context: Context, view_id: UUID, draft: Draft, expected: int | None, noted: Checked
) -> SavedView:
    """Change what was given of a view; only its owner shares it or takes it back."""
    view = await _locked(context, view_id)
    check_version(view, expected)
    if not draft:
        return view
    checked = _checked(draft, noted)
    checked.keep("name", "is_shared")
    wanted = checked.values.get("is_shared", is_shared(view))
    if wanted is not None and wanted != is_shared(view) and not _is_own(context, view):
        checked.add(("is_shared",), "NOT_VIEW_OWNER")
    checked.raise_errors()
    before = _audience(view)
    await update(context.session, view, _columns_of(checked))
    told = None if before is None else _audience(view)
    context.changed("UPDATED", "SavedView", view, audience=told)
    return view


async def delete_view(context: Context, view_id: UUID, expected: int | None) -> None:
    """Remove a view."""
    view = await _locked(context, view_id)
    check_version(view, expected)
    await delete(context.session, SavedView, [view.id])
    context.changed("DELETED", "SavedView", view, audience=_audience(view))


def _checked(draft: Draft, noted: Checked) -> Checked:
    checked = clean(draft, _CLEANERS)
    checked.include(noted)
    return checked


def _columns_of(checked: Checked) -> dict[str, Any]:
    """The row's columns for what was given; null is what a new view has."""
    made = dict(checked.values)
    for name, (column, empty) in _STORED.items():
        if name in made:
            value = made.pop(name)
            made[column] = empty if value is None else value
    if "is_shared" in made:
        made["visibility"] = _SHARED if made.pop("is_shared") else _PRIVATE
    if "name" in made:
        made["sort_name"] = values.folded(made["name"]) or made["name"]
    return made


async def _locked(context: Context, view_id: UUID) -> SavedView:
    """The view, held for a change by who may change it: its owner, or of a shared one an admin."""
    view = await lock(context.session, SavedView, view_id)
    if view is None or view_id not in await views_by_id(context, [view_id]):
        raise UserErrors([UserError(("id",), "NOT_FOUND")])
    actor = context.actor
    is_admin = actor is not None and RANK[actor.role] >= RANK[Role.ADMIN]
    if not _is_own(context, view) and not is_admin:
        raise UserErrors([UserError(("id",), "VIEW_OF_ANOTHER")], view)
    return view


def _is_own(context: Context, view: SavedView) -> bool:
    return view.author_id is not None and view.author_id == _member(context)


def _audience(view: SavedView) -> frozenset[UUID] | None:
    """The members who may know of the view; None for the whole workspace."""
    if is_shared(view) or view.author_id is None:
        return None
    return frozenset({view.author_id})


def _member(context: Context) -> UUID | None:
    return context.actor.member_id if context.actor else None

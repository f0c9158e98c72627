"""What can be done with configuration templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import orjson

from clientgraph import global_ids, values
from clientgraph.context import Context
from clientgraph.drafts import Checked, Cleaner, Draft, clean, present
from clientgraph.errors import UserError, UserErrors
from clientgraph.integrations.service import check_keys, plugins_by_key
from clientgraph.organisations.assignees import (
    Asked,
    assignees_of,
    check_assignees,
    replace_assignees,
)
from clientgraph.organisations.models import Member
from clientgraph.storage.conditions import Condition
from clientgraph.storage.links import Links, count_references
from clientgraph.storage.rows import delete, insert, lock, one_at_a_time, rows, update
from clientgraph.storage.together import Wanted
from clientgraph.templates.defaults import Kept, check_defaults, kept_defaults
from clientgraph.templates.models import ClientTemplate
from clientgraph.versions import check_version

ASSIGNEES: Final = Links("client_template_assignee", "client_template", "member")
LONGEST_NAME: Final = 100
LONGEST_DESCRIPTION: Final = 2_000


def _name(value: str) -> str | None:
    return values.text(value, LONGEST_NAME)


def _description(value: str) -> str | None:
    return values.lines(value, LONGEST_DESCRIPTION)


_CLEANERS: Final[Mapping[str, Cleaner]] = {
    "name": _name,
    "description": _description,
    "is_default": bool,
    "is_archived": bool,
}


async def templates(context: Context, *, include_archived: bool = False) -> list[ClientTemplate]:
    """The workspace's templates by name."""
    found = rows(context.session, ClientTemplate)
    if not include_archived:
        found = found.filter(archived_at=None)
    return await found.order_by("sort_name", "id")


async def templates_by_id(context: Context, ids: Sequence[UUID]) -> dict[UUID, ClientTemplate]:
    """Templates by id, archived ones too."""
    found = await rows(context.session, ClientTemplate).filter(id__in=list(ids))
    return {template.id: template for template in found}


# The template of new clients that name none.
DEFAULT: Final = Wanted(ClientTemplate, Condition("is_default"))


async def assignees_by_template(
    context: Context, template_ids: Sequence[UUID]
) -> dict[UUID, list[Member]]:
    """The members whom each template assigns, by name."""
    return await assignees_of(context, ASSIGNEES, template_ids)


def kept_integrations(template: ClientTemplate) -> dict[str, str]:
    """The integrations that clients made with it are linked with: key → plugin, by key."""
    found: dict[str, str] = orjson.loads(template.integrations or b"{}")
    return found


async def create_template(context: Context, draft: Draft) -> ClientTemplate:
    """A new template; raises `UserErrors` with every mistake."""
    draft = present(draft)
    await _in_turn(context, draft)
    checked = _check(draft)
    checked.require("name")
    await _check_name(context, checked, None)
    checked.values["defaults"] = await _defaults(context, draft, {}, checked)
    _take_integrations(context, draft, {}, checked)
    (chosen,) = await check_assignees(context, ASSIGNEES, [Asked(None, draft, checked)])
    checked.raise_errors()
    await _give_way(context, checked, None)
    template = await insert(
        context.session, ClientTemplate, **{"is_default": False} | checked.values
    )
    await replace_assignees(context, ASSIGNEES, {template.id: chosen})
    context.changed("CREATED", "ClientTemplate", template)
    return template


async def update_template(
    context: Context, template_id: UUID, draft: Draft, expected: int | None
) -> ClientTemplate:
    """Change what was given of a template. Clients that were made with it stay as they are."""
    await _in_turn(context, draft)
    template = await _lock(context, template_id)
    check_version(template, expected)
    if not draft:
        return template
    checked = _check(draft)
    checked.keep("name", "is_default", "is_archived")
    _check_archiving(template, checked)
    await _check_name(context, checked, template)
    if "defaults" in draft:
        kept = kept_defaults(template)
        checked.values["defaults"] = await _defaults(context, draft, kept, checked)
    _take_integrations(context, draft, kept_integrations(template), checked)
    (chosen,) = await check_assignees(context, ASSIGNEES, [Asked(template.id, draft, checked)])
    checked.raise_errors()
    await _give_way(context, checked, template)
    await update(context.session, template, checked.values)
    await replace_assignees(context, ASSIGNEES, {template.id: chosen})
    context.changed("UPDATED", "ClientTemplate", template)
    return template


async def remove_template(
    context: Context, template_id: UUID, expected: int | None
) -> ClientTemplate | None:
    """Remove a template: None when it is gone, or the archived one where clients came from it."""
    template = await _lock(context, template_id)
    check_version(template, expected)
    made = await count_references(context.session, "client", "template_id", "id", [template.id])
    if not made:
        await delete(context.session, ClientTemplate, [template.id])
        context.changed("DELETED", "ClientTemplate", template)
        return None
    if template.archived_at is None:
        archived = {"archived_at": datetime.now(UTC), "is_default": False}
        await update(context.session, template, archived)
        context.changed("UPDATED", "ClientTemplate", template)
    return template


async def _in_turn(context: Context, draft: Draft) -> None:
    """One after the other becomes the default template; to be called before any row is held."""
    if draft.get("is_default"):
        await one_at_a_time(context.session, "default client template")


async def _lock(context: Context, template_id: UUID) -> ClientTemplate:
    template = await lock(context.session, ClientTemplate, template_id)
    if template is None:
        raise UserErrors([UserError(("id",), "NOT_FOUND")])
    return template


def _check(draft: Draft) -> Checked:
    checked = clean(draft, _CLEANERS)
    name = checked.values.get("name")
    if name is not None:
        checked.values["sort_name"] = values.folded(name) or name
    return checked


def _check_archiving(template: ClientTemplate, checked: Checked) -> None:
    """Settle when it was archived; what is archived is not the default one."""
    archived = checked.values.pop("is_archived", None)
    if archived is not None and archived is (template.archived_at is None):
        checked.values["archived_at"] = datetime.now(UTC) if archived else None
    if checked.values.get("archived_at", template.archived_at) is None:
        return
    if checked.values.get("is_default"):
        checked.add(("is_default",), "ARCHIVED", name=template.name)
    checked.values["is_default"] = False


async def _check_name(context: Context, checked: Checked, own: ClientTemplate | None) -> None:
    """Two templates in use have different names: files of clients call them by these."""
    archived = checked.values.get("archived_at", own.archived_at if own else None)
    sort_name = checked.values.get("sort_name", own.sort_name if own else None)
    if archived is not None or sort_name is None:
        return
    same = rows(context.session, ClientTemplate).filter(sort_name=sort_name, archived_at=None)
    other = await same.first()
    if other is not None and (own is None or other.id != own.id):
        record = global_ids.encode("ClientTemplate", other.id)
        checked.add(("name",), "TAKEN", record=record, value=other.name)


async def _defaults(context: Context, draft: Draft, kept: Kept, checked: Checked) -> str:
    """The column ``defaults``; null in the draft does away with all that is kept."""
    given: Mapping[str, Any] | None = draft.get("defaults")
    text, found = await check_defaults(context, given or {}, {} if given is None else kept)
    checked.include(found, "defaults")
    return text


def _take_integrations(
    context: Context, draft: Draft, kept: Mapping[str, str], checked: Checked
) -> None:
    """The column ``integrations``, where the draft names any."""
    chosen = check_keys(context, draft, kept, checked)
    if chosen is not None:
        whose = {**kept, **plugins_by_key(context)}
        made = {key: whose[key] for key in sorted(chosen) if key in whose}
        checked.values["integrations"] = orjson.dumps(made).decode()


async def _give_way(context: Context, checked: Checked, own: ClientTemplate | None) -> None:
    """Take the place of the default template from the one that has it, if that is asked for."""
    if not checked.values.get("is_default"):
        return
    former = await rows(context.session, ClientTemplate).filter(is_default=True).first()
    if former is not None and (own is None or former.id != own.id):
        await update(context.session, former, {"is_default": False})
        context.changed("UPDATED", "ClientTemplate", former)

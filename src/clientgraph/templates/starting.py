"""How a new client begins: with a template, or without one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from clientgraph.clients import service as clients
from clientgraph.clients.models import Client
from clientgraph.clients.saving import Saving
from clientgraph.context import Context
from clientgraph.drafts import Draft
from clientgraph.fields.given import FIELD
from clientgraph.integrations import service as integrations
from clientgraph.organisations.policies import FIELD as POLICIES
from clientgraph.policies.service import current_settings
from clientgraph.requirements import Channel
from clientgraph.templates.defaults import usable_defaults
from clientgraph.templates.models import ClientTemplate
from clientgraph.templates.service import (
    DEFAULT,
    assignees_by_template,
    kept_integrations,
    templates_by_id,
)


async def create_client(context: Context, draft: Draft, channel: Channel) -> Client:
    """A new client; what the draft does not name is as the template has it.

    ``template`` in the draft is its id; absent: the workspace's default one, None: none. Raises
    `UserErrors` with every mistake in the whole record.
    """
    settings, (usual,) = await current_settings(context, DEFAULT)
    saving = Saving(draft=draft)
    await begin_with_templates(context, [saving], next(iter(usual), None))
    return await clients.create_client(context, settings, saving, channel)


async def begin_with_templates(
    context: Context, savings: Sequence[Saving], usual: ClientTemplate | None
) -> None:
    """Have new clients begin with their templates; mistakes are noted with each.

    ``usual`` is the template of those that name none.
    """
    if not savings:
        return
    named = {each.draft["template"] for each in savings if each.draft.get("template")}
    known = await templates_by_id(context, list(named)) if named else {}
    settings: dict[UUID, dict[str, Any]] = {}
    for each in savings:
        template = _template(each, known) if "template" in each.draft else usual
        each.draft = {name: given for name, given in each.draft.items() if name != "template"}
        if template is None:
            continue
        if template.id not in settings:
            settings[template.id] = await _settings(context, template)
        if integrations.FIELD not in each.draft:
            each.linked_by = template.id
        each.draft = laid_over(settings[template.id], each.draft)
        each.draft["template_id"] = str(template.id)


def _template(saving: Saving, known: Mapping[UUID, ClientTemplate]) -> ClientTemplate | None:
    """The template that a draft names, which must be in use."""
    template_id: UUID | None = saving.draft["template"]
    if template_id is None:
        return None
    template = known.get(template_id)
    if template is None:
        saving.checked.add(("template",), "NOT_FOUND")
    elif template.archived_at is not None:
        saving.checked.add(("template",), "ARCHIVED", name=template.name)
    return template


async def _settings(context: Context, template: ClientTemplate) -> dict[str, Any]:
    """Everything that the template sets, as the draft of a client."""
    settings = await usable_defaults(context, template)
    members = (await assignees_by_template(context, [template.id]))[template.id]
    if at_work := [member.id for member in members if member.is_active]:
        settings["assignees"] = at_work
    known = integrations.plugins_by_key(context)
    if usable := [key for key in kept_integrations(template) if key in known]:
        settings[integrations.FIELD] = usable
    return settings


def laid_over(settings: Draft, draft: Draft) -> dict[str, Any]:
    """The draft on top of settings, field by field; of custom fields, key by key.

    A field that the draft names is the draft's, even where it is None; so is a policy.
    """
    given = list(draft.get(FIELD) or ())
    named = {entry["key"] for entry in given}
    others = [entry for entry in settings.get(FIELD, ()) if entry["key"] not in named]
    together = {**settings, **draft, FIELD: [*given, *others]}
    if draft.get(POLICIES) and POLICIES in settings:
        together[POLICIES] = {**settings[POLICIES], **draft[POLICIES]}
    return together

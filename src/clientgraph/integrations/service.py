"""What can be done with integrations: they are chosen by their keys, linked and read.

A plugin that is gone, or that the workspace switched off, takes nothing along: links stay until
somebody ends them, and nothing new is linked with it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from clientgraph.context import Context
from clientgraph.drafts import Checked, Draft
from clientgraph.integrations.models import ClientIntegration
from clientgraph.permissions import Permission
from clientgraph.storage.bulk import insert_rows
from clientgraph.storage.conditions import any_of
from clientgraph.storage.reading import select_rows
from clientgraph.storage.rows import delete, new_rows

FIELD: Final = "integrations"
MOST_INTEGRATIONS: Final = 100


@dataclass(frozen=True)
class Asked:
    """A draft that may name integrations; ``client_id`` is None for a new client."""

    client_id: UUID | None
    draft: Draft
    checked: Checked


def plugins_by_key(context: Context) -> dict[str, str]:
    """The integrations that clients of the workspace can be linked with, and whose each is."""
    every = context.plugins.integrations.items()
    return {key: plugin for key, (plugin, _) in every if context.is_active(plugin)}


def check_keys(
    context: Context, draft: Draft, held: Collection[str], checked: Checked
) -> frozenset[str] | None:
    """The integrations that a draft names, None: untouched; mistakes are noted.

    They are those of plugins that take part in the workspace; what is ``held`` may be kept.
    """
    if FIELD not in draft:
        return None
    given: Sequence[str] = draft[FIELD] or ()
    if len(given) > MOST_INTEGRATIONS:
        checked.add((FIELD,), "TOO_MANY", longest=MOST_INTEGRATIONS)
        return None
    known = plugins_by_key(context)
    for place, key in enumerate(given):
        if key not in known and key not in held:
            names = ", ".join(sorted(known)) or "—"
            checked.add((FIELD, str(place)), "UNKNOWN_INTEGRATION", key=key[:40], known=names)
    return frozenset(given)


async def check_integrations(
    context: Context, asked: Sequence[Asked]
) -> list[frozenset[str] | None]:
    """The integrations that each client is to be linked with, None: untouched."""
    named = [each.client_id for each in asked if each.client_id and each.draft.get(FIELD)]
    held = await integration_keys(context, named)
    return [
        check_keys(
            context,
            each.draft,
            held.get(each.client_id, ()) if each.client_id else (),
            each.checked,
        )
        for each in asked
    ]


def new_links(
    context: Context, linked: Iterable[tuple[UUID, Collection[str] | None, UUID | None]]
) -> list[ClientIntegration]:
    """Links that are still to be stored: of each client, with these, by a template if any."""
    known = plugins_by_key(context)
    member_id = context.require(Permission.PUBLIC).member_id
    made = [
        {
            "client_id": client_id,
            "integration": key,
            "plugin": known[key],
            "template_id": template_id,
            "linked_by_id": member_id,
        }
        for client_id, keys, template_id in linked
        for key in sorted(keys or ())
        if key in known
    ]
    return new_rows(context.session, ClientIntegration, made)


async def replace_links(context: Context, wanted: Mapping[UUID, frozenset[str] | None]) -> None:
    """Link each client with these and no others; None leaves them. Those that stay stay."""
    named = {client_id: keys for client_id, keys in wanted.items() if keys is not None}
    if not named:
        return
    held = await integrations_by_client(context, list(named))
    ended = [
        link.id
        for client_id, keys in named.items()
        for link in held[client_id]
        if link.integration not in keys
    ]
    await delete(context.session, ClientIntegration, ended)
    begun = (
        (client_id, keys - {link.integration for link in held[client_id]}, None)
        for client_id, keys in named.items()
    )
    await insert_rows(context.session, (ClientIntegration, new_links(context, begun)))


async def integration_keys(
    context: Context, client_ids: Sequence[UUID]
) -> dict[UUID, frozenset[str]]:
    """The keys of what each client is linked with."""
    found = await integrations_by_client(context, client_ids) if client_ids else {}
    return {
        client_id: frozenset(link.integration for link in links)
        for client_id, links in found.items()
    }


async def integrations_by_client(
    context: Context, client_ids: Sequence[UUID]
) -> dict[UUID, list[ClientIntegration]]:
    """What each client is linked with, by key."""
    chosen = any_of(context.session.dialect, "client_id", client_ids)
    grouped: dict[UUID, list[ClientIntegration]] = {client_id: [] for client_id in client_ids}
    for row in await select_rows(context.session, ClientIntegration, chosen, "integration, id"):
        grouped[row.client_id].append(row)
    return grouped

"""Any record by its global id: the same scoped reads as everywhere, no side door."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import strawberry

from clientgraph import global_ids
from clientgraph.accounts.service import accounts_by_id
from clientgraph.addresses.service import address_by_id
from clientgraph.attachments.service import attachments_by_id
from clientgraph.clients.service import clients_by_id
from clientgraph.consents.service import consents_by_id
from clientgraph.contacts.service import contact_by_id
from clientgraph.context import Context
from clientgraph.contract.records import NodeType
from clientgraph.deciding import loaded_nodes
from clientgraph.dispatch.caller import PluginFailed
from clientgraph.errors import BadUserInput, PluginUnavailable
from clientgraph.events.service import event_by_id
from clientgraph.exports.service import exports_by_id
from clientgraph.fields.definitions import definitions_by_id
from clientgraph.files.service import files_by_id
from clientgraph.graphql.fields import Info, argument, query
from clientgraph.graphql.nodes import Node
from clientgraph.imports.service import imports_by_id
from clientgraph.invitations.service import invitations_by_id
from clientgraph.jobs.service import jobs_by_id
from clientgraph.mandates.service import mandates_by_id
from clientgraph.nomenclature.lists import LISTS
from clientgraph.organisations.access import token_by_id
from clientgraph.organisations.service import member_by_id, organisation_by_id
from clientgraph.permissions import Permission
from clientgraph.policies.service import rules_by_id
from clientgraph.templates.service import templates_by_id
from clientgraph.verifications.service import verifications_by_id
from clientgraph.views.service import views_by_id

MOST_IDS = 100

Loader = tuple[str, Callable[..., Any], Permission]

# GraphQL type → how its rows are loaded, and what a caller needs to see them.
_OWN: Mapping[str, tuple[Callable[..., Any], Permission]] = {
    "Attachment": (attachments_by_id, Permission.CLIENTS_READ),
    "BankAccount": (accounts_by_id, Permission.ORGANISATION_READ),
    "Client": (clients_by_id, Permission.CLIENTS_READ),
    "Contact": (contact_by_id, Permission.CLIENTS_READ),
    "Address": (address_by_id, Permission.CLIENTS_READ),
    **{of.type_name: (of.entries_by_id, Permission.CLIENTS_READ) for of in LISTS},
    "RequirementRule": (rules_by_id, Permission.ORGANISATION_READ),
    "Consent": (consents_by_id, Permission.CLIENTS_READ),
    "ClientInvitation": (invitations_by_id, Permission.CLIENTS_READ),
    "Mandate": (mandates_by_id, Permission.CLIENTS_READ),
    "ClientTemplate": (templates_by_id, Permission.CLIENTS_READ),
    "Event": (event_by_id, Permission.CLIENTS_READ),
    "File": (files_by_id, Permission.CLIENTS_READ),
    "Export": (exports_by_id, Permission.CLIENTS_READ),
    "Import": (imports_by_id, Permission.CLIENTS_READ),
    "Job": (jobs_by_id, Permission.CLIENTS_READ),
    "Verification": (verifications_by_id, Permission.CLIENTS_READ),
    "SavedView": (views_by_id, Permission.CLIENTS_READ),
    "CustomFieldDefinition": (definitions_by_id, Permission.CLIENTS_READ),
    "Member": (member_by_id, Permission.ORGANISATION_READ),
    "Organisation": (organisation_by_id, Permission.ORGANISATION_READ),
    "ApiToken": (token_by_id, Permission.TOKENS_WRITE),
}


# What global ids of core's types begin with → the type and the same.
_BY_PREFIX: Mapping[str, Loader] = {
    global_ids.prefix_of(name): (name, *how) for name, how in _OWN.items()
}


@dataclass(frozen=True)
class _PluginNodes:
    """Loads a plugin's records: all that an operation asks for in one call."""

    owner: str
    declared: NodeType

    async def __call__(self, context: Context, ids: Sequence[UUID]) -> Mapping[UUID, Any]:
        try:
            return await loaded_nodes(
                context.plugins, self.owner, self.declared, context.for_plugin, ids
            )
        except PluginFailed as error:
            raise PluginUnavailable(self.owner) from error


def _loader(context: Context, global_id: str) -> Loader | None:
    """How the record of an id is loaded; None where no type has such ids."""
    prefix = global_ids.prefix(global_id)
    if own := _BY_PREFIX.get(prefix):
        return own
    for owner, each in context.plugins.declared.items():
        found = each.nodes.get(prefix)
        if found is not None and context.is_active(owner):
            return found.type.__name__, _PluginNodes(owner, found), found.permission
    return None


async def _node(info: Info, global_id: str) -> Any:
    loader = _loader(info.context, global_id)
    if loader is None:
        return None
    type_name, load, permission = loader
    row_id = global_ids.decode(type_name, global_id)
    if row_id is None or permission not in info.context.require(Permission.VIEWER_READ).permissions:
        return None
    if info.context.planned and isinstance(load, _PluginNodes):
        # Ordinary execution, to which what a plugin answers is left, would ask once more.
        raise RuntimeError("plans ask plugins for no records")
    return await info.context.load(load, row_id)


async def _node_or_failure(info: Info, global_id: str) -> Any:
    """A plugin that fails is told at the places of its own records, and nowhere else."""
    try:
        return await _node(info, global_id)
    except PluginUnavailable as error:
        return error


@query(Permission.VIEWER_READ, "Any record by its id; null when there is none.")
async def node(info: Info, id: Annotated[strawberry.ID, argument("A global id.")]) -> Node | None:
    """Null for foreign ids too."""
    return await _node(info, id)


@query(Permission.VIEWER_READ, "Records by their ids, in the same order; null where there is none.")
async def nodes(
    info: Info, ids: Annotated[list[strawberry.ID], argument("Up to 100 global ids.")]
) -> list[Node | None]:
    """One statement a type, and one call to each plugin for each of its types."""
    if len(ids) > MOST_IDS:
        raise BadUserInput(f"'ids' may have up to {MOST_IDS} entries, not {len(ids)}.")
    return list(await asyncio.gather(*(_node_or_failure(info, each) for each in ids)))


QUERIES = [node, nodes]

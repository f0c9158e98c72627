"""What a change leaves as it is: clients that already are as they are to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from clientgraph.clients.assignees import ASSIGNEES
from clientgraph.clients.categories import category_ids
from clientgraph.clients.models import Client
from clientgraph.clients.saving import Saving
from clientgraph.context import Context
from clientgraph.fields.models import CustomValue, RecordKind
from clientgraph.fields.service import values_by_record
from clientgraph.identifiers.service import identifiers_by_client, same_identifiers
from clientgraph.integrations.service import integration_keys
from clientgraph.organisations.assignees import assignee_ids
from clientgraph.storage.models import values_of


async def without_change(context: Context, savings: Sequence[Saving]) -> list[Saving]:
    """Those that would change nothing of a client that there is."""
    held = [each for each in savings if each.client and _same_columns(each, each.client)]
    categories = await category_ids(context, _ids(held, "categories"))
    members = await assignee_ids(context, ASSIGNEES, _ids(held, "assignees"))
    linked = await integration_keys(context, _ids(held, "integrations"))
    numbers = await _numbers(context, _ids(held, "identifiers"))
    giving = [each for each in held if each.custom and each.custom.own.places]
    ids = [each.client.id for each in giving if each.client]
    values = await values_by_record(context, RecordKind.CLIENT, ids) if ids else {}
    return [
        each
        for each in held
        if each.client
        and each.categories == categories.get(each.client.id)
        and each.assignees == members.get(each.client.id)
        and each.integrations == linked.get(each.client.id)
        and same_identifiers(numbers.get(each.client.id, ()), each.identifiers or ())
        and _same_values(each, values.get(each.client.id, ()))
    ]


def _same_columns(saving: Saving, client: Client) -> bool:
    return all(getattr(client, name) == value for name, value in saving.columns.items())


def _ids(savings: Sequence[Saving], name: str) -> list[UUID]:
    """The clients of which this is given."""
    return [each.client.id for each in savings if each.client and getattr(each, name) is not None]


async def _numbers(context: Context, ids: Sequence[UUID]) -> Mapping[UUID, list[dict[str, Any]]]:
    found = await identifiers_by_client(context, ids) if ids else {}
    return {client_id: [values_of(row) for row in rows] for client_id, rows in found.items()}


def _same_values(saving: Saving, stored: Sequence[CustomValue]) -> bool:
    """Whether every custom field that was given has that value."""
    if saving.custom is None:
        return True
    own = saving.custom.own
    given = {
        definition_id: [(row["type"], row["value"]) for row in own.rows.get(definition_id, ())]
        for definition_id in own.places
    }
    known: dict[UUID, list[tuple[str, str]]] = {definition_id: [] for definition_id in given}
    for row in stored:
        if row.definition_id in known:
            known[row.definition_id].append((row.type, row.value))
    return given == known

"""The custom fields of a client and of its parts, checked and stored along with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from clientgraph.context import Context
from clientgraph.drafts import Checked, Draft
from clientgraph.fields.models import RecordKind
from clientgraph.fields.service import FIELD, Given, check_values, lacking, store_values
from clientgraph.storage.models import Record

_PARTS = {"contacts": RecordKind.CONTACT, "addresses": RecordKind.ADDRESS}


@dataclass(frozen=True)
class NewValues:
    """What a new client and its parts are to hold."""

    own: Given
    parts: dict[str, list[Given]]


async def check_new(context: Context, draft: Draft, country: str, checked: Checked) -> NewValues:
    """The custom fields in the draft of a client; mistakes go to ``checked``."""
    required = not draft.get("is_draft")
    (own,) = await check_values(context, RecordKind.CLIENT, [draft], country, required=required)
    checked.include(own.checked)
    parts = {}
    for name, kind in _PARTS.items():
        drafts = draft.get(name) or ()
        parts[name] = await check_values(context, kind, drafts, country, required=required)
        for index, given in enumerate(parts[name]):
            checked.include(given.checked, name, str(index))
    return NewValues(own, parts)


async def store_new(
    context: Context, client_id: UUID, made: NewValues, **rows: Sequence[Record]
) -> None:
    """Store them; ``rows`` are the new contacts and addresses, in the order of their drafts."""
    await store_values(context, RecordKind.CLIENT, [(client_id, made.own)])
    for name, kind in _PARTS.items():
        pairs = zip((row.id for row in rows[name]), made.parts[name], strict=True)
        await store_values(context, kind, list(pairs))


async def check_change(
    context: Context, client_id: UUID, draft: Draft, country: str, checked: Checked, *, in_use: bool
) -> Given:
    """The custom fields in a change of a client; mistakes go to ``checked``."""
    (given,) = await check_values(
        context, RecordKind.CLIENT, [draft], country, known=client_id, required=in_use
    )
    checked.include(given.checked)
    return given


async def store_change(context: Context, client_id: UUID, given: Given) -> None:
    """Store what `check_change` found."""
    await store_values(context, RecordKind.CLIENT, [(client_id, given)])


async def check_complete(
    context: Context, client_id: UUID, checked: Checked, **rows: Sequence[UUID]
) -> None:
    """Note every required custom field that the client, a contact or an address lacks."""
    own = await lacking(context, RecordKind.CLIENT, [client_id])
    for key in own.get(client_id, ()):
        checked.add((FIELD, key), "REQUIRED")
    for name, kind in _PARTS.items():
        found = await lacking(context, kind, rows[name])
        for index, row_id in enumerate(rows[name]):
            for key in found.get(row_id, ()):
                checked.add((name, str(index), FIELD, key), "REQUIRED")

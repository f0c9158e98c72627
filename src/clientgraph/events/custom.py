"""The custom fields of an event, checked and stored along with it."""

from __future__ import annotations

from clientgraph.context import Context
from clientgraph.drafts import Checked, Draft
from clientgraph.events.models import Event
from clientgraph.fields.given import Asked, Given
from clientgraph.fields.models import RecordKind
from clientgraph.fields.service import check_values, store_values
from clientgraph.fields.unique import check_kept, set_claims
from clientgraph.visibility import EventVisibility

_OPEN = EventVisibility.ORGANISATION.value


async def check_custom(
    context: Context, draft: Draft, known: Event, country: str, checked: Checked, *, is_new: bool
) -> Given:
    """The custom fields in a draft of an event; mistakes go to ``checked``.

    Only an event that is open to all claims values that must be unique: no other is told of.
    ``checked`` has the event's visibility already.
    """
    is_open = checked.values["visibility"] == _OPEN
    record_id = None if is_new else known.id
    asked = Asked(draft=draft, country=country, known=record_id, exclusive=is_open)
    given = await check_values(context, RecordKind.EVENT, asked)
    given.tell(checked)
    if not is_new and is_open and known.visibility != _OPEN:
        await check_kept(context, RecordKind.EVENT, known.id, given, checked)
    return given


async def store_custom(context: Context, event: Event, given: Given, *, was_open: bool) -> None:
    """Store what `check_custom` found, and have the event claim what its new openness allows."""
    is_open = event.visibility == _OPEN
    if was_open and not is_open:
        await set_claims(context, RecordKind.EVENT, event.id, exclusive=False)
    await store_values(context, RecordKind.EVENT, [(event.id, given)])
    if is_open and not was_open:
        await set_claims(context, RecordKind.EVENT, event.id, exclusive=True)

"""Mandates that clients come with: checked with the client's record, stored after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from clientgraph.clients.models import Client
from clientgraph.clients.saving import Saving
from clientgraph.context import Context
from clientgraph.mandates import service
from clientgraph.mandates.models import MandateOrigin
from clientgraph.requirements import Channel

ORIGINS: Final[Mapping[Channel, MandateOrigin]] = {
    Channel.API: MandateOrigin.API,
    Channel.FORM: MandateOrigin.FORM,
    Channel.INLINE: MandateOrigin.FORM,
    Channel.IMPORT: MandateOrigin.IMPORT,
}


def check_mandates(savings: Sequence[Saving]) -> None:
    """Note every mistake in the mandates of these clients with their other ones."""
    for each in savings:
        draft = each.draft.get("mandate")
        if draft is not None:
            checked = service.check_mandate(draft)
            each.checked.include(checked, "mandate")
            each.mandate = checked.values


async def without_mandate(context: Context, savings: Sequence[Saving]) -> list[Saving]:
    """Those of known clients that come with a mandate and have none in force."""
    asking = [each for each in savings if each.mandate is not None and each.client is not None]
    if not asking:
        return []
    ids = [each.client.id for each in asking if each.client]
    held = await service.mandates_in_force(context, ids)
    return [each for each in asking if each.client and not held[each.client.id]]


async def store_mandates(
    context: Context, saved: Sequence[tuple[Saving, Client]], channel: Channel
) -> None:
    """The mandates of clients that were stored; those that have one in force keep that."""
    wanting = {id(each) for each in await without_mandate(context, [each for each, _ in saved])}
    made = [
        (client.id, each.mandate)
        for each, client in saved
        if each.mandate is not None and (each.client is None or id(each) in wanting)
    ]
    if made:
        await service.store_mandates(context, made, ORIGINS[channel])

"""Lists of attachments: those of each of several records."""

from __future__ import annotations

from clientgraph.attachments.models import Attachment
from clientgraph.storage.conditions import EVERYTHING
from clientgraph.storage.listings import NEWEST_ID, Listing, by_time


def of_record(place: str) -> Listing[Attachment]:
    """Those of each ``client``, ``contact`` or ``event``, the last first."""
    order = [by_time("created_at", descending=True), NEWEST_ID]
    return Listing(Attachment, f"{place}.attachments", order, EVERYTHING)

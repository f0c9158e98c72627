"""Lists of verifications."""

from __future__ import annotations

from typing import Final

import orjson

from clientgraph.storage.conditions import EVERYTHING, Condition
from clientgraph.storage.listings import NEWEST_ID, Listing
from clientgraph.verifications.models import Verification

_CURRENT: Final = Condition("replaced_at IS NULL")


def of_client(*, replaced: bool) -> Listing[Verification]:
    """Those of each of several clients, the last first; replaced answers only when asked for."""
    where = EVERYTHING if replaced else _CURRENT
    key = orjson.dumps(replaced)
    return Listing(Verification, "client.verifications", [NEWEST_ID], where, key)

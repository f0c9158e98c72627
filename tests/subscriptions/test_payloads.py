"""What is told between processes fits into what PostgreSQL takes at once."""

from __future__ import annotations

import orjson

from clientgraph.bus import LONGEST_PAYLOAD, _packed, _payloads, _unpacked
from clientgraph.contract.records import RecordChange
from clientgraph.storage.ids import uuid7


def test_changes_with_the_largest_audiences_are_told_in_parts() -> None:
    """No payload is too long, and together they hold all changes in order."""
    changes = [
        RecordChange(
            organisation_id=uuid7(),
            type="Event",
            id=uuid7(),
            action="UPDATED",
            version=number,
            client_id=uuid7(),
            audience=None if number % 3 else frozenset(uuid7() for _ in range(101)),
        )
        for number in range(60)
    ]
    payloads = list(_payloads(changes))
    assert max(map(len, payloads)) <= LONGEST_PAYLOAD
    told = [_unpacked(packed) for payload in payloads for packed in orjson.loads(payload)]
    assert told == changes
    assert len(orjson.dumps(_packed(changes[0]))) > 3_000

"""Identifiers of rows: UUID version 7 (RFC 9562), so that new rows land at an index's end."""

import secrets
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0


def uuid7() -> UUID:
    """A new UUIDv7; within one process each is greater than the one before (RFC 9562, 6.2)."""
    global _last  # noqa: PLW0603 - the counter is what makes ids of one process ordered
    with _lock:
        # 48 bits of milliseconds and 12 bits of their fraction, as RFC 9562 6.2 method 3 has it.
        stamp = max(_last + 1, time.time_ns() * 4096 // 1_000_000)
        _last = stamp
    millis, fraction = divmod(stamp, 4096)
    value = (millis & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76 | fraction << 64
    return UUID(int=value | 0b10 << 62 | secrets.randbits(62))

"""What a client may send, how fast, and how much of it at a time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class TransportLimits:
    """Sizes in bytes, times in seconds; the defaults are the ones to ship."""

    body: int = 1_048_576
    body_seconds: float = 30
    json_depth: int = 32
    get_queries: bool = True
    frame: int = 65_536
    init_seconds: float = 5
    operations_per_connection: int = 20
    connections_per_token: int = 20
    recheck_seconds: float = 60
    heartbeat_seconds: float = 12
    send_seconds: float = 30

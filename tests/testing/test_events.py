"""Core's own kinds of events pass the suite that plugins' kinds must pass."""

from __future__ import annotations

from clientgraph import core
from clientgraph.testing import EventKindConformance


class TestEventKinds(EventKindConformance):
    """Every kind that ships with the service."""

    kinds = core.event_kinds()

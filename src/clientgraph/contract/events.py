"""Kinds of events in a client's history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class EventKind:
    """One kind of event in a client's history, e.g. a visit.

    ``key``      upper snake case: ``NOTE``, ``SITE_VISIT``.
    ``label``    language → what a form shows; ``en`` is required.
    ``is_task``  whether such events are there to be done: they can be assigned, are open until
                 they have a ``doneAt``, and overdue when that is missing after ``dueAt``.
    """

    key: str
    label: Mapping[str, str]
    is_task: bool = False

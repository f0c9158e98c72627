"""Core's own kinds of events, told through the hook that plugins use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from clientgraph.contract.events import EventKind
from clientgraph.hookspecs import hookimpl

NOTE: Final = "NOTE"


@hookimpl
def event_kinds() -> Iterable[EventKind]:
    """Notes, calls, e-mails, meetings and tasks."""
    return [
        EventKind(key=NOTE, label={"en": "Note", "fr": "Note", "nl": "Notitie", "de": "Notiz"}),
        EventKind(
            key="CALL", label={"en": "Call", "fr": "Appel", "nl": "Telefoongesprek", "de": "Anruf"}
        ),
        EventKind(
            key="EMAIL", label={"en": "E-mail", "fr": "E-mail", "nl": "E-mail", "de": "E-Mail"}
        ),
        EventKind(
            key="MEETING",
            label={"en": "Meeting", "fr": "Rendez-vous", "nl": "Afspraak", "de": "Termin"},
        ),
        EventKind(
            key="TASK",
            label={"en": "Task", "fr": "Tâche", "nl": "Taak", "de": "Aufgabe"},
            is_task=True,
        ),
    ]

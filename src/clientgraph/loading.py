"""Loads the plugins that distributions announce; a broken one is shown, never fatal."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from importlib.metadata import EntryPoint
from typing import Final

from clientgraph.announced import Announced, announced
from clientgraph.dispatch.threads import in_time, is_of_thread
from clientgraph.plugins import Plugins

IMPORT_SECONDS: Final = 20.0
HELD_UP: Final = (
    "it kept the service from answering at all, which was started again without it; mend the"
    " plugin, then start the service anew"
)
log = logging.getLogger(__name__)


class NotLoaded(Exception):
    """A plugin that cannot be loaded; says why, and what to do."""


def installed(
    allowed: Collection[str] | None = None, left_out: Collection[str] = frozenset()
) -> Plugins:
    """The plugins that installed distributions announce, the service's own part first.

    ``allowed`` names those to load; None loads all, an empty list none but the service's own.
    ``left_out`` are those that held up the service, as their threads name them.
    """
    found = announced(allowed)
    for name in set(allowed or ()) - {each.name for each in found}:
        log.warning("an allowed plugin is not installed", extra={"plugin": name})
    return loaded(found, left_out)


def loaded(found: Iterable[Announced], left_out: Collection[str] = frozenset()) -> Plugins:
    """These plugins; each that cannot be loaded is quarantined alone."""
    known = list(found)
    return Plugins(
        {each.name: _object(each, left_out) for each in known},
        {each.name: each.version for each in known},
    )


def _object(found: Announced, left_out: Collection[str]) -> object:
    if found.problem is not None:
        return NotLoaded(found.problem)
    if any(is_of_thread(found.name, known) for known in left_out):
        return NotLoaded(HELD_UP)
    return _imported(found.points[0])


def _imported(point: EntryPoint) -> object:
    """What an entry point leads to, or why there is nothing: one that hangs is left behind."""
    try:
        return in_time(point.load, IMPORT_SECONDS, f"the import of {point.name}", plugin=point.name)
    except Exception as error:  # noqa: BLE001 - shown, whatever it is
        return error

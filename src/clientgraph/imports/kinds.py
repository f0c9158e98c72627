"""The kinds of jobs that imports are done by."""

from __future__ import annotations

from clientgraph.imports import remarks, running, undoing
from clientgraph.imports.previewing import PREVIEW, Preview
from clientgraph.jobs.kinds import JobKind
from clientgraph.permissions import Permission


def import_kinds() -> list[JobKind]:
    """What an application's workers do for imports."""
    preview = Preview()
    write, remove = Permission.CLIENTS_WRITE, Permission.CLIENTS_DELETE
    return [
        JobKind(key=PREVIEW, permission=write, prepare=preview.prepare, write=preview.write),
        JobKind(key=running.RUN, permission=write, prepare=running.prepare, write=running.write),
        JobKind(key=undoing.UNDO, permission=remove, write=undoing.write),
        JobKind(
            key=remarks.REMARKS, permission=write, prepare=remarks.prepare, write=remarks.write
        ),
    ]

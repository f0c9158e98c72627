"""Rows of imports."""

from __future__ import annotations

from enum import Enum

from tortoise import fields

from clientgraph.storage.models import Record


class ImportStage(Enum):
    """How far an import is; its job says whether that goes on, failed or was cancelled."""

    READING = "READING"
    READY = "READY"
    RUNNING = "RUNNING"
    DONE = "DONE"
    UNDOING = "UNDOING"
    UNDONE = "UNDONE"


class ImportAction(Enum):
    """What an import would do with a record."""

    CREATE = "CREATE"
    UPDATE = "UPDATE"
    UNCHANGED = "UNCHANGED"
    CONFLICT = "CONFLICT"
    INVALID = "INVALID"


class ImportDecision(Enum):
    """What somebody decided of a record."""

    CREATE = "CREATE"
    UPDATE = "UPDATE"
    SKIP = "SKIP"


class ImportOutcome(Enum):
    """What became of a record."""

    CREATED = "CREATED"
    UPDATED = "UPDATED"
    UNCHANGED = "UNCHANGED"
    SKIPPED = "SKIPPED"
    FAILED = "FAILED"
    UNDONE = "UNDONE"
    KEPT = "KEPT"


class Import(Record):
    """A sheet on its way to clients; ``total`` is the number of its records once it was read.

    ``options`` (`imports.options.Options`), ``sheet`` (`imports.options.SheetFacts`) and
    ``matching`` (`columns.matching.Matching`) are JSON texts.
    """

    file_id = fields.UUIDField()
    filename = fields.TextField()
    stage = fields.TextField(default=ImportStage.READING.value)
    options = fields.TextField()
    sheet = fields.TextField(default="null")
    matching = fields.TextField(default="null")
    total = fields.IntField(null=True)
    job_id = fields.UUIDField(null=True)
    token_id = fields.UUIDField()
    member_id = fields.UUIDField(null=True)

    class Meta:
        table = "client_import"


class ImportRow(Record):
    """One record of a sheet, ``position`` counted from 0: its rows, and what becomes of it.

    JSON texts: ``lines`` are the cells of its rows, ``completed`` what registries added,
    ``problems`` its mistakes and warnings, ``candidates`` the clients that it may be, ``before``
    what it takes to undo it. ``after`` is the fingerprint of what the client was like then.
    """

    import_id = fields.UUIDField()
    position = fields.IntField()
    first_row = fields.IntField()
    name = fields.TextField(null=True)
    lines = fields.TextField()
    action = fields.TextField()
    decision = fields.TextField(null=True)
    matched_by = fields.TextField(null=True)
    outcome = fields.TextField(null=True)
    client_id = fields.UUIDField(null=True)
    completed = fields.TextField(default="{}")
    problems = fields.TextField(default="[]")
    candidates = fields.TextField(default="[]")
    before = fields.TextField(default="null")
    after = fields.TextField(null=True)

    class Meta:
        table = "client_import_row"

"""Rows of jobs."""

from __future__ import annotations

from enum import Enum

from tortoise import fields

from clientgraph.storage.models import Record


class JobStatus(Enum):
    """What became of a job."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class Job(Record):
    """A piece of work; ``ended_at`` is None until it has ended, one way or another.

    ``payload``, ``position`` (where the last step ended), ``result`` and ``params`` (particulars
    of the failure ``code``) are JSON texts.
    """

    kind = fields.TextField()
    status = fields.TextField(default=JobStatus.QUEUED.value)
    payload = fields.TextField()
    position = fields.TextField(default="null")
    done = fields.IntField(default=0)
    total = fields.IntField(null=True)
    result = fields.TextField(default="null")
    code = fields.TextField(null=True)
    params = fields.TextField(default="{}")
    language = fields.TextField()
    token_id = fields.UUIDField()
    member_id = fields.UUIDField(null=True)
    attempts = fields.IntField(default=0)
    next_try_at = fields.DatetimeField(null=True)
    started_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "job"

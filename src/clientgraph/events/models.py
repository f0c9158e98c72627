"""Rows of events."""

from __future__ import annotations

from tortoise import fields

from clientgraph.storage.models import Record


class Event(Record):
    """Something that happened, or is to be done, with a client.

    ``granted_to`` holds members' ids as one text; ``sort_due`` is ``due_at``, or the end of time.
    """

    client_id = fields.UUIDField()
    contact_id = fields.UUIDField(null=True)
    kind = fields.TextField()
    is_task = fields.BooleanField()
    title = fields.TextField(null=True)
    body = fields.TextField(null=True)
    search_text = fields.TextField()
    occurred_at = fields.DatetimeField()
    due_at = fields.DatetimeField(null=True)
    sort_due = fields.DatetimeField()
    done_at = fields.DatetimeField(null=True)
    author_id = fields.UUIDField(null=True)
    assignee_id = fields.UUIDField(null=True)
    visibility = fields.TextField()
    granted_to = fields.TextField()

    class Meta:
        table = "event"

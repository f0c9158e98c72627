"""Rows of exports."""

from __future__ import annotations

from enum import Enum

from tortoise import fields

from clientgraph.storage.models import Record


class ExportFormat(Enum):
    """What an export is written as."""

    XLSX = "XLSX"
    CSV = "CSV"
    JSON_LINES = "JSON_LINES"
    VCARD = "VCARD"


class Export(Record):
    """Clients that were asked for, and once it is written the file that they are in.

    ``columns`` are keys of fields as JSON, null for all of them.
    """

    format = fields.TextField()
    columns = fields.TextField(default="null")
    total = fields.IntField()
    file_id = fields.UUIDField(null=True)
    job_id = fields.UUIDField(null=True)
    token_id = fields.UUIDField()
    member_id = fields.UUIDField(null=True)

    class Meta:
        table = "client_export"


class ExportPart(Record):
    """Some of the clients of an export, in their order: their ids, 16 bytes each."""

    export_id = fields.UUIDField()
    position = fields.IntField()
    ids = fields.BinaryField()

    class Meta:
        table = "client_export_part"

"""Rows of configuration templates."""

from __future__ import annotations

from tortoise import fields

from clientgraph.storage.models import Record


class ClientTemplate(Record):
    """A configuration template; ``defaults`` is a JSON text, see `clientgraph.templates.defaults`.

    ``integrations`` is one, too: the key of each and the plugin that declared it.

    At most one of a workspace is its default one.
    """

    name = fields.TextField()
    sort_name = fields.TextField()
    description = fields.TextField(null=True)
    is_default = fields.BooleanField(default=False)
    defaults = fields.TextField()
    integrations = fields.TextField(null=True)
    archived_at = fields.DatetimeField(null=True)

    class Meta:
        table = "client_template"

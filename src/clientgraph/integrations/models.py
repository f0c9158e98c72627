"""Rows of links between clients and integrations."""

from __future__ import annotations

from tortoise import fields

from clientgraph.storage.models import Record


class ClientIntegration(Record):
    """A client is linked with an integration since ``created_at``.

    ``integration`` is its key, ``plugin`` who declared it then. ``template_id`` is the template
    that linked it, ``linked_by_id`` the member who made the client or the change.
    """

    client_id = fields.UUIDField()
    integration = fields.TextField()
    plugin = fields.TextField()
    template_id = fields.UUIDField(null=True)
    linked_by_id = fields.UUIDField(null=True)

    class Meta:
        table = "client_integration"

"""Rows of rules about required fields."""

from __future__ import annotations

from tortoise import fields

from clientgraph.requirements import Channel, Requirement
from clientgraph.storage.models import Record


class RequirementRule(Record):
    """A field that must, or need not, be filled; countries and channels are codes in a text."""

    path = fields.TextField()
    countries = fields.TextField()
    channels = fields.TextField()
    is_required = fields.BooleanField()

    class Meta:
        table = "requirement_rule"

    def requirement(self) -> Requirement:
        """The rule as it is applied."""
        channels = frozenset(Channel(name) for name in self.channels.split())
        return Requirement(
            self.path,
            frozenset(self.countries.split()) or None,
            channels or None,
            self.is_required,
        )

"""Rows of saved views."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

import orjson
from tortoise import fields

from clientgraph.storage.models import Record


class ListKind(Enum):
    """The lists that views are of."""

    CLIENTS = "CLIENTS"
    CONTACTS = "CONTACTS"
    EVENTS = "EVENTS"


class SavedView(Record):
    """A list under a name; conditions, orders and columns are JSON texts, as the API takes them."""

    name = fields.TextField()
    sort_name = fields.TextField()
    on_list = fields.TextField()
    conditions = fields.TextField()
    search = fields.TextField(null=True)
    orders = fields.TextField()
    custom_order = fields.TextField(null=True)
    columns = fields.TextField()
    include_inactive = fields.BooleanField()
    author_id = fields.UUIDField(null=True)
    visibility = fields.TextField()
    granted_to = fields.TextField()

    class Meta:
        table = "saved_view"

    def filter_given(self) -> Mapping[str, Any]:
        """The filter as it was given; empty where there was none."""
        found: Mapping[str, Any] = orjson.loads(self.conditions)
        return found

    def order_names(self) -> list[str]:
        """The order, as values of the list's enum."""
        found: list[str] = orjson.loads(self.orders)
        return found

    def custom_order_given(self) -> Mapping[str, Any] | None:
        """The order by a custom field as it was given: key and direction."""
        if self.custom_order is None:
            return None
        found: Mapping[str, Any] = orjson.loads(self.custom_order)
        return found

    def column_paths(self) -> list[str]:
        """The fields to show."""
        found: list[str] = orjson.loads(self.columns)
        return found

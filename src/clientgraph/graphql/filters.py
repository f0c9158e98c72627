"""Conditions that filters of several lists take."""

from __future__ import annotations

from datetime import datetime

import strawberry

from clientgraph.graphql.fields import given


@strawberry.input(description="Conditions on a point in time.")
class DateTimeFilter:
    """Given together, all must hold."""

    gt: datetime | None = given("After.")
    gte: datetime | None = given("At or after.")
    lt: datetime | None = given("Before.")
    lte: datetime | None = given("At or before.")

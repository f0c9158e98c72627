"""Lists in the order of a custom field."""

from __future__ import annotations

from typing import Annotated

import strawberry

from clientgraph.fields.lists import SortDirection
from clientgraph.graphql.enums import described
from clientgraph.graphql.fields import argument

SortDirectionType = described(
    SortDirection,
    "Which end comes first.",
    ASC="The least, or earliest; A to Z.",
    DESC="The most, or latest; Z to A.",
)


@strawberry.input(description="An order by a custom field.")
class CustomFieldSort:
    """Key and direction."""

    key: str = strawberry.field(description="The field's key, such as `budget`.")
    direction: SortDirectionType = strawberry.field(  # type: ignore[valid-type]
        default=SortDirection.ASC, description="Which end comes first; what has no value is last."
    )


SortByCustomField = Annotated[
    CustomFieldSort | None,
    argument(
        "By the first value of this custom field, before `sort` decides among equal ones; what "
        "has no value comes last, whatever the direction."
    ),
]

"""What the API takes for values of custom fields."""

from __future__ import annotations

import strawberry
from strawberry.scalars import JSON

from clientgraph.fields.graphql.queries import CustomFieldOperatorType
from clientgraph.graphql.fields import given


@strawberry.input(description="A value of a custom field.")
class CustomFieldInput:
    """Key and value."""

    key: str = strawberry.field(description="The field's key, such as `budget`.")
    value: JSON | None = given(
        'The value as its type takes it, such as {"amount": "12.50", "currency": "EUR"}; null '
        "clears it."
    )


@strawberry.input(description="A condition on a custom field.")
class CustomFieldFilter:
    """Key, operator and value."""

    key: str = strawberry.field(description="The field's key.")
    op: CustomFieldOperatorType = strawberry.field(description="What is asked.")  # type: ignore[valid-type]
    value: JSON | None = given("What it is compared with; a list for IN, true or false for IS_SET.")

"""RATING: so many of at most so many."""

from __future__ import annotations

from typing import Any, Final

import strawberry

from clientgraph import CustomFieldValue, FieldProblem, FieldType, TypedForm
from clientgraph_fields_extra.texts import Options, check_known, whole_option

USUAL: Final = 5
LEAST: Final = 3
MOST: Final = 10


@strawberry.type(description="So many of at most so many, such as stars.")
class RatingValue(CustomFieldValue):
    """Stored as a whole number."""

    @strawberry.field(description="How many, from 1.")
    def rating(self) -> int:
        """As stored."""
        return int(self.stored)

    @strawberry.field(description="Of how many at most.")
    def out_of(self) -> int:
        """From the field's option."""
        return highest(self.row.option_values())


def highest(options: Options) -> int:
    """Of how many at most."""
    return whole_option(options, "max", USUAL, LEAST, MOST)


def check_options(options: Options) -> Options:
    """``max``: 3 to 10, 5 where it is not given."""
    check_known(options, "max")
    highest(options)
    return options


def parse(value: Any, _options: Options, _country: str) -> int:
    """A whole number from 1 to the most that any field has."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise FieldProblem("WRONG_JSON", expected="4")
    if not 1 <= value <= MOST:
        raise FieldProblem("OUT_OF_RANGE", lowest=1, highest=MOST)
    return value


def check_limits(stored: Any, options: Options) -> None:
    """Up to ``max``."""
    if stored > highest(options):
        raise FieldProblem("OUT_OF_RANGE", lowest=1, highest=highest(options))


RATING: Final = FieldType(
    key="RATING",
    label={"en": "Rating", "fr": "Note", "nl": "Beoordeling", "de": "Bewertung"},
    operators=frozenset({"EQ", "NE", "IN", "LT", "LTE", "GT", "GTE", "IS_SET"}),
    parse=parse,
    sort_key=lambda stored: f"{stored:02}",
    display=lambda stored, _locale, options: f"{stored}/{highest(options)}",
    graphql_type=RatingValue,
    form=TypedForm(
        selection="rating",
        shape="{ rating: number }",
        type=lambda _: "number",
        take="value.rating",
        json_schema=lambda options: {
            "type": "integer",
            "minimum": 1,
            "maximum": highest(options),
        },
    ),
    check_options=check_options,
    check_limits=check_limits,
)

"""GEO_POINT: a place on the earth (WGS 84), found by the cells of its geohash."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import strawberry
from babel.numbers import format_decimal

from clientgraph import CustomFieldValue, FieldProblem, FieldType, TypedForm
from clientgraph_fields_extra.texts import Options, in_locale

# Six digits after the point are some 11 cm.
STEP: Final = Decimal("0.000001")
GEOHASH_LENGTH: Final = 12
LONGEST_NUMBER: Final = 30
_EXPECTED: Final = '{"latitude": 48.8566, "longitude": 2.3522}'
_ALPHABET: Final = "0123456789bcdefghjkmnpqrstuvwxyz"
_BITS: Final = 5
# North, south, east, west.
_WINDS: Final = {"en": "NSEW", "fr": "NSEO", "nl": "NZOW", "de": "NSOW"}


@strawberry.type(description="A place on the earth.")
class GeoPointValue(CustomFieldValue):
    """Stored as two exact numbers."""

    @strawberry.field(description="Degrees north of the equator, negative to the south.")
    def latitude(self) -> float:
        """As stored."""
        return float(self.stored["latitude"])

    @strawberry.field(description="Degrees east of Greenwich, negative to the west.")
    def longitude(self) -> float:
        """As stored."""
        return float(self.stored["longitude"])

    @strawberry.field(
        description="Its geohash of 12 characters. Places whose geohashes begin alike are in one "
        "cell: with 5 characters some 5 km wide, with 7 some 150 m. `STARTS_WITH` takes cells."
    )
    def geohash(self) -> str:
        """Worked out."""
        return geohash(self.stored)


def parse(value: Any, _options: Options, _country: str) -> dict[str, str]:
    """Latitude and longitude, to six digits after the point."""
    if not isinstance(value, dict) or value.keys() != {"latitude", "longitude"}:
        raise FieldProblem("WRONG_JSON", expected=_EXPECTED)
    return {
        "latitude": _degrees(value["latitude"], 90, "INVALID_LATITUDE"),
        "longitude": _degrees(value["longitude"], 180, "INVALID_LONGITUDE"),
    }


def _degrees(value: Any, most: int, code: str) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise FieldProblem("WRONG_JSON", expected=_EXPECTED)
    text = str(value).strip()
    try:
        number = Decimal(text) if len(text) <= LONGEST_NUMBER else Decimal("NaN")
    except ArithmeticError:
        raise FieldProblem("WRONG_JSON", expected=_EXPECTED) from None
    if not number.is_finite() or abs(number) > most:
        raise FieldProblem(code)
    exact = number.quantize(STEP)
    # There is one zero.
    return f"{exact or exact.copy_abs():f}"


def geohash(stored: Any) -> str:
    """The cell of 12 characters that the place is in (Niemeyer's geohash)."""
    ranges = [[Decimal(-180), Decimal(180)], [Decimal(-90), Decimal(90)]]
    place = (Decimal(stored["longitude"]), Decimal(stored["latitude"]))
    letters = []
    for letter in range(GEOHASH_LENGTH):
        number = 0
        for bit in range(_BITS):
            axis = (letter * _BITS + bit) % 2
            low, high = ranges[axis]
            middle = (low + high) / 2
            above = place[axis] >= middle
            ranges[axis][0 if above else 1] = middle
            number = number * 2 + above
        letters.append(_ALPHABET[number])
    return "".join(letters)


def display(stored: Any, locale: str, _options: Options) -> str:
    """``48.8566° N, 2.3522° E`` in the words of the language."""
    winds = _WINDS.get(locale[:2], _WINDS["en"])
    north, east = Decimal(stored["latitude"]), Decimal(stored["longitude"])
    shown = [
        format_decimal(abs(each), format="0.######", locale=in_locale(locale))
        for each in (north, east)
    ]
    separator = "; " if "," in "".join(shown) else ", "
    return (
        f"{shown[0]}° {winds[0 if north >= 0 else 1]}"
        f"{separator}{shown[1]}° {winds[2 if east >= 0 else 3]}"
    )


GEO_POINT: Final = FieldType(
    key="GEO_POINT",
    label={"en": "Place", "fr": "Lieu", "nl": "Plaats", "de": "Ort"},
    operators=frozenset({"EQ", "NE", "IN", "STARTS_WITH", "IS_SET"}),
    parse=parse,
    sort_key=geohash,
    display=display,
    graphql_type=GeoPointValue,
    form=TypedForm(
        selection="latitude longitude",
        shape="{ latitude: number; longitude: number }",
        type=lambda _: "{ latitude: number; longitude: number }",
        take="{ latitude: value.latitude, longitude: value.longitude }",
        json_schema=lambda _: {
            "type": "object",
            "properties": {
                "latitude": {"type": "number", "minimum": -90, "maximum": 90},
                "longitude": {"type": "number", "minimum": -180, "maximum": 180},
            },
            "required": ["latitude", "longitude"],
            "additionalProperties": False,
        },
    ),
    search_form=str.lower,
    is_sortable=False,
)

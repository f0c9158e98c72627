"""What each type takes, stores and shows; exact values, and nothing that a caller can break."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientgraph import FieldProblem, FieldType
from clientgraph_fields_extra import field_types

TYPES: Mapping[str, FieldType] = {each.key: each for each in field_types()}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("key", "options", "value", "stored"),
    [
        ("IBAN", {}, " be68 5390 0754 7034 ", "BE68539007547034"),
        ("IBAN", {}, "FR1420041010050500013M02606", "FR1420041010050500013M02606"),
        ("RATING", {}, 5, 5),
        ("RATING", {"max": 10}, 10, 10),
        ("COLOUR", {}, "#0A7D5C", "#0a7d5c"),
        ("COLOUR", {}, " abc ", "#aabbcc"),
        ("PERCENTAGE", {}, "12.5", "12.50"),
        ("PERCENTAGE", {}, "12.5 %", "12.50"),
        ("PERCENTAGE", {}, 33, "33.00"),
        ("PERCENTAGE", {"min": -5, "decimals": 0}, "-0", "0"),
        ("PERCENTAGE", {"max": 250, "decimals": 3}, "250.000", "250.000"),
        (
            "GEO_POINT",
            {},
            {"latitude": 48.8566, "longitude": "2.3522"},
            {"latitude": "48.856600", "longitude": "2.352200"},
        ),
        (
            "GEO_POINT",
            {},
            {"latitude": -0.0000001, "longitude": -180},
            {"latitude": "0.000000", "longitude": "-180.000000"},
        ),
    ],
)
def test_stored_form(key: str, options: dict[str, Any], value: Any, stored: Any) -> None:
    """A value becomes the one stored form, which is its own stored form."""
    kind = TYPES[key]
    assert kind.parse(value, options, "FR") == stored
    assert kind.parse(stored, options, "FR") == stored


@pytest.mark.parametrize(
    ("key", "options", "value", "code"),
    [
        ("IBAN", {}, "BE68 5390 0754 7035", "INVALID_IBAN"),
        ("IBAN", {}, "B" * 10_000, "INVALID_IBAN"),
        ("IBAN", {}, "ＢＥ68539007547034", "INVALID_IBAN"),
        ("IBAN", {}, "  ", "REQUIRED"),
        ("IBAN", {}, 7, "WRONG_JSON"),
        ("RATING", {}, 0, "OUT_OF_RANGE"),
        ("RATING", {"max": 3}, 4, "OUT_OF_RANGE"),
        ("RATING", {}, True, "WRONG_JSON"),
        ("RATING", {}, 2.5, "WRONG_JSON"),
        ("COLOUR", {}, "#12345", "INVALID_COLOUR"),
        ("COLOUR", {}, "url(javascript:1)", "INVALID_COLOUR"),
        ("COLOUR", {}, ["#fff"], "WRONG_JSON"),
        ("PERCENTAGE", {}, "=1+1", "WRONG_JSON"),
        ("PERCENTAGE", {}, "12,5", "WRONG_JSON"),
        ("PERCENTAGE", {}, "1e3", "WRONG_JSON"),
        ("PERCENTAGE", {}, "100.01", "OUT_OF_RANGE"),
        ("PERCENTAGE", {}, "1.005", "TOO_MANY_DECIMALS"),
        ("GEO_POINT", {}, {"latitude": 90.1, "longitude": 0}, "INVALID_LATITUDE"),
        ("GEO_POINT", {}, {"latitude": 0, "longitude": "181"}, "INVALID_LONGITUDE"),
        ("GEO_POINT", {}, {"latitude": "NaN", "longitude": 0}, "INVALID_LATITUDE"),
        ("GEO_POINT", {}, {"latitude": "1e999999", "longitude": 0}, "INVALID_LATITUDE"),
        ("GEO_POINT", {}, {"latitude": 0}, "WRONG_JSON"),
        ("GEO_POINT", {}, {"latitude": True, "longitude": 0}, "WRONG_JSON"),
    ],
)
def test_refused(key: str, options: dict[str, Any], value: Any, code: str) -> None:
    """What does not fit is refused with a code that says why."""
    kind = TYPES[key]
    with pytest.raises(FieldProblem) as refused:  # noqa: PT012 - by either of both
        stored = kind.parse(value, options, "FR")
        if kind.check_limits:
            kind.check_limits(stored, options)
    assert refused.value.code == code


@pytest.mark.parametrize("key", sorted(TYPES))
@given(value=JSON)
def test_any_json_is_taken_or_refused(key: str, value: Any) -> None:
    """Nothing else is ever raised, and what is stored is JSON and can be shown and sorted."""
    kind = TYPES[key]
    try:
        stored = kind.parse(value, {}, "FR")
    except FieldProblem:
        return
    assert kind.parse(json.loads(json.dumps(stored)), {}, "FR") == stored
    assert kind.sort_key(stored)
    assert kind.display(stored, "fr-BE", {})


@pytest.mark.parametrize("key", sorted(TYPES))
@given(options=st.dictionaries(st.sampled_from(["max", "min", "decimals", "x"]), JSON))
def test_any_options_are_taken_or_refused(key: str, options: dict[str, Any]) -> None:
    """Options come from callers too."""
    try:
        found = TYPES[key].check_options(options)
    except FieldProblem as refused:
        found = options if refused.code in ("UNKNOWN_OPTION", "INVALID_OPTION") else None
    assert found == options


@pytest.mark.parametrize(
    ("key", "stored", "shown"),
    [
        ("IBAN", "BE68539007547034", ["BE68 5390 0754 7034"] * 4),
        ("RATING", 4, ["4/5"] * 4),
        ("COLOUR", "#0a7d5c", ["#0a7d5c"] * 4),
        ("PERCENTAGE", "12.50", ["12.5%", "12,5\xa0%", "12,5%", "12,5\xa0%"]),
        (
            "GEO_POINT",
            {"latitude": "-33.868800", "longitude": "-70.500000"},
            [
                "33.8688° S, 70.5° W",
                "33,8688° S; 70,5° O",
                "33,8688° Z; 70,5° W",
                "33,8688° S; 70,5° W",
            ],
        ),
    ],
)
def test_display(key: str, stored: Any, shown: list[str]) -> None:
    """In the four languages."""
    locales = ["en", "fr-FR", "nl-BE", "de-DE"]
    assert [TYPES[key].display(stored, locale, {}) for locale in locales] == shown


def test_geohash() -> None:
    """Known cells: the examples of the geohash's first description, and the corners."""
    key = TYPES["GEO_POINT"].sort_key
    assert key({"latitude": "57.649110", "longitude": "10.407440"}).startswith("u4pruydqqvj")
    assert key({"latitude": "90.000000", "longitude": "180.000000"}) == "z" * 12
    assert key({"latitude": "-90.000000", "longitude": "-180.000000"}) == "0" * 12


@given(st.lists(st.decimals(-100, 100, places=2), min_size=2, max_size=20))
def test_percentages_sort_by_their_value(numbers: list[Any]) -> None:
    """The order of keys is the order of numbers."""
    kind = TYPES["PERCENTAGE"]
    stored = [kind.parse(f"{each:f}", {"min": -100}, "FR") for each in numbers]
    assert [float(each) for each in sorted(stored, key=kind.sort_key)] == sorted(map(float, stored))

"""Answers of other services, read whatever shape they have."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientgraph import HttpAnswer, Json, NotFound, Unavailable, read_json

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
ANYTHING = st.recursive(
    SCALARS, lambda below: st.lists(below) | st.dictionaries(st.sampled_from("ab"), below)
)


def test_what_is_there_is_read() -> None:
    """Names, items, texts, numbers and days."""
    told = Json({"a": {"b": " x "}, "n": [7, "", None, {"b": "y"}], "d": "2026-11-22T08:00:00Z"})
    assert told["a"]["b"].text == "x"
    assert [each["b"].text for each in told["n"]] == [None, None, None, "y"]
    assert told["n"].texts == ["7"]
    assert told["d"].date == date(2026, 11, 22)


@pytest.mark.parametrize("value", [None, True, False, 1.5, "", "  ", [], ["x"], {}, {"x": 1}])
def test_what_is_no_text_is_nothing(value: Any) -> None:
    """Neither a flag, nor a fraction, nor a blank, nor a structure."""
    assert Json(value).text is None
    assert Json(value).date is None


@given(ANYTHING)
def test_no_shape_breaks_the_reader(value: Any) -> None:
    """Whatever is answered, reading it raises nothing and yields texts, days or nothing."""
    told = Json(value)
    for each in (told, told["a"], told["a"]["b"], *told, *told["a"]):
        assert each.text is None or each.text.strip()
        assert each.date is None or isinstance(each.date, date)
        assert all(each.texts)


def test_statuses_of_answers() -> None:
    """Unknown, not available and answered are three things."""
    assert read_json(HttpAnswer(status=200, content=b'{"a": 1}'))["a"].text == "1"
    with pytest.raises(NotFound):
        read_json(HttpAnswer(status=404, content=b""), absent=(404,))
    for status, content in ((404, b""), (410, b"{}"), (400, b"{}"), (204, b""), (200, b"<p>")):
        with pytest.raises(Unavailable):
            read_json(HttpAnswer(status=status, content=content))


def test_what_an_answer_cannot_do_without() -> None:
    """A text under a name, and a list, which is empty only where nothing is counted."""
    told = Json({"a": " x ", "n": 7, "none": [], "some": [1], "total": 2, "zero": 0})
    assert (told.required("a"), told.required("n")) == ("x", "7")
    assert [each.value for each in told["some"].entries(told["total"])] == [1]
    assert told["none"].entries() == told["none"].entries(told["zero"]) == []
    assert told["none"].entries(told["missing"]) == []
    with pytest.raises(Unavailable):
        told["none"].entries(told["total"])


@given(ANYTHING)
def test_what_is_missing_is_no_answer(value: Any) -> None:
    """Whatever stands there instead."""
    if Json(value)["a"].text is None:
        with pytest.raises(Unavailable, match="a is missing"):
            Json(value).required("a")

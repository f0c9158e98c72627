"""The arithmetic of the results."""

from __future__ import annotations

import pytest

from bench.ratios import markdown, rate, ratio, verdict

RATES = {
    "ours": {"Page": {16: [90.0, 20.0, 300.0]}},
    "first": {"Page": {16: [100.0, 10.0, 200.0]}},
    "second": {"Page": {16: [50.0, 40.0, 100.0]}},
}


def test_a_rate_is_the_median_of_its_rounds() -> None:
    """One round that was disturbed counts for nothing."""
    assert rate(RATES, "ours", "Page", 16) == 90


def test_a_ratio_is_taken_within_each_round() -> None:
    """Rounds are compared with themselves, not one contender's median with another's."""
    assert ratio(RATES, "ours", ["first"], "Page", 16) == 1.5
    assert ratio(RATES, "ours", ["second"], "Page", 16) == 1.8


def test_the_best_of_several_counts() -> None:
    """Where there are two limits, each round is held against the better one in it."""
    assert ratio(RATES, "ours", ["first", "second"], "Page", 16) == 0.9


def test_rounds_must_be_as_many() -> None:
    """A contender that missed a round cannot be compared."""
    short = {**RATES, "second": {"Page": {16: [50.0]}}}
    with pytest.raises(ValueError, match="shorter"):
        ratio(short, "ours", ["second"], "Page", 16)


def test_a_verdict_says_short_where_it_is() -> None:
    """A figure at its target is reached, one beyond it is not."""
    assert verdict(0.8, 0.8) == "reached"
    assert verdict(0.79, 0.8) == "short"
    assert verdict(1.2, 1.2, at_most=True) == "reached"
    assert verdict(1.21, 1.2, at_most=True) == "short"


def test_a_table_has_heads_and_rows() -> None:
    """As Markdown has it."""
    assert markdown(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"

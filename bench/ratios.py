"""The arithmetic of the results: medians of rounds, and ratios taken within each round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import median

Rates = Mapping[str, Mapping[str, Mapping[int, Sequence[float]]]]
"""Answers a second, by contender, operation and concurrency: one figure a round."""


def rate(rates: Rates, contender: str, operation: str, concurrency: int) -> float:
    """The median of the rounds."""
    return median(rates[contender][operation][concurrency])


def ratio(rates: Rates, one: str, others: Sequence[str], operation: str, concurrency: int) -> float:
    """One against the best of the others: the median of what it was in each round.

    Rounds are compared with themselves alone: what slowed the machine down slowed both.
    """
    figures = [rates[key][operation][concurrency] for key in others]
    best = [max(of_round) for of_round in zip(*figures, strict=True)]
    own = rates[one][operation][concurrency]
    return median(mine / theirs for mine, theirs in zip(own, best, strict=True))


def markdown(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def verdict(found: float, target: float, *, at_most: bool = False) -> str:
    """Whether a figure is where it must be, in a word."""
    reached = found <= target if at_most else found >= target
    return "reached" if reached else "short"

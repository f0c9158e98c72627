"""The report: the figures as tables, and all of them as JSON."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from bench.operations import TITLES
from bench.ratios import Rates, markdown, rate, ratio, verdict
from bench.servers import CONTENDERS, Contender

_MOST: Final = 16
_READS: Final = ("One", "Page", "Dropdown")
_OTHERS: Final = ("Search", "Create")
_LIMIT, _PEER, _USUAL, _GROWTH = 0.8, 1.5, 15.0, 1.2
_MEGABYTES, _START, _IMPORT = 120.0, 1.5, 0.6


def machine() -> str:
    """On what it was measured, in a line."""
    text = Path("/proc/cpuinfo").read_text("utf-8")
    model = next(
        (line.partition(":")[2].strip() for line in text.splitlines() if "model name" in line),
        platform.machine(),
    )
    return f"{len(os.sched_getaffinity(0))} cores of {model}, Python {platform.python_version()}"


def table_of_rates(rates: Rates) -> str:
    """Answers a second, 16 at a time and in brackets one at a time."""
    heads = ["", "database", *(title.split()[0] for title in TITLES.values())]
    return markdown(heads, (_row(rates, each) for each in CONTENDERS))


def _row(rates: Rates, contender: Contender) -> list[str]:
    cells = (
        f"{rate(rates, contender.key, operation, _MOST):,.0f} "
        f"({rate(rates, contender.key, operation, 1):,.0f})"
        for operation in TITLES
    )
    return [contender.title, contender.engine, *cells]


def table_of_targets(figures: Mapping[str, Any], rates: Rates) -> str:
    """What must be reached, and what was."""
    heads = ["what", "must reach", "measured", ""]
    return markdown(heads, [*_of_rates(rates), *_of_rest(figures)])


def _of_rates(rates: Rates) -> Iterator[Sequence[str]]:
    for ours in (each for each in CONTENDERS if each.is_ours):
        limits = [each.key for each in CONTENDERS if each.is_limit and each.engine == ours.engine]
        for operation in _READS:
            what = f"{_name(operation)} against the limit, {ours.engine}"
            yield _line(rates, what, ours.key, limits, operation, _LIMIT)
    for operation in (*_READS, *_OTHERS):
        target = _PEER if operation in _READS else 1.0
        for key in ("postgraphile", "mercurius"):
            what = f"{_name(operation)} against {key}"
            yield _line(rates, what, "clientgraph", [key], operation, target)
    for operation in _READS:
        what = f"{_name(operation)} against Strawberry + Tortoise"
        yield _line(rates, what, "clientgraph", ["strawberry"], operation, _USUAL)


def _name(operation: str) -> str:
    return TITLES[operation].split()[0]


def _line(
    rates: Rates, what: str, ours: str, others: Sequence[str], operation: str, target: float
) -> Sequence[str]:
    found, alone = (ratio(rates, ours, others, operation, at_once) for at_once in (_MOST, 1))
    shown = f"{found:.2f} ({alone:.2f})"
    return [what, f"≥ {target}", shown, verdict(found, target)]


def _of_rest(figures: Mapping[str, Any]) -> Iterator[Sequence[str]]:
    for engine, found in figures["depth"].items():
        what = f"time of page {found['page']:,} against page 1, {engine}"
        yield _at_most(what, found["ratio"], _GROWTH, "{:.2f}")
    for engine, found in figures.get("growth", {}).items():
        what = f"time of Q2 at ten times the clients, {engine}"
        yield _at_most(what, found, _GROWTH, "{:.2f}")
    memory = figures["memory"]
    what = f"memory of a worker after {memory['requests']:,} requests, MB"
    yield _at_most(what, memory["megabytes"][-1], _MEGABYTES, "{:.0f}")
    yield _at_most("start to first answer, s", figures["start"], _START, "{:.2f}")
    yield _at_most("`import clientgraph`, s", figures["import"], _IMPORT, "{:.2f}")
    for name, found in figures["statements"].items():
        what = f"statements of {name}, without those that open and end a transaction"
        yield _at_most(what, found["queries"], found["most"], "{:.0f}")


def _at_most(what: str, found: float, target: float, form: str) -> Sequence[str]:
    shown = form.format(found)
    return [what, f"≤ {target:g}", shown, verdict(found, target, at_most=True)]

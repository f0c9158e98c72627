"""``python -m bench``: prepare, check, measure, report."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bench import extras, report
from bench.cluster import Cluster
from bench.cluster import running as cluster_running
from bench.databases import for_run
from bench.dataset import CLIENTS
from bench.failure import Failure
from bench.places import VAR
from bench.ratios import Rates, rate
from bench.rounds import Plan, Questions, check_answers, run
from bench.servers import CONTENDERS, all_running


@dataclass(frozen=True)
class Mode:
    """How much is measured."""

    clients: int
    plan: Plan
    depth_seconds: float
    memory_seconds: float


_QUICK: Final = Mode(2_000, Plan(1, 0.2, 0.05), 0.2, 5)


def main() -> None:
    """Measure as the command line says; tell on standard output, and keep it as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--scale", type=int, default=1, help="times 100,000 clients")
    parser.add_argument("--quick", action="store_true", help="whether it works, on 2,000 clients")
    chosen = parser.parse_args()
    full = Mode(CLIENTS * chosen.scale, Plan(3, 1.0, 0.2), 2, 120)
    mode = _QUICK if chosen.quick else full
    VAR.mkdir(exist_ok=True)
    begun = time.monotonic()
    try:
        with cluster_running() as cluster:
            figures = _figures(cluster, mode)
    except Failure as failure:
        sys.exit(f"bench: {failure}")
    figures["seconds"] = round(time.monotonic() - begun)
    _tell(figures, mode)


def _figures(cluster: Cluster, mode: Mode) -> dict[str, Any]:
    databases = for_run(cluster, mode.clients)
    print("Start, import and memory", flush=True)
    figures: dict[str, Any] = {
        "machine": report.machine(),
        "clients": mode.clients,
        "load": os.getloadavg()[0],
        "start": extras.start(databases, mode.clients),
        "import": extras.import_seconds(),
    }
    with all_running(databases, mode.clients) as running:
        print("Answers are compared", flush=True)
        asked = [Questions(each, place) for place, each in enumerate(running)]
        check_answers(asked)
        ours = [each for each in asked if each.running.contender.is_ours]
        figures["statements"] = extras.statements(databases, ours[0])
        figures["depth"] = {
            each.running.contender.engine: extras.depth(each, mode.clients, mode.depth_seconds)
            for each in ours
        }
        figures["rates"], figures["aside"] = run(asked, mode.plan)
    figures["memory"] = extras.memory(databases, mode.clients, mode.memory_seconds)
    return figures


def _tell(figures: dict[str, Any], mode: Mode) -> None:
    usual = VAR / f"results-{CLIENTS}.json"
    if mode.clients > CLIENTS and usual.exists():
        figures["growth"] = _growth(json.loads(usual.read_text("utf-8"))["rates"], figures["rates"])
    file = VAR / f"results-{mode.clients}.json"
    file.write_text(json.dumps(figures, indent=1), "utf-8")
    print(f"\n{mode.clients:,} clients; {figures['machine']}; {figures['seconds']} s\n")
    print(report.table_of_rates(figures["rates"]), "\n")
    print(report.table_of_targets(figures, figures["rates"]), "\n")
    for key, aside in figures["aside"].items():
        if aside["failures"]:
            print(f"{key} answered {aside['failures']} of {aside['asked']} requests by errors.")
    print(f"All figures: {file}")


def _growth(before: Mapping[str, Any], now: Rates) -> dict[str, float]:
    """How much longer Q2 takes here than with the usual number of clients, one at a time."""
    usual = {
        key: {name: {int(n): found for n, found in each.items()} for name, each in of.items()}
        for key, of in before.items()
    }
    return {
        each.engine: rate(usual, each.key, "Page", 1) / rate(now, each.key, "Page", 1)
        for each in CONTENDERS
        if each.is_ours
    }


if __name__ == "__main__":
    main()

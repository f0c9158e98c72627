"""The rounds: contenders asked in turn, so that all share the machine's good and bad moments."""

from __future__ import annotations

import itertools
import json
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bench.equality import check_same
from bench.load import Measured, ask, measure
from bench.operations import PAGES, READS, TITLES, Variables, new_client
from bench.places import DATABASE_CORE
from bench.ratios import Rates
from bench.servers import Running

CONCURRENCIES: Final = (1, 16)
_CHECKED: Final = 3
_CREATIONS_EACH: Final = 10_000_000


@dataclass(frozen=True)
class Plan:
    """How long is asked: rounds of so many seconds, each after a moment that does not count."""

    rounds: int
    seconds: float
    warm_seconds: float


class Questions:
    """The requests of one contender, made beforehand; creations one by one, each anew."""

    def __init__(self, running: Running, place: int) -> None:
        self.running = running
        asking = running.asking
        self.variables: Mapping[str, Sequence[Variables]] = {
            "One": asking.one(),
            "Page": [{"after": after} for after in _first_pages(running)],
            "Dropdown": [{}],
            "Search": asking.search(),
        }
        self._reads = {
            operation: [asking.request(operation, each) for each in variables]
            for operation, variables in self.variables.items()
        }
        self._creations = asking.creations((place + 1) * _CREATIONS_EACH)

    def requests(self, operation: str) -> Iterator[bytes]:
        """Requests without end."""
        if operation == "Create":
            return self._creations
        return itertools.cycle(self._reads[operation])

    def answer(self, operation: str, place: int) -> Any:
        """The data of one answer to a read."""
        request = self._reads[operation][place % len(self._reads[operation])]
        return json.loads(ask(self.running.port, request))["data"]


def _first_pages(running: Running) -> list[str | None]:
    return [None, *itertools.islice(cursors(running), PAGES - 1)]


def cursors(running: Running, **more: Any) -> Iterator[str]:
    """The ends of the pages, one after the other; ``more`` are variables besides."""
    asking, after = running.asking, None
    while True:
        request = asking.request("Walk", {"after": after, **more})
        answer = json.loads(ask(running.port, request))
        after = asking.form.end_cursor(answer["data"])
        yield after
        if not answer["data"]["clients"]["pageInfo"]["hasNextPage"]:
            return


def check_answers(questions: Sequence[Questions]) -> None:
    """Raise `Failure` unless all contenders answer the same data, and make the same clients."""
    for operation in READS:
        for place in range(_CHECKED):
            answers = {
                each.running.contender.key: each.answer(operation, place) for each in questions
            }
            check_same(operation, answers)
    made = {}
    for place, each in enumerate(questions):
        running = each.running
        answer = ask(running.port, next(running.asking.creations(place + 1)))
        client = json.loads(answer)["data"]["clientCreate"]["client"]
        check_same("Create", {"input": _shown(place + 1), running.contender.key: client},
                   apart=("id",))  # fmt: skip
        made[running.contender.key] = _read_back(running, client["id"])
    check_same("One", made, apart=("id", "reference", "name", "email", "phone", "website"))


def _shown(number: int) -> dict[str, Any]:
    given = new_client(number)
    return {name: given[name] for name in ("reference", "name", "country")}


def _read_back(running: Running, client_id: str) -> Any:
    answer = ask(running.port, running.asking.request("One", {"id": client_id}))
    return json.loads(answer)["data"]


def run(
    questions: Sequence[Questions], plan: Plan
) -> tuple[Rates, Mapping[str, Mapping[str, float]]]:
    """Answers a second by contender, operation and concurrency, one figure a round.

    Besides, by contender: microseconds of processor time that the load itself took for a request,
    and how many requests were answered by errors.
    """
    os.sched_setaffinity(0, {DATABASE_CORE})
    rates: Any = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    own: dict[str, list[Measured]] = defaultdict(list)
    for operation, concurrency in itertools.product(TITLES, CONCURRENCIES):
        print(f"{TITLES[operation]}, {concurrency} at a time", flush=True)
        for number in range(plan.rounds):
            for each in questions if number % 2 == 0 else reversed(questions):
                port, asked = each.running.port, each.requests(operation)
                measure(port, asked, concurrency, plan.warm_seconds)
                measured = measure(port, asked, concurrency, plan.seconds)
                key = each.running.contender.key
                rates[key][operation][concurrency].append(measured.per_second)
                own[key].append(measured)
    return rates, {key: _aside(found) for key, found in own.items()}


def _aside(found: Sequence[Measured]) -> Mapping[str, float]:
    failures = sum(each.failures for each in found)
    asked = failures + sum(each.answers for each in found)
    own = 1e6 * sum(each.own_seconds for each in found) / asked
    return {"load_microseconds": round(own, 1), "failures": failures, "asked": asked}

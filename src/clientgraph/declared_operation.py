"""Checks what a plugin declares for those who run the service: routes, checks, tasks, commands."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Sequence
from typing import Any, Final

import typer

from clientgraph.contract.operation import HealthCheck, HttpRoute, PeriodicTask
from clientgraph.permissions import Permission

METHODS: Final = frozenset(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
SHORTEST_INTERVAL: Final = 1.0
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_PATH: Final = re.compile(r"(/([A-Za-z0-9._~-]+|\{[a-z_]\w*(:(str|int|float|path|uuid))?\}))+")


def routes(answer: Any) -> tuple[HttpRoute, ...]:
    """The routes of a plugin; raises what is wrong with the first bad one."""
    found: tuple[HttpRoute, ...] = tuple(answer or ())
    taken: set[tuple[str, str]] = set()
    for each in found:
        if not isinstance(each, HttpRoute):
            raise TypeError(f"{type(each).__name__} is not an HttpRoute")
        _check_route(each)
        for method in each.methods:
            if (each.path, method) in taken:
                raise ValueError(f"route {method} {each.path} is declared twice")
            taken.add((each.path, method))
    return found


def _check_route(route: HttpRoute) -> None:
    name = f"route {route.path!r}"
    if not isinstance(route.path, str) or not _PATH.fullmatch(route.path):
        raise ValueError(f"{name}: the path must be such as '/clients/{{client_id}}/sheet.csv'")
    if any(part in (".", "..") for part in route.path.split("/")):
        raise ValueError(f"{name}: the path must not hold '.' or '..' as a part")
    if not inspect.iscoroutinefunction(route.endpoint):
        raise TypeError(f"{name}: the endpoint must be an async function")
    if not isinstance(route.permission, Permission):
        raise TypeError(f"{name}: the permission must be a Permission")
    methods: Sequence[str] = route.methods
    if isinstance(methods, str) or not methods or not set(methods) <= METHODS:
        raise ValueError(f"{name}: the methods must be among {', '.join(sorted(METHODS))}")


def checks(answer: Any) -> tuple[HealthCheck, ...]:
    """The health checks of a plugin; raises what is wrong with the first bad one."""
    found: tuple[HealthCheck, ...] = tuple(answer or ())
    for each in found:
        if not isinstance(each, HealthCheck):
            raise TypeError(f"{type(each).__name__} is not a HealthCheck")
        if not callable(each.check):
            raise TypeError(f"health check {each.key}: check must be a function")
    _check_timed("health check", found)
    return found


def tasks(answer: Any) -> tuple[PeriodicTask, ...]:
    """The periodic tasks of a plugin; raises what is wrong with the first bad one."""
    found: tuple[PeriodicTask, ...] = tuple(answer or ())
    for each in found:
        if not isinstance(each, PeriodicTask):
            raise TypeError(f"{type(each).__name__} is not a PeriodicTask")
        if not callable(each.run):
            raise TypeError(f"periodic task {each.key}: run must be a function")
    _check_timed("periodic task", found)
    return found


def _check_timed(what: str, found: Sequence[HealthCheck | PeriodicTask]) -> None:
    for each in found:
        if not isinstance(each.key, str) or not _KEY.fullmatch(each.key):
            raise ValueError(f"{what} {each.key!r}: the key must be in lower snake case")
        if not math.isfinite(each.every) or each.every < SHORTEST_INTERVAL:
            raise ValueError(f"{what} {each.key}: every must be {SHORTEST_INTERVAL:g} or more")
    if len({each.key for each in found}) < len(found):
        raise ValueError(f"two {what}s have one key")


def commands(answer: Any) -> typer.Typer | None:
    """The commands of a plugin, if it has any; raises `TypeError` where they are something else."""
    if answer is not None and not isinstance(answer, typer.Typer):
        raise TypeError(f"commands must be a typer.Typer, not a {type(answer).__name__}")
    return answer

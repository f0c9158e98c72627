"""What plugins declare of the services that they speak to, checked before it is used."""

from __future__ import annotations

import re
from typing import Any, Final

from clientgraph.contract.outbound import OutboundService
from clientgraph.outbound.urls import base_problem

_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


def declared_services(answer: Any) -> dict[str, OutboundService]:
    """The services by key; raises what is wrong with the first bad one."""
    found: dict[str, OutboundService] = {}
    for each in answer or ():
        if not isinstance(each, OutboundService):
            raise TypeError(f"{type(each).__name__} is not an OutboundService")
        if not isinstance(each.key, str) or not _KEY.fullmatch(each.key):
            raise ValueError(f"service {each.key!r}: the key must be in lower snake case")
        if each.key in found:
            raise ValueError(f"service {each.key} is declared twice")
        problem = None if each.base_url is None else base_problem(each.base_url, ("https",))
        if problem is not None:
            raise ValueError(f"service {each.key}: the base URL: {problem}")
        if not (isinstance(each.credential, str) and each.credential):
            raise ValueError(f"service {each.key}: credential must name a header or parameter")
        _check_figures(each)
        found[each.key] = each
    return found


def _check_figures(each: OutboundService) -> None:
    figures = (each.per_seconds, each.timeout, each.at_once, each.attempts, each.largest)
    if not all(_is_number(figure) and figure > 0 for figure in figures):
        raise ValueError(f"service {each.key}: what it is limited by must be more than 0")
    if each.requests is not None and not (_is_number(each.requests) and each.requests > 0):
        raise ValueError(f"service {each.key}: requests must be more than 0, or None")
    if not _is_number(each.cache) or each.cache < 0:
        raise ValueError(f"service {each.key}: cache must be a number of seconds")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)

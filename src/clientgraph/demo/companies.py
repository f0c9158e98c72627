"""The companies of the demo, as inputs of ``clientCreate``. Sources: docs/data-sources.md."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any, NamedTuple


class Company(NamedTuple):
    """One company: what ``clientCreate`` takes, and the LEI of the company it belongs to."""

    given: dict[str, Any]
    parent_lei: str | None


def companies() -> list[Company]:
    """All of them, always in the same order, a parent before those that belong to it."""
    text = resources.files(__package__).joinpath("companies.json").read_text("utf-8")
    waiting = [_company(record) for record in json.loads(text)]
    ordered: list[Company] = []
    while waiting:
        known = {_lei(one) for one in ordered} | {None}
        ready = [one for one in waiting if one.parent_lei in known]
        if not ready:
            raise ValueError("companies.json has parents that it does not hold, or a circle")
        ordered += ready
        waiting = [one for one in waiting if one.parent_lei not in known]
    return ordered


def _company(record: dict[str, Any]) -> Company:
    given = {key: value for key, value in record.items() if key not in ("source", "parentLei")}
    return Company(given, record.get("parentLei"))


def _lei(company: Company) -> str | None:
    found = [one["value"] for one in company.given["identifiers"] if one["kind"] == "LEI"]
    return found[0] if found else None

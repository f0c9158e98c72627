"""What the API says to labelled numbers: each is a new client's only detail, and not saved."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from clientgraph.testing import Api

PER_REQUEST = 50


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table with a header."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


async def answers(api: Api, questions: Sequence[tuple[str, str]]) -> list[str]:
    """Code of the refusal or "accepted" for each (kind, value); kind IBAN is the client's field."""
    found: list[str] = []
    for start in range(0, len(questions), PER_REQUEST):
        found += await _asked(api, questions[start : start + PER_REQUEST])
    return found


async def _asked(api: Api, questions: Sequence[tuple[str, str]]) -> list[str]:
    heads = ", ".join(f"$i{n}: ClientCreateInput!" for n in range(len(questions)))
    fields = " ".join(
        f"a{n}: clientCreate(input: $i{n}) {{ client {{ name }} userErrors {{ path code }} }}"
        for n in range(len(questions))
    )
    inputs = {f"i{n}": _input(*question) for n, question in enumerate(questions)}
    data = await api(f"mutation({heads}) {{ {fields} }}", inputs)
    return [_verdict(data[f"a{n}"], *question) for n, question in enumerate(questions)]


def _input(kind: str, value: str) -> dict[str, Any]:
    detail: dict[str, Any] = {"identifiers": [{"kind": kind, "value": value}]}
    if kind == "IBAN":
        detail = {"iban": value}
    return {"name": "Io", "validateOnly": True, **detail}


def _verdict(payload: dict[str, Any], kind: str, value: str) -> str:
    place = ["input", "iban"] if kind == "IBAN" else ["input", "identifiers", "0", "value"]
    codes = [error["code"] for error in payload["userErrors"]]
    if codes:
        assert [error["path"] for error in payload["userErrors"]] == [place], (kind, value)
        assert payload["client"] is None
        return codes[0]
    assert payload["client"] == {"name": "Io"}, (kind, value)
    return "accepted"

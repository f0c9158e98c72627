"""Reading what other services answer, whatever shape it has."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from clientgraph.contract.companies import NotFound
from clientgraph.contract.outbound import HttpAnswer, Unavailable


class Json:
    """A part of a JSON answer. What is missing or of another type reads as nothing.

    ``json["address"]["city"].text`` is None where any of it is missing; iterating yields the
    items of a list, none where it is no list. What an answer cannot do without is asked for by
    `entries`, `record` and `required`: an answer of another shape, or half of one, says nothing
    of what was asked.
    """

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __getitem__(self, name: str) -> Json:
        return Json(self.value.get(name) if isinstance(self.value, dict) else None)

    def __iter__(self) -> Iterator[Json]:
        yield from map(Json, self.value if isinstance(self.value, list) else ())

    @property
    def text(self) -> str | None:
        """The text without blanks around it, or the digits of a whole number; None if empty."""
        if isinstance(self.value, int) and not isinstance(self.value, bool):
            return str(self.value)
        return (self.value.strip() or None) if isinstance(self.value, str) else None

    @property
    def texts(self) -> list[str]:
        """Those of the items that are texts."""
        return [text for item in self if (text := item.text)]

    def entries(self, total: Json | None = None) -> list[Json]:
        """The items of a list; raises `Unavailable` for anything else.

        ``total`` is how many there are, where the answer counts them: that an empty list is one
        of some is no answer either.
        """
        if not isinstance(self.value, list):
            raise Unavailable("the answer has another shape: a list is missing")
        if not self.value and total is not None and total.text not in (None, "0"):
            raise Unavailable("the answer has another shape: a list is empty that counts items")
        return list(self)

    def record(self, *names: str) -> Json:
        """Itself, an object that has these names; raises `Unavailable` for anything else."""
        if not (isinstance(self.value, dict) and self.value.keys() >= set(names)):
            wanted = " and ".join(names) or "an object"
            raise Unavailable(f"the answer has another shape: {wanted} is missing")
        return self

    def required(self, name: str) -> str:
        """The text under this name; raises `Unavailable` where there is none."""
        text = self[name].text
        if text is None:
            raise Unavailable(f"the answer has another shape: {name} is missing")
        return text

    @property
    def date(self) -> date | None:
        """The day that an ISO 8601 date or time begins with."""
        try:
            return date.fromisoformat((self.text or "")[:10])
        except ValueError:
            return None


def read_json(answer: HttpAnswer, *, absent: Collection[int] = ()) -> Json:
    """The JSON of an answer with status 200.

    Raises `NotFound` where the status is one of ``absent``, by which the service says that it
    knows no such thing, and `Unavailable` for any other status and for what is no JSON.
    """
    if answer.status in absent:
        raise NotFound
    if answer.status != 200:
        raise Unavailable(f"HTTP {answer.status}")
    return Json(answer.json())

"""What is asked: five operations, with the variables that each request has of its own."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import graphql

from bench.dataset import BUSY_EVERY, row_id, searched
from bench.places import BENCH

TITLES: Final[Mapping[str, str]] = {
    "One": "Q1 one client, contacts, addresses, latest 10 events",
    "Page": "Q2 page of 50, 12 columns, contacts, addresses, custom fields",
    "Dropdown": "Q3 dropdown of 100 × 4",
    "Search": "Q4 infix search, 20 hits",
    "Create": "M1 create with contact, address, 3 values",
}
READS: Final = ("One", "Page", "Dropdown", "Search")
_POOL: Final = 64
PAGES: Final = 20

Variables = Mapping[str, Any]


@dataclass(frozen=True)
class Form:
    """How one sort of schema is asked: its documents, its ids, and where pages say their end."""

    name: str
    client_id: Callable[[UUID], str]
    end_cursor: Callable[[Any], str]
    organisation: bool = False

    def documents(self) -> dict[str, str]:
        """The text of each operation, with the fragments that are in its file."""
        text = (BENCH / "documents" / f"{self.name}.graphql").read_text("utf-8")
        return {
            each.name.value: graphql.print_ast(each)
            for each in graphql.parse(text).definitions
            if isinstance(each, graphql.OperationDefinitionNode) and each.name is not None
        }


def _of_page(data: Any) -> str:
    return str(data["clients"]["pageInfo"]["endCursor"])


CLIENTGRAPH: Final = Form("clientgraph", lambda id_: f"client_{id_.hex}", _of_page)
COMMON: Final = Form("common", str, _of_page)
POSTGRAPHILE: Final = Form("postgraphile", str, _of_page, organisation=True)


@dataclass(frozen=True)
class Asking:
    """Makes the requests for one contender."""

    form: Form
    path: str
    organisation: UUID
    clients: int
    token: str | None = None

    def request(self, operation: str, variables: Variables) -> bytes:
        """The bytes of one request."""
        asked = dict(variables)
        if self.form.organisation:
            asked["organisation"] = str(self.organisation)
        document = self.form.documents()[operation]
        body = json.dumps({"query": document, "operationName": operation, "variables": asked})
        return self._head(len(body.encode())) + body.encode()

    def _head(self, length: int) -> bytes:
        token = f"Authorization: Bearer {self.token}\r\n" if self.token else ""
        return (
            f"POST {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Accept: application/json\r\n{token}Content-Length: {length}\r\n\r\n"
        ).encode()

    def one(self) -> list[Variables]:
        """Busy clients: each has more than ten events."""
        return [{"id": self.form.client_id(row_id("client", n))} for n in self._numbers(BUSY_EVERY)]

    def search(self) -> list[Variables]:
        """What is in the middle of names."""
        return [{"search": searched(number, self.clients)} for number in self._numbers(1)]

    def creations(self, first: int) -> Iterator[bytes]:
        """Requests for clients that are not there yet, numbered from here."""
        sample = self.request("Create", {"input": new_client(first)})
        parts = sample.split(f"{first:09}".encode())
        for number in itertools.count(first):
            yield f"{number:09}".encode().join(parts)

    def _numbers(self, step: int) -> Sequence[int]:
        chosen = random.Random(20_26)  # noqa: S311 - the same each time
        return [chosen.randrange(0, self.clients, step) for _ in range(_POOL)]


def new_client(number: int) -> dict[str, Any]:
    """The input of a creation; every number is as long as the others."""
    return {
        "reference": f"NEW-{number:09}",
        "name": f"Newcomer {number:09} Works",
        "country": "FR",
        "contacts": [
            {"firstName": "Ines", "lastName": "Lacombe", "email": f"ines{number:09}@lacombe.fr"}
        ],
        "addresses": [
            {
                "kind": "MAIN",
                "line1": "12 rue des Chartrons",
                "postalCode": "33000",
                "city": "Bordeaux",
            }
        ],
        "customFields": [
            {"key": "segment", "value": "newcomers"},
            {"key": "employees", "value": 12},
            {"key": "since", "value": "2024-05-01"},
        ],
    }

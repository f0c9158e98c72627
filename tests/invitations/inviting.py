"""Clients that are invited, as tests speak of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx2

from clientgraph.testing import Api

FILE = """email message mandateWording status answeredAt organisation { name country }
    client { version name status tradingName email phone country
        identifiers { value formatted kind { key } }
        contacts { id firstName lastName email isMain }
        addresses { id kind line1 city country }
        mandate { scope wording signatoryName signedOn }
        requiredFields { path label } }"""


@dataclass(frozen=True)
class Guest:
    """Somebody who presents the link of an invitation, or the session that it was opened for."""

    client: httpx2.AsyncClient
    token: str

    async def answer(self, query: str, variables: dict[str, Any] | None = None) -> httpx2.Response:
        """The whole response."""
        return await self.client.post(
            "/invitation",
            json={"query": query, "variables": variables or {}},
            headers={"Authorization": f"Bearer {self.token}"},
        )

    async def __call__(self, query: str, variables: dict[str, Any] | None = None) -> Any:
        """The data; top-level errors fail the test."""
        body = (await self.answer(query, variables)).json()
        assert "errors" not in body, body["errors"]
        return body["data"]

    async def file(self, selection: str = FILE) -> Any:
        """The invitation as a query shows it."""
        return (await self(f"{{ invitation {{ {selection} }} }}"))["invitation"]

    async def do(self, name: str, given: dict[str, Any], selection: str = "status") -> Any:
        """Run a mutation with an input; its payload."""
        text = (
            f"mutation($input: {name[0].upper()}{name[1:]}Input!) {{ {name}(input: $input) {{"
            f" invitation {{ {selection} }} userErrors {{ path code message recordId }}"
            " warnings { path code message recordId } } }"
        )
        return (await self(text, {"input": given}))[name]

    async def done(self, name: str, given: dict[str, Any], selection: str = "status") -> Any:
        """The same, and it must have worked."""
        payload = await self.do(name, given, selection)
        assert payload["userErrors"] == []
        return payload

    async def mistakes(self, name: str, given: dict[str, Any]) -> list[tuple[str, str]]:
        """Place and code of each mistake, after the word input."""
        payload = await self.do(name, given)
        return [(".".join(error["path"][1:]), error["code"]) for error in payload["userErrors"]]

    async def opened(self) -> Guest:
        """Whoever opens the link, from then on."""
        text = "mutation { invitationOpen(input: {}) { session userErrors { code } } }"
        return Guest(self.client, (await self(text))["invitationOpen"]["session"])


async def linked(api: Api, client_id: str, **fields: Any) -> Guest:
    """The guest of a new invitation, who has not opened the link yet."""
    given = {"clientId": client_id, "email": "zoe@example.org", **fields}
    made = await api.done("clientInvite", given, "token")
    return Guest(api.client, made["token"])


async def invited(api: Api, client_id: str, **fields: Any) -> Guest:
    """The guest of a new invitation, who has opened it."""
    return await (await linked(api, client_id, **fields)).opened()

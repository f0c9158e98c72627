"""Short ways to ask the API what a test wants to know."""

from __future__ import annotations

from typing import Any

from clientgraph.testing import Api


async def shown(api: Api, client_id: str, selection: str) -> Any:
    """A client as a fresh query shows it."""
    found = await api(
        f"query($id: ID!) {{ client(by: {{id: $id}}) {{ {selection} }} }}", {"id": client_id}
    )
    return found["client"]


async def mistakes(api: Api, mutation: str, given: dict[str, Any]) -> list[tuple[str, str]]:
    """Place and code of each mistake, after the word input."""
    payload = await api.do(mutation, given)
    return [(".".join(error["path"][1:]), error["code"]) for error in payload["userErrors"]]


async def names(api: Api, arguments: str) -> list[str]:
    """The names that a list of clients shows."""
    found = await api(f"{{ clients{arguments} {{ nodes {{ name }} }} }}")
    return [client["name"] for client in found["clients"]["nodes"]]

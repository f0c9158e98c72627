"""Members of a workspace, each with a token of their own."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from clientgraph.testing import Api, Workspace


@dataclass(frozen=True)
class Person:
    """A member and the API as this member."""

    id: str
    name: str
    api: Api

    async def event(self, client_id: str, selection: str = "", /, **fields: Any) -> Any:
        """A new event by this member: its id, version and whatever is selected besides."""
        given = {"clientId": client_id, **fields}
        made = await self.api.done("eventCreate", given, f"event {{ id version {selection} }}")
        return made["event"]

    async def titles(self, arguments: str = "") -> list[str]:
        """The titles that this member's list of events shows."""
        found = await self.api(f"{{ events{arguments} {{ nodes {{ title }} }} }}")
        return [event["title"] for event in found["events"]["nodes"]]


async def person(workspace: Workspace, name: str, role: str = "MEMBER") -> Person:
    """A new member with a token of the same role."""
    owner = workspace.api()
    address = f"{name.lower()}.{secrets.token_hex(4)}@example.com"
    made = await owner.done(
        "memberCreate", {"name": name, "email": address, "role": role}, "member { id }"
    )
    member = made["member"]["id"]
    given = {"name": name, "role": role, "memberId": member}
    token = (await owner.done("apiTokenCreate", given, "text"))["text"]
    return Person(member, name, Api(workspace.client, token))

"""Somebody who gives and withdraws consent, as tests speak of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.contract.answers import mistakes

from clientgraph.testing import Api

SHOWN = "id version channel status givenAt withdrawnAt wording"


@dataclass(frozen=True)
class Someone:
    """A contact of a client, or the client itself."""

    api: Api
    client_id: str
    contact_id: str | None

    def given(self, *channels: str, **fields: Any) -> dict[str, Any]:
        """The input of a consent to marketing on a form."""
        return {
            "clientId": self.client_id,
            **({"contactId": self.contact_id} if self.contact_id else {}),
            "purpose": "MARKETING",
            "channels": list(channels or ["EMAIL"]),
            "source": "FORM",
            **fields,
        }

    def taken_back(self, *channels: str, **fields: Any) -> dict[str, Any]:
        """The input of its withdrawal; from all channels unless some are named."""
        made = self.given(*channels, **fields)
        del made["source"]
        if not channels:
            del made["channels"]
        return made

    async def gives(self, *channels: str, **fields: Any) -> list[Any]:
        """The consents in force after giving."""
        chosen = f"consents {{ {SHOWN} }}"
        made = await self.api.done("consentGive", self.given(*channels, **fields), chosen)
        found: list[Any] = made["consents"]
        return found

    async def withdraws(self, *channels: str, **fields: Any) -> list[Any]:
        """The consents that a withdrawal ends."""
        chosen = f"consents {{ {SHOWN} }}"
        given = self.taken_back(*channels, **fields)
        made = await self.api.done("consentWithdraw", given, chosen)
        found: list[Any] = made["consents"]
        return found

    async def cannot_give(self, *channels: str, **fields: Any) -> list[tuple[str, str]]:
        """Place and code of each mistake in giving."""
        return await mistakes(self.api, "consentGive", self.given(*channels, **fields))

    async def cannot_withdraw(self, *channels: str, **fields: Any) -> list[tuple[str, str]]:
        """Place and code of each mistake in withdrawing."""
        return await mistakes(self.api, "consentWithdraw", self.taken_back(*channels, **fields))

    async def history(self, arguments: str = "") -> list[Any]:
        """Wording and status of all consents, as the record shows them."""
        kind, id_ = ("Contact", self.contact_id) if self.contact_id else ("Client", self.client_id)
        chosen = f"consents{arguments} {{ nodes {{ wording status }} }}"
        found = await self.api(
            f"query($id: ID!) {{ node(id: $id) {{ ... on {kind} {{ {chosen} }} }} }}", {"id": id_}
        )
        nodes = found["node"]["consents"]["nodes"]
        return [(each["wording"], each["status"]) for each in nodes]

    async def may(self, purpose: str = "MARKETING", channel: str = "EMAIL") -> bool:
        """Whether the record says that it may be contacted."""
        kind, id_ = ("Contact", self.contact_id) if self.contact_id else ("Client", self.client_id)
        asked = f"mayContact(purpose: {purpose}, channel: {channel})"
        found = await self.api(
            f"query($id: ID!) {{ node(id: $id) {{ ... on {kind} {{ {asked} }} }} }}", {"id": id_}
        )
        agreed: bool = found["node"]["mayContact"]
        return agreed

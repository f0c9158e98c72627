"""Short ways to set policies and to ask what they come to."""

from __future__ import annotations

from typing import Any

from clientgraph.testing import Api

WARNED = "client { id name status } warnings { path code message recordId }"
_STARRED = """query($country: CountryCode, $channel: Channel) {
    requiredFields(country: $country, channel: $channel) { path } }"""


async def choose(api: Api, **settings: str) -> None:
    """Change policies of the workspace."""
    await api.done("organisationUpdate", settings)


async def rule(api: Api, path: str, **fields: Any) -> Any:
    """A new rule."""
    made = await api.done(
        "requirementRuleCreate", {"path": path, **fields}, "requirementRule { id version }"
    )
    return made["requirementRule"]


async def starred(api: Api, **arguments: str) -> list[str]:
    """The paths that a form marks, with points between their parts."""
    found = (await api(_STARRED, arguments))["requiredFields"]
    return [".".join(field["path"]) for field in found]


def warned(payload: Any) -> list[tuple[str, str, str | None]]:
    """Place, code and record of each warning, the place after the word input."""
    return [
        (".".join(each["path"][1:]), each["code"], each["recordId"]) for each in payload["warnings"]
    ]

"""What `requiredFields` answers is what creation and activation ask for: no more, no less."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Final

import pytest

from clientgraph.testing import Api
from tests.contract.answers import mistakes
from tests.fields.defining import define
from tests.policies.asking import choose, rule, starred

pytestmark = pytest.mark.anyio

PARTS: Final = {
    "mainContact": "contacts",
    "contacts": "contacts",
    "mainAddress": "addresses",
    "addresses": "addresses",
}
# What a contact and an address have anyway: without it they would be nothing.
BARE: Final = {"contacts": {"mobile": "+33612345678"}, "addresses": {"line2": "Hall B"}}
VALUES: Final[dict[str, Any]] = {
    "name": "Io",
    "phone": "+33142685300",
    "paymentTerms": {"days": 30},
    "email": "io@example.com",
    "firstName": "Marie",
    "lastName": "Curie",
    "locale": "fr-FR",
    "line1": "1 rue A",
    "postalCode": "75001",
    "city": "Paris",
    "region": "Here",
}
RULES: Final[list[dict[str, Any]]] = [
    {"path": "phone", "channels": ["FORM"]},
    {"path": "mainAddress.region", "countries": ["FR", "DE"]},
    {"path": "paymentTerms", "countries": ["RE"], "channels": ["API"]},
    {"path": "contacts.email", "channels": ["IMPORT"]},
    {"path": "mainContact", "channels": ["IMPORT"], "isRequired": False},
    {"path": "identifiers.FR_SIRET", "countries": ["RE"], "channels": ["FORM", "API"]},
    {"path": "mainAddress.postalCode", "countries": ["RE"], "isRequired": False},
]
SIRET: Final = {"kind": "FR_SIRET", "value": "73282932000074"}


def _filled(paths: list[str], country: str) -> dict[str, Any]:
    """A client with a value for each path, and nothing else that is not needed to be one."""
    given: dict[str, Any] = {"country": country}
    for head, _, rest in (path.partition(".") for path in paths):
        if head == "identifiers":
            given["identifiers"] = [SIRET]
        elif head == "customFields":
            given.setdefault(head, []).append({"key": rest, "value": "x"})
        elif head not in PARTS:
            given.setdefault(head, VALUES.get(head))
        elif head in ("mainContact", "mainAddress") or PARTS[head] in given:
            _fill_part(given, PARTS[head], rest)
    return given


def _fill_part(given: dict[str, Any], name: str, rest: str) -> None:
    (part,) = given.setdefault(name, [dict(BARE[name])])
    if rest.startswith("customFields."):
        part["customFields"] = [{"key": rest.partition(".")[2], "value": "x"}]
    elif rest:
        part[rest] = VALUES[rest]


def _without(given: dict[str, Any], path: str) -> tuple[dict[str, Any], str | None]:
    """The client without what a path is about, and where that is missed; None: it has no such."""
    left = deepcopy(given)
    head, _, rest = path.partition(".")
    name = PARTS.get(head, head)
    if head == "identifiers" or not rest or head == "customFields":
        return (left, path.replace(head, name)) if left.pop(name, None) else (left, None)
    for part in left.get(name, ()):
        part.pop(rest.partition(".")[0], None)
    return left, f"{name}.0.{rest}" if name in left else None


@pytest.mark.parametrize("preset", ["lenient", "jump", "fiche", "banqup"])
@pytest.mark.parametrize(
    ("country", "channel"), [("FR", "FORM"), ("RE", "API"), ("DE", "INLINE"), ("FR", "IMPORT")]
)
async def test_what_is_starred_is_what_is_asked_for(
    api: Api, preset: str, country: str, channel: str
) -> None:
    """With all of it a client is made and activated; without any one of it neither is."""
    await choose(api, requirements=preset)
    for each in RULES:
        await rule(api, **each)
    for on, key in (("CLIENT", "orbit"), ("CONTACT", "rankName"), ("ADDRESS", "floor")):
        await define(api, key, "TEXT", on=on, required=True)
    paths = await starred(api, country=country, channel=channel)
    given = _filled(paths, country)
    by = {"channel": channel}
    checked = {**given, **by, "validateOnly": True}
    assert await mistakes(api, "clientCreate", checked) == []
    for path in paths:
        left, place = _without(given, path)
        if place is None:
            continue
        wanted = (place, "REQUIRED")
        if path in ("name", "country"):
            assert wanted in await mistakes(api, "clientCreate", {**left, **by})
            continue
        assert await mistakes(api, "clientCreate", {**left, **by}) == [wanted]
        draft = (await api.new_client(**{**left, "isDraft": True}))["id"]
        assert await mistakes(api, "clientActivate", {"id": draft, **by}) == [wanted]
        await api.done("clientDelete", {"id": draft})
    made = (await api.new_client(**{**given, "isDraft": True}))["id"]
    await api.done("clientActivate", {"id": made, **by})

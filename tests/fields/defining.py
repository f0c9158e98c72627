"""Short ways to define custom fields and to give their values."""

from __future__ import annotations

from typing import Any

from clientgraph.testing import Api

VALUES = """customFields { __typename key display
  ... on TextValue { text } ... on NumberValue { number } ... on DecimalValue { decimal }
  ... on BooleanValue { boolean } ... on DateValue { date }
  ... on ChoiceValue { choice { key label } }
  ... on ChoicesValue { choices { key label } } ... on MoneyValue { amount currency }
  ... on URLValue { url } ... on EmailValue { email } ... on PhoneValue { phone }
  ... on ClientReferenceValue { client { name } } ... on UnknownValue { raw } }"""
TIERS = {
    "choices": [
        {"key": "gold", "labels": {"en": "Gold", "fr": "Or"}},
        {"key": "silver", "labels": {"en": "Silver", "fr": "Argent"}},
    ]
}


async def define(api: Api, key: str, kind: str, on: str = "CLIENT", **more: Any) -> Any:
    """A new custom field; its id, version and key."""
    given = {
        "on": on,
        "key": key,
        "type": kind,
        "labels": [{"language": "en", "text": key}],
        **more,
    }
    made = await api.done(
        "customFieldDefinitionCreate", given, "customFieldDefinition { id version key }"
    )
    return made["customFieldDefinition"]


def given(**values: Any) -> list[dict[str, Any]]:
    """Values as inputs take them."""
    return [{"key": key, "value": value} for key, value in values.items()]


def mistakes(payload: Any) -> list[tuple[str, str]]:
    """Path and code of each mistake."""
    return [(".".join(error["path"]), error["code"]) for error in payload["userErrors"]]


async def names(api: Api, *conditions: dict[str, Any]) -> list[str]:
    """The names of clients that meet conditions on custom fields."""
    found = await api(
        "query($filter: ClientFilter) { clients(filter: $filter) { nodes { name } } }",
        {"filter": {"customFields": list(conditions)}},
    )
    return [row["name"] for row in found["clients"]["nodes"]]

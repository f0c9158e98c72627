"""What callers ask of registries, with every field of the answers."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLObjectType, get_named_type, is_leaf_type

from clientgraph.plugins import Plugins
from clientgraph.schema import Schema
from clientgraph.testing import Api

SOURCE = "status retryAfter source { registry label attribution retrievedAt }"


def every_field(type_name: str) -> str:
    """Everything of a type and of what it holds, as a front end selects it."""
    kind = Schema.with_plugins(Plugins({})).core.type_map[type_name]
    assert isinstance(kind, GraphQLObjectType)
    parts = []
    for name, item in kind.fields.items():
        below = get_named_type(item.type)
        parts.append(name if is_leaf_type(below) else f"{name} {every_field(below.name)}")
    return f"{{ {' '.join(parts)} }}"


DRAFT = every_field("ClientDraft")
COMPANY = f"""query($kind: String!, $value: String!) {{
  company(kind: $kind, value: $value) {{ {SOURCE} isActive client {{ name }} draft {DRAFT}
    origins {{ path source date }} warnings {{ path code message }} }}
}}"""
SEARCH = f"""query($query: String!, $country: CountryCode!, $first: Int) {{
  companySearch(query: $query, country: $country, first: $first) {{
    {SOURCE}
    results {{
      name identifiers {{ kind value }} address postalCode city isActive client {{ name }}
    }}
  }}
}}"""


async def company(api: Api, value: str, kind: str = "FR_SIRET") -> Any:
    """The company with a number."""
    return (await api(COMPANY, {"kind": kind, "value": value}))["company"]


async def search(api: Api, query: str, country: str = "FR", first: int | None = 10) -> Any:
    """Companies that fit a text."""
    given = {"query": query, "country": country, "first": first}
    return (await api(SEARCH, given))["companySearch"]

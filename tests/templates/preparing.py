"""Short ways to make templates and to see what clients become of them."""

from __future__ import annotations

from typing import Any

from clientgraph.testing import Api

DEFAULTS = """defaults { kind type { key } categories { name } country locale currency vatRegime
    paymentTerms { days endOfMonth origin } accountingCode customFields { key display } }"""
CLIENT = """template { name } kind type { key } categories { name } country countryOrigin
    locale localeOrigin currency currencyOrigin vatRegime
    paymentTerms { days endOfMonth origin } accountingCode customFields { key display }
    assignees { name }"""


async def template(api: Api, name: str = "Standard", selection: str = "", **fields: Any) -> Any:
    """A new template: its id, version and whatever is selected besides."""
    chosen = f"clientTemplate {{ id version {selection} }}"
    return (await api.done("clientTemplateCreate", {"name": name, **fields}, chosen))[
        "clientTemplate"
    ]


async def changed(api: Api, template_id: str, selection: str = "", **fields: Any) -> Any:
    """The template after a change."""
    chosen = f"clientTemplate {{ id version {selection} }}"
    return (await api.done("clientTemplateUpdate", {"id": template_id, **fields}, chosen))[
        "clientTemplate"
    ]


async def listed(api: Api, selection: str = "name", arguments: str = "") -> Any:
    """The workspace's templates."""
    return (await api(f"{{ clientTemplates{arguments} {{ {selection} }} }}"))["clientTemplates"]


async def mistakes(api: Api, mutation: str, given: dict[str, Any]) -> list[tuple[str, str]]:
    """Place and code of each mistake, after the word input."""
    payload = await api.do(mutation, given)
    return [(".".join(error["path"][1:]), error["code"]) for error in payload["userErrors"]]


async def category(api: Api, name: str) -> str:
    """A new category."""
    made = await api.done("categoryCreate", {"name": name}, "category { id }")
    return str(made["category"]["id"])


async def client_type(api: Api, key: str) -> str:
    """One of the shipped client types."""
    found = (await api("{ clientTypes { key id } }"))["clientTypes"]
    return str(next(each["id"] for each in found if each["key"] == key))


async def member(api: Api, name: str) -> str:
    """A new member."""
    given = {"name": name, "email": f"{name.lower()}@example.com", "role": "MEMBER"}
    return str((await api.done("memberCreate", given, "member { id }"))["member"]["id"])

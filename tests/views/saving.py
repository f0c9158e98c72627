"""Views as tests speak of them."""

from __future__ import annotations

from typing import Any

from tests.contract.answers import mistakes

from clientgraph.testing import Api

SHOWN = """id version name on filter search sort sortByCustomField { key direction } columns
    includeInactive isShared owner { name }"""


async def saved(api: Api, name: str = "Mine", on: str = "CLIENTS", **fields: Any) -> Any:
    """A new view, whole."""
    given = {"name": name, "on": on, **fields}
    return (await api.done("savedViewCreate", given, f"savedView {{ {SHOWN} }}"))["savedView"]


async def unfit(api: Api, on: str = "CLIENTS", **fields: Any) -> list[tuple[str, str]]:
    """Place and code of each mistake in a shared view."""
    given = {"name": "Mine", "on": on, "isShared": True, **fields}
    return await mistakes(api, "savedViewCreate", given)


async def view_names(api: Api, arguments: str = "") -> list[str]:
    """The names of the views that a caller finds."""
    found = await api(f"{{ savedViews{arguments} {{ nodes {{ name }} }} }}")
    return [each["name"] for each in found["savedViews"]["nodes"]]


async def listed(api: Api, view: Any, arguments: str = "", on: str = "clients") -> list[str]:
    """The names that a list shows through a view."""
    name = {"clients": "name", "contacts": "lastName", "events": "title"}[on]
    text = f"query($v: ID!) {{ {on}(view: $v {arguments}) {{ totalCount nodes {{ {name} }} }} }}"
    found = (await api(text, {"v": view["id"]}))[on]
    assert found["totalCount"] == len(found["nodes"])
    return [each[name] for each in found["nodes"]]

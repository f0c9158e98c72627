"""Rows F28 and D38 of the contract: from counts to the clients that were counted, and back."""

from __future__ import annotations

from typing import Any

import pytest

from clientgraph.testing import Api
from tests.contract.test_lists import added, entries, groups

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"anyOf": ["TRADE_FAIR"]}, ["Fair", "Fair and site"]),
        ({"anyOf": ["TRADE_FAIR", "WEBSITE"]}, ["Fair", "Fair and site", "Site"]),
        ({"allOf": ["TRADE_FAIR", "WEBSITE"]}, ["Fair and site"]),
        ({"noneOf": ["WEBSITE"]}, ["Fair", "Nobody", "Unknown"]),
        ({"isSet": True}, ["Fair", "Fair and site", "Site"]),
        ({"isSet": False}, ["Nobody", "Unknown"]),
        ({"anyOf": []}, []),
    ],
)
async def test_f28_clients_are_found_by_source(
    api: Api, wanted: dict[str, Any], expected: list[str]
) -> None:
    """The clients of each group that statistics count by source can be listed."""
    ids = {each["key"]: each["id"] for each in await entries(api, "contactSources", "key id")}
    fair, site = ({"lastName": "A", "source": ids[key]} for key in ("TRADE_FAIR", "WEBSITE"))
    people = {
        "Fair": [fair],
        "Site": [site],
        "Fair and site": [fair, site],
        "Unknown": [{"lastName": "B"}],
        "Nobody": [],
    }
    for name, contacts in people.items():
        await api.new_client(name, contacts=contacts)
    given = {
        test: [ids[key] for key in value] if isinstance(value, list) else value
        for test, value in wanted.items()
    }
    found = await api(
        """query($f: ClientFilter) { clients(filter: $f) { nodes { name } }
        clientStatistics(groupBy: COUNTRY, filter: $f) { count } }""",
        {"f": {"sources": given}},
    )
    assert [each["name"] for each in found["clients"]["nodes"]] == expected
    assert sum(each["count"] for each in found["clientStatistics"]) == len(expected)


async def test_d38_counts_are_those_of_a_search(api: Api) -> None:
    """What is searched, filtered and hidden in the list of clients is so in the counts."""
    wholesale = (await added(api, "category", "Grossistes"))["id"]
    for name, categories in (("Wholesaler", [wholesale]), ("Retailer", []), ("None", [])):
        await api.new_client(name, categories=categories)
    assert await groups(api, "CATEGORY", ', search: "WHOLE"', "key count") == [
        {"key": "GROSSISTES", "count": 1}
    ]
    chosen = f', search: "ler", filter: {{categories: {{noneOf: ["{wholesale}"]}}}}'
    assert await groups(api, "STATUS", chosen) == [{"key": "ACTIVE", "label": "Active", "count": 1}]
    found = await api('{ clients(search: "ler", sort: [NAME_ASC]) { nodes { id name } } }')
    retailer, wholesaler = found["clients"]["nodes"]
    assert [retailer["name"], wholesaler["name"]] == ["Retailer", "Wholesaler"]
    await api.done("clientDeactivate", {"id": retailer["id"]})
    assert await groups(api, "STATUS", ', search: "ler"', "key count") == [
        {"key": "ACTIVE", "count": 1}
    ]
    assert await groups(api, "STATUS", ', search: "ler", filter: {status: [INACTIVE]}') == [
        {"key": "INACTIVE", "label": "Inactive", "count": 1}
    ]
    assert await groups(api, "CATEGORY", ', search: "nobody"') == []


async def test_d38_groups_of_one_size_come_by_label(api: Api) -> None:
    """Accents and case do not matter for the order; of one label the keys decide."""
    old = (await added(api, "category", "Élan"))["id"]
    await api.new_client("A", categories=[old])
    await api.done("categoryDelete", {"id": old})
    made = [(await added(api, "category", name))["id"] for name in ("Zoo", "Élan", "eau")]
    await api.new_client("B", categories=made)
    assert await groups(api, "CATEGORY", selection="key label") == [
        {"key": "EAU", "label": "eau"},
        {"key": "ELAN", "label": "Élan"},
        {"key": "ELAN_2", "label": "Élan"},
        {"key": "ZOO", "label": "Zoo"},
    ]

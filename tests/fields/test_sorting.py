"""Lists in the order of a custom field: exact, paged from both ends, what has no value last."""

from __future__ import annotations

from typing import Any

import pytest

from clientgraph.testing import Api
from tests.fields.defining import TIERS, define, given

pytestmark = pytest.mark.anyio

# Type, options, and the values in their order.
ORDERS: dict[str, tuple[dict[str, Any], list[Any]]] = {
    "TEXT": ({}, ["1a", "Ábel", "abeL 2", "Zoé", "Ωmega", "한국어", "\U00010330"]),
    "NUMBER": ({}, [-10.5, -9, 0, 0.25, 9, 10, 1e15]),
    "DECIMAL": ({}, ["-100", "-99.99", "0", "0.000000000000000001", "2", "10"]),
    "BOOLEAN": ({}, [False, True]),
    "DATE": ({}, ["0001-01-01", "1999-12-31", "2026-01-31", "9999-12-31"]),
    "CHOICE": (TIERS, ["gold", "silver"]),
    "CHOICES": (TIERS, [["gold", "silver"], ["silver"]]),
    "MONEY": (
        {},
        [{"amount": each, "currency": "EUR"} for each in ("-5", "9", "10")]
        + [{"amount": "1", "currency": "USD"}],
    ),
    "EMAIL": ({}, ["ada@example.com", "Ben@example.com", "zoe@example.com"]),
}
PAGE = """query($sort: CustomFieldSort, $then: [ClientSort!], $first: Int, $after: String,
    $last: Int, $before: String) {
    clients(sortByCustomField: $sort, sort: $then, first: $first, after: $after, last: $last,
        before: $before) {
        nodes { name } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }"""


async def _sorted(api: Api, key: str, direction: str, **more: Any) -> list[str]:
    variables = {"sort": {"key": key, "direction": direction}, "first": 100, **more}
    return [row["name"] for row in (await api(PAGE, variables))["clients"]["nodes"]]


@pytest.mark.parametrize("kind", list(ORDERS))
async def test_every_type_has_its_order(api: Api, kind: str) -> None:
    """Up and down, with what has no value at the end of both."""
    options, values = ORDERS[kind]
    await define(api, "mine", kind, options=options)
    await define(api, "other", "TEXT")
    names = [f"{place:02}" for place in range(len(values))]
    for name, value in reversed(list(zip(names, values, strict=True))):
        await api.new_client(name, customFields=given(mine=value, other="x"))
    await api.new_client("none")
    assert await _sorted(api, "mine", "ASC") == [*names, "none"]
    assert await _sorted(api, "mine", "DESC") == [*reversed(names), "none"]


async def test_choices_come_as_they_are_listed(api: Api) -> None:
    """By their place among the options, not by their keys; another order of these is followed."""
    choices = [{"key": key} for key in ("low", "high", "extreme")]
    made = await define(api, "risk", "CHOICE", options={"choices": choices})
    for name, value in (("A", "high"), ("B", "extreme"), ("C", "low")):
        await api.new_client(name, customFields=given(risk=value))
    assert await _sorted(api, "risk", "ASC") == ["C", "A", "B"]
    change = {"id": made["id"], "options": {"choices": choices[::-1]}}
    await api.done("customFieldDefinitionUpdate", change)
    assert await _sorted(api, "risk", "ASC") == ["B", "A", "C"]


async def _clients(api: Api) -> None:
    """Eleven clients: three values, each of three clients, and two clients without."""
    await define(api, "size", "NUMBER")
    for place in range(9):
        await api.new_client(f"C{place}", customFields=given(size=place % 3))
    for name in ("none 1", "none 2"):
        await api.new_client(name)


UP = ["C0", "C3", "C6", "C1", "C4", "C7", "C2", "C5", "C8", "none 1", "none 2"]
DOWN = ["C2", "C5", "C8", "C1", "C4", "C7", "C0", "C3", "C6", "none 1", "none 2"]


@pytest.mark.parametrize(("direction", "expected"), [("ASC", UP), ("DESC", DOWN)])
@pytest.mark.parametrize("size", [1, 2, 4])
async def test_pages_follow_each_other_both_ways(
    api: Api, direction: str, expected: list[str], size: int
) -> None:
    """Among equal values and among those without, no client is missed or met twice."""
    await _clients(api)
    for end, onwards, cursor, more in (
        ("first", "after", "endCursor", "hasNextPage"),
        ("last", "before", "startCursor", "hasPreviousPage"),
    ):
        variables: dict[str, Any] = {"sort": {"key": "size", "direction": direction}, end: size}
        found: list[str] = []
        while True:
            page = (await api(PAGE, variables))["clients"]
            names = [row["name"] for row in page["nodes"]]
            found = [*found, *names] if end == "first" else [*names, *found]
            if not page["pageInfo"][more]:
                break
            variables[onwards] = page["pageInfo"][cursor]
        assert found == expected


async def test_sort_decides_among_equal_values(api: Api) -> None:
    """The custom field first, then what `sort` says, then the id."""
    await _clients(api)
    found = await _sorted(api, "size", "ASC", then=["NAME_DESC"])
    assert found == ["C6", "C3", "C0", "C7", "C4", "C1", "C8", "C5", "C2", "none 2", "none 1"]
    found = await _sorted(api, "size", "DESC", then=["CREATED_AT_DESC"])
    assert found == ["C8", "C5", "C2", "C7", "C4", "C1", "C6", "C3", "C0", "none 2", "none 1"]


async def test_a_cursor_belongs_to_its_order(api: Api) -> None:
    """A cursor of one field or direction is none of another's."""
    await _clients(api)
    await define(api, "other", "NUMBER")
    sort = {"key": "size", "direction": "ASC"}
    page = (await api(PAGE, {"sort": sort, "first": 1}))["clients"]
    cursor = page["pageInfo"]["endCursor"]
    for wrong in ({"key": "other"}, {"key": "size", "direction": "DESC"}, None):
        assert await api.codes(PAGE, {"sort": wrong, "first": 1, "after": cursor}) == ["BAD_CURSOR"]


async def test_what_has_no_order_is_refused(api: Api) -> None:
    """An unknown field, and a type whose values have none; `customFieldTypes` tells which."""
    await define(api, "broker", "CLIENT_REFERENCE")
    for key in ("nothing", "broker"):
        assert await api.codes(PAGE, {"sort": {"key": key}}) == ["BAD_USER_INPUT"]
    found = await api("{ customFieldTypes { key isSortable } }")
    unsorted = [each["key"] for each in found["customFieldTypes"] if not each["isSortable"]]
    assert sorted(unsorted) == ["CLIENT_REFERENCE", "COLOUR", "GEO_POINT"]


async def test_a_value_of_a_former_type_has_no_place(api: Api) -> None:
    """What the type of today cannot read comes last, as if it were not there."""
    made = await define(api, "size", "TEXT")
    for name, value in (("A", "big"), ("B", "10"), ("C", "9")):
        await api.new_client(name, customFields=given(size=value))
    change = {"id": made["id"], "type": "NUMBER", "acceptInvalid": True}
    await api.done("customFieldDefinitionUpdate", change)
    assert await _sorted(api, "size", "ASC") == ["C", "B", "A"]
    assert await _sorted(api, "size", "DESC") == ["B", "C", "A"]


async def test_contacts_and_events_are_sorted_alike(api: Api) -> None:
    """By the fields of their own kind; filters and counts go along."""
    await define(api, "rank", "NUMBER", "CONTACT")
    await define(api, "rank", "NUMBER", "EVENT")
    made = await api.new_client("Io")
    for name, rank in (("a", 2), ("b", None), ("c", 1), ("d", 2)):
        values = given(rank=rank)
        whole = {"clientId": made["id"], "customFields": values}
        await api.done("contactCreate", {**whole, "lastName": name})
        await api.done("eventCreate", {**whole, "title": name})
    people = """query($f: ContactFilter) { contacts(sortByCustomField: {key: "rank",
        direction: DESC}, filter: $f) { totalCount nodes { name: lastName } } }"""
    notes = """query($f: EventFilter) { events(sortByCustomField: {key: "rank",
        direction: DESC}, filter: $f, sort: [CREATED_AT_ASC]) { totalCount
        nodes { name: title } } }"""
    set_ = {"customFields": [{"key": "rank", "op": "IS_SET"}]}
    for query in (people, notes):
        for filter_, expected in ((None, "adcb"), (set_, "adc")):
            (found,) = (await api(query, {"f": filter_})).values()
            assert "".join(row["name"] for row in found["nodes"]) == expected
            assert found["totalCount"] == len(expected)

"""Whether answers of different schemas are the same data; and that it is told when not."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from bench.equality import check_same, plain
from bench.failure import Failure

OURS: dict[str, Any] = {
    "client": {
        "id": "client_018bcfe5680070008000000000000000",
        "name": "Babo",
        "updatedAt": "2024-01-01T01:00:00+01:00",
        "contacts": {"nodes": [{"id": "contact_018bcfe5680070008000000000000001"}]},
        "addresses": [{"city": "Lyon"}, {"city": "Paris"}],
        "customFields": [{"key": "segment", "text": "a"}, {"key": "employees", "number": 12.0}],
        "pageInfo": {"hasNextPage": True, "endCursor": "x"},
    }
}
THEIRS: dict[str, Any] = {
    "client": {
        "id": "018bcfe5-6800-7000-8000-000000000000",
        "name": "Babo",
        "updatedAt": "2024-01-01T00:00:00.000Z",
        "contacts": [{"id": "018bcfe5-6800-7000-8000-000000000001"}],
        "addresses": {"nodes": [{"city": "Lyon"}, {"city": "Paris"}]},
        "customFields": {
            "nodes": [
                {"definition": {"key": "segment"}, "value": '"a"'},
                {"definition": {"key": "employees"}, "value": "12"},
            ]
        },
        "pageInfo": {"hasNextPage": True, "endCursor": "y"},
    }
}


def test_other_forms_of_the_same_data_are_equal() -> None:
    """Ids, times, connections, custom fields and cursors are compared by what they mean."""
    check_same("One", {"ours": OURS, "theirs": THEIRS})


def _without_address(client: dict[str, Any]) -> None:
    del client["addresses"]["nodes"][1]


def _in_another_order(client: dict[str, Any]) -> None:
    client["addresses"]["nodes"].reverse()


def _with_another_value(client: dict[str, Any]) -> None:
    client["customFields"]["nodes"][1]["value"] = "13"


def _without_a_field(client: dict[str, Any]) -> None:
    del client["name"]


def _of_another_id(client: dict[str, Any]) -> None:
    client["id"] = "018bcfe5-6800-7000-8000-000000000009"


def _at_another_time(client: dict[str, Any]) -> None:
    client["updatedAt"] = "2024-01-01T00:00:01Z"


@pytest.mark.parametrize(
    ("spoil", "where"),
    [
        (_without_address, "data.client.addresses: 2 and 1 entries"),
        (_in_another_order, r"data.client.addresses\[0\].city: Lyon and Paris"),
        (_with_another_value, r"data.client.customFields\[1\].value: 12.0 and 13"),
        (_without_a_field, "data.client.name: Babo and None"),
        (_of_another_id, "data.client.id: "),
        (_at_another_time, "data.client.updatedAt: "),
    ],
)
def test_other_data_is_told_with_its_place(spoil: Any, where: str) -> None:
    """A contender that answers anything else stops the run, with the first place that differs."""
    spoiled = copy.deepcopy(THEIRS)
    spoil(spoiled["client"])
    with pytest.raises(Failure, match=f"One: theirs answers other data than ours: {where}"):
        check_same("One", {"ours": OURS, "theirs": spoiled})


@pytest.mark.parametrize("empty", [{"client": None}, {"clients": {"nodes": []}}])
def test_answers_without_data_are_none(empty: Any) -> None:
    """That all answer nothing proves nothing."""
    with pytest.raises(Failure, match="answers nothing that could be compared"):
        check_same("One", {"ours": empty, "theirs": empty})


def test_new_ids_can_be_left_apart() -> None:
    """What is new in every answer is compared without it."""
    one, other = {"client": {"id": "1", "name": "a"}}, {"client": {"id": "2", "name": "a"}}
    check_same("Create", {"one": one, "other": other}, apart=("id",))
    assert plain(one) == one

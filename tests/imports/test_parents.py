"""Parent companies that are rows of the same sheet."""

from __future__ import annotations

from typing import Any

import pytest

from tests.imports.desk import ImportDesk, actions, counts, csv_of, problems

pytestmark = pytest.mark.anyio

HEADER = ["External reference", "Name", "Parent company"]
# More than one step writes, so that those that wait are far from those that they wait for.
MANY = 230


async def parents(desk: ImportDesk) -> dict[str, str | None]:
    """The name of each client's parent, if it has one."""
    found = await desk.clients("name parent { name }")
    return {each["name"]: each["parent"] and each["parent"]["name"] for each in found}


def outcomes(found: Any) -> list[str]:
    """What became of the records."""
    return [each["outcome"] for each in found["rows"]["nodes"]]


async def test_parents_are_found_above_and_below(desk: ImportDesk) -> None:
    """By reference or name, over several levels; that they are waited for is told at the cell."""
    sheet = csv_of(
        HEADER,
        ["K-1", "Dochter", "K-2"],
        ["K-2", "Moeder", "Grootmoeder"],
        ["K-3", "Grootmoeder", ""],
        ["K-4", "Zuster", "Moeder"],
    )
    found = await desk.previewed(sheet)
    assert actions(found) == ["CREATE"] * 4
    assert problems(found) == []
    told = [each for row in found["rows"]["nodes"] for each in row["problems"]]
    assert [(each["row"], each["header"], each["code"]) for each in told] == [
        (row, "Parent company", "CLIENT_IN_SHEET") for row in (2, 3, 5)
    ]
    done = await desk.run(found["id"])
    assert counts(done)["created"] == 4
    assert await parents(desk) == {
        "Dochter": "Moeder",
        "Moeder": "Grootmoeder",
        "Grootmoeder": None,
        "Zuster": "Moeder",
    }
    assert actions(await desk.previewed(sheet)) == ["UNCHANGED"] * 4


async def test_parents_at_the_other_end_of_a_sheet(desk: ImportDesk) -> None:
    """Each child is above the parent, and all is taken back in the opposite order."""
    lines = [[f"C-{n}", f"Child {n}", f"P-{n % 7}"] for n in range(MANY)]
    lines += [[f"P-{n}", f"Parent {n}", "TOP"] for n in range(7)]
    found = await desk.previewed(csv_of(HEADER, *lines, ["TOP", "Top", ""]))
    done = await desk.run(found["id"])
    assert counts(done)["created"] == MANY + 8
    page = "rows(last: 1) { nodes { client { id } } }"
    text = f"query($id: ID!) {{ import(id: $id) {{ {page} }} }}"
    (last,) = (await desk.api()(text, {"id": found["id"]}))["import"]["rows"]["nodes"]
    text = "query($id: ID!) { clients(filter: { parent: { anyOf: [$id] } }) { totalCount } }"
    assert (await desk.api()(text, last["client"]))["clients"]["totalCount"] == 7
    assert counts(await desk.undone(found["id"]))["undone"] == MANY + 8
    assert await desk.clients("id") == []


async def test_a_client_that_there_is_gets_a_parent_of_the_sheet(desk: ImportDesk) -> None:
    """It would change, and is changed once the parent is there."""
    await desk.api().new_client("Dochter", externalReference="K-1")
    sheet = csv_of(HEADER, ["K-1", "Dochter", "K-2"], ["K-2", "Moeder", ""])
    found = await desk.previewed(sheet)
    assert actions(found) == ["UPDATE", "CREATE"]
    await desk.run(found["id"])
    assert await parents(desk) == {"Dochter": "Moeder", "Moeder": None}
    assert counts(await desk.undone(found["id"]))["undone"] == 2
    assert await parents(desk) == {"Dochter": None}


async def test_those_whose_parent_is_not_written_fail_alone(desk: ImportDesk) -> None:
    """Where it has mistakes, or where both are each other's."""
    sheet = csv_of(
        [*HEADER, "E-mail"],
        ["K-1", "Dochter", "K-2", ""],
        ["K-2", "Moeder", "", "nobody"],
        ["K-3", "Castor", "K-4", ""],
        ["K-4", "Pollux", "K-3", ""],
        ["K-5", "Zelf", "K-5", ""],
        ["K-6", "Vriend", "", ""],
    )
    found = await desk.previewed(sheet)
    assert actions(found) == ["CREATE", "INVALID", "CREATE", "CREATE", "CREATE", "CREATE"]
    done = await desk.run(found["id"], skipInvalid=True)
    assert outcomes(done) == ["FAILED", "FAILED", "FAILED", "FAILED", "FAILED", "CREATED"]
    assert [(each["row"], each["code"]) for each in problems(done)] == [
        (2, "UNKNOWN_CLIENT"),
        (3, "INVALID_EMAIL"),
        (4, "UNKNOWN_CLIENT"),
        (5, "UNKNOWN_CLIENT"),
        (6, "UNKNOWN_CLIENT"),
    ]


async def test_all_or_nothing_holds_for_those_that_wait(desk: ImportDesk) -> None:
    """One that never finds its parent takes all others back; they wait anew the next time."""
    lines = [["K-0", "Kind", "K-1"], ["K-1", "Moeder", ""], ["K-2", "Zelf", "K-2"]]
    found = await desk.previewed(csv_of(HEADER, *lines))
    assert actions(found) == ["CREATE"] * 3
    assert (await desk.run(found["id"]))["job"]["status"] == "FAILED"
    assert await desk.clients("id") == []
    again = await desk.run(found["id"], skipInvalid=True)
    assert outcomes(again) == ["CREATED", "CREATED", "FAILED"]
    assert await parents(desk) == {"Kind": "Moeder", "Moeder": None}


async def test_nobody_s_name_is_a_mistake(desk: ImportDesk) -> None:
    """Neither a client nor another row of the sheet has it."""
    found = await desk.previewed(csv_of(HEADER, ["K-1", "Dochter", "Moeder NV"]))
    assert actions(found) == ["INVALID"]
    (problem,) = problems(found)
    assert (problem["row"], problem["code"], problem["value"]) == (2, "UNKNOWN_CLIENT", "Moeder NV")

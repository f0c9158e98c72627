"""Many callers at the same moment: nobody's change is lost, and nobody gets an internal error."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Sequence
from typing import Any

import pytest

from clientgraph.testing import Api

pytestmark = pytest.mark.anyio

MANY = 20


async def together(calls: Sequence[Awaitable[Any]]) -> list[Any]:
    """All answers of calls that run at the same time."""
    return list(await asyncio.gather(*calls))


def codes(payloads: Sequence[Any]) -> Counter[str]:
    """How often each mistake was answered; done ones count as "done"."""
    return Counter(
        payload["userErrors"][0]["code"] if payload["userErrors"] else "done"
        for payload in payloads
    )


async def test_one_update_wins_each_version(api: Api) -> None:
    """Of twenty updates that saw one version one is done; the others are told, round by round."""
    made = await api.new_client("A")
    for version in (1, 2, 3):
        given = [
            {"id": made["id"], "expectedVersion": version, "name": f"{version} {number}"}
            for number in range(MANY)
        ]
        answers = await together(
            [api.do("clientUpdate", each, "client { name version }") for each in given]
        )
        assert codes(answers) == {"done": 1, "VERSION_CONFLICT": MANY - 1}
        (winner,) = [answer["client"] for answer in answers if not answer["userErrors"]]
        assert all(answer["client"] == winner for answer in answers)
        assert winner["version"] == version + 1


async def test_updates_without_a_version_all_count(api: Api) -> None:
    """Updates that ask for no version are done one after the other, each counted."""
    made = await api.new_client("A")
    given = [{"id": made["id"], "name": f"N{number}"} for number in range(MANY)]
    answers = await together([api.do("clientUpdate", each, "client { version }") for each in given])
    assert codes(answers) == {"done": MANY}
    versions = sorted(answer["client"]["version"] for answer in answers)
    assert versions == list(range(2, MANY + 2))


async def test_one_change_of_the_workspace_wins(api: Api) -> None:
    """The workspace's own record is guarded likewise, also while references are counted."""
    given = [{"expectedVersion": 1, "name": f"N{number}"} for number in range(MANY)]
    updates = [api.do("organisationUpdate", each) for each in given]
    creates = [api.do("clientCreate", {"name": "A"}, "client { reference }") for _ in range(5)]
    answers = await together([*updates, *creates])
    assert codes(answers[:MANY]) == {"done": 1, "VERSION_CONFLICT": MANY - 1}
    references = {answer["client"]["reference"] for answer in answers[MANY:]}
    assert references == {f"C{number:05d}" for number in range(1, 6)}


@pytest.mark.parametrize(
    ("mutation", "parts", "flag"),
    [
        ("contactMakeMain", "contacts", "isMain"),
        ("contactMakeInvoiceRecipient", "contacts", "isInvoiceRecipient"),
        ("addressMakeDefaultForBilling", "addresses", "isDefaultForBilling"),
    ],
)
async def test_one_part_has_the_flag_in_the_end(
    api: Api, mutation: str, parts: str, flag: str
) -> None:
    """Twenty parts claim one flag at once: all are done, one has it."""
    selection = {
        "contacts": "contacts(first: 50) { nodes { id } }",
        "addresses": "addresses { id }",
    }[parts]
    each: dict[str, Any] = {"lastName": "X"} if parts == "contacts" else {"line1": "1 rue A"}
    made = await api.new_client("A", selection, **{parts: [each] * MANY})
    found = made["contacts"]["nodes"] if parts == "contacts" else made["addresses"]
    answers = await together([api.do(mutation, {"id": part["id"]}) for part in found])
    assert codes(answers) == {"done": MANY}
    shown = selection.replace("{ id }", f"{{ {flag} }}")
    after = (await api(f'{{ client(by: {{id: "{made["id"]}"}}) {{ {shown} }} }}'))["client"]
    rows = after["contacts"]["nodes"] if parts == "contacts" else after["addresses"]
    assert [row[flag] for row in rows].count(True) == 1


async def test_one_client_has_an_identifier(api: Api) -> None:
    """Twenty clients with one SIRET: one is made, nineteen are told which one it is."""
    given = {"name": "A", "identifiers": [{"kind": "FR_SIRET", "value": "73282932000074"}]}
    answers = await together([api.do("clientCreate", given, "client { id }") for _ in range(MANY)])
    assert codes(answers) == {"done": 1, "IDENTIFIER_TAKEN": MANY - 1}
    (made,) = [answer["client"]["id"] for answer in answers if not answer["userErrors"]]
    for answer in answers:
        for error in answer["userErrors"]:
            assert error["recordId"] == made
            assert error["path"] == ["input", "identifiers", "0", "value"]


async def test_one_client_has_an_external_reference(api: Api) -> None:
    """The same goes for references of other systems."""
    given = {"name": "A", "externalReference": "X"}
    answers = await together([api.do("clientCreate", given) for _ in range(MANY)])
    assert codes(answers) == {"done": 1, "TAKEN": MANY - 1}


async def test_references_are_distinct(api: Api) -> None:
    """Clients that are made at the same moment get a reference each, without gaps."""
    answers = await together(
        [api.do("clientCreate", {"name": "A"}, "client { reference }") for _ in range(MANY)]
    )
    references = sorted(answer["client"]["reference"] for answer in answers)
    assert references == [f"C{number:05d}" for number in range(1, MANY + 1)]


async def test_identifiers_in_any_order(api: Api) -> None:
    """Records that name the same two identifiers in opposite orders do not lock each other out."""
    one = {"kind": "FR_SIREN", "value": "732829320"}
    two = {"kind": "LEI", "value": "529900T8BM49AURSDO55"}
    for _ in range(3):
        answers = await together(
            [
                api.do("clientCreate", {"name": "A", "identifiers": pair}, "client { id }")
                for pair in [[one, two], [two, one]] * 5
            ]
        )
        assert codes(answers) == {"done": 1, "IDENTIFIER_TAKEN": 9}
        (made,) = [answer["client"]["id"] for answer in answers if not answer["userErrors"]]
        await api.done("clientDelete", {"id": made})


async def test_two_companies_cannot_each_own_the_other(api: Api) -> None:
    """Moves that would close a circle together: one is done, the other is a mistake."""
    for _ in range(5):
        one, two = [await api.new_client(name) for name in ("A", "B")]
        answers = await together(
            [
                api.do("clientUpdate", {"id": one["id"], "parent": two["id"]}),
                api.do("clientUpdate", {"id": two["id"], "parent": one["id"]}),
            ]
        )
        assert codes(answers) == {"done": 1, "CYCLE": 1}


async def test_a_parent_is_deleted_while_children_come(api: Api) -> None:
    """Whatever comes first, no child refers to a parent that is gone, and nobody sees an error."""
    for _ in range(5):
        parent = await api.new_client("Parent")
        creates = [
            api.do("clientCreate", {"name": "Child", "parent": parent["id"]}, "client { id }")
            for _ in range(4)
        ]
        answers = await together([*creates, api.do("clientDelete", {"id": parent["id"]})])
        made = codes(answers[:-1])
        deleted = codes(answers[-1:])
        if deleted == {"done": 1}:
            assert made == {"NOT_FOUND": 4}
        else:
            assert made["done"] >= 1
            assert made["done"] + made["NOT_FOUND"] == 4


async def test_changed_identifiers_in_any_order(api: Api) -> None:
    """The same for changes of records that are there already."""
    for number in range(8):
        one = {"kind": "FR_SIREN", "value": "732829320"}
        two = {"kind": "LEI", "value": "529900T8BM49AURSDO55"}
        made = [await api.new_client(f"A{number}") for _ in range(2)]
        answers = await together(
            [
                api.do("clientUpdate", {"id": made[0]["id"], "identifiers": [one, two]}),
                api.do("clientUpdate", {"id": made[1]["id"], "identifiers": [two, one]}),
            ]
        )
        assert codes(answers) == {"done": 1, "IDENTIFIER_TAKEN": 1}
        await together([api.done("clientDelete", {"id": client["id"]}) for client in made])

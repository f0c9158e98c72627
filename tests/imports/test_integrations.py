"""Integrations in a column of a sheet."""

from __future__ import annotations

import pytest

from tests.imports.desk import ImportDesk, actions, counts, csv_of, problems

pytestmark = pytest.mark.anyio

HEADER = ["External reference", "Name", "Integrations"]
LINKS = "name integrations { integration { key } }"


async def test_clients_are_linked_by_key_or_label(desk: ImportDesk) -> None:
    """And back as they were when the import is taken back."""
    (known,) = (await desk.api()("{ integrations { key label } }"))["integrations"]
    await desk.api().new_client("Ada", externalReference="A")
    content = csv_of(HEADER, ["A", "Ada", known["label"]], ["B", "Bea", known["key"]])
    found = await desk.previewed(content, matchBy={"field": "EXTERNAL_REFERENCE"})
    assert (actions(found), problems(found)) == (["UPDATE", "CREATE"], [])
    await desk.run(found["id"])
    linked = [{"integration": {"key": known["key"]}}]
    assert [each["integrations"] for each in await desk.clients(LINKS)] == [linked, linked]
    again = await desk.previewed(content, matchBy={"field": "EXTERNAL_REFERENCE"})
    assert actions(again) == ["UNCHANGED", "UNCHANGED"]
    assert counts(await desk.undone(found["id"]))["undone"] == 2
    assert await desk.clients(LINKS) == [{"name": "Ada", "integrations": []}]


async def test_an_integration_that_there_is_not(desk: ImportDesk) -> None:
    """Is told at its cell."""
    found = await desk.previewed(csv_of(HEADER, ["A", "Ada", "TELEX"]))
    (problem,) = problems(found)
    assert (problem["code"], problem["header"], problem["value"]) == (
        "UNKNOWN_INTEGRATION",
        "Integrations",
        "TELEX",
    )

"""What templates allow to the clients of a sheet."""

from __future__ import annotations

import pytest

from tests.imports.desk import ImportDesk, actions, counts, csv_of, problems
from tests.templates.preparing import template

pytestmark = pytest.mark.anyio

HEADER = ["Name", "E-mail", "Template"]
ROWS = [["Ada", "info@shared.example", ""], ["Bea", "info@shared.example", ""]]


async def test_addresses_are_shared_as_the_template_has_it(desk: ImportDesk) -> None:
    """The workspace's default one, that of the import, or that of the row."""
    refused = await desk.previewed(csv_of(HEADER, *ROWS))
    assert [each["code"] for each in problems(refused)] == ["DUPLICATE_IN_SHEET"]
    shared = {"policies": {"emailUniqueness": "WARN"}}
    made = await template(desk.api(), "Shared", defaults=shared)
    found = await desk.previewed(csv_of(HEADER, *ROWS), template=made["id"])
    assert (problems(found), actions(found)) == ([], ["CREATE", "CREATE"])
    strict = [row if row[0] == "Ada" else [*row[:2], "Strict"] for row in ROWS]
    await template(desk.api(), "Strict", defaults={"policies": {"emailUniqueness": "STRICT"}})
    told = await desk.previewed(csv_of(HEADER, *strict), template=made["id"])
    assert [each["code"] for each in problems(told)] == ["DUPLICATE_IN_SHEET"]
    done = await desk.run(found["id"], conflicts="CREATE")
    assert counts(done)["created"] == 2
    taken_back = await desk.undone(found["id"])
    assert counts(taken_back)["undone"] == 2

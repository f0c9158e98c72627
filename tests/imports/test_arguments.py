"""Arguments of the mutations of imports that cannot be: told clearly, and nothing is written."""

from __future__ import annotations

from typing import Any, Final

import pytest

from clientgraph.testing import Workspaces
from tests.imports.desk import ImportDesk, actions, counts, csv_of

pytestmark = pytest.mark.anyio

LONG: Final = "x" * 100_000
SHEET: Final = csv_of(["Name", "Country"], ["Ganymede", "BE"], ["Callisto", "BE"])
STATE: Final = """{ clients { totalCount } jobs(first: 50) { nodes { id status } }
  imports(first: 10) { nodes { id version stage job { id } rows(first: 5) { nodes {
    decision } } } } }"""
# Ids that are no id, of something else, and of nothing.
NOTHING: Final = ("", "x", LONG, "import_" + "0" * 32)


async def told(desk: ImportDesk, mutation: str, given: dict[str, Any]) -> list[str]:
    """The codes of errors, or those of mistakes with their places."""
    kind = mutation[0].upper() + mutation[1:]
    text = (
        f"mutation($input: {kind}Input!) {{ {mutation}(input: $input) "
        "{ userErrors { path code message } } }"
    )
    body = await desk.api().answer(text, {"input": given})
    if "errors" in body:
        return [each["extensions"]["code"] for each in body["errors"]]
    mistakes = body["data"][mutation]["userErrors"]
    assert all(each["message"] for each in mistakes)
    return [f"{'.'.join(each['path'][1:])} {each['code']}" for each in mistakes]


def column(index: int, field: str | None) -> dict[str, Any]:
    """A column that is taken for a field."""
    return {"index": index, "field": field}


PREVIEWS: Final = [
    ({"sheet": LONG}, ["sheet TOO_LONG"]),
    ({"sheet": "a\0b"}, ["BAD_USER_INPUT"]),
    ({"preset": "nowhere"}, ["preset UNKNOWN_CHOICE"]),
    ({"preset": LONG}, ["preset UNKNOWN_CHOICE"]),
    ({"columns": [None]}, ["BAD_USER_INPUT"]),
    ({"columns": [column(2**31, "name")]}, ["BAD_USER_INPUT"]),
    (
        {"columns": [column(-1, "name"), column(500, "country")]},
        ["columns.0.index OUT_OF_RANGE", "columns.1.index OUT_OF_RANGE"],
    ),
    *(
        ({"columns": [column(0, field)]}, ["columns.0.field UNKNOWN_SHEET_FIELD"])
        for field in ("nowhere", LONG, "contacts.0.email", f"contacts.{'9' * 30}.email", "contacts")
    ),
    (
        {"columns": [column(0, "name"), column(0, "country"), column(1, "name")]},
        ["columns.1.index DUPLICATE", "columns.2.field DUPLICATE"],
    ),
    ({"matchBy": {}}, ["BAD_USER_INPUT"]),
    ({"matchBy": {"field": None}}, ["BAD_USER_INPUT"]),
    *(
        ({"matchBy": {"identifier": kind}}, ["matchBy.identifier UNKNOWN_IDENTIFIER_KIND"])
        for kind in ("NOWHERE", LONG, "")
    ),
    ({"template": "clienttemplate_" + "0" * 32}, ["template NOT_FOUND"]),
    ({"template": LONG}, ["template NOT_FOUND"]),
    (
        {"sheet": LONG, "preset": "?", "columns": [column(0, "?")], "template": "?"},
        [
            "sheet TOO_LONG",
            "preset UNKNOWN_CHOICE",
            "columns.0.field UNKNOWN_SHEET_FIELD",
            "template NOT_FOUND",
        ],
    ),
]


async def test_previews_that_cannot_be(desk: ImportDesk, workspaces: Workspaces) -> None:
    """All mistakes are told at their places at once, before anything is begun."""
    stranger = (await (await workspaces.make()).api().new_client("Fremd"))["id"]
    file = await desk.upload(SHEET)
    before = await desk.api()(STATE)
    for given, expected in PREVIEWS:
        assert await told(desk, "importPreview", {"fileId": file, **given}) == expected, given
    for each in (*NOTHING, stranger):
        assert await told(desk, "importPreview", {"fileId": each}) == ["fileId NOT_FOUND"]
    assert await told(desk, "importPreview", {"fileId": None}) == ["BAD_USER_INPUT"]
    assert await desk.api()(STATE) == before


async def test_null_and_blank_are_absent(desk: ImportDesk) -> None:
    """As in every input: what is null or blank was not given."""
    nothing = dict.fromkeys(["sheet", "preset", "columns", "matchBy", "template", "useRegistries"])
    found = await desk.previewed(SHEET, **nothing)
    assert actions(found) == ["CREATE", "CREATE"]
    blank = {"sheet": "", "preset": "", "columns": [], "template": ""}
    assert actions(await desk.previewed(SHEET, **blank)) == ["CREATE", "CREATE"]
    options = dict.fromkeys(["expectedVersion", "skipInvalid", "conflicts", "decisions"])
    assert counts(await desk.run(found["id"], **options)) == {"create": 2, "created": 2}


SWITCHES: Final = [
    ({"expectedVersion": 99}, ["expectedVersion VERSION_CONFLICT"]),
    ({"conflicts": "UPDATE"}, ["conflicts UNKNOWN_CHOICE"]),
    ({"conflicts": "NOWHERE"}, ["BAD_USER_INPUT"]),
]


async def test_runs_that_cannot_be(desk: ImportDesk, workspaces: Workspaces) -> None:
    """Decisions are told by their place in the call; nothing of them is noted."""
    api = desk.api()
    io, stranger = await api.new_client("Io"), await (await workspaces.make()).api().new_client("X")
    found = await desk.previewed(SHEET)
    before = await api(STATE)

    def decision(position: int, action: str | None, client: Any = None) -> dict[str, Any]:
        return {"position": position, "action": action, "clientId": client}

    skip, update = decision(0, "SKIP"), decision(0, "UPDATE", io["id"])
    cases: list[tuple[dict[str, Any], list[str]]] = [
        *SWITCHES,
        ({"decisions": [None]}, ["BAD_USER_INPUT"]),
        ({"decisions": [decision(0, None)]}, ["BAD_USER_INPUT"]),
        ({"decisions": [decision(-1, "SKIP")]}, ["decisions.0.position NOT_FOUND"]),
        ({"decisions": [skip, decision(2, "SKIP")]}, ["decisions.1.position NOT_FOUND"]),
        ({"decisions": [skip, decision(0, "CREATE")]}, ["decisions.1.position DUPLICATE"]),
        ({"decisions": [skip] * 1001}, ["decisions TOO_MANY"]),
        (
            {"decisions": [update, decision(1, "UPDATE", io["id"])]},
            ["decisions.1.clientId DUPLICATE"],
        ),
        *(
            ({"decisions": [decision(0, "UPDATE", each)]}, ["decisions.0.clientId REQUIRED"])
            for each in (None, "")
        ),
        *(
            ({"decisions": [decision(0, "UPDATE", each)]}, ["decisions.0.clientId NOT_FOUND"])
            for each in (LONG, stranger["id"], found["id"])
        ),
    ]
    for given, expected in cases:
        assert await told(desk, "importRun", {"id": found["id"], **given}) == expected, given
    assert await told(desk, "importUndo", {"id": found["id"]}) == ["id IMPORT_NOT_DONE"]
    for mutation in ("importRun", "importUndo", "importDelete", "importRemarks"):
        for each in (*NOTHING, stranger["id"]):
            assert await told(desk, mutation, {"id": each}) == ["id NOT_FOUND"]
        assert await told(desk, mutation, {"id": None}) == ["BAD_USER_INPUT"]
    assert await api(STATE) == before


async def test_a_client_that_two_rows_change(desk: ImportDesk) -> None:
    """Of a row that found its client and one that was decided to be it, the later is refused."""
    io = await desk.api().new_client("Io", externalReference="K-1")
    sheet = csv_of(["External reference", "Name"], ["K-1", "Io B"], ["", "Io"])
    found = await desk.previewed(sheet)
    decided = {"position": 1, "action": "UPDATE", "clientId": io["id"]}
    done = await desk.run(found["id"], decisions=[decided], skipInvalid=True)
    assert [each["outcome"] for each in done["rows"]["nodes"]] == ["UPDATED", "FAILED"]
    codes = [each["code"] for each in done["rows"]["nodes"][1]["problems"]]
    assert codes == ["DUPLICATE_IN_SHEET"]
    assert [each["name"] for each in await desk.clients("name")] == ["Io B"]


async def test_a_file_of_others(desk: ImportDesk, workspaces: Workspaces) -> None:
    """A file of another workspace is none."""
    other = ImportDesk(desk.client, await workspaces.make())
    file = await other.upload(SHEET)
    assert await told(desk, "importPreview", {"fileId": file}) == ["fileId NOT_FOUND"]

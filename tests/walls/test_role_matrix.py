"""Every field × every role × own, foreign and unknown ids, generated from the schema."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from graphql import GraphQLField

from clientgraph import global_ids
from clientgraph.storage.ids import uuid7
from clientgraph.testing import Api
from tests.walls.conftest import AWAY_CLIENTS, HOME_CLIENTS, Worlds
from tests.walls.examples import Arguments, id_places, operation, selected
from tests.walls.fingerprint import fingerprint
from tests.walls.matrix import (
    LEAST,
    LEAST_FOR_NODE,
    RANKS,
    TRIED,
    least_for,
    least_for_node,
    may,
    node_types,
    root_fields,
)
from tests.walls.worlds import World

pytestmark = pytest.mark.anyio

FIELDS = root_fields()
# As many pairs of questions as one token's budget allows in any case.
AT_ONCE = 12
CURSOR = re.compile(r'(?<="cursor": ")[^"]*|(?<="startCursor": ")[^"]*|(?<="endCursor": ")[^"]*')
ANSWERED_AT_ONCE = sorted(root_fields("Query", "Mutation"))
# What members may do with records of their own alone. Tokens here act for no member and own none.
OF_OTHERS = {
    "Mutation.importDelete": {"NOT_FOUND"},
    "Mutation.importRemarks": {"NOT_FOUND"},
    "Mutation.importRun": {"NOT_FOUND"},
    "Mutation.importUndo": {"NOT_FOUND"},
    "Mutation.jobCancel": {"NOT_FOUND"},
    "Mutation.savedViewDelete": {"VIEW_OF_ANOTHER"},
    "Mutation.savedViewUpdate": {"VIEW_OF_ANOTHER"},
}
# Fields of inputs that ask for more than their mutations (tests/templates/test_policies.py).
OF_ADMINS = {"policies"}
# What begins something new about a list: ids in its filter find nothing, as in the list itself
# (tests/exports).
BEGINS_LISTS = {"Mutation.exportCreate"}
# What takes a record that the one who made it sees alone, whatever the role.
OF_THEIR_MAKERS = {
    "Mutation.attachmentCreate": {"NOT_FOUND"},
    "Mutation.importPreview": {"NOT_FOUND"},
}


@dataclass(frozen=True)
class Ask:
    """One operation; ``stranger`` is the id in it that the caller's workspace does not have."""

    text: str
    variables: dict[str, Any]
    stranger: str = ""

    async def put(self, api: Api) -> tuple[int, str]:
        """Status and body without the price; the stranger's id is shown as ``ID``.

        Cursors are left out too: they are bound to the filter, and so to an id in it.
        """
        response = await api.client.post(
            "/graphql",
            json={"query": self.text, "variables": self.variables},
            headers={"Authorization": f"Bearer {api.token}"} if api.token else {},
        )
        body = response.json()
        body.pop("extensions", None)
        text = CURSOR.sub("", json.dumps(body, ensure_ascii=False))
        return response.status_code, text.replace(self.stranger, "ID") if self.stranger else text


def own(field: str, world: World, *, full: bool) -> Ask:
    """A field asked about the caller's own records; mutations only try."""
    root, name, found = FIELDS[field]
    variables = Arguments(world.ids, full=full).of(name, found)
    if root == "Mutation":
        variables["input"]["validateOnly"] = True
    return Ask(operation(root, name, found, variables), variables)


def strange(field: str, worlds: Worlds) -> Iterator[tuple[Ask, Ask]]:
    """For each place of an id: asked with a foreign id, and with one that nobody has."""
    root, name, found = FIELDS[field]
    for path, kind in id_places(name, found):
        foreign = worlds.away.ids[kind]
        unknown = f"{foreign.partition('_')[0]}_{uuid7().hex}"
        asks = []
        for stranger in (foreign, unknown):
            variables = Arguments(worlds.home.ids, path, stranger).of(name, found)
            asks.append(Ask(operation(root, name, found, variables), variables, stranger))
        yield asks[0], asks[1]


def without(given: Any, names: Collection[str]) -> Any:
    """Arguments without the fields of these names, wherever they stand."""
    if isinstance(given, list):
        return [without(each, names) for each in given]
    if not isinstance(given, dict):
        return given
    return {name: without(each, names) for name, each in given.items() if name not in names}


def codes(answer: str) -> list[str]:
    """The codes of an answer's errors."""
    return [error["extensions"]["code"] for error in json.loads(answer).get("errors", [])]


def user_errors(answer: str) -> list[Any]:
    """The user errors of an answer to a mutation."""
    (payload,) = json.loads(answer)["data"].values()
    return list(payload["userErrors"])


def counts(answer: Any) -> set[int]:
    """Every ``totalCount`` in an answer."""
    if isinstance(answer, list):
        return {number for item in answer for number in counts(item)}
    if not isinstance(answer, dict):
        return set()
    inner = {number for value in answer.values() for number in counts(value)}
    return inner | ({answer["totalCount"]} if "totalCount" in answer else set())


def test_every_field_has_its_row() -> None:
    """Root fields and node types are those of the table, so that a new one must be entered."""
    assert {field: least_for(field) for field in FIELDS} == LEAST
    assert {kind: least_for_node(kind) for kind in node_types()} == LEAST_FOR_NODE
    TRIED["root field × role (allowed or not)"] += len(FIELDS) * (len(RANKS) + 1)


@pytest.mark.parametrize("field", ANSWERED_AT_ONCE)
async def test_a_denied_role_is_refused_and_changes_nothing(field: str, worlds: Worlds) -> None:
    """FORBIDDEN or UNAUTHENTICATED whatever the ids, trying only or not, and no row differs."""
    denied = [role for role in RANKS if not may(role, least_for(field))]
    asks = [own(field, worlds.home, full=False), own(field, worlds.home, full=True)]
    asks += [ask for pair in strange(field, worlds) for ask in pair]
    for ask in [*asks]:
        if "input" in ask.variables:
            given = {**ask.variables["input"], "validateOnly": False}
            asks.append(Ask(ask.text, {"input": given}, ask.stranger))
    callers = [await worlds.home.api(role) for role in denied]
    nobody = Api(worlds.home.workspace.client, "")
    before = await fingerprint(worlds.home.workspaces.settings)
    for api, code in [*((api, "FORBIDDEN") for api in callers), (nobody, "UNAUTHENTICATED")]:
        for ask in asks:
            _, answer = await ask.put(api)
            assert codes(answer) == [code]
            assert not any((json.loads(answer).get("data") or {}).values())
            assert worlds.away.heard_in(answer) == []
            TRIED["denied field × role × ids"] += 1
    assert await fingerprint(worlds.home.workspaces.settings) == before


@pytest.mark.parametrize("field", ANSWERED_AT_ONCE)
async def test_an_allowed_role_gets_its_own(field: str, worlds: Worlds) -> None:
    """With ids of its workspace every allowed role is answered, and hears of no other one."""
    roles = [role for role in RANKS if may(role, least_for(field))]
    callers = [(await worlds.home.api(role), role) for role in roles]
    before = await fingerprint(worlds.home.workspaces.settings)
    for api, role in callers:
        others = OF_OTHERS.get(field, set()) if role == "MEMBER" else set()
        others = OF_THEIR_MAKERS.get(field, others)
        for full in (False, True):
            ask = own(field, worlds.home, full=full)
            if role == "MEMBER":
                ask = Ask(ask.text, without(ask.variables, OF_ADMINS))
            _, answer = await ask.put(api)
            assert codes(answer) == [], answer
            if field.startswith("Mutation."):
                found = {error["code"] for error in user_errors(answer)}
                assert not full or found == others
            assert worlds.away.heard_in(answer) == []
            assert max(counts(json.loads(answer)), default=0) <= HOME_CLIENTS < AWAY_CLIENTS
            TRIED["allowed field × role × own ids"] += 1
    assert await fingerprint(worlds.home.workspaces.settings) == before


@pytest.mark.parametrize("field", sorted({*ANSWERED_AT_ONCE} - BEGINS_LISTS))
async def test_a_foreign_id_is_like_one_that_nobody_has(field: str, worlds: Worlds) -> None:
    """Status and body are the same to the byte, nothing is changed, and nothing is heard."""
    pairs = list(strange(field, worlds))
    turns = [
        (await worlds.home.api(role), pairs[start : start + AT_ONCE])
        for role in RANKS
        if may(role, least_for(field))
        for start in range(0, len(pairs), AT_ONCE)
    ]
    before = await fingerprint(worlds.home.workspaces.settings)
    for api, batch in turns:
        for foreign, unknown in batch:
            answered = await foreign.put(api)
            assert answered == await unknown.put(api)
            assert worlds.away.heard_in(answered[1]) == []
            if field.startswith("Mutation."):
                assert "NOT_FOUND" in [error["code"] for error in user_errors(answered[1])]
            TRIED["allowed field × role × foreign ids"] += 1
    assert await fingerprint(worlds.home.workspaces.settings) == before


def by_node(kind: str, name: str, field: GraphQLField, id_: str) -> Ask:
    """One field of one type, reached through its id."""
    text = (
        f"query($id: ID!) {{ node(id: $id) {{ ... on {kind} {{ {selected(name, field, 2)} }} }} }}"
    )
    return Ask(text, {"id": id_}, id_)


@pytest.mark.parametrize("kind", sorted(node_types()))
@pytest.mark.parametrize("role", RANKS)
async def test_every_field_through_node(kind: str, role: str, worlds: Worlds) -> None:
    """Own records show every field to the roles that may; foreign ones are null as unknown ones."""
    foreign = worlds.away.ids[kind]
    unknown = global_ids.encode(kind, uuid7())
    for name, field in node_types()[kind].items():
        # A token for each field: all of them cost more than one may spend at once.
        api = await worlds.home.api(role)
        _, answer = await by_node(kind, name, field, worlds.home.ids[kind]).put(api)
        body = json.loads(answer)
        assert "errors" not in body, (name, body["errors"])
        assert (body["data"]["node"] is not None) == may(role, least_for_node(kind))
        assert worlds.away.heard_in(answer) == []
        strangers = [await by_node(kind, name, field, id_).put(api) for id_ in (foreign, unknown)]
        assert strangers == [(200, '{"data": {"node": null}}')] * 2
        TRIED["type.field by node × role × own, foreign, unknown"] += 3


async def test_an_id_under_the_name_of_another_type_is_nothing(worlds: Worlds) -> None:
    """The same number under each type's name is null but for the one that it belongs to."""
    api = await worlds.home.api("OWNER")
    kinds = sorted(node_types())
    for kind in kinds:
        digits = worlds.home.ids[kind].partition("_")[2]
        ids = [f"{other.lower()}_{digits}" for other in kinds]
        found = await api("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": ids})
        own = kind if may("OWNER", least_for_node(kind)) else None
        expected = [
            {"id": id_} if other == own else None for id_, other in zip(ids, kinds, strict=True)
        ]
        assert found["nodes"] == expected


async def test_101_ids_are_too_many(worlds: Worlds) -> None:
    """`nodes` takes 100 ids and no more."""
    api = await worlds.home.api("VIEWER")
    text = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    ids = [worlds.home.ids["Client"]] * 101
    assert len((await api(text, {"ids": ids[:100]}))["nodes"]) == 100
    body = await api.answer(text, {"ids": ids})
    assert body.get("data") is None
    assert [error["extensions"]["code"] for error in body["errors"]] == ["BAD_USER_INPUT"]

"""Two workspaces live side by side through a generated run; neither ever notices the other.

Each step is one operation of one of them, with ids, cursors and keys drawn from both and with the
same numbers and references for both. A plain model of each workspace says what must come back:
mistakes, counts and lists are those of a service that has no other workspace.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from clientgraph.testing import Api, Workspaces
from tests.walls.matrix import TRIED

pytestmark = pytest.mark.anyio

STEPS = 450
SIRENS = ("732829320", "443061841", "552100554", "542051180")
REFERENCES = ("R-1", "R-2", "R-3")
RENEWED_EVERY = 15
PAGE = "totalCount edges { cursor node { id name } } pageInfo { endCursor }"


@dataclass
class Known:
    """A client as its workspace's model has it."""

    name: str
    reference: str | None
    siren: str | None
    contacts: list[str] = field(default_factory=list)


@dataclass
class Side:
    """One workspace: its word, its model, and how it speaks to the service."""

    word: str
    renew: Callable[[], Awaitable[Api]]
    api: Api
    clients: dict[str, Known] = field(default_factory=dict)
    cursors: list[str] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)
    kept: str | None = None
    steps: int = 0

    async def step(self) -> None:
        """Take a new token before the budget of the last is used up; keys end with their token."""
        self.steps += 1
        if self.steps % RENEWED_EVERY == 0:
            self.api, self.kept = await self.renew(), None

    async def ask(self, text: str, other: Side, **variables: Any) -> Any:
        """The whole answer, in which nothing of the other side may be but what was sent."""
        body = await self.api.answer(text, variables)
        heard = readable(body)
        sent = json.dumps(variables)
        assert other.word not in heard
        assert other.word.lower() not in heard.lower()
        assert [each for each in other.secrets if each in heard and each not in sent] == []
        TRIED["steps of two worlds"] += 1
        return body

    async def change(self, mutation: str, other: Side, given: Any, selection: str) -> Any:
        """A mutation's payload, and the codes of its user errors by path."""
        kind = mutation[0].upper() + mutation[1:]
        text = (
            f"mutation($input: {kind}Input!) {{ {mutation}(input: $input) "
            f"{{ {selection} userErrors {{ path code message recordId }} }} }}"
        )
        body = await self.ask(text, other, input=given)
        assert "errors" not in body, body
        payload = body["data"][mutation]
        found = {error["path"][-1]: error["code"] for error in payload["userErrors"]}
        for error in payload["userErrors"]:
            assert error["recordId"] is None or error["recordId"] in self.clients
        return payload, found

    def taken(self, name: str, value: str | None, own: str | None = None) -> bool:
        """Whether another client of this side has the value."""
        return value is not None and any(
            getattr(known, name) == value for id_, known in self.clients.items() if id_ != own
        )


def readable(body: Any) -> str:
    """An answer as text, with what is inside of its cursors."""
    text = json.dumps(body, ensure_ascii=False)
    inside = [
        base64.urlsafe_b64decode(edge["cursor"] + "=" * (-len(edge["cursor"]) % 4))[12:].decode()
        for value in (body.get("data") or {}).values()
        if isinstance(value, dict)
        for edge in value.get("edges", [])
    ]
    return "\n".join([text, *inside])


def any_id(dice: Random, here: Side, there: Side) -> str:
    """An id of either side; most often of the own one."""
    chosen = here if dice.random() < 0.6 and here.clients else there
    return dice.choice(list(chosen.clients) or [f"client_{dice.getrandbits(128):032x}"])


async def create(dice: Random, here: Side, there: Side) -> None:
    """A new client, with a reference, number and parent that either side may have."""
    reference = dice.choice([None, *REFERENCES])
    siren = dice.choice([None, None, *SIRENS])
    parent = dice.choice([None, any_id(dice, here, there)])
    given = {
        "name": f"{here.word} {dice.randrange(5)}",
        "contacts": [{"lastName": f"{here.word} Person"}],
        **({"externalReference": reference} if reference else {}),
        **({"identifiers": [{"kind": "FR_SIREN", "value": siren}]} if siren else {}),
        **({"parent": parent} if parent else {}),
    }
    payload, found = await here.change(
        "clientCreate", there, given, "client { id contacts { nodes { id } } }"
    )
    expected = {}
    if here.taken("reference", reference):
        expected["externalReference"] = "TAKEN"
    if here.taken("siren", siren):
        expected["value"] = "IDENTIFIER_TAKEN"
    if parent is not None and parent not in here.clients:
        expected["parent"] = "NOT_FOUND"
    assert found == expected
    if not expected:
        made = payload["client"]
        contacts = [node["id"] for node in made["contacts"]["nodes"]]
        here.clients[made["id"]] = Known(str(given["name"]), reference, siren, contacts)
        ids = [made["id"], *contacts]
        here.secrets |= {*ids, *(each.partition("_")[2] for each in ids)}


async def rename(dice: Random, here: Side, there: Side) -> None:
    """A change of a client of either side, to a reference that either may have."""
    id_ = any_id(dice, here, there)
    reference = dice.choice(REFERENCES)
    given = {"id": id_, "externalReference": reference}
    payload, found = await here.change("clientUpdate", there, given, "client { id name }")
    if id_ not in here.clients:
        assert (payload["client"], found) == (None, {"id": "NOT_FOUND"})
    elif here.taken("reference", reference, id_):
        assert found == {"externalReference": "TAKEN"}
    else:
        assert found == {}
        here.clients[id_].reference = reference


async def remove(dice: Random, here: Side, there: Side) -> None:
    """A deletion aimed at either side."""
    if len(here.clients) < 8:
        return
    id_ = any_id(dice, here, there)
    payload, found = await here.change("clientDelete", there, {"id": id_}, "deletedId")
    if id_ not in here.clients:
        assert (payload["deletedId"], found) == (None, {"id": "NOT_FOUND"})
    elif not found:
        assert payload["deletedId"] == id_
        del here.clients[id_]
    else:
        assert found == {"id": "HAS_SUBSIDIARIES"}


async def look_up(dice: Random, here: Side, there: Side) -> None:
    """By id, by reference and by number: what the own model has, and nothing else."""
    id_, reference, siren = any_id(dice, here, there), dice.choice(REFERENCES), dice.choice(SIRENS)
    text = (
        "query($id: ID!, $ref: String!, $siren: String!) { node(id: $id) { id }"
        " a: client(by: {id: $id}) { id name contacts { totalCount } }"
        " b: client(by: {externalReference: $ref}) { id name }"
        ' c: client(by: {identifier: {kind: "FR_SIREN", value: $siren}}) { id name } }'
    )
    data = (await here.ask(text, there, id=id_, ref=reference, siren=siren))["data"]
    known = here.clients.get(id_)
    assert data["node"] == ({"id": id_} if known else None)
    assert (data["a"] or {}).get("name") == (known.name if known else None)
    by_reference = [key for key, each in here.clients.items() if each.reference == reference]
    by_siren = [key for key, each in here.clients.items() if each.siren == siren]
    assert [row["id"] for row in (data["b"], data["c"]) if row] == [*by_reference, *by_siren]


async def listed(dice: Random, here: Side, there: Side) -> None:
    """Lists by search, number and parent of either side count the own clients alone."""
    word = dice.choice([here, there]).word
    siren, parent = dice.choice(SIRENS), any_id(dice, here, there)
    text = (
        "query($word: String!, $siren: String!, $parent: ID!) {"
        f" all: clients(first: 3) {{ {PAGE} }}"
        f" found: clients(first: 3, search: $word) {{ {PAGE} }}"
        " numbered: clients(filter: {identifier: {value: $siren}}) { totalCount }"
        " below: clients(filter: {parent: {anyOf: [$parent]}}) { totalCount }"
        " people: contacts(first: 1, search: $word) { totalCount } }"
    )
    data = (await here.ask(text, there, word=word, siren=siren, parent=parent))["data"]
    own = len(here.clients)
    assert data["all"]["totalCount"] == own
    assert data["found"]["totalCount"] == (own if word == here.word else 0)
    assert data["people"]["totalCount"] == (own if word == here.word else 0)
    assert data["numbered"]["totalCount"] == sum(e.siren == siren for e in here.clients.values())
    assert parent in here.clients or data["below"]["totalCount"] == 0
    assert {edge["node"]["id"] for edge in data["all"]["edges"]} <= set(here.clients)
    if data["all"]["pageInfo"]["endCursor"]:
        here.cursors.append(data["all"]["pageInfo"]["endCursor"])


async def carry(dice: Random, here: Side, there: Side) -> None:
    """A cursor of the other side is a bad one; an own one goes on."""
    own = dice.random() < 0.5
    cursors = (here if own else there).cursors
    if not cursors:
        return
    text = f"query($after: String!) {{ all: clients(first: 3, after: $after) {{ {PAGE} }} }}"
    body = await here.ask(text, there, after=dice.choice(cursors))
    codes = [error["extensions"]["code"] for error in body.get("errors", [])]
    assert codes == ([] if own else ["BAD_CURSOR"])


async def touch_contact(dice: Random, here: Side, there: Side) -> None:
    """A change of a contact of either side."""
    known = dice.choice([*here.clients.values(), *there.clients.values()] or [None])
    if known is None:
        return
    id_ = known.contacts[0]
    given = {"id": id_, "position": here.word}
    payload, found = await here.change("contactUpdate", there, given, "contact { position }")
    mine = any(id_ in each.contacts for each in here.clients.values())
    assert found == ({} if mine else {"id": "NOT_FOUND"})
    assert payload["contact"] == ({"position": here.word} if mine else None)


async def repeat(dice: Random, here: Side, there: Side) -> None:
    """The same idempotency key on both sides stands for two things."""
    given = {"name": f"{here.word} kept", "idempotencyKey": "one key for both"}
    payload, found = await here.change("clientCreate", there, given, "client { id }")
    id_ = payload["client"]["id"]
    if here.kept is None:
        # The client goes, but its key goes on answering.
        here.kept = id_
        here.secrets |= {id_, id_.partition("_")[2]}
        _, undone = await here.change("clientDelete", there, {"id": id_}, "deletedId")
        assert undone == {}
    assert (id_, found) == (here.kept, {})


ACTIONS = (
    create,
    create,
    create,
    rename,
    rename,
    remove,
    look_up,
    listed,
    carry,
    touch_contact,
    repeat,
)


@pytest.mark.parametrize("seed", [1, 2])
async def test_two_worlds(seed: int, workspaces: Workspaces) -> None:
    """After every step each side is as its own model has it, and has heard nothing of the other."""
    dice = Random(seed)  # noqa: S311 - the same run every time
    sides = [await side(workspaces, word) for word in ("Alphaworld", "Betaworld")]
    for _ in range(STEPS):
        here, there = dice.sample(sides, 2)
        await here.step()
        await dice.choice(ACTIONS)(dice, here, there)
    for here, there in (sides, sides[::-1]):
        data = (await here.ask(f"{{ clients(first: 100) {{ {PAGE} }} }}", there))["data"]
        assert {edge["node"]["id"] for edge in data["clients"]["edges"]} == set(here.clients)
        assert here.clients


async def side(workspaces: Workspaces, word: str) -> Side:
    """A new workspace that says one word in all it has."""
    workspace = await workspaces.make(name=f"{word} Firm")
    owner = workspace.api("OWNER")

    async def renew() -> Api:
        given = {"name": f"{word} Token", "role": "ADMIN"}
        return Api(owner.client, (await owner.done("apiTokenCreate", given, "text"))["text"])

    secrets = {workspace.slug, workspace.id.hex, str(workspace.id)}
    return Side(word, renew, await renew(), secrets=secrets)

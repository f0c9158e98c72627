"""Who may have the same e-mail address."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from clientgraph.testing import Api, Workspace
from tests.contract.answers import mistakes
from tests.policies.asking import WARNED, choose, warned

pytestmark = pytest.mark.anyio

ADA = "ada@ganymede.example"
PERSON = {"lastName": "Lovelace", "email": ADA}
PEOPLE = "email mainContact { id email }"


async def taken(api: Api, mutation: str, given: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Place, code and record of each mistake."""
    payload = await api.do(mutation, given)
    return [
        (".".join(error["path"][1:]), error["code"], error["recordId"])
        for error in payload["userErrors"]
    ]


async def test_an_address_belongs_to_one_client(api: Api) -> None:
    """By default: neither another client nor any contact may have it, in whatever case."""
    made = await api.new_client("Ganymède", PEOPLE, contacts=[PERSON], email="info@g.example")
    person = made["mainContact"]["id"]
    given = {
        "name": "Io",
        "email": "ADA@Ganymede.example",
        "contacts": [
            {"lastName": "A"},
            {"lastName": "B", "email": "Info@G.example"},
            {"lastName": "C", "email": ADA},
        ],
    }
    assert await taken(api, "clientCreate", given) == [
        ("email", "TAKEN", person),
        ("contacts.1.email", "TAKEN", made["id"]),
        ("contacts.2.email", "TAKEN", person),
    ]
    payload = await api.do("clientCreate", given)
    assert payload["userErrors"][2]["message"] == f"'{ADA}' is used by another record."


async def test_two_contacts_of_one_client_share_no_address(api: Api) -> None:
    """Not in one input, and not when the second one comes later."""
    both = [PERSON, {"lastName": "Roux", "email": ADA.upper()}]
    assert await mistakes(api, "clientCreate", {"name": "Io", "contacts": both}) == [
        ("contacts.1.email", "DUPLICATE")
    ]
    made = await api.new_client("Io", PEOPLE, contacts=[PERSON])
    person = made["mainContact"]["id"]
    again = {"clientId": made["id"], **both[1]}
    assert await taken(api, "contactCreate", again) == [("email", "TAKEN", person)]


async def test_a_sole_trader_has_one_mailbox(api: Api) -> None:
    """A client may have the address of its own contact, whichever of the two is there first."""
    await api.new_client("Io", email=ADA, contacts=[PERSON])
    second = await api.new_client("Leda", PEOPLE, contacts=[{"lastName": "L", "email": "l@l.eu"}])
    await api.done("clientUpdate", {"id": second["id"], "email": "L@l.eu"})
    third = await api.new_client("Elara", email="elara@elara.eu")
    person = {"clientId": third["id"], "lastName": "E", "email": "elara@elara.eu"}
    await api.done("contactCreate", person)


async def test_changes_are_held_to_the_same(api: Api) -> None:
    """A contact or client that takes another's address is refused; keeping one's own is fine."""
    first = await api.new_client("Io", PEOPLE, contacts=[PERSON], email="io@io.eu")
    second = await api.new_client("Leda", PEOPLE, contacts=[{"lastName": "L", "email": "l@l.eu"}])
    person, other = first["mainContact"]["id"], second["mainContact"]["id"]
    assert await taken(api, "contactUpdate", {"id": other, "email": ADA}) == [
        ("email", "TAKEN", person)
    ]
    assert await taken(api, "contactUpdate", {"id": other, "email": "io@io.eu"}) == [
        ("email", "TAKEN", first["id"])
    ]
    assert await taken(api, "clientUpdate", {"id": second["id"], "email": ADA}) == [
        ("email", "TAKEN", person)
    ]
    await api.done("contactUpdate", {"id": person, "email": ADA.upper(), "position": "Countess"})
    await api.done("clientUpdate", {"id": first["id"], "email": "IO@io.eu"})


async def test_an_address_is_free_once_it_is_given_up(api: Api) -> None:
    """Cleared, changed or deleted; a client out of use still holds its own."""
    made = await api.new_client("Io", PEOPLE, contacts=[PERSON], email="io@io.eu")
    await api.done("clientDeactivate", {"id": made["id"]})
    person = made["mainContact"]["id"]
    given = {"name": "Leda", "email": ADA}
    assert await taken(api, "clientCreate", given) == [("email", "TAKEN", person)]
    await api.done("contactUpdate", {"id": person, "email": None})
    await api.done("clientUpdate", {"id": made["id"], "email": None})
    await api.new_client(**given)
    await api.new_client("Elara", email="io@io.eu")


async def test_addresses_may_be_unique_for_each_client(api: Api) -> None:
    """With PER_CLIENT two clients share an accountant, but no two contacts of one client."""
    await choose(api, emailUniqueness="PER_CLIENT")
    made = await api.new_client("Io", PEOPLE, email=ADA, contacts=[PERSON])
    await api.new_client("Leda", email=ADA, contacts=[PERSON])
    both = {"name": "Elara", "contacts": [PERSON, PERSON]}
    assert await mistakes(api, "clientCreate", both) == [("contacts.1.email", "DUPLICATE")]
    again = {"clientId": made["id"], **PERSON}
    assert await taken(api, "contactCreate", again) == [
        ("email", "TAKEN", made["mainContact"]["id"])
    ]


async def test_addresses_may_be_warned_of(api: Api) -> None:
    """With WARN everything is written, and the warnings name who else has the address."""
    await choose(api, emailUniqueness="WARN")
    first = await api.new_client("Io", PEOPLE, contacts=[PERSON])
    person = first["mainContact"]["id"]
    given = {"name": "Leda", "email": ADA, "contacts": [PERSON, PERSON]}
    second = await api.done("clientCreate", given, WARNED)
    assert warned(second) == [
        ("contacts.1.email", "DUPLICATE", None),
        ("email", "TAKEN", person),
        ("contacts.0.email", "TAKEN", person),
        ("contacts.1.email", "TAKEN", person),
    ]
    more = {"clientId": second["client"]["id"], **PERSON}
    third = await api.done("contactCreate", more, "warnings { path code message recordId }")
    assert warned(third) == [("email", "TAKEN", person)]
    found = await api('{ contacts(filter: {email: "ADA@GANYMEDE.EXAMPLE"}) { totalCount } }')
    assert found["contacts"]["totalCount"] == 4


async def test_what_is_there_stays_when_the_policy_grows_stricter(api: Api) -> None:
    """Records that share an address are kept and can be changed, but not anew given it."""
    await choose(api, emailUniqueness="WARN")
    made = [await api.new_client(name, email=ADA) for name in ("Io", "Leda")]
    await choose(api, emailUniqueness="STRICT")
    await api.done("clientUpdate", {"id": made[1]["id"], "name": "Leda II", "email": ADA})
    await api.done("clientUpdate", {"id": made[1]["id"], "email": None})
    assert await taken(api, "clientUpdate", {"id": made[1]["id"], "email": ADA}) == [
        ("email", "TAKEN", made[0]["id"])
    ]


async def test_workspaces_know_nothing_of_each_others_addresses(
    workspace: Workspace, other: Workspace
) -> None:
    """The same address in two workspaces is nobody's business."""
    for each in (workspace, other):
        await each.api().new_client("Io", email=ADA, contacts=[PERSON])


@pytest.mark.parametrize("round_", range(3))
async def test_one_of_many_gets_the_address(api: Api, round_: int) -> None:
    """Creations at the same moment with the same addresses in any order: one is done."""
    two = [PERSON, {"lastName": "Roux", "email": f"roux{round_}@g.example"}]
    calls = [
        api.do("clientCreate", {"name": f"C{n}", "contacts": two[:: 1 if n % 2 else -1]})
        for n in range(10)
    ]
    answers = await asyncio.gather(*calls)
    codes = Counter(
        tuple(sorted({error["code"] for error in answer["userErrors"]})) for answer in answers
    )
    assert codes == {(): 1, ("TAKEN",): 9}
    assert (await api("{ contacts { totalCount } }"))["contacts"]["totalCount"] == 2


async def test_a_client_and_a_contact_do_not_get_the_same_address(api: Api) -> None:
    """A change of one client and a new contact of another at the same moment: one is done."""
    for n in range(5):
        one, two = [await api.new_client(name) for name in ("Io", "Leda")]
        address = f"a{n}@g.example"
        answers = await asyncio.gather(
            api.do("clientUpdate", {"id": one["id"], "email": address}),
            api.do("contactCreate", {"clientId": two["id"], "lastName": "L", "email": address}),
        )
        assert sorted(len(answer["userErrors"]) for answer in answers) == [0, 1]


async def test_clients_are_found_by_an_address(api: Api) -> None:
    """Their own or that of a contact; all that is asked of an address holds for one address."""
    await api.new_client("Io", email="Io@Moons.example")
    await api.new_client("Leda", contacts=[{"lastName": "L", "email": "Leda@moons.example"}])
    await api.new_client("Elara", email="elara@else.example")

    async def found(**test: str) -> list[str]:
        query = "query($f: ClientFilter) { clients(filter: $f) { totalCount nodes { name } } }"
        answer = (await api(query, {"f": {"email": test}}))["clients"]
        assert answer["totalCount"] == len(answer["nodes"])
        return [client["name"] for client in answer["nodes"]]

    assert await found(eq=" io@moons.EXAMPLE ") == ["Io"]
    assert await found(eq="leda@moons.example") == ["Leda"]
    assert await found(contains="@MOONS") == ["Io", "Leda"]
    assert await found(startsWith="el", contains="else") == ["Elara"]
    assert await found(startsWith="io", contains="else") == []
    assert await found() == ["Elara", "Io", "Leda"]

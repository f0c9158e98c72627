"""Contacts are searched as clients are."""

from __future__ import annotations

from typing import Any

import pytest

from clientgraph.testing import Api

pytestmark = pytest.mark.anyio

PEOPLE: list[dict[str, Any]] = [
    {"firstName": "Zoé", "lastName": "Müller", "email": "zoe@privat.example"},
    {"firstName": "Karl", "lastName": "Mühle", "mobile": "06 12 34 56 78"},
    {"firstName": "Marc", "lastName": "Zola"},
]


async def found(api: Api, text: str, **arguments: Any) -> list[str]:
    """The names of the contacts that a search finds, in its order."""
    query = """query($search: String, $sort: [ContactSort!]) {
        contacts(search: $search, sort: $sort) { totalCount nodes { fullName } } }"""
    answer = (await api(query, {"search": text, **arguments}))["contacts"]
    assert answer["totalCount"] == len(answer["nodes"])
    return [node["fullName"] for node in answer["nodes"]]


async def test_contacts_are_found(api: Api) -> None:
    """By their names in any order, e-mail, phones and their client's name."""
    await api.new_client("Ganymède", contacts=PEOPLE)
    await api.new_client("Callisto", contacts=[{"lastName": "Autre"}])
    assert await found(api, "muller zoe") == ["Zoé Müller"]
    assert await found(api, "0612345678") == ["Karl Mühle"]
    assert await found(api, "privat") == ["Zoé Müller"]
    assert await found(api, "zo") == ["Zoé Müller", "Marc Zola"]
    assert await found(api, "karl ganymede") == ["Karl Mühle"]
    everybody = ["Karl Mühle", "Zoé Müller", "Marc Zola"]
    assert await found(api, "ganymede", sort=["NAME_ASC"]) == everybody
    assert await found(api, "mühl") == ["Karl Mühle"]
    assert await found(api, "mulelr") == ["Zoé Müller"]


async def test_the_best_contacts_come_first(api: Api) -> None:
    """A whole name, its beginning, a word of it, all else; of either name first."""
    people = [{"lastName": "Zola"}, {"firstName": "Zola", "lastName": "Berg"}]
    more = [{"lastName": "Zolander"}, {"lastName": "X", "email": "zola@x.example"}]
    await api.new_client("Ganymède", contacts=[*reversed(people + more)])
    assert await found(api, "zola") == ["Zola", "Zola Berg", "Zolander", "X"]


async def test_contacts_follow_their_clients_name(api: Api) -> None:
    """A client that is renamed takes its contacts along."""
    client = await api.new_client("Ganymède", contacts=PEOPLE[:1])
    await api.done("clientUpdate", {"id": client["id"], "name": "Europa"}, "client { id }")
    assert (await found(api, "ganymede"), await found(api, "europa")) == ([], ["Zoé Müller"])


async def test_contacts_of_a_client_are_searched(api: Api) -> None:
    """In each client's own list, in the order in which they were added."""
    await api.new_client("Ganymède", contacts=PEOPLE)
    query = '{ clients { nodes { contacts(search: "zo") { totalCount nodes { fullName } } } } }'
    (client,) = (await api(query))["clients"]["nodes"]
    nodes = [{"fullName": "Zoé Müller"}, {"fullName": "Marc Zola"}]
    assert client["contacts"] == {"totalCount": 2, "nodes": nodes}

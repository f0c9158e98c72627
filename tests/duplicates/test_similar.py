"""`clientSimilar`: whether somebody who is typed into a form is a client already."""

from __future__ import annotations

from typing import Any

import pytest

from clientgraph.testing import Api, Workspace

pytestmark = pytest.mark.anyio

QUERY = """query($name: String!, $country: CountryCode, $email: EmailAddress, $phone: PhoneNumber,
    $identifiers: [IdentifierInput!], $postalCode: String, $city: String, $first: Int) {
    clientSimilar(name: $name, country: $country, email: $email, phone: $phone,
        identifiers: $identifiers, postalCode: $postalCode, city: $city, first: $first) {
        score reasons client { name status } } }"""


async def similar(api: Api, name: str, **typed: Any) -> list[tuple[str, list[str]]]:
    """The names of the clients that are told, with the reasons."""
    found = await api(QUERY, {"name": name, **typed})
    return [(each["client"]["name"], each["reasons"]) for each in found["clientSimilar"]]


@pytest.fixture
async def api(workspace: Workspace) -> Api:
    """A workspace with some firms."""
    api = workspace.api()
    await api.new_client(
        "Garage Castelnau SARL",
        phone="+33556000000",
        identifiers=[{"kind": "FR_SIRET", "value": "73282932000074"}],
        addresses=[{"line1": "3 quai Richelieu", "postalCode": "33000", "city": "Bordeaux"}],
    )
    contact = {"lastName": "Petit", "email": "p.petit@transpetit.example"}
    await api.new_client("Transports Petit", contacts=[contact])
    await api.new_client("Garage du Port")
    await api.new_client("Müller & Söhne GmbH", country="DE")
    await api.new_client("Studio 54")
    await api.new_client(
        "Boulangerie", addresses=[{"line1": "1 place Gambetta", "postalCode": "33000"}]
    )
    return api


@pytest.mark.parametrize(
    ("name", "typed", "expected"),
    [
        ("castelnau garage", {}, [("Garage Castelnau SARL", ["NAME"])]),
        ("Garage Castelneau", {}, [("Garage Castelnau SARL", ["NAME"])]),
        ("SA Muller Sohne", {"country": "DE"}, [("Müller & Söhne GmbH", ["NAME"])]),
        ("X", {"phone": "05 56 00 00 00", "country": "FR"}, []),
        (
            "Castelnau",
            {"phone": "05 56 00 00 00", "country": "FR", "postalCode": "33000"},
            [("Garage Castelnau SARL", ["PHONE", "NAME", "ADDRESS"])],
        ),
        (
            "X",
            {"identifiers": [{"kind": "FR_SIREN", "value": "732 829 320"}]},
            [("Garage Castelnau SARL", ["IDENTIFIER"])],
        ),
        (
            "Petit",
            {"email": "P.Petit@transpetit.example"},
            [("Transports Petit", ["EMAIL", "NAME"])],
        ),
        ("boulangerie", {"postalCode": "33000"}, [("Boulangerie", ["NAME", "ADDRESS"])]),
        ("Studio 55", {}, []),
        ("Boulangerie Nouvelle", {}, []),
        ("...", {}, []),
        ("", {}, []),
    ],
)
async def test_who_may_be_there_already(
    api: Api, name: str, typed: dict[str, Any], expected: list[tuple[str, list[str]]]
) -> None:
    """What is typed leads to those clients alone that may be the same, with the reasons."""
    assert await similar(api, name, **typed) == expected


async def test_clients_of_every_status_are_told(api: Api) -> None:
    """An inactive client is there, too; the most probable one comes first."""
    made = await api.new_client("Castelnau Garages")
    await api.done("clientDeactivate", {"id": made["id"]})
    found = await api(QUERY, {"name": "Castelnau Garage", "postalCode": "33000", "first": 2})
    assert found["clientSimilar"] == [
        {
            "score": found["clientSimilar"][0]["score"],
            "reasons": ["NAME", "ADDRESS"],
            "client": {"name": "Garage Castelnau SARL", "status": "ACTIVE"},
        },
        {
            "score": found["clientSimilar"][1]["score"],
            "reasons": ["NAME"],
            "client": {"name": "Castelnau Garages", "status": "INACTIVE"},
        },
    ]
    assert found["clientSimilar"][0]["score"] > found["clientSimilar"][1]["score"] > 0.5
    assert len(await similar(api, "Castelnau Garage", first=1)) == 1


async def test_others_are_not_told(api: Api, other: Workspace) -> None:
    """Another workspace's clients are nobody's, whatever is asked by."""
    asked = {
        "email": "p.petit@transpetit.example",
        "identifiers": [{"kind": "FR_SIRET", "value": "73282932000074"}],
    }
    assert len(await similar(api, "Transports Petit", **asked)) == 2
    assert await similar(other.api(), "Transports Petit", **asked) == []


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"first": 0}, "BAD_USER_INPUT"),
        ({"first": 11}, "BAD_USER_INPUT"),
        ({"country": "Frankreich"}, "BAD_USER_INPUT"),
        ({"name": "x" * 501}, "BAD_USER_INPUT"),
        ({"identifiers": [{"kind": "FR_SIREN", "value": "1"}] * 11}, "BAD_USER_INPUT"),
    ],
)
async def test_what_cannot_be_asked(api: Api, typed: dict[str, Any], code: str) -> None:
    """Arguments out of bounds are refused."""
    assert await api.codes(QUERY, {"name": "Castelnau", **typed}) == [code]


async def test_what_it_costs(api: Api) -> None:
    """Each client that may be told costs four points, five clients without a word."""
    selection = "{ score reasons client { name status } }"
    for asked, points in (('name: "Petit"', 20), ('name: "Petit", first: 2', 8)):
        body = await api.answer(f"{{ clientSimilar({asked}) {selection} }}")
        assert body["extensions"]["cost"]["requested"] == points

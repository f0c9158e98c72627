"""A client with two contacts."""

from __future__ import annotations

import pytest
from tests.consents.agreeing import Someone

from clientgraph.testing import Api


@pytest.fixture
async def people(api: Api) -> list[Someone]:
    """The contacts of a client, Max and Zoé."""
    client = await api.new_client(
        "Ganymède",
        "contacts { nodes { id } }",
        contacts=[{"lastName": "Max"}, {"lastName": "Zoé"}],
    )
    contacts = client["contacts"]["nodes"]
    return [Someone(api, client["id"], contact["id"]) for contact in contacts]


@pytest.fixture
def max_(people: list[Someone]) -> Someone:
    """The first contact."""
    return people[0]


@pytest.fixture
def trader(people: list[Someone]) -> Someone:
    """The client itself."""
    return Someone(people[0].api, people[0].client_id, None)

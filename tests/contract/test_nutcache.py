"""Rows N of the contract."""

from __future__ import annotations

import pytest

from tests.workspaces import Api, Workspace

pytestmark = pytest.mark.anyio


async def test_n2_creating_clients_needs_the_role(workspace: Workspace) -> None:
    """A viewer may not create a client; a member, admin and owner may."""
    query = 'mutation { clientCreate(input: {name: "A"}) { client { name } } }'
    assert await workspace.api("VIEWER").codes(query) == ["FORBIDDEN"]
    for role in ("MEMBER", "ADMIN", "OWNER"):
        assert (await workspace.api(role)(query))["clientCreate"]["client"] == {"name": "A"}


async def test_n16_a_saved_client_is_in_the_list(api: Api) -> None:
    """What was saved is listed at once."""
    await api.new_client("Ganymède")
    found = await api("{ clients { totalCount nodes { name } } }")
    assert found["clients"] == {"totalCount": 1, "nodes": [{"name": "Ganymède"}]}

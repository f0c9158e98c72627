"""The hash of an invitation's token opens its one row, in the database itself."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from tests.invitations.inviting import invited

from clientgraph.invitations.models import ClientInvitation
from clientgraph.organisations.tokens import INVITATION_SESSION, token_hash
from clientgraph.signing import Signer
from clientgraph.storage.scope import Scope
from clientgraph.testing import Workspace, Workspaces

pytestmark = pytest.mark.anyio

TABLES = ("client_invitation", "client", "contact", "mandate", "field_origin", "api_token")


async def test_a_credential_opens_one_row_and_no_other_table(
    workspaces: Workspaces, workspace: Workspace
) -> None:
    """Neither other invitations nor the client are seen before the workspace is known."""
    api = workspace.api()
    client = await api.new_client(contacts=[{"lastName": "Max"}], mandate={})
    guest = await invited(api, client["id"])
    await guest.done("clientComplete", {"tradingName": "Gany"})
    await invited(api, (await api.new_client("Io"))["id"])
    signer = Signer(workspaces.settings.secret())
    credential = token_hash(signer, guest.token, INVITATION_SESSION)
    async with workspaces.database.read(Scope(credential=credential)) as session:
        seen = {
            table: len(await session.select(f"SELECT id FROM {table}"))  # noqa: S608
            for table in TABLES
        }
    assert seen == {**dict.fromkeys(TABLES, 0), "client_invitation": 1}
    # The same text under the purpose of members' tokens is another hash, which opens nothing.
    other = token_hash(signer, guest.token)
    async with workspaces.database.read(Scope(credential=other)) as session:
        assert await session.select("SELECT id FROM client_invitation") == []


async def test_a_credential_writes_nothing(
    workspaces: Workspaces, workspace: Workspace, dialect: str
) -> None:
    """What is presented can be looked at; to be changed it takes the workspace."""
    api = workspace.api()
    guest = await invited(api, (await api.new_client())["id"])
    signer = Signer(workspaces.settings.secret())
    credential = token_hash(signer, guest.token, INVITATION_SESSION)
    touched = 0
    # SQLite refuses the statement; PostgreSQL finds no row for it.
    raised = pytest.raises(Exception, match="row of another workspace")
    with raised if dialect == "sqlite" else nullcontext():
        async with workspaces.database.write(Scope(credential=credential)) as session:
            presented = ClientInvitation.filter(token_hash=credential).using_db(session.client)
            touched = await presented.update(email="other@example.org")
    assert touched == 0
    assert await guest.file("email") == {"email": "zoe@example.org"}

"""Lets plugins ask the service's own API, as one more caller with the rights of an admin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID, uuid5

from clientgraph.context import Actor
from clientgraph.contract.records import ApiErrors
from clientgraph.documents.service import kept_document
from clientgraph.operations.request import Request
from clientgraph.operations.service import Operations
from clientgraph.permissions import Role
from clientgraph.storage.database import Database
from clientgraph.storage.session import Session

# Plugins present no token. Their limits are counted by these ids, one for each plugin.
_PLUGINS: Final = UUID("7d0f9a52-6c0e-5a3b-9d35-2f0a8f4c6b11")


class OwnApi:
    """What `PluginContext.graphql` and `PluginContext.document` lead to."""

    def __init__(self, operations: Operations, database: Database) -> None:
        self._operations = operations
        self._database = database

    async def ask(
        self,
        plugin: str,
        organisation_id: UUID,
        language: str,
        document: str,
        variables: Mapping[str, Any],
        session: Session | None,
    ) -> dict[str, Any]:
        """The data that the API answers a plugin in a workspace; raises `ApiErrors`.

        Where a session is open it is read through, with what was written in it; `RuntimeError`
        for a mutation, whose transaction would wait for that one.
        """
        actor = Actor(
            organisation_id=organisation_id,
            token_id=uuid5(_PLUGINS, plugin),
            name=f"plugin {plugin}",
            role=Role.ADMIN,
        )
        request = Request(query=document, variables=variables)
        if session is not None and self._operations.operation_kind(request, actor) == "mutation":
            raise RuntimeError("while a session is open the API answers queries, and no mutation")
        answer = await self._operations.execute(
            request, actor, language=language, mutations=True, session=session
        )
        if errors := answer.body.get("errors"):
            raise ApiErrors(errors)
        data: dict[str, Any] = answer.body["data"]
        return data

    async def document(self, organisation_id: UUID, document_id: str) -> bytes:
        """The file of a document that was rendered; `LookupError` where it is no longer there."""
        found = await kept_document(self._database, organisation_id, document_id)
        if found is None:
            raise LookupError(f"there is no document {document_id!r:.80} any more: render it again")
        return bytes(found.content)

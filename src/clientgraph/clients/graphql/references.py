"""Custom fields that refer to a client."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import strawberry

from clientgraph import global_ids
from clientgraph.clients import service
from clientgraph.clients.graphql.types import Client
from clientgraph.contract.fields import FieldProblem, FieldType, TypedForm
from clientgraph.contract.records import PluginContext
from clientgraph.fields.graphql.values import CustomFieldValue, DisplayLocale
from clientgraph.graphql.fields import Info, computed


@strawberry.type(description="A reference to a client.")
class ClientReferenceValue(CustomFieldValue):
    """CLIENT_REFERENCE: the client's global id is stored."""

    @computed("The client; null when it was deleted.")
    async def client(self, info: Info) -> Client | None:
        """Loaded with those of the other values."""
        return await _client(info, self)

    @computed("The client's name; empty when it was deleted.")
    async def display(self, info: Info, locale: DisplayLocale = strawberry.UNSET) -> str:  # noqa: ARG002
        """Names are the same in every language."""
        found = await _client(info, self)
        return found.name if found else ""


async def _client(info: Info, value: CustomFieldValue) -> Any:
    client_id = _id(value.stored)
    return await info.context.load(service.clients_by_id, client_id) if client_id else None


def _id(stored: str) -> UUID | None:
    return global_ids.decode("Client", stored)


def _parse(value: Any, _options: Any, _country: str) -> str:
    if not isinstance(value, str):
        raise FieldProblem("WRONG_JSON", expected='"client_0192f…"')
    if _id(value) is None:
        raise FieldProblem("NOT_FOUND")
    return value


async def _unknown(context: PluginContext, stored: Sequence[str]) -> list[str]:
    marks = ", ".join("?" for _ in stored)
    found = await context.select(
        f"SELECT id FROM client WHERE organisation_id = ? AND id IN ({marks})",  # noqa: S608
        [context.organisation_id, *(_id(each) for each in stored)],
    )
    known = {UUID(str(row["id"])) for row in found}
    return [each for each in stored if _id(each) not in known]


CLIENT_REFERENCE: Final = FieldType(
    key="CLIENT_REFERENCE",
    label={"en": "Client", "fr": "Client", "nl": "Klant", "de": "Kunde"},
    operators=frozenset({"EQ", "NE", "IN", "IS_SET"}),
    parse=_parse,
    sort_key=str,
    display=lambda stored, _locale, _options: str(stored),
    graphql_type=ClientReferenceValue,
    form=TypedForm(
        selection="client { id name }",
        shape="{ client: { id: string; name: string } | null }",
        type=lambda _: "ClientReference",
        take="value.client",
        json_schema=lambda _: {"type": "string"},
        input=lambda _: "string",
    ),
    unknown=_unknown,
    is_sortable=False,
)

"""Many clients made or changed by one mutation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry

from clientgraph.clients.graphql.client_mutations import client_draft
from clientgraph.clients.graphql.inputs import (
    ClientMatchInput,
    ClientsUpsertInput,
    NewClientFields,
)
from clientgraph.clients.graphql.types import Client
from clientgraph.clients.matching import MatchKey
from clientgraph.clients.saving import Saving
from clientgraph.context import Context
from clientgraph.drafts import MOST_ERRORS
from clientgraph.errors import UserError as Mistake
from clientgraph.graphql.enums import described
from clientgraph.graphql.fields import Info, argument, column, mutation
from clientgraph.graphql.mutations import (
    InputWarning,
    Many,
    Payload,
    UserError,
    answer_many,
    expected,
    told,
    warned,
)
from clientgraph.graphql.nodes import row_id
from clientgraph.permissions import Permission
from clientgraph.policies.graphql import channel_of
from clientgraph.templates.upserting import UpsertAction, Upserted, upsert_clients

UpsertActionType = described(
    UpsertAction,
    "What became of a record.",
    CREATED="A new client was made.",
    UPDATED="The client that there was has changed.",
    UNCHANGED="The client was already as the record has it.",
    FAILED="The record has mistakes, see `userErrors`; nothing of it was written.",
    LEFT_OUT="The record is good, but others are not: nothing was written. See `skipInvalid`.",
)


@strawberry.type(description="What became of one record.")
class ClientUpsertResult:
    """In the order of the input."""

    position: int = column("Its place among the `records` of the input, from 0.")
    action: UpsertActionType = column("What became of it.")  # type: ignore[valid-type]
    client: Client | None = column(
        "The client as it is now; null where there is none. Free of points.", cost=0
    )
    user_errors: list[UserError] = column(
        "What is wrong with the record. Free of points.", size=1, cost=0
    )
    warnings: list[InputWarning] = column(
        "What to look at; nothing stopped it. Free of points.", size=1, cost=0
    )


@strawberry.type(description="What became of each record.")
class ClientsUpsertPayload(Payload):
    """All records, and how many there are of each sort."""

    results: list[ClientUpsertResult] | None = strawberry.field(
        description="One for each record, in their order; null where the call as a whole is wrong. "
        "Free of points.",
        metadata={"column": True, "cost": 0, "each": True},
    )
    created: int | None = column("How many clients were made.")
    updated: int | None = column("How many clients have changed.")
    unchanged: int | None = column("How many clients were already so.")
    failed: int | None = column("How many records have mistakes.")


def new_client_draft(context: Context, given: NewClientFields) -> dict[str, Any]:
    """The fields of a client and its parts, with rows' ids in place of global ones."""
    made = client_draft(context, given)
    if made.get("template") is not None:
        made["template"] = row_id("ClientTemplate", made["template"])
    return made


def _key(given: ClientMatchInput) -> MatchKey:
    field = given.field.value if given.field else None
    identifier = given.identifier.value if given.identifier else None
    return MatchKey.of(field, identifier)


@mutation(
    Permission.CLIENTS_WRITE,
    "Make or change up to 1,000 clients at once: those that there are already, by a key that the "
    "call declares, are changed, the others made.",
    records="records",
)
async def clients_upsert(
    info: Info, input: Annotated[ClientsUpsertInput, argument("The records.")]
) -> ClientsUpsertPayload | None:
    """One transaction for all."""
    key, by, skip = _key(input.match_by), channel_of(input), bool(input.skip_invalid)
    given = [(new_client_draft(info.context, each), expected(each)) for each in input.records]

    async def run() -> Many:
        savings = [
            Saving(draft=made, expected=seen, position=place)
            for place, (made, seen) in enumerate(given)
        ]
        found = await upsert_clients(info.context, key, savings, by, skip_invalid=skip)
        return _many(info.context, found, is_written=skip or not any(e.errors for e in found))

    return await answer_many(info, ClientsUpsertPayload, run)


def _many(context: Context, found: Sequence[Upserted], *, is_written: bool) -> Many:
    def number(action: UpsertAction) -> int:
        return sum(1 for each in found if each.action is action)

    return Many(
        fields={
            "results": [_result(context, each) for each in found],
            "created": number(UpsertAction.CREATED),
            "updated": number(UpsertAction.UPDATED),
            "unchanged": number(UpsertAction.UNCHANGED),
            "failed": number(UpsertAction.FAILED),
        },
        mistakes=[error for each in found for error in _placed(each, each.errors)][:MOST_ERRORS],
        warnings=[warning for each in found for warning in _placed(each, each.warnings)],
        is_written=is_written,
    )


def _result(context: Context, found: Upserted) -> ClientUpsertResult:
    client: Any = found.client
    return ClientUpsertResult(
        position=found.position,
        action=found.action,
        client=client,
        user_errors=[told(context, each) for each in _placed(found, found.errors)],
        warnings=warned(context, _placed(found, found.warnings)),
    )


def _placed(found: Upserted, errors: Sequence[Mistake]) -> list[Mistake]:
    """Mistakes at their places in the input of the call."""
    return [each.under("records", str(found.position)) for each in errors]

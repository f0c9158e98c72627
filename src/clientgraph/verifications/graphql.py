"""The public face of verifications."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
import strawberry
from strawberry.scalars import JSON

from clientgraph.contract.verifications import VerificationStatus
from clientgraph.graphql.enums import described
from clientgraph.graphql.fields import Info, argument, column, computed, given, mutation, query
from clientgraph.graphql.mutations import MutationInput, Payload, answer
from clientgraph.graphql.nodes import RecordNode, record, row_id
from clientgraph.graphql.paging import (
    After,
    Before,
    Connection,
    First,
    Last,
    connection_of,
    page_arguments,
)
from clientgraph.identifiers.service import identifiers_by_client
from clientgraph.permissions import Permission
from clientgraph.verifications import models, service
from clientgraph.verifications.lists import of_client

# In points, because it makes the service ask others: as much as asking a registry.
COST = 100

VerificationStatusType = described(
    VerificationStatus,
    "What a verification is worth now.",
    VALID="The verifier answered that the identifier is good.",
    INVALID="The verifier answered that it is not.",
    UNKNOWN="The verifier cannot answer for this identifier, now or later.",
    PENDING="There is no answer yet. Says nothing about the identifier.",
    STALE="There was an answer, and it counts no more: it is too old, another has replaced it, or "
    "the client no longer has the identifier.",
)


@strawberry.type(description="Somebody who verifies identifiers, such as the Commission's VIES.")
class Verifier:
    """Declared by a plugin."""

    key: str = column("Stable name, such as VIES.")
    label: str = column("Its name in the caller's language.")
    identifier_kinds: list[str] = column(
        "Keys of the kinds of identifiers that it verifies.", size=30
    )


@record(models.Verification, "One asking of a verifier about an identifier of a client.")
class Verification(RecordNode):
    """Columns of a verification."""

    client_id: strawberry.Private[UUID]
    identifier_kind: str = column("The key of the identifier's kind, such as FR_VAT.")
    identifier_value: str = column("The identifier in its stored form.")
    code: str = column(
        "The verifier's own word for its answer, or for why there is none yet; may be empty."
    )
    attribution: str = column("How the verifier's terms want it to be named.")
    attempts: int = column("How often the verifier was asked.")
    next_try_at: datetime | None = column("When it is asked next; null once it has answered.")
    checked_at: datetime | None = column("When it answered.")
    valid_until: datetime | None = column("Until when the answer counts.")
    replaced_at: datetime | None = column("When a later answer took this one's place, if so.")

    @computed("What it is worth now.")
    async def status(self: Any, info: Info) -> VerificationStatusType:  # type: ignore[valid-type]
        """By the answer, its age, and the identifiers that the client has."""
        held = await info.context.load(identifiers_by_client, self.client_id)
        return service.status_of(self, held, datetime.now(UTC))

    @computed("What the verifier answered, whatever it is worth now; null until it has.")
    def result(self: Any) -> VerificationStatusType | None:  # type: ignore[valid-type]
        """As it was answered."""
        return VerificationStatus(self.result) if self.result else None

    @computed("Who was asked.")
    def verifier(self: Any, info: Info) -> Verifier:
        """As its plugin declares it; bare where the plugin is gone."""
        return _verifier(info, self.verifier)

    @computed("What proves the answer, in the verifier's own words: consultation number, date…")
    def evidence(self: Any) -> JSON:
        """An object."""
        return JSON(orjson.loads(self.evidence))


def _verifier(info: Info, key: str) -> Verifier:
    known = {each.key: each for each in info.context.plugins.verifiers}
    if key not in known:
        return Verifier(key=key, label=key, identifier_kinds=[])
    label = known[key].label
    return Verifier(
        key=key,
        label=label.get(info.context.language) or label["en"],
        identifier_kinds=sorted(known[key].kinds),
    )


@query(Permission.PUBLIC, "Who can verify identifiers of clients.", size=10)
def verifiers(info: Info) -> list[Verifier]:
    """Those of the workspace's plugins."""
    return [_verifier(info, each.key) for each in service.verifiers_of(info.context)]


Replaced = Annotated[bool, argument("Earlier answers as well, which later ones have replaced.")]


@computed("What verifiers say of the client's identifiers, the last asking first.")
async def verifications(
    self: Any,
    info: Info,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
    include_replaced: Replaced = False,
) -> Connection[Verification]:
    """A page of each client's verifications, in one statement."""
    found = of_client(replaced=include_replaced)
    arguments = page_arguments(first, after, last, before)
    return await connection_of(info, self.id, "client_id", found, arguments)


@strawberry.input(description="Have identifiers of a client be verified.")
class VerificationStartInput(MutationInput):
    """Whose, by whom, and which."""

    client_id: strawberry.ID = strawberry.field(description="The client.")
    verifier: str | None = given("A key from `verifiers`; all that can by default.")
    identifier_kind: str | None = given("A key from `identifierKinds`; all kinds by default.")


@strawberry.type(description="What is being verified.")
class VerificationStartPayload(Payload):
    """The verifications, or what was wrong."""

    verifications: list[Verification] | None = column(
        "One for each identifier and verifier, PENDING: each changes once the verifier was asked, "
        "which `clientChanged` tells."
    )


@mutation(
    Permission.CLIENTS_WRITE,
    "Have identifiers of a client be verified. Answers at once, before anybody was asked; an "
    "earlier answer counts until there is a new one.",
    cost=COST,
)
async def verification_start(
    info: Info, input: Annotated[VerificationStartInput, argument("What to verify.")]
) -> VerificationStartPayload | None:
    """Notes what is to be asked."""
    client_id = row_id("Client", input.client_id)
    return await answer(
        info,
        VerificationStartPayload,
        "verifications",
        lambda: service.start_verifications(
            info.context, client_id, input.verifier or None, input.identifier_kind or None
        ),
    )


QUERIES = [verifiers]
MUTATIONS = [verification_start]
EXTENSIONS = {"Client": [verifications]}

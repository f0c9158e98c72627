"""The public face of bank accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from clientgraph.accounts import models, service
from clientgraph.clients.graphql.types import Client
from clientgraph.clients.service import clients_by_id
from clientgraph.graphql.fields import Info, argument, column, computed, given, mutation, query
from clientgraph.graphql.mutations import (
    ChangeInput,
    MutationInput,
    Payload,
    answer,
    deleted,
    draft,
    expected,
)
from clientgraph.graphql.nodes import RecordNode, record, row_id
from clientgraph.graphql.scalars import IBAN
from clientgraph.permissions import Permission

_READ, _WRITE = Permission.ORGANISATION_READ, Permission.ORGANISATION_WRITE
_USUAL_NUMBER = 5


@record(models.BankAccount, "A bank account of the workspace, for clients to pay to.")
class BankAccount(RecordNode):
    """Columns of an account."""

    client_id: strawberry.Private[UUID | None]
    label: str = column("What the firm calls it.")
    holder: str = column("Whose account it is, as transfers name them.")
    iban: IBAN = column("International bank account number; no two accounts have the same.")
    bic: str | None = column("The bank's code (ISO 9362).")
    bank: str | None = column("The bank's name.")
    is_default: bool = column("Whether documents show it where no other one is chosen.")
    archived_at: datetime | None = column("Since when no document shows it, if so.")

    @computed("The one client that it is kept for, and that alone is told of it; null for all.")
    async def client(self: Any, info: Info) -> Client | None:
        """Loaded with those of other accounts."""
        if self.client_id is None:
            return None
        return await info.context.load(clients_by_id, self.client_id)


@computed("The account of the workspace that is kept for this client alone, if there is one.")
async def client_bank_account(self: Any, info: Info) -> BankAccount | None:
    """Loaded with those of other clients."""
    if _READ not in info.context.require(Permission.PUBLIC).permissions:
        return None
    return await info.context.load(service.kept_accounts, self.id)


client_bank_account.python_name = "bank_account"


@query(
    _READ,
    "The workspace's bank accounts that any client may be told, the default one first. Those that "
    "are kept for one client are found there (`Client.bankAccount`).",
    size=_USUAL_NUMBER,
)
async def bank_accounts(
    info: Info,
    include_archived: Annotated[bool | None, argument("Also archived ones.")] = False,
) -> list[BankAccount]:
    """All of them."""
    found: Any = await service.general_accounts(
        info.context, include_archived=bool(include_archived)
    )
    return found


@strawberry.input(description="Fields of a bank account.")
class BankAccountFields:
    """Shared by creation and change."""

    label: str | None = given("What the firm calls it. Always required.")
    holder: str | None = given("Whose account it is, up to 70 characters. Always required.")
    iban: IBAN | None = given(
        "International bank account number, with or without blanks. Always required."
    )
    bic: str | None = given("The bank's code (ISO 9362), such as AGRIFRPP.")
    bank: str | None = given("The bank's name.")
    is_default: bool | None = given("Show it by default, in place of the former default.")


@strawberry.input(description="A new bank account. The first one becomes the default.")
class BankAccountCreateInput(BankAccountFields, MutationInput):
    """The whole account."""

    client_id: strawberry.ID | None = given(
        "Keep the account for this client, for good: no document of another client ever shows it. "
        "For clients in the SEPA area."
    )


@strawberry.input(description="Changes of a bank account.")
class BankAccountUpdateInput(BankAccountFields, ChangeInput):
    """Absent fields stay."""

    is_archived: bool | None = given("True: documents no longer show it. False: they do again.")


@strawberry.input(description="Which bank account to delete.")
class BankAccountDeleteInput(ChangeInput):
    """One account."""


@strawberry.type(description="The new bank account.")
class BankAccountCreatePayload(Payload):
    """The account, or what was wrong."""

    bank_account: BankAccount | None = column("The account.")


@strawberry.type(description="The bank account after a change.")
class BankAccountUpdatePayload(Payload):
    """The account, or what was wrong."""

    bank_account: BankAccount | None = column("The account as it is now.")


@strawberry.type(description="The bank account that was deleted.")
class BankAccountDeletePayload(Payload):
    """The id that is gone."""

    deleted_id: strawberry.ID | None = column("The id of the account, when it is gone.")
    bank_account: BankAccount | None = column("The account, where it could not be deleted.")


@mutation(_WRITE, "Add a bank account of the workspace.")
async def bank_account_create(
    info: Info, input: Annotated[BankAccountCreateInput, argument("The account.")]
) -> BankAccountCreatePayload | None:
    """Owner and admins."""
    made = draft(input)
    if made.get("client_id") is not None:
        made["client_id"] = row_id("Client", made["client_id"])
    return await answer(
        info,
        BankAccountCreatePayload,
        "bank_account",
        lambda: service.create_account(info.context, made),
    )


@mutation(_WRITE, "Change a bank account; the client that it is kept for stays the same.")
async def bank_account_update(
    info: Info, input: Annotated[BankAccountUpdateInput, argument("The changes.")]
) -> BankAccountUpdatePayload | None:
    """Owner and admins."""
    account_id, made = row_id("BankAccount", input.id), draft(input)
    return await answer(
        info,
        BankAccountUpdatePayload,
        "bank_account",
        lambda: service.update_account(info.context, account_id, made, expected(input)),
    )


@mutation(_WRITE, "Delete a bank account; archive it where it may be wanted again.")
async def bank_account_delete(
    info: Info, input: Annotated[BankAccountDeleteInput, argument("Which account.")]
) -> BankAccountDeletePayload | None:
    """Owner and admins."""
    account_id = row_id("BankAccount", input.id)
    return await deleted(
        info,
        BankAccountDeletePayload,
        "bank_account",
        input,
        lambda: service.delete_account(info.context, account_id, expected(input)),
    )


QUERIES = [bank_accounts]
MUTATIONS = [bank_account_create, bank_account_update, bank_account_delete]
EXTENSIONS = {"Client": [client_bank_account]}

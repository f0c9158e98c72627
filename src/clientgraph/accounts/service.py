"""What can be done with bank accounts: the workspace's own, and those kept for one client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from stdnum import bic as stdnum_bic
from stdnum.exceptions import ValidationError

from clientgraph import global_ids, values
from clientgraph.accounts.models import BankAccount, KeptIban
from clientgraph.clients.models import Client
from clientgraph.context import Context
from clientgraph.drafts import Checked, Cleaner, Draft, clean, present
from clientgraph.errors import UserError, UserErrors
from clientgraph.storage.rows import (
    delete,
    find,
    insert,
    lock,
    one_at_a_time,
    organisation_of,
    rows,
    update,
)
from clientgraph.versions import check_version

LONGEST_TEXT: Final = 100
# The longest name that a transfer can carry (SEPA Credit Transfer, AT-21), and an EPC QR code.
LONGEST_HOLDER: Final = 70
MOST_GENERAL: Final = 50
# Where transfers reach such an account: the SEPA schemes' geographical scope (EPC409-09), with
# the parts of France, Finland and the United Kingdom that have country codes of their own.
SEPA: Final = frozenset(
    "AD AL AT AX BE BG BL CH CY CZ DE DK EE ES FI FR GB GF GG GI GP GR HR HU IE IM IS IT JE LI LT"
    " LU LV MC MD ME MF MK MQ MT NL NO PL PM PT RE RO RS SE SI SK SM VA YT".split()
)


def _text(value: str) -> str | None:
    return values.text(value, LONGEST_TEXT)


def _holder(value: str) -> str | None:
    return values.text(value, LONGEST_HOLDER)


def _bic(value: str) -> str:
    try:
        return str(stdnum_bic.validate(value))
    except ValidationError as error:
        raise values.ValueProblem("INVALID_BIC") from error


_CLEANERS: Final[Mapping[str, Cleaner]] = {
    "label": _text,
    "holder": _holder,
    "iban": values.iban,
    "bic": _bic,
    "bank": _text,
    "is_default": bool,
    "is_archived": bool,
}


async def general_accounts(
    context: Context, *, include_archived: bool = False
) -> list[BankAccount]:
    """The accounts that every client may be told: the default one first, then by label."""
    found = rows(context.session, BankAccount).filter(client_id=None)
    if not include_archived:
        found = found.filter(archived_at=None)
    return await found.order_by("-is_default", "label", "id")


async def kept_accounts(context: Context, client_ids: Sequence[UUID]) -> dict[UUID, BankAccount]:
    """The account in use that is kept for each of these clients, by client."""
    found = rows(context.session, BankAccount).filter(client_id__in=list(client_ids))
    kept = await found.filter(archived_at=None)
    return {row.client_id: row for row in kept if row.client_id is not None}


async def accounts_by_id(context: Context, ids: Sequence[UUID]) -> dict[UUID, BankAccount]:
    """Accounts by id, archived ones too."""
    found = rows(context.session, BankAccount).filter(id__in=list(ids))
    return {row.id: row for row in await found}


async def create_account(context: Context, draft: Draft) -> BankAccount:
    """A new account; the first that is kept for nobody becomes the default one."""
    draft = present(draft)
    await one_at_a_time(context.session, "bank accounts")
    checked = clean(draft, _CLEANERS)
    checked.require("label", "holder", "iban")
    client_id = draft.get("client_id")
    await _check_iban(context, checked, client_id, None)
    if client_id is None:
        await _settle_default(context, checked)
    else:
        await _check_client(context, client_id, checked)
    checked.raise_errors()
    await _give_way(context, checked, None)
    given = {"is_default": False, **checked.values, "client_id": client_id}
    account = await insert(context.session, BankAccount, **given)
    await _remember(context, account)
    context.changed("CREATED", "BankAccount", account, client_id=client_id)
    return account


async def update_account(
    context: Context, account_id: UUID, draft: Draft, expected: int | None
) -> BankAccount:
    """Change what was given of an account; whom it is kept for never changes."""
    await one_at_a_time(context.session, "bank accounts")
    account = await _lock(context, account_id)
    check_version(account, expected)
    if not draft:
        return account
    checked = clean(draft, _CLEANERS)
    checked.keep("label", "holder", "iban", "is_default", "is_archived")
    await _check_iban(context, checked, account.client_id, account)
    await _check_use(context, account, checked)
    checked.raise_errors()
    await _give_way(context, checked, account)
    await update(context.session, account, checked.values)
    await _remember(context, account)
    context.changed("UPDATED", "BankAccount", account, client_id=account.client_id)
    return account


async def delete_account(context: Context, account_id: UUID, expected: int | None) -> None:
    """Remove an account. Documents that show it are no longer made."""
    account = await _lock(context, account_id)
    check_version(account, expected)
    await delete(context.session, BankAccount, [account.id])
    context.changed("DELETED", "BankAccount", account, client_id=account.client_id)


async def _lock(context: Context, account_id: UUID) -> BankAccount:
    account = await lock(context.session, BankAccount, account_id)
    if account is None:
        raise UserErrors([UserError(("id",), "NOT_FOUND")])
    return account


async def _check_iban(
    context: Context, checked: Checked, client_id: UUID | None, own: BankAccount | None
) -> None:
    """No two accounts have one IBAN, and what was ever kept for a client is told to no other."""
    iban = checked.values.get("iban")
    if iban is None:
        return
    other = await rows(context.session, BankAccount).filter(iban=iban).first()
    if other is not None and (own is None or other.id != own.id):
        _taken(checked, ("iban",), other)
        return
    former = await _kept(context, iban)
    if former is not None and former.client_id != client_id:
        checked.add(("iban",), "IBAN_OF_OTHER_CLIENT")


async def _remember(context: Context, account: BankAccount) -> None:
    """Payments of the client may arrive on the IBAN long after account and client are deleted."""
    if account.client_id is None or await _kept(context, account.iban):
        return
    digest = _digest(context, account.iban)
    await insert(context.session, KeptIban, digest=digest, client_id=account.client_id)


async def _kept(context: Context, iban: str) -> KeptIban | None:
    return await rows(context.session, KeptIban).filter(digest=_digest(context, iban)).first()


def _digest(context: Context, iban: str) -> str:
    """A keyed hash, other in each workspace: it tells nothing of the IBAN."""
    message = f"{organisation_of(context.session)} {iban}".encode()
    return context.signer.digest("kept iban", message).hex()


async def _settle_default(context: Context, checked: Checked) -> None:
    general = rows(context.session, BankAccount).filter(client_id=None)
    if await general.count() >= MOST_GENERAL:
        checked.add(("label",), "TOO_MANY_ACCOUNTS", longest=MOST_GENERAL)
    if not await general.filter(is_default=True).exists():
        checked.values.setdefault("is_default", True)


async def _check_client(context: Context, client_id: UUID, checked: Checked) -> None:
    """A client can have an account of its own where SEPA transfers reach it (J26, J27)."""
    client = await find(context.session, Client, client_id)
    if client is None:
        checked.add(("client_id",), "NOT_FOUND")
        return
    if client.country not in SEPA:
        checked.add(("client_id",), "OUTSIDE_SEPA", country=client.country)
    known = (await kept_accounts(context, [client_id])).get(client_id)
    if known is not None:
        _taken(checked, ("client_id",), known)
    if checked.values.get("is_default"):
        checked.add(("is_default",), "KEPT_FOR_CLIENT")


async def _check_use(context: Context, account: BankAccount, checked: Checked) -> None:
    """Settle when it was archived; what is archived or kept for a client is not the default."""
    archived = checked.values.pop("is_archived", None)
    if archived is not None and archived is (account.archived_at is None):
        checked.values["archived_at"] = datetime.now(UTC) if archived else None
    in_use = checked.values.get("archived_at", account.archived_at) is None
    if account.client_id is not None:
        if checked.values.get("is_default"):
            checked.add(("is_default",), "KEPT_FOR_CLIENT")
        known = (await kept_accounts(context, [account.client_id])).get(account.client_id)
        if in_use and known is not None and known.id != account.id:
            _taken(checked, ("is_archived",), known)
    elif not in_use:
        if checked.values.get("is_default"):
            checked.add(("is_default",), "ARCHIVED", name=account.label)
        checked.values["is_default"] = False


def _taken(checked: Checked, path: tuple[str, ...], other: BankAccount) -> None:
    record = global_ids.encode("BankAccount", other.id)
    checked.add(path, "TAKEN", record=record, value=other.label)


async def _give_way(context: Context, checked: Checked, own: BankAccount | None) -> None:
    """Take the place of the default account from the one that has it, if that is asked for."""
    if not checked.values.get("is_default"):
        return
    former: Any = await rows(context.session, BankAccount).filter(is_default=True).first()
    if former is not None and (own is None or former.id != own.id):
        await update(context.session, former, {"is_default": False})
        context.changed("UPDATED", "BankAccount", former)

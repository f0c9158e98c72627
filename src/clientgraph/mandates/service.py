"""What can be done with mandates: they are recorded, corrected while they stand, and revoked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from clientgraph import values
from clientgraph.context import Context
from clientgraph.drafts import Checked, Cleaner, Draft, clean, present
from clientgraph.errors import UserError, UserErrors
from clientgraph.mandates.lists import in_force_on, today
from clientgraph.mandates.models import (
    Mandate,
    MandateEvidence,
    MandateOrigin,
    MandateScope,
    MandateStatus,
)
from clientgraph.storage.conditions import all_of, any_of
from clientgraph.storage.pages import matching
from clientgraph.storage.rows import insert_many, rows, update
from clientgraph.versions import check_version

LONGEST_REFERENCE: Final = 2_000
LONGEST_WORDING: Final = 20_000
LONGEST_REASON: Final = 2_000
_KEPT: Final = ("scope", "evidence", "valid_from")
_WHOLE: Final = MandateScope.E_INVOICING.value


def _past(value: date) -> date:
    """A day that has come, somewhere on earth: the caller's today may be our tomorrow."""
    if (value - today()).days > 1:
        raise values.ValueProblem("IN_FUTURE")
    return value


def _reference(value: str) -> str | None:
    return values.lines(value, LONGEST_REFERENCE)


def _wording(value: str) -> str | None:
    return values.lines(value, LONGEST_WORDING)


def _reason(value: str) -> str | None:
    return values.lines(value, LONGEST_REASON)


def _day(value: date) -> date:
    return value


_CLEANERS: Final[Mapping[str, Cleaner]] = {
    "scope": str,
    "evidence": str,
    "evidence_reference": _reference,
    "wording": _wording,
    "signatory_name": values.text,
    "signatory_position": values.text,
    "signatory_email": values.email,
    "signed_on": _past,
    "valid_from": _day,
    "valid_until": _day,
}
_REVOCATION: Final[Mapping[str, Cleaner]] = {"revoked_on": _past, "reason": _reason}


def check_mandate(draft: Draft) -> Checked:
    """The fields of a new mandate, which holds from the day of signing where no day is given."""
    checked = clean(present(draft), _CLEANERS)
    made = checked.values
    made.setdefault("scope", _WHOLE)
    made.setdefault("evidence", MandateEvidence.STATED.value)
    if not checked.complains_about("valid_from"):
        made.setdefault("valid_from", made.get("signed_on") or today())
    _check_together(made, checked)
    return checked


def _check_together(made: Mapping[str, Any], checked: Checked) -> None:
    """What fields say of each other."""
    begin, end = made.get("valid_from"), made.get("valid_until")
    if begin is not None and end is not None and end < begin:
        checked.add(("valid_until",), "ENDS_BEFORE_BEGIN", begin=begin.isoformat())
    documented = made.get("evidence") == MandateEvidence.DOCUMENT.value
    if documented and made.get("evidence_reference") is None:
        checked.add(("evidence_reference",), "REQUIRED")


async def create_mandate(
    context: Context, client_id: UUID, draft: Draft, origin: MandateOrigin
) -> Mandate:
    """One more mandate of a client, whose lock the caller holds."""
    checked = check_mandate(draft)
    checked.raise_errors()
    return (await store_mandates(context, [(client_id, checked.values)], origin))[0]


async def store_mandates(
    context: Context, made: Iterable[tuple[UUID, Mapping[str, Any]]], origin: MandateOrigin
) -> list[Mandate]:
    """New mandates of what `check_mandate` found fit, each of a client."""
    common = {"origin": origin.value, "recorded_by_id": _member(context)}
    many = [{**values, **common, "client_id": client_id} for client_id, values in made]
    stored = await insert_many(context.session, Mandate, many)
    for row in stored:
        context.changed("CREATED", "Mandate", row, client_id=row.client_id)
    return stored


async def update_mandate(
    context: Context, mandate: Mandate, draft: Draft, expected: int | None
) -> Mandate:
    """Correct a mandate that stands; the caller holds the client's lock."""
    check_version(mandate, expected)
    _check_stands(mandate)
    checked = clean(draft, _CLEANERS)
    checked.keep(*_KEPT)
    known = {name: getattr(mandate, name) for name in _CLEANERS}
    _check_together({**known, **checked.values}, checked)
    checked.raise_errors()
    if checked.values:
        await update(context.session, mandate, checked.values)
        context.changed("UPDATED", "Mandate", mandate, client_id=mandate.client_id)
    return mandate


async def revoke_mandate(
    context: Context, mandate: Mandate, draft: Draft, expected: int | None
) -> Mandate:
    """End a mandate for good; the caller holds the client's lock."""
    check_version(mandate, expected)
    _check_stands(mandate)
    checked = clean(present(draft), _REVOCATION)
    when = checked.values.get("revoked_on") or today()
    checked.raise_errors()
    end = {
        "revoked_on": when,
        "revocation_reason": checked.values.get("reason"),
        "revoked_by_id": _member(context),
    }
    await update(context.session, mandate, end)
    context.changed("UPDATED", "Mandate", mandate, client_id=mandate.client_id)
    return mandate


def _check_stands(mandate: Mandate) -> None:
    if mandate.revoked_on is not None:
        params = {"day": mandate.revoked_on.isoformat()}
        raise UserErrors([UserError(("id",), "MANDATE_REVOKED", params)], mandate)


def status_of(mandate: Mandate) -> MandateStatus:
    """Where a mandate is in its life, today."""
    day = today()
    if mandate.revoked_on is not None:
        return MandateStatus.REVOKED
    if mandate.valid_from > day:
        return MandateStatus.UPCOMING
    if mandate.valid_until is not None and mandate.valid_until < day:
        return MandateStatus.EXPIRED
    return MandateStatus.IN_FORCE


async def mandates_by_id(context: Context, ids: Sequence[UUID]) -> dict[UUID, Mandate]:
    """Mandates by id."""
    return {row.id: row for row in await rows(context.session, Mandate).filter(id__in=list(ids))}


async def mandates_in_force(context: Context, ids: Sequence[UUID]) -> dict[UUID, list[Mandate]]:
    """Each client's mandates in force, the one that began last first."""
    session = context.session
    where = all_of([any_of(session.dialect, "client_id", list(ids)), in_force_on(today())])
    found: dict[UUID, list[Mandate]] = {each: [] for each in ids}
    for row in await matching(session, Mandate, where):
        found[row.client_id].append(row)
    for each in found.values():
        each.sort(key=lambda row: (row.valid_from, row.id), reverse=True)
    return found


def covering(mandates: Sequence[Mandate], scope: MandateScope) -> Mandate | None:
    """The first of several that covers a scope: of its own, or as one of all e-invoicing."""
    fitting = (row for row in mandates if row.scope in (scope.value, _WHOLE))
    return next(fitting, None)


def _member(context: Context) -> UUID | None:
    return context.actor.member_id if context.actor else None

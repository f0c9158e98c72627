"""What can be done with workspaces and members."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from clientgraph import values
from clientgraph.context import Context
from clientgraph.drafts import Checked, Cleaner, Draft, clean, present
from clientgraph.errors import FeatureOff, UserError, UserErrors
from clientgraph.nomenclature.service import seed
from clientgraph.organisations.features import switch, switched
from clientgraph.organisations.models import Member, Organisation
from clientgraph.organisations.policies import OF_TEMPLATES
from clientgraph.permissions import RANK, Role
from clientgraph.storage.rows import (
    StaleVersion,
    insert,
    lock,
    one_at_a_time,
    organisation_of,
    rows,
    update,
)
from clientgraph.storage.session import Session
from clientgraph.versions import check_version

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def _slug(value: str) -> str:
    if not _SLUG.fullmatch(value):
        raise values.ValueProblem("INVALID_SLUG")
    return value


def _languages(given: list[str]) -> str:
    return " ".join(dict.fromkeys(values.language(code) for code in given))


def _payment_days(value: int) -> int:
    if not 0 <= value <= 365:
        raise values.ValueProblem("OUT_OF_RANGE", lowest=0, highest=365)
    return value


_CLEANERS: Mapping[str, Cleaner] = {
    "slug": _slug,
    "name": values.text,
    "country": values.country,
    "locale": values.locale,
    "currency": values.currency,
    "languages": _languages,
    **OF_TEMPLATES,
}


def take_terms(draft: Draft, checked: Checked) -> None:
    """Payment terms of 0 to 365 days as columns; cleared where the draft has null for them."""
    if "payment_terms" not in draft:
        return
    terms = draft["payment_terms"]
    checked.values.update(payment_days=None, payment_end_of_month=None)
    if terms is None:
        return
    try:
        checked.values["payment_days"] = _payment_days(terms["days"])
    except values.ValueProblem as problem:
        checked.add(("payment_terms", "days"), problem.code, **problem.params)
    checked.values["payment_end_of_month"] = bool(terms.get("end_of_month"))


async def create_organisation(session: Session, draft: Draft) -> Organisation:
    """A new workspace with its lists. ``session`` must be scoped to the id that it is to have."""
    checked = clean(draft, _CLEANERS)
    checked.require("slug", "name", "country", "locale", "currency")
    checked.raise_errors()
    now = datetime.now(UTC)
    defaults = {"payment_days": 30, "payment_end_of_month": False, "requirements": "lenient"}
    made = await Organisation.create(
        using_db=session.client,
        id=organisation_of(session),
        created_at=now,
        updated_at=now,
        **{**defaults, **checked.values},
    )
    await seed(session, made.locale)
    return made


async def find_organisation(session: Session, slug: str) -> Organisation | None:
    """The workspace with this slug; needs the operator's scope."""
    return await Organisation.filter(slug=slug).using_db(session.client).first()


async def all_organisations(session: Session) -> list[Organisation]:
    """Every workspace by slug; needs the operator's scope."""
    return await Organisation.filter().using_db(session.client).order_by("slug")


async def current_organisation(session: Session) -> Organisation:
    """The workspace of the session."""
    query = Organisation.filter(id=organisation_of(session)).using_db(session.client)
    return await query.get()


async def require_features(context: Context, *keys: str) -> Organisation:
    """The workspace of the caller, which has these features; raises `FeatureOff`."""
    organisation = await current_organisation(context.session)
    check_features(organisation, *keys)
    return organisation


def check_features(organisation: Organisation, *keys: str) -> None:
    """Raise `FeatureOff` where the workspace lacks one of these features."""
    for each in switched(organisation.features):
        if each.feature.key in keys and not each.is_enabled:
            raise FeatureOff(each.feature.key, each.reason)


async def organisation_by_id(context: Context, ids: Any) -> dict[UUID, Organisation]:
    """The caller's workspace, where its id is among these; no other is ever found."""
    organisation = await current_organisation(context.session)
    return {organisation.id: organisation} if organisation.id in ids else {}


async def update_organisation(context: Context, draft: Draft, expected: int | None) -> Organisation:
    """Change what clients of the workspace fall back to."""
    organisation = await current_organisation(context.session)
    check_version(organisation, expected)
    if not draft:
        return organisation
    checked = clean(draft, {k: v for k, v in _CLEANERS.items() if k != "slug"})
    checked.keep(*checked.values)
    take_terms(draft, checked)
    if "payment_terms" in draft and draft["payment_terms"] is None:
        checked.add(("payment_terms",), "REQUIRED")
    checked.raise_errors()
    return await _changed(context, organisation, checked.values)


async def switch_feature(
    context: Context, key: str, *, is_enabled: bool, reason: str | None
) -> Organisation:
    """Give the workspace a known feature or take it away; for its operator, not its members."""
    organisation = await current_organisation(context.session)
    features = switch(organisation.features, key, is_enabled=is_enabled, reason=reason)
    return await _changed(context, organisation, {"features": features})


async def _changed(
    context: Context, organisation: Organisation, values: Mapping[str, Any]
) -> Organisation:
    changed = {**values, "version": organisation.version + 1, "updated_at": datetime.now(UTC)}
    seen = Organisation.filter(id=organisation.id, version=organisation.version)
    if not await seen.using_db(context.session.client).update(**changed):
        raise StaleVersion
    organisation.update_from_dict(changed)
    context.changed("UPDATED", "Organisation", organisation)
    return organisation


def check_language(organisation: Organisation, checked: Checked) -> None:
    """Note a mistake where the locale's language is not among those that the workspace offers."""
    locale: str | None = checked.values.get("locale")
    offered = organisation.languages.split()
    if locale is not None and offered and locale.partition("-")[0] not in offered:
        checked.add(("locale",), "LANGUAGE_NOT_OFFERED", offered=", ".join(offered))


_MEMBER_CLEANERS: Mapping[str, Cleaner] = {
    "name": values.text,
    "email": values.email,
    "role": Role,
    "is_active": bool,
}


async def members(context: Context) -> list[Member]:
    """The members of the workspace by name."""
    return await rows(context.session, Member).order_by("name", "id")


async def create_member(context: Context, draft: Draft) -> Member:
    """A new member, with a role no higher than the caller's."""
    checked = _checked_member(context, present(draft))
    checked.require("name", "email", "role")
    await _email_is_free(context, checked, None)
    checked.raise_errors()
    given = {**checked.values, "role": checked.values["role"].value}
    member = await insert(context.session, Member, **{"is_active": True, **given})
    context.changed("CREATED", "Member", member)
    return member


async def update_member(
    context: Context, member_id: UUID, draft: Draft, expected: int | None
) -> Member:
    """Change a member; the last active owner stays one."""
    member = await lock(context.session, Member, member_id)
    if member is None:
        raise UserErrors([UserError(("id",), "NOT_FOUND")])
    check_version(member, expected)
    if not draft:
        return member
    checked = _checked_member(context, draft)
    checked.keep(*checked.values)
    actor = context.actor
    if actor is not None and RANK[Role(member.role)] > RANK[actor.role]:
        checked.add(("id",), "ROLE_TOO_HIGH", role=actor.role.value)
    await _email_is_free(context, checked, member.id)
    await _owner_remains(context, checked, member)
    checked.raise_errors()
    given = dict(checked.values)
    if "role" in given:
        given["role"] = given["role"].value
    await update(context.session, member, given)
    context.changed("UPDATED", "Member", member)
    return member


def _checked_member(context: Context, draft: Draft) -> Checked:
    checked = clean(draft, _MEMBER_CLEANERS)
    role = checked.values.get("role")
    if role is not None and context.actor and RANK[role] > RANK[context.actor.role]:
        checked.add(("role",), "ROLE_TOO_HIGH", role=context.actor.role.value)
    return checked


async def _email_is_free(context: Context, checked: Checked, own: UUID | None) -> None:
    email = checked.values.get("email")
    if email is None:
        return
    # The unique index is about the exact text: two writers of one address wait for each other.
    await one_at_a_time(context.session, "members")
    other = await rows(context.session, Member).filter(email__iexact=email).first()
    if other is not None and other.id != own:
        checked.add(("email",), "TAKEN", value=email)


async def _owner_remains(context: Context, checked: Checked, member: Member) -> None:
    stays = checked.values.get("role", Role.OWNER) is Role.OWNER
    stays = stays and checked.values.get("is_active", True) is not False
    if member.role != Role.OWNER.value or not member.is_active or stays:
        return
    await one_at_a_time(context.session, "owners")
    others = rows(context.session, Member).filter(role=Role.OWNER.value, is_active=True)
    if not await others.exclude(id=member.id).exists():
        demoted = checked.values.get("role", Role.OWNER) is not Role.OWNER
        checked.add(("role" if demoted else "is_active",), "LAST_OWNER")


async def member_by_id(context: Context, ids: Any) -> dict[UUID, Member]:
    """Members by id."""
    found = await rows(context.session, Member).filter(id__in=list(ids))
    return {member.id: member for member in found}

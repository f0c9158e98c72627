"""A new workspace, ready to be used: with its owner and a first token."""

from __future__ import annotations

import re
import unicodedata
from uuid import UUID

from babel import Locale, UnknownLocaleError
from babel.numbers import get_territory_currencies

from clientgraph.context import Actor, Context
from clientgraph.drafts import Draft
from clientgraph.organisations.access import make_token
from clientgraph.organisations.models import Organisation
from clientgraph.organisations.service import create_member, create_organisation
from clientgraph.permissions import Role
from clientgraph.storage.ids import uuid7

_LONGEST_SLUG = 63


def operator(organisation_id: UUID) -> Actor:
    """Whoever runs the installation, at work in one workspace."""
    return Actor(
        organisation_id=organisation_id, token_id=uuid7(), name="operator", role=Role.OWNER
    )


async def open_workspace(
    context: Context, draft: Draft, owner: Draft | None
) -> tuple[Organisation, str]:
    """A workspace, its owner, and the text of the first token, known now and never again.

    Without an owner the token stands for the workspace itself. ``context`` is the operator's, in
    a transaction scoped to the new id. Raises `UserErrors`.
    """
    organisation = await create_organisation(context.session, draft)
    token: Draft = {"name": "First token", "role": Role.OWNER.value}
    if owner is not None:
        member = await create_member(context, {**owner, "role": Role.OWNER.value})
        token = {**token, "member_id": str(member.id)}
    _, text = await make_token(context.session, context.signer, token, highest=Role.OWNER)
    return organisation, text


def slug_of(name: str) -> str:
    """A short name made of a firm's name: ``Café Müller & Co`` becomes ``cafe-muller-co``."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_SLUG].strip("-")


def usual_locale(country: str) -> str | None:
    """The most used language of a country, with the country: ``fr-FR``; None if unknown."""
    try:
        found = Locale.parse(f"und_{country}")
    except (UnknownLocaleError, ValueError):
        return None
    return f"{found.language}-{country}"


def usual_currency(country: str) -> str | None:
    """The currency of a country today; None if unknown."""
    found: list[str] = get_territory_currencies(country)
    return found[0] if found else None

"""What can be done with documents: seen what there is, made, kept and fetched for a while."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from jsonschema import Draft202012Validator

from clientgraph.context import Context
from clientgraph.contract.documents import DocumentTemplate
from clientgraph.documents.links import Link
from clientgraph.documents.making import MadeDocument, make
from clientgraph.documents.models import RenderedDocument
from clientgraph.documents.reading import Wanted, read_request
from clientgraph.drafts import Checked, Draft
from clientgraph.errors import UserError, UserErrors
from clientgraph.hookspecs import LANGUAGES
from clientgraph.organisations.features import Switched, switched
from clientgraph.organisations.service import current_organisation, require_features
from clientgraph.storage.database import Database
from clientgraph.storage.rows import delete, find, insert, rows
from clientgraph.storage.scope import Scope

KEPT: Final = timedelta(minutes=15)
PURGED: Final = 100
MOST_CLIENTS: Final = 500


@dataclass(frozen=True)
class Offered:
    """A template, and the feature that stands in its way, if one is off."""

    template: DocumentTemplate
    lacks: Switched | None


async def offered_templates(context: Context) -> list[Offered]:
    """Every template by its key, but for those of plugins that the workspace switched off."""
    organisation = await current_organisation(context.session)
    off = {
        each.feature.key: each for each in switched(organisation.features) if not each.is_enabled
    }
    known = sorted(context.plugins.templates.items())
    return [
        Offered(made, off.get(made.feature or ""))
        for _, (owner, made) in known
        if context.is_active(owner)
    ]


async def make_document(context: Context, draft: Draft, today: date) -> MadeDocument:
    """Read, compose and render; no session is open, and nothing is written.

    Raises `UserErrors` with every mistake in the draft, or why it cannot be made; `FeatureOff`.
    """
    owned = context.plugins.templates.get(draft["template"])
    if owned is None or not context.is_active(owned[0]):
        raise UserErrors([UserError(("template",), "UNKNOWN_TEMPLATE")])
    checked, template = Checked(), owned[1]
    media_type = draft.get("format") or template.formats[0]
    if media_type not in template.formats:
        checked.add(("format",), "UNKNOWN_FORMAT", offered=", ".join(template.formats))
    wanted = Wanted(
        client_ids=_client_ids(draft, template, checked),
        language=_language(draft, checked),
        options=_options(draft, template, checked),
        day=draft.get("date") or today,
    )
    async with context.reading():
        if template.feature is not None:
            await require_features(context, template.feature)
        checked.raise_errors()
        request = await read_request(context, wanted)
    return await make(context, owned, request, media_type)


async def keep_document(context: Context, made: MadeDocument) -> RenderedDocument:
    """Store a file to be fetched; some that nobody can fetch any more are removed."""
    now = datetime.now(UTC)
    await _purge(context, now)
    return await insert(
        context.session,
        RenderedDocument,
        template=made.template,
        filename=made.filename,
        media_type=made.media_type,
        size=len(made.content),
        sha256=hashlib.sha256(made.content).hexdigest(),
        content=made.content,
        expires_at=(now + KEPT).replace(microsecond=0),
    )


async def fetch_document(database: Database, link: Link) -> RenderedDocument | None:
    """The file behind a link that was read; None when it is no longer there."""
    if link.expires_at <= datetime.now(UTC):
        return None
    return await _kept(database, link.organisation_id, link.record_id)


async def kept_document(
    database: Database, organisation_id: UUID, document_id: str
) -> RenderedDocument | None:
    """A workspace's document by the id that the API answered, as long as it is kept."""
    try:
        row_id = UUID(hex=document_id)
    except ValueError:
        return None
    found = await _kept(database, organisation_id, row_id)
    return found if found and found.expires_at > datetime.now(UTC) else None


async def _kept(database: Database, organisation_id: UUID, row_id: UUID) -> RenderedDocument | None:
    async with database.read(Scope(organisation=organisation_id)) as session:
        return await find(session, RenderedDocument, row_id)


async def _purge(context: Context, now: datetime) -> None:
    expired = rows(context.session, RenderedDocument).filter(expires_at__lt=now)
    ids: list[Any] = await expired.order_by("id").limit(PURGED).values_list("id", flat=True)
    await delete(context.session, RenderedDocument, ids)


def _client_ids(draft: Draft, template: DocumentTemplate, checked: Checked) -> Sequence[UUID]:
    ids = list(dict.fromkeys(draft.get("client_ids") or ()))
    longest = min(template.most, MOST_CLIENTS)
    if not ids:
        checked.add(("client_ids",), "REQUIRED")
    elif len(ids) > longest:
        checked.add(("client_ids",), "TOO_MANY_CLIENTS", longest=longest)
    return ids


def _language(draft: Draft, checked: Checked) -> str | None:
    language: str | None = draft.get("language")
    if language is not None and language not in LANGUAGES:
        checked.add(("language",), "UNKNOWN_LANGUAGE", offered=", ".join(LANGUAGES))
    return language


def _options(draft: Draft, template: DocumentTemplate, checked: Checked) -> Mapping[str, Any]:
    """The options with the schema's defaults; each that does not fit is a mistake of its own."""
    given = draft.get("options") or {}
    properties: Mapping[str, Any] = template.options.get("properties", {})
    known = {key: each["default"] for key, each in properties.items() if "default" in each}
    options = {**known, **given} if isinstance(given, Mapping) else given
    for error in Draft202012Validator(dict(template.options)).iter_errors(options):
        path = ("options", *(str(part) for part in error.absolute_path))
        checked.add(path, "INVALID_DOCUMENT_OPTION", hint=error.message[:200])
    return options

"""Many clients at once: those that there are already are changed, the others made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from clientgraph.clients.comparing import without_change
from clientgraph.clients.mandates import check_mandates, store_mandates, without_mandate
from clientgraph.clients.matching import MatchKey, match_clients
from clientgraph.clients.models import Client
from clientgraph.clients.saving import Saving, check
from clientgraph.clients.service import check_may_create
from clientgraph.clients.storing import store
from clientgraph.context import Context
from clientgraph.errors import UserError, UserErrors
from clientgraph.objections import ask_about_each
from clientgraph.policies.service import current_settings
from clientgraph.requirements import Channel
from clientgraph.templates.service import DEFAULT
from clientgraph.templates.starting import begin_with_templates

MOST_RECORDS: Final = 1_000
_PARTS: Final = ("contacts", "addresses")


class UpsertAction(Enum):
    """What became of a record."""

    CREATED = "CREATED"
    UPDATED = "UPDATED"
    UNCHANGED = "UNCHANGED"
    FAILED = "FAILED"
    LEFT_OUT = "LEFT_OUT"


@dataclass(frozen=True)
class Upserted:
    """What became of one record; ``client`` is the client as it is now, None where it is not."""

    position: int
    action: UpsertAction
    client: Client | None
    errors: Sequence[UserError]
    warnings: Sequence[UserError]


async def upsert_clients(
    context: Context,
    key: MatchKey,
    savings: Sequence[Saving],
    channel: Channel,
    *,
    skip_invalid: bool,
) -> list[Upserted]:
    """Make or change the client that each record is about, in the order of the records.

    Where some have mistakes, nothing is written; with ``skip_invalid`` all others are. The same
    rules hold as for `create_client` and `update_client`. Raises `UserErrors` for what is wrong
    with the call as a whole.
    """
    if len(savings) > MOST_RECORDS:
        raise UserErrors([UserError(("records",), "TOO_MANY", {"longest": MOST_RECORDS})])
    await match_clients(context, key, savings)
    _keep_parts(savings)
    return await save_clients(context, savings, channel, skip_invalid=skip_invalid)


async def save_clients(
    context: Context, savings: Sequence[Saving], channel: Channel, *, skip_invalid: bool
) -> list[Upserted]:
    """The same for records whose clients are found already; without one, a record is a new client.

    Contacts and addresses of records whose clients there are already are left alone.
    """
    changing = await check_clients(context, savings, channel)
    if skip_invalid or not _bad(savings):
        await ask_about_each(context, changing)
    if _bad(savings) and not skip_invalid:
        return [_outcome(each, UpsertAction.LEFT_OUT, each.client) for each in savings]
    kept = _good(changing)
    clients = await store(context, kept)
    await store_mandates(context, list(zip(kept, clients, strict=True)), channel)
    stored = dict(zip(map(id, kept), clients, strict=True))
    return [_done(each, stored.get(id(each))) for each in savings]


async def check_clients(
    context: Context, savings: Sequence[Saving], channel: Channel
) -> list[Saving]:
    """Note every mistake with its record; those without any that would change something."""
    new = [each for each in savings if each.client is None]
    settings, (usual,) = await current_settings(context, DEFAULT)
    if new:
        check_may_create(settings.organisation, channel)
    await begin_with_templates(context, new, next(iter(usual), None))
    check_mandates(savings)
    await check(context, settings, savings, channel)
    same = {id(each) for each in await without_change(context, _good(savings))}
    same -= {id(each) for each in await without_mandate(context, _good(savings))}
    return [each for each in _good(savings) if id(each) not in same]


def _keep_parts(savings: Sequence[Saving]) -> None:
    """Contacts and addresses are those of new clients; others keep what they have."""
    for each in savings:
        for name in _PARTS if each.client else ():
            if each.draft.get(name):
                each.warnings.append(UserError((name,), "PARTS_KEPT"))


def _good(savings: Sequence[Saving]) -> list[Saving]:
    return [each for each in savings if not each.checked.errors]


def _bad(savings: Sequence[Saving]) -> bool:
    return any(each.checked.errors for each in savings)


def _done(saving: Saving, stored: Client | None) -> Upserted:
    if stored is None:
        return _outcome(saving, UpsertAction.UNCHANGED, saving.client)
    action = UpsertAction.CREATED if saving.client is None else UpsertAction.UPDATED
    return _outcome(saving, action, stored)


def _outcome(saving: Saving, action: UpsertAction, client: Client | None) -> Upserted:
    """``action``, unless the record has mistakes."""
    errors = saving.checked.errors
    done = UpsertAction.FAILED if errors else action
    return Upserted(saving.position, done, client, errors, [] if errors else saving.warnings)

"""What can be done with consents: they are given and withdrawn, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any, Final
from uuid import UUID

from clientgraph import values
from clientgraph.consents.models import Consent, ConsentStatus
from clientgraph.context import Context
from clientgraph.drafts import Checked, Cleaner, Draft, clean, present
from clientgraph.storage.conditions import Condition, all_of, any_of
from clientgraph.storage.pages import matching
from clientgraph.storage.rows import insert_many, rows, update

LONGEST_WORDING: Final = 5_000
LONGEST_EVIDENCE: Final = 2_000
# How far the clock of a caller may be ahead of ours.
_CLOCKS_DIFFER: Final = timedelta(minutes=5)
_GIVEN: Final = ConsentStatus.GIVEN.value


def _moment(value: datetime) -> datetime:
    now = datetime.now(UTC)
    if value > now + _CLOCKS_DIFFER:
        raise values.ValueProblem("IN_FUTURE")
    return min(value, now)


def _wording(value: str) -> str | None:
    return values.lines(value, LONGEST_WORDING)


def _evidence(value: str) -> str | None:
    return values.lines(value, LONGEST_EVIDENCE)


_CLEANERS: Final[Mapping[str, Cleaner]] = {
    "purpose": str,
    "source": str,
    "given_at": _moment,
    "withdrawn_at": _moment,
    "wording": _wording,
    "evidence": _evidence,
}


async def give_consents(
    context: Context, client_id: UUID, draft: Draft, noted: Checked
) -> list[Consent]:
    """The consents in force for each of the draft's channels, new ones where there are none.

    What is agreed to again in the same words stays as it was; other words replace it. The caller
    holds the client's lock, has looked at ``contact_id`` and noted its mistakes in ``noted``.
    """
    checked = _checked(draft, noted)
    channels = _channels(draft, checked)
    made = checked.values
    history = _by_channel(await _history(context, client_id, draft), channels)
    made.setdefault("given_at", _now_after(chain.from_iterable(history.values())))
    if not checked.complains_about("given_at"):
        for before in history.values():
            _check_not_withdrawn_since(before, made["given_at"], checked)
    checked.raise_errors()
    in_force: dict[str, Consent] = {}
    for channel, before in history.items():
        standing = _in_force(before)
        if standing is not None and _is_news(standing, made):
            await update(context.session, standing, {"status": ConsentStatus.REPLACED.value})
            context.changed("UPDATED", "Consent", standing, client_id=client_id)
        elif standing is not None:
            in_force[channel] = standing
    made |= {"client_id": client_id, "contact_id": draft.get("contact_id")}
    common = {**made, "status": _GIVEN, "recorded_by_id": _member(context)}
    new = [{**common, "channel": channel} for channel in channels if channel not in in_force]
    for row in await insert_many(context.session, Consent, new):
        context.changed("CREATED", "Consent", row, client_id=client_id)
        in_force[row.channel] = row
    return [in_force[channel] for channel in channels]


async def withdraw_consents(
    context: Context, client_id: UUID, draft: Draft, noted: Checked
) -> list[Consent]:
    """End what is in force for the draft's channels, or for all; none is left where none was.

    Answers those that this has ended. The caller has done as for `give_consents`.
    """
    checked = _checked(draft, noted)
    channels = _channels(draft, checked) if draft.get("channels") is not None else None
    ending = [
        row
        for row in await _history(context, client_id, draft)
        if row.status == _GIVEN and (channels is None or row.channel in channels)
    ]
    when = checked.values.get("withdrawn_at") or _now_after(ending)
    for row in ending:
        if row.given_at > when:
            checked.add(("withdrawn_at",), "BEFORE_GIVEN", given=_shown(row.given_at))
    checked.raise_errors()
    end = {
        "status": ConsentStatus.WITHDRAWN.value,
        "withdrawn_at": when,
        "withdrawn_by_id": _member(context),
    }
    for row in ending:
        await update(context.session, row, end)
        context.changed("UPDATED", "Consent", row, client_id=client_id)
    return ending


async def consents_by_id(context: Context, ids: Sequence[UUID]) -> dict[UUID, Consent]:
    """Consents by id."""
    return {row.id: row for row in await rows(context.session, Consent).filter(id__in=list(ids))}


async def agreed_by_contact(
    context: Context, ids: Sequence[UUID]
) -> dict[UUID, set[tuple[str, str]]]:
    """Purpose and channel of each consent that is in force, by contact."""
    return await _agreed(context, "contact_id", ids, Condition("contact_id IS NOT NULL"))


async def agreed_by_client(
    context: Context, ids: Sequence[UUID]
) -> dict[UUID, set[tuple[str, str]]]:
    """Purpose and channel of each consent of clients themselves that is in force, by client."""
    return await _agreed(context, "client_id", ids, Condition("contact_id IS NULL"))


async def _agreed(
    context: Context, column: str, ids: Sequence[UUID], whose: Condition
) -> dict[UUID, set[tuple[str, str]]]:
    session = context.session
    in_force = Condition(f"status = '{_GIVEN}'")
    where = all_of([any_of(session.dialect, column, list(ids)), in_force, whose])
    found: dict[UUID, set[tuple[str, str]]] = {each: set() for each in ids}
    for row in await matching(session, Consent, where):
        found[getattr(row, column)].add((row.purpose, row.channel))
    return found


def _checked(draft: Draft, noted: Checked) -> Checked:
    checked = clean(present(draft), _CLEANERS)
    checked.include(noted)
    return checked


def _channels(draft: Draft, checked: Checked) -> list[str]:
    """The draft's channels: at least one, none twice."""
    given = list(draft["channels"])
    if not given:
        checked.add(("channels",), "REQUIRED")
    for place, channel in enumerate(given):
        if given.index(channel) < place:
            checked.add(("channels", str(place)), "DUPLICATE", other=given.index(channel))
    return given


async def _history(context: Context, client_id: UUID, draft: Draft) -> list[Consent]:
    """All that the draft's contact, or the client, ever agreed to for its purpose."""
    found = rows(context.session, Consent).filter(
        client_id=client_id, contact_id=draft.get("contact_id"), purpose=draft["purpose"]
    )
    return await found.order_by("id")


def _by_channel(history: Iterable[Consent], channels: Sequence[str]) -> dict[str, list[Consent]]:
    grouped: dict[str, list[Consent]] = {channel: [] for channel in channels}
    for row in history:
        if row.channel in grouped:
            grouped[row.channel].append(row)
    return grouped


def _in_force(history: Iterable[Consent]) -> Consent | None:
    return next((row for row in history if row.status == _GIVEN), None)


def _check_not_withdrawn_since(
    history: Sequence[Consent], given_at: datetime, checked: Checked
) -> None:
    """What was agreed to before a withdrawal was withdrawn with it, whenever it is recorded."""
    if _in_force(history) is not None:
        return
    ends = [row.withdrawn_at for row in history if row.withdrawn_at is not None]
    if ends and max(ends) > given_at:
        checked.add(("given_at",), "WITHDRAWN_SINCE", withdrawn=_shown(max(ends)))


def _now_after(history: Iterable[Consent]) -> datetime:
    """Now, but not before what a server whose clock is ahead has written down."""
    moments = chain.from_iterable((row.given_at, row.withdrawn_at) for row in history)
    return max([datetime.now(UTC), *filter(None, moments)])


def _is_news(standing: Consent, made: Mapping[str, Any]) -> bool:
    """Whether something else was agreed to, and later than what is in force."""
    wording = made.get("wording")
    return wording not in (None, standing.wording) and made["given_at"] >= standing.given_at


def _member(context: Context) -> UUID | None:
    return context.actor.member_id if context.actor else None


def _shown(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

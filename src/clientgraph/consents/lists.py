"""Lists of consents, and filters by what was agreed to, each read from an index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

import orjson

from clientgraph.consents.models import Consent, ConsentStatus
from clientgraph.storage.conditions import Condition, all_of, compare, negated, one_of
from clientgraph.storage.listings import NEWEST_ID, Listing, by_time

# Said in words, not as a value: partial indexes are used where the statement says what is in them.
_IN_FORCE: Final = Condition(f"status = '{ConsentStatus.GIVEN.value}'")
_OWN: Final = Condition("contact_id IS NULL")


@dataclass(frozen=True)
class WantedConsent:
    """A condition on records of a workspace: agreed, or not, by one of these channels."""

    organisation_id: UUID
    purpose: str
    channels: tuple[str, ...]
    given: bool


def by_contact(wanted: WantedConsent) -> Condition:
    """Contacts that meet the condition."""
    return _agreed("contact", wanted, "k.contact_id IS NOT NULL")


def by_client(wanted: WantedConsent) -> Condition:
    """Clients that meet the condition themselves, whatever their contacts have agreed to."""
    return _agreed("client", wanted, "k.contact_id IS NULL")


def _agreed(owner: str, wanted: WantedConsent, whose: str) -> Condition:
    parts = [
        compare("k.organisation_id", "=", wanted.organisation_id),
        compare("k.purpose", "=", wanted.purpose),
        one_of(compare("k.channel", "=", channel) for channel in wanted.channels),
        Condition(f"k.{_IN_FORCE.sql} AND {whose}"),
    ]
    inner = all_of(parts)
    found = Condition(
        f"{owner}.id IN (SELECT k.{owner}_id FROM consent k WHERE {inner.sql})",  # noqa: S608
        inner.values,
    )
    return found if wanted.given else negated(found)


def of_contact(*, in_force: bool | None) -> Listing[Consent]:
    """What each of several contacts has agreed to, the last first."""
    return _history("contact", [], in_force)


def of_client(*, in_force: bool | None) -> Listing[Consent]:
    """What each of several clients has agreed to itself, the last first."""
    return _history("client", [_OWN], in_force)


def _history(owner: str, whose: list[Condition], in_force: bool | None) -> Listing[Consent]:
    chosen = {None: [], True: [_IN_FORCE], False: [negated(_IN_FORCE)]}[in_force]
    order = [by_time("given_at", descending=True), NEWEST_ID]
    where = all_of([*whose, *chosen])
    return Listing(Consent, f"{owner}.consents", order, where, orjson.dumps(in_force))

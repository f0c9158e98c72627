"""What plugins say of companies: registries, what these find, and how else a look-up can end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from clientgraph.contract.records import PluginContext


class NotFound(Exception):
    """The registry knows no company with this number."""


class Protected(Exception):
    """The company is in the registry, and its particulars may not be told (non-diffusible)."""


@dataclass(frozen=True, kw_only=True)
class CompanyCandidate:
    """A company or establishment that a search found, with what a person tells it by.

    ``name``         the legal name.
    ``identifiers``  key of an identifier kind → value in any usual form; the first is the one
                     that tells most, by which the candidate is looked up.
    ``address``      on one line.
    ``postal_code``  of the same address.
    ``city``         of the same address.
    ``kind``         as `Company.kind`; of an ``INDIVIDUAL`` no more than the town is shown.
    ``is_active``    False for one that is closed or struck off.
    """

    name: str
    identifiers: Mapping[str, str]
    address: str | None = None
    postal_code: str | None = None
    city: str | None = None
    kind: str | None = None
    is_active: bool = True


@dataclass(frozen=True, kw_only=True)
class CompanyAddress:
    """An address of a company. ``country`` is that of the company where it is None."""

    label: str | None = None
    line1: str | None = None
    line2: str | None = None
    street_number: str | None = None
    box: str | None = None
    postal_code: str | None = None
    city: str | None = None
    region: str | None = None
    country: str | None = None


def town_only(addresses: Sequence[CompanyAddress]) -> list[CompanyAddress]:
    """What is told of where a natural person lives or works: the town of the first address."""
    return [
        CompanyAddress(city=each.city, country=each.country) for each in addresses[:1] if each.city
    ]


@dataclass(frozen=True, kw_only=True)
class FieldOrigin:
    """Where a value comes from: ``source`` in the words of its licence, ``date`` of its state."""

    source: str
    date: date | None = None


@dataclass(frozen=True, kw_only=True)
class Company:
    """A company as a registry knows it, in the words of a new client.

    What stands for "unknown" or "masked" in the registry's answers belongs in no field: leave it
    None. Every value is checked as one that a caller sends: a bad one is left out.

    ``name``         the legal name.
    ``country``      ISO 3166-1 alpha-2.
    ``identifiers``  key of an identifier kind → value in any usual form, as the registry tells
                     it: where it is not the number that was looked up, nor agrees with it, the
                     answer is of somebody else, and none.
    ``kind``         ``COMPANY``, ``INDIVIDUAL`` or ``PUBLIC_BODY``. Of a natural person's address
                     only the town is taken, and neither website nor e-mail address nor telephone.
                     Where an answer that usually tells it does not, take `town_only`.
    ``addresses``    the first is the main one.
    ``is_active``    False for one that is closed or struck off.
    ``origins``      name of a field here → where its value comes from, as far as that is not the
                     registry itself today: the date of its last change there, another source.
    """

    name: str
    country: str
    identifiers: Mapping[str, str]
    trading_name: str | None = None
    kind: str | None = None
    activity_code: str | None = None
    website: str | None = None
    email: str | None = None
    phone: str | None = None
    addresses: Sequence[CompanyAddress] = ()
    is_active: bool = True
    origins: Mapping[str, FieldOrigin] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CompanyRegistry:
    """A registry of companies that can be asked.

    ``key``          upper snake case: ``FR_RECHERCHE_ENTREPRISES``.
    ``label``        language → its name for people; ``en`` is required.
    ``attribution``  how its licence wants the source to be named; shown with each answer.
    ``search``       (context, text as typed, ISO country, most candidates) → `CompanyCandidate`s,
                     best first; a list or tuple, empty where nothing fits. None if it cannot
                     search.
    ``countries``    in which it searches, ISO 3166-1 alpha-2; None for all, which are then asked
                     after the registries of the country.
    ``lookup``       (context, key of an identifier kind, its stored form) → `Company`. Raises
                     `NotFound` or `Protected`. None if it cannot look up.
    ``kinds``        keys of the identifier kinds that it looks up.
    ``source``       filled in by the service: the name of the plugin.

    The context is a `PluginContext`. Both functions may be plain or ``async`` and raise
    `Unavailable` when no answer can be had. They are asked while no transaction is open, for a
    few seconds at most (docs/limits.md), and must bear being called at the same time. A plain one
    runs in a thread of its plugin, which nobody can end: let what it waits for have a time
    limit. Answering anything else, raising anything else and not answering are shown as
    UNAVAILABLE.
    """

    key: str
    label: Mapping[str, str]
    attribution: str
    search: Callable[[PluginContext, str, str, int], Any] | None = None
    countries: frozenset[str] | None = field(default_factory=frozenset)
    lookup: Callable[[PluginContext, str, str], Any] | None = None
    kinds: frozenset[str] = frozenset()
    source: str = ""

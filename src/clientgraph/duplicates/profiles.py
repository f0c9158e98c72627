"""What is compared of a client or candidate, made ready once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from clientgraph.duplicates.candidates import Candidate
from clientgraph.duplicates.names import Name, name_of
from clientgraph.duplicates.spelled import telling, words_of
from clientgraph.values import email_key

_NUMBERS: Final = re.compile(r"\w*\d\w*")
# What a street is called besides its own name, and may be shortened or left out.
_WAYS: Final = frozenset(
    telling(
        "rue avenue boulevard place chemin route allee impasse quai cours square chaussee "
        "straat laan weg plein lei steenweg strasse street road lane drive court crescent "
        "close circuit way r rd ln ct cres str saint sainte box bus bte boite app apt suite".split()
    )
)
# Many share these: a page there is nobody's own site.
_SHARED_HOSTS: Final = frozenset(
    "facebook.com linkedin.com instagram.com youtube.com twitter.com x.com google.com "
    "sites.google.com wixsite.com wordpress.com blogspot.com".split()
)


@dataclass(frozen=True, slots=True)
class Place:
    """An address: the street as it is written, the numbers there, postal code and city."""

    street: str
    numbers: frozenset[str]
    postal_code: str
    city: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of one of them; several names, mailboxes, phones and places may be."""

    title: str
    names: tuple[Name, ...]
    country: str | None
    emails: frozenset[str]
    phones: frozenset[str]
    website: str | None
    iban: str | None
    identifiers: Mapping[str, str]
    reference: str | None
    places: tuple[Place, ...]


def names_of(*texts: str | None) -> tuple[Name, ...]:
    """The names that there are, each once."""
    found = (name_of(text) for text in texts if text)
    return tuple(dict.fromkeys(name for name in found if name))


def present(texts: Iterable[str | None]) -> frozenset[str]:
    """Those that there are."""
    return frozenset(text for text in texts if text)


def host_of(website: str | None) -> str | None:
    """The host of a website, without www; None for one where many have their pages."""
    if not website:
        return None
    try:
        host = urlsplit(website if "://" in website else f"https://{website}").hostname or ""
    except ValueError:
        return None
    own = host.removeprefix("www.")
    return own if own and own not in _SHARED_HOSTS else None


def place_of(street: str | None, postal_code: str | None, city: str | None) -> Place | None:
    """An address to compare; None where there is nothing of it."""
    if not (street or postal_code or city):
        return None
    return Place(
        street=street or "",
        numbers=frozenset(_NUMBERS.findall((street or "").lower())),
        postal_code="".join(filter(str.isalnum, postal_code or "")).upper(),
        city=city or "",
    )


@lru_cache(maxsize=8_192)
def street_key(street: str) -> str:
    """The words by which a street is told, as one."""
    words = telling(words_of(street))
    return "".join(word for word in words if word.isalpha() and word not in _WAYS)


@lru_cache(maxsize=8_192)
def city_key(city: str) -> str:
    """The words by which a city is told."""
    return " ".join(telling(words_of(city)))


def profile_of(candidate: Candidate) -> Profile:
    """What a candidate is compared by."""
    place = place_of(candidate.street, candidate.postal_code, candidate.city)
    email, iban, phone = candidate.email, candidate.iban, candidate.phone
    return Profile(
        title=candidate.name or candidate.trading_name or "",
        names=names_of(candidate.name, candidate.trading_name),
        country=candidate.country,
        emails=present([email_key(email.strip()) if email else None]),
        phones=present(["".join(filter(str.isdigit, phone)) if phone else None]),
        website=host_of(candidate.website),
        iban="".join(iban.split()).upper() if iban else None,
        identifiers=candidate.identifiers,
        reference=candidate.external_reference,
        places=(place,) if place else (),
    )

"""Which fields of a client must be filled, by preset, country and channel.

A preset is data: rows of (field path, countries or None for all, channels or None for all).
Paths: ``name``; ``contacts.<field>`` of every contact; ``main_contact`` and its fields;
``main_address`` and its fields; ``identifiers.<KIND>``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from clientgraph.values import FRENCH_OVERSEAS

FRENCH: Final = FRENCH_OVERSEAS | {"FR"}


class Channel(Enum):
    """The way by which a record comes in."""

    API = "API"
    FORM = "FORM"
    IMPORT = "IMPORT"


@dataclass(frozen=True)
class Requirement:
    """One field that must be filled, in some countries (None: all) and channels (None: all)."""

    path: str
    countries: frozenset[str] | None = None
    channels: frozenset[Channel] | None = None

    def applies(self, country: str, channel: Channel) -> bool:
        """Whether it holds for a client of this country that comes by this channel."""
        return (self.countries is None or country in self.countries) and (
            self.channels is None or channel in self.channels
        )


_IMPORT = frozenset({Channel.IMPORT})

PRESETS: Final[Mapping[str, tuple[Requirement, ...]]] = {
    "lenient": (Requirement("name"),),
    "jump": (
        Requirement("name"),
        Requirement("main_address"),
        Requirement("main_address.line1"),
        Requirement("main_address.postal_code"),
        Requirement("main_address.city"),
        Requirement("identifiers.FR_SIRET", FRENCH),
    ),
    "fiche": (
        Requirement("name"),
        Requirement("main_contact"),
        Requirement("contacts.email"),
    ),
    "banqup": (
        Requirement("name"),
        Requirement("country", channels=_IMPORT),
        Requirement("main_contact"),
        Requirement("main_contact.email"),
        Requirement("main_contact.first_name"),
        Requirement("main_contact.last_name"),
        Requirement("main_contact.locale"),
    ),
}


def required(preset: str, country: str, channel: Channel) -> list[str]:
    """The paths that must be filled, in the preset's order."""
    return [
        requirement.path for requirement in PRESETS[preset] if requirement.applies(country, channel)
    ]

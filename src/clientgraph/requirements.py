"""Which fields of a client must be filled, by preset, rules, country and channel.

A preset is data: rows of (field path, countries or None for all, channels or None for all).
Paths: ``name`` and other fields of the client; ``contacts.<field>`` of every contact;
``main_contact`` and its fields; ``main_address`` and its fields; ``identifiers.<KIND>``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from clientgraph.values import FRENCH_OVERSEAS

FRENCH: Final = FRENCH_OVERSEAS | {"FR"}
ALWAYS: Final = "name"
MAIN_CONTACT: Final = "main_contact"
MAIN_ADDRESS: Final = "main_address"
MAIN_PARTS: Final = (MAIN_CONTACT, MAIN_ADDRESS)
# What paths about contacts begin with.
CONTACT_PATHS: Final = frozenset({MAIN_CONTACT, "contacts"})


class Channel(Enum):
    """The way by which a record comes in."""

    API = "API"
    FORM = "FORM"
    INLINE = "INLINE"
    IMPORT = "IMPORT"

    @property
    def ruled_as(self) -> Channel:
        """The channel whose rules hold: a form within a document asks what any form asks."""
        return Channel.FORM if self is Channel.INLINE else self


@dataclass(frozen=True)
class Requirement:
    """One field that must be filled, in some countries (None: all) and channels (None: all).

    With ``is_required`` false it need not be, although something more general asks for it.
    """

    path: str
    countries: frozenset[str] | None = None
    channels: frozenset[Channel] | None = None
    is_required: bool = True

    def applies(self, country: str, channel: Channel) -> bool:
        """Whether it holds for a client of this country that comes by this channel."""
        return (self.countries is None or country in self.countries) and (
            self.channels is None or channel.ruled_as in self.channels
        )

    @property
    def rank(self) -> tuple[bool, bool]:
        """How special it is: naming countries counts for more than naming channels."""
        return self.countries is not None, self.channels is not None


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


def required(
    preset: str, rules: Iterable[Requirement], country: str, channel: Channel
) -> list[str]:
    """The paths that must be filled: the preset's in its order, then those that rules add.

    Any rule outdoes the preset. Of rules about one path the one that names countries outdoes
    those that do not, then the one that names channels, then the later one in ``rules``. A field
    of a main part asks for the part itself, unless a rule lifts that.
    """
    found: dict[str, bool] = {}
    for each in (*PRESETS[preset], *sorted(rules, key=lambda rule: rule.rank)):
        if each.applies(country, channel):
            found[each.path] = each.is_required
    wanted: dict[str, None] = {}
    for path in (path for path, is_required in found.items() if is_required):
        head = path.partition(".")[0]
        if head in MAIN_PARTS and found.get(head, True):
            wanted[head] = None
        wanted[path] = None
    return list(wanted)

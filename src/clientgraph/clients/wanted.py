"""Whether a client has what its workspace requires."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clientgraph.drafts import Checked
from clientgraph.organisations.models import Organisation
from clientgraph.requirements import Channel, required


@dataclass(frozen=True)
class Filled:
    """A record as it is or would be: the client's columns and the rows of its parts."""

    values: Mapping[str, Any]
    contacts: Sequence[Mapping[str, Any]]
    addresses: Sequence[Mapping[str, Any]]
    identifiers: Sequence[Mapping[str, Any]]

    def part(self, name: str) -> Mapping[str, Any] | None:
        """``main_contact`` or ``main_address``; None where there is none."""
        if name == "main_contact":
            return next((row for row in self.contacts if row.get("is_main")), None)
        return next((row for row in self.addresses if row.get("kind") == "MAIN"), None)

    def index(self, name: str) -> str:
        """Where in the input the part stands."""
        siblings = self.contacts if name == "main_contact" else self.addresses
        part = self.part(name)
        return str(next(place for place, row in enumerate(siblings) if row is part))


def check_required(
    organisation: Organisation, country: str, filled: Filled, checked: Checked
) -> None:
    """Note every required field that is empty, at the place where it is to be given."""
    for path in required(organisation.requirements, country, Channel.API):
        for place in _lacking(path, filled):
            # A field that could not be read is told about already; so is an identifier, whose
            # place in the list does not tell which kind it was meant to be.
            known = place[:1] if place[0] == "identifiers" else place
            if not checked.complains_about(*known):
                checked.add(place, "REQUIRED")


def _lacking(path: str, filled: Filled) -> list[tuple[str, ...]]:
    """Where the input lacks this path; nowhere, where it is filled."""
    head, _, rest = path.partition(".")
    if head == "identifiers":
        has = any(row["kind"] == rest for row in filled.identifiers)
        return [] if has else [("identifiers", rest)]
    if head == "contacts":
        each = enumerate(filled.contacts)
        return [("contacts", str(place), rest) for place, row in each if not row.get(rest)]
    if head not in ("main_contact", "main_address"):
        return [] if filled.values.get(head) else [(head,)]
    listed = "contacts" if head == "main_contact" else "addresses"
    part = filled.part(head)
    if part is None:
        return [] if rest else [(listed,)]
    return [(listed, filled.index(head), rest)] if rest and not part.get(rest) else []

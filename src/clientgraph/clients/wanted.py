"""What a client lacks of the fields that its workspace requires."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from clientgraph.contacts.service import COLUMNS as CONTACT_COLUMNS
from clientgraph.drafts import Checked
from clientgraph.requirements import MAIN_PARTS

# Fields whose column has another name.
COLUMNS: Final = {"type": "type_id", "parent": "parent_id", "payment_terms": "payment_days"}


@dataclass(frozen=True)
class Filled:
    """A record as it is or would be: the client's columns and the rows of its parts.

    Among the values are its ``categories``, where these are required.
    """

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
    wanted: Sequence[str], filled: Filled, checked: Checked, missing: Checked
) -> None:
    """Note in ``missing`` every required field that is empty, at the place where it is given.

    What ``checked`` complains about already is not missing: it was given and could not be read.
    """
    for path in wanted:
        for place in _lacking(path, filled):
            # The place of an identifier does not tell which kind it was meant to be.
            known = place[:1] if place[0] == "identifiers" else place
            if not checked.complains_about(*known):
                missing.add(place, "REQUIRED")


def _lacking(path: str, filled: Filled) -> list[tuple[str, ...]]:
    """Where the input lacks this path; nowhere, where it is filled."""
    head, _, rest = path.partition(".")
    if head == "identifiers":
        has = any(row["kind"] == rest for row in filled.identifiers)
        return [] if has else [("identifiers", rest)]
    if head == "contacts":
        each = enumerate(filled.contacts)
        return [("contacts", str(place), rest) for place, row in each if _lacks_in_part(row, rest)]
    if head not in MAIN_PARTS:
        return [(head,)] if _lacks(filled.values, COLUMNS.get(head, head)) else []
    listed = "contacts" if head == "main_contact" else "addresses"
    part = filled.part(head)
    if part is None:
        return [] if rest else [(listed,)]
    return [(listed, filled.index(head), rest)] if rest and _lacks_in_part(part, rest) else []


def _lacks_in_part(part: Mapping[str, Any], name: str) -> bool:
    return _lacks(part, CONTACT_COLUMNS.get(name, name))


def _lacks(row: Mapping[str, Any], column: str) -> bool:
    value = row.get(column)
    return value is None or (isinstance(value, Collection) and not value)

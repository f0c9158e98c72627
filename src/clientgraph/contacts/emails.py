"""Whose an e-mail address is: each has one holder in the workspace, or as its policy has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from clientgraph import global_ids
from clientgraph.context import Context
from clientgraph.drafts import Checked
from clientgraph.errors import UserError
from clientgraph.organisations.policies import EmailUniqueness
from clientgraph.storage.rows import one_by_one, organisation_of
from clientgraph.storage.session import Dialect

CLIENT: Final = "Client"
CONTACT: Final = "Contact"
# Who has one of some addresses; clients before contacts, the oldest first.
_HOLDERS: Final[Mapping[Dialect, str]] = {
    "postgres": "SELECT 'Client' AS kind, id, id AS client_id, email_key FROM client"
    " WHERE organisation_id = ? AND email_key = ANY(?) UNION ALL"
    " SELECT 'Contact', id, client_id, email_key FROM contact"
    " WHERE organisation_id = ? AND email_key = ANY(?) ORDER BY 1, 2",
    "sqlite": "SELECT 'Client' AS kind, id, id AS client_id, email_key FROM client"
    " WHERE organisation_id = ? AND email_key IN (SELECT value FROM json_each(?)) UNION ALL"
    " SELECT 'Contact', id, client_id, email_key FROM contact"
    " WHERE organisation_id = ? AND email_key IN (SELECT value FROM json_each(?)) ORDER BY 1, 2",
}


@dataclass(frozen=True)
class Claimant:
    """A client whose records are to have addresses, and where mistakes and warnings are noted.

    ``client_id`` is None for a new client, ``position`` its place in the call; ``policy`` is the
    one that holds for it.
    """

    client_id: UUID | None
    policy: EmailUniqueness
    checked: Checked
    warnings: list[UserError]
    position: int = 0


@dataclass(frozen=True)
class Claim:
    """An address that a record is to have.

    ``path`` is its place in the input; ``values`` are the record's columns; ``kind`` is CLIENT or
    CONTACT; ``held`` is the key of the address that the record has already, ``record_id`` the
    record itself if it exists.
    """

    path: tuple[str, ...]
    values: Mapping[str, Any]
    claimant: Claimant
    kind: str = CONTACT
    held: str | None = None
    record_id: UUID | None = None

    @property
    def key(self) -> str | None:
        """What is compared; None where no other address is asked for than before."""
        key: str | None = self.values.get("email_key")
        return None if key == self.held else key

    @property
    def is_within(self) -> bool:
        """Whether the address is compared within its client alone."""
        return self.claimant.policy is EmailUniqueness.PER_CLIENT


async def check_emails(context: Context, claims: Sequence[Claim]) -> None:
    """Note with each claimant, as a mistake or warning, where somebody else has an address.

    A client may have the address of its own contact (sole traders have one mailbox). Until the
    transaction ends nobody else can take these addresses.
    """
    claims = [claim for claim in claims if claim.key is not None]
    found = {id(claim.claimant): (claim.claimant, Checked()) for claim in claims}
    _check_each_other(claims, found)
    # Within a client two contacts meet, and nobody has a contact of a new client.
    claims = [
        claim
        for claim in claims
        if not claim.is_within or (claim.kind == CONTACT and claim.claimant.client_id)
    ]
    if claims:
        keys = sorted({str(claim.key) for claim in claims})
        await one_by_one(context.session, "emails", keys)
        own = organisation_of(context.session)
        sql = _HOLDERS[context.session.dialect]
        holders: dict[str, list[Mapping[str, Any]]] = {}
        for row in await context.session.select(sql, [own, keys, own, keys]):
            holders.setdefault(row["email_key"], []).append(row)
        for claim in claims:
            _check_holders(claim, holders.get(str(claim.key), ()), found)
    for claimant, noted in found.values():
        if claimant.policy is EmailUniqueness.WARN:
            claimant.warnings.extend(noted.errors)
        else:
            claimant.checked.include(noted)


Found = Mapping[int, tuple[Claimant, Checked]]


def _check_each_other(claims: Sequence[Claim], found: Found) -> None:
    """Two contacts of one client do not share an address, nor do two clients of one call."""
    contacts: dict[tuple[int, str], Claim] = {}
    clients: dict[str, int] = {}
    for claim in claims:
        key, position = str(claim.key), claim.claimant.position
        _, noted = found[id(claim.claimant)]
        if claim.kind == CONTACT:
            other = contacts.setdefault((position, key), claim)
            if other is not claim:
                noted.add(claim.path, "DUPLICATE", other=other.path[-2])
        first = clients.setdefault(key, position)
        if first != position and not claim.is_within:
            noted.add(claim.path, "DUPLICATE_IN_CALL", other=first)


def _check_holders(claim: Claim, holders: Sequence[Mapping[str, Any]], found: Found) -> None:
    for row in holders:
        if UUID(str(row["id"])) == claim.record_id:
            continue
        same_client = UUID(str(row["client_id"])) == claim.claimant.client_id
        both_contacts = claim.kind == row["kind"] == CONTACT
        if same_client and not both_contacts:
            continue
        if claim.is_within and not same_client:
            continue
        record = global_ids.encode(row["kind"], UUID(str(row["id"])))
        _, noted = found[id(claim.claimant)]
        noted.add(claim.path, "TAKEN", record=record, value=claim.values["email"])
        return

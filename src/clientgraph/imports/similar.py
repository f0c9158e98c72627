"""What a record of a sheet is compared by, and what it was found to be much like."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson

from clientgraph.columns.drafting import SheetRecord
from clientgraph.context import Context
from clientgraph.drafts import Draft
from clientgraph.duplicates.candidates import Candidate, Match
from clientgraph.errors import UserError
from clientgraph.imports.options import Options
from clientgraph.imports.packing import Problem
from clientgraph.organisations.policies import FIELD as POLICIES
from clientgraph.organisations.policies import EmailUniqueness
from clientgraph.organisations.service import current_organisation
from clientgraph.templates.defaults import kept_defaults
from clientgraph.templates.service import templates
from clientgraph.values import email_key


async def unshared(context: Context, options: Options) -> Callable[[Draft], bool]:
    """Whether a new client has its e-mail addresses for itself, by its template's policies."""
    organisation = await current_organisation(context.session)
    every = await templates(context)
    known = {each.id: kept_defaults(each).get(POLICIES, {}) for each in every}
    usual = next((each.id for each in every if each.is_default), None)
    own = UUID(options.template) if options.template else usual

    def by_email(draft: Draft) -> bool:
        policies = known.get(draft.get("template", own), {})
        policy = policies.get("email_uniqueness") or organisation.email_uniqueness
        return EmailUniqueness(policy) is EmailUniqueness.STRICT

    return by_email


def compared(
    records: Iterable[SheetRecord],
    positions: Mapping[int, int],
    by_email: Callable[[Draft], bool],
) -> tuple[list[Candidate], dict[int, Problem]]:
    """What records are compared by, and the mistakes of those with a key of another before them.

    ``positions`` are those of the records that are compared, by their first rows. Where
    ``by_email`` says so of a draft, the addresses of the client and its contacts are keys, too.
    """
    made: list[Candidate] = []
    repeated: dict[int, Problem] = {}
    first: dict[tuple[str, str], int] = {}
    for record in records:
        row = record.rows[0].number
        keys = _keys(record.draft, by_email=by_email(record.draft))
        others = [
            (path, other) for path, key in keys if (other := first.setdefault(key, row)) != row
        ]
        if row in positions:
            made.append(_candidate(record, positions[row]))
            for path, other in others[:1]:
                error = UserError(path, "DUPLICATE_IN_CALL", {"other": other})
                headers = {each.index: each.header for each in record.matching.columns}
                repeated[positions[row]] = Problem.of_record(error, record, headers)
    return made, repeated


def _candidate(record: SheetRecord, position: int) -> Candidate:
    """A record as others are compared with it; ``position`` is its place in the sheet."""
    draft = record.draft
    address: Mapping[str, Any] = next(iter(draft.get("addresses") or ()), {})
    street = [address.get("line1"), address.get("street_number")]
    return Candidate(
        position=position,
        name=_text(draft, "name"),
        trading_name=_text(draft, "trading_name"),
        country=_text(draft, "country") or _text(address, "country"),
        email=_text(draft, "email"),
        phone=_text(draft, "phone"),
        website=_text(draft, "website"),
        iban=_text(draft, "iban"),
        identifiers={each["kind"]: each["value"] for each in draft.get("identifiers") or ()},
        street=" ".join(str(each) for each in street if each) or None,
        postal_code=_text(address, "postal_code"),
        city=_text(address, "city"),
        external_reference=_text(draft, "external_reference"),
    )


def _keys(
    draft: Mapping[str, Any], *, by_email: bool
) -> Iterator[tuple[tuple[str, ...], tuple[str, str]]]:
    """Where each key stands in a draft, and what is compared."""
    for name in ("external_reference", "reference"):
        value = _text(draft, name)
        if value is not None:
            yield (name,), (name, value.strip())
    if not by_email:
        return
    contacts = enumerate(draft.get("contacts") or ())
    parts = [((), draft), *((("contacts", str(place)), each) for place, each in contacts)]
    for above, part in parts:
        email = _text(part, "email")
        if email is not None:
            yield (*above, "email"), ("email", email_key(email.strip()))


def _text(draft: Mapping[str, Any], name: str) -> str | None:
    found = draft.get(name)
    return None if found is None else str(found)


def packed_matches(matches: Sequence[Match], rows: Mapping[int, int]) -> str:
    """As they are stored; records of the same sheet by the number of their first row."""
    made = [
        {
            "client": None if each.client_id is None else str(each.client_id),
            "row": None if each.other is None else rows.get(each.other),
            "score": round(each.score, 3),
            "reasons": list(each.reasons),
            "name": each.name,
        }
        for each in matches
    ]
    return orjson.dumps(made).decode()


def unpacked_matches(text: str) -> list[dict[str, Any]]:
    """As they were stored."""
    found: list[dict[str, Any]] = orjson.loads(text)
    return found

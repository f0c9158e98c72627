"""Contacts and addresses that a sheet has of clients that there are: changed, added or the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar
from uuid import UUID

from clientgraph import values
from clientgraph.addresses.models import Address
from clientgraph.addresses.service import addresses_by_client, check_address
from clientgraph.clients import parts
from clientgraph.clients.models import Client
from clientgraph.contacts.choices import Choices, choices
from clientgraph.contacts.models import Contact
from clientgraph.contacts.service import all_contacts, check_contact
from clientgraph.context import Context
from clientgraph.drafts import Checked, Draft
from clientgraph.errors import UserErrors
from clientgraph.fields.given import FIELD, Asked, Given
from clientgraph.fields.models import CustomValue, RecordKind
from clientgraph.fields.service import check_all, values_by_record
from clientgraph.requirements import Channel
from clientgraph.single import check_single
from clientgraph.storage.models import Record, values_of

R = TypeVar("R", bound=Record)
Known = tuple[Client, Mapping[str, Sequence[Draft]], Checked]
# What one contact or address of a client has alone, and why it cannot be given up to nobody.
_PLACES: Final[Mapping[str, tuple[Any, str | None]]] = {
    "is_main": (True, "MAIN_CONTACT"),
    "is_invoice_recipient": (True, None),
    "is_default_for_billing": (True, "DEFAULT_ADDRESS"),
    "kind": ("MAIN", None),
}
_KINDS: Final = {"contacts": RecordKind.CONTACT, "addresses": RecordKind.ADDRESS}


@dataclass
class PartChange:
    """One contact or address of a client to be changed, or added where ``row`` is None.

    ``name`` and ``index`` are its place in the draft; ``columns`` are those that it gets.
    """

    name: str
    index: int
    draft: Draft
    row: Contact | Address | None
    columns: Mapping[str, Any] = field(default_factory=dict)
    custom: Given | None = None

    @property
    def kind(self) -> RecordKind:
        """What sort of record it is."""
        return _KINDS[self.name]

    def differs(self, stored: Sequence[CustomValue]) -> bool:
        """Whether anything would change."""
        if self.row is None:
            return True
        if any(getattr(self.row, name) != value for name, value in self.columns.items()):
            return True
        given = {} if self.custom is None else self.custom.rows
        known: dict[UUID, list[tuple[str, str]]] = {each: [] for each in given}
        for value in stored:
            if value.definition_id in known:
                known[value.definition_id].append((value.type, value.value))
        return any(
            [(row["type"], row["value"]) for row in rows] != known[definition_id]
            for definition_id, rows in given.items()
        )


async def part_changes(context: Context, known: Sequence[Known]) -> list[list[PartChange]]:
    """What would change of the parts of each client; mistakes are noted with it."""
    if not known:
        return []
    ids = [client.id for client, _, _ in known]
    people = await all_contacts(context, ids)
    places = await addresses_by_client(context, ids)
    drafts = [draft for _, given, _ in known for draft in given.get("contacts", ())]
    chosen = await choices(context, drafts)
    made = []
    for client, given, checked in known:
        contacts = _contacts(given.get("contacts", ()), people[client.id], client, chosen, checked)
        addresses = _addresses(given.get("addresses", ()), places[client.id], client, checked)
        for changes in (contacts, addresses):
            _check_places(changes, checked)
        made.append([*contacts, *addresses])
    await _check_custom(context, known, made)
    return await _differing(context, made)


def _check_places(changes: Sequence[PartChange], checked: Checked) -> None:
    """A place that is one's alone is claimed by one; who has it gives it up to another only."""
    for column, (held, code) in _PLACES.items():
        mistakes = Checked()
        check_single([each.columns for each in changes], column, held, mistakes)
        for each in changes:
            checked.include(mistakes, each.name)
            given = each.columns.get(column, held)
            gives_up = each.row is not None and given != held == getattr(each.row, column)
            if code is not None and gives_up and not _claimed(changes, column):
                checked.add((each.name, str(each.index), column), code)


def _claimed(changes: Sequence[PartChange], column: str) -> bool:
    return any(each.columns.get(column) == _PLACES[column][0] for each in changes)


def _contacts(
    drafts: Sequence[Draft],
    rows: Sequence[Contact],
    client: Client,
    chosen: Choices,
    checked: Checked,
) -> list[PartChange]:
    left, made = list(rows), []
    for index, draft in enumerate(drafts):
        row = _same_contact(draft, left)
        if row is not None:
            left.remove(row)
        found = check_contact(draft, client.country, chosen, row)
        checked.include(found, "contacts", str(index))
        made.append(PartChange("contacts", index, draft, row, _stored(found, row)))
    return made


def _same_contact(draft: Draft, rows: Sequence[Contact]) -> Contact | None:
    """The contact that a draft is about: of the same address, else of the same name or number."""
    email = draft.get("email")
    key = values.email_key(email.strip()) if email else None
    if key is not None and (same := [row for row in rows if row.email_key == key]):
        return _likest(draft, same)
    left = [row for row in rows if not (key and row.email_key)]
    named = [name for name in ("last_name", "first_name") if draft.get(name)]
    if named:
        called = _compared(draft.get(name) for name in ("last_name", "first_name"))
        return _likest(
            draft, [row for row in left if called == _compared([row.last_name, row.first_name])]
        )
    if key is not None:
        return None
    numbers = [name for name in ("phone", "mobile") if draft.get(name)]
    return _likest(
        draft,
        [row for row in left if numbers and all(getattr(row, n) == draft[n] for n in numbers)],
    )


def _compared(texts: Iterable[str | None]) -> str:
    """Texts as they are compared; of signs alone there is nothing but the signs."""
    found = " ".join(each for each in texts if each)
    return values.folded(found) or found


def _likest(draft: Draft, rows: Sequence[R]) -> R | None:
    """Of those that it may be about, the one with most in common and least besides."""

    def likeness(row: R) -> tuple[int, int]:
        held = values_of(row)
        return (
            sum(held.get(name) == value for name, value in draft.items()),
            -sum(value is not None for value in held.values()),
        )

    return max(rows, key=likeness, default=None)


def _addresses(
    drafts: Sequence[Draft], rows: Sequence[Address], client: Client, checked: Checked
) -> list[PartChange]:
    left, made = list(rows), []
    for index, draft in enumerate(drafts):
        row = _same_address(draft, left, is_first=index == 0)
        if row is not None:
            left.remove(row)
        found = check_address(draft, client.country, row)
        checked.include(found, "addresses", str(index))
        made.append(PartChange("addresses", index, draft, row, _stored(found, row)))
    return made


def _same_address(draft: Draft, rows: Sequence[Address], *, is_first: bool) -> Address | None:
    """The address that a draft is about: of its label, of its place, or else the one of its kind.

    Of a sheet that says nothing of kinds the first is the main one.
    """
    for names in (("label",), ("line1", "postal_code", "city"), ("line2", "region")):
        given = [name for name in names if draft.get(name)]
        same = [
            row
            for row in rows
            if given
            and all(_compared([str(draft[n])]) == _compared([getattr(row, n)]) for n in given)
        ]
        if same:
            return _likest(draft, same)
    kind = draft.get("kind") or ("MAIN" if is_first else None)
    if kind not in ("MAIN", "BILLING"):
        return None
    return next((row for row in rows if row.kind == kind), None)


def _stored(found: Checked, row: Contact | Address | None) -> dict[str, Any]:
    """The columns that a draft sets; those that only follow from others need no comparison."""
    if row is None:
        return dict(found.values)
    return {name: value for name, value in found.values.items() if not name.startswith("sort_")}


async def _check_custom(
    context: Context, known: Sequence[Known], made: Sequence[Sequence[PartChange]]
) -> None:
    """The custom fields of parts that give some."""
    asked: dict[RecordKind, list[Asked]] = {kind: [] for kind in _KINDS.values()}
    owners: dict[RecordKind, list[tuple[PartChange, Checked]]] = {kind: [] for kind in asked}
    for (client, _, checked), changes in zip(known, made, strict=True):
        for each in changes:
            if each.draft.get(FIELD):
                known_id = each.row.id if each.row else None
                asked[each.kind].append(
                    Asked(
                        draft=each.draft,
                        country=client.country,
                        known=known_id,
                        required=False,
                        index=each.index,
                    )
                )
                owners[each.kind].append((each, checked))
    if not any(asked.values()):
        return
    found = await check_all(context, asked)
    for kind, pairs in owners.items():
        for (change, checked), given in zip(pairs, found[kind], strict=True):
            change.custom = given
            checked.include(given.checked, change.name, str(change.index))


async def _differing(
    context: Context, made: Sequence[Sequence[PartChange]]
) -> list[list[PartChange]]:
    stored: dict[UUID, Sequence[CustomValue]] = {}
    for kind in _KINDS.values():
        ids = [
            each.row.id
            for changes in made
            for each in changes
            if each.kind is kind and each.row is not None and each.custom is not None
        ]
        if ids:
            stored |= await values_by_record(context, kind, ids)
    return [
        [each for each in changes if each.differs(stored.get(each.row.id, ()) if each.row else ())]
        for changes in made
    ]


async def store_changes(
    context: Context, client: Client, changes: Sequence[PartChange]
) -> list[tuple[PartChange, UUID]]:
    """Write changes of parts; their rows' ids. Raises `UserErrors` with paths of the draft.

    Who takes a place comes before who gives it up.
    """
    made = []
    for each in sorted(changes, key=lambda change: not _takes(change)):
        try:
            made.append((each, await _store(context, client, each)))
        except UserErrors as mistakes:
            raise UserErrors(
                [error.under(each.name, str(each.index)) for error in mistakes.errors]
            ) from mistakes
    return made


def _takes(change: PartChange) -> bool:
    return any(_claimed([change], column) for column in _PLACES)


async def _store(context: Context, client: Client, change: PartChange) -> UUID:
    draft, by = change.draft, Channel.IMPORT
    row: Contact | Address
    if change.name == "contacts":
        if change.row is None:
            row = await parts.create_contact(context, client.id, draft, by)
        else:
            row = await parts.update_contact(context, change.row.id, draft, None, by)
    elif change.row is None:
        row = await parts.create_address(context, client.id, draft, by)
    else:
        row = await parts.update_address(context, change.row.id, draft, None, by)
    return row.id

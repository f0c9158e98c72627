"""Which client each record of a call is about, by a key that the call declares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple
from uuid import UUID

from clientgraph import global_ids
from clientgraph.clients.fields import check_fields
from clientgraph.clients.models import Client
from clientgraph.clients.saving import Saving
from clientgraph.contacts.models import Contact
from clientgraph.context import Context
from clientgraph.drafts import Checked, is_blank
from clientgraph.errors import UserErrors
from clientgraph.identifiers import service as identifiers
from clientgraph.identifiers.kinds import parsed
from clientgraph.identifiers.models import Identifier
from clientgraph.storage.rows import lock_all, locked, one_at_a_time, rows
from clientgraph.turns import in_turns
from clientgraph.values import email_key, folded


class MatchField(Enum):
    """A field by which clients can be found."""

    REFERENCE = "REFERENCE"
    EXTERNAL_REFERENCE = "EXTERNAL_REFERENCE"
    EMAIL = "EMAIL"


@dataclass(frozen=True)
class MatchKey:
    """The column of a client, or else the key of a kind of identifier that is one's alone."""

    column: str
    identifier: str | None = None

    @classmethod
    def of(cls, field: MatchField | None, identifier: str | None) -> MatchKey:
        """From what a caller gave: the one or the other."""
        return cls("" if field is None else field.value.lower(), identifier)

    @property
    def name(self) -> str:
        """The field's name, or the kind of identifier."""
        return self.identifier or self.column.upper()


class _Value(NamedTuple):
    """What a record has as its key, and where it stands in the record."""

    path: tuple[str, ...]
    value: str


async def match_by_any(context: Context, savings: Sequence[Saving]) -> dict[int, str]:
    """Find the client of each record by the first of its keys that a client has, and hold it.

    In this order: external reference, reference, identifiers that are one client's alone, e-mail
    address, which is not that of a client with other such identifiers; and the address of a contact
    where the client has the same name. Answers the name of the key by the record's position;
    records that find none are of new clients.
    """
    await one_at_a_time(context.session, "records of clients")
    matched: dict[int, str] = {}
    stored: dict[str, Mapping[str, str]] = {}
    for key in _usual_keys(context, savings):
        unmatched = [each for each in savings if each.client is None and _has(key, each)]
        numbers = await _numbers(context, key, unmatched)
        if key.identifier is not None:
            stored[key.identifier] = numbers
        values = [(each, _value(numbers, key, each)) async for each in in_turns(unmatched)]
        known = await _clients(context, key, [found.value for _, found in values if found])
        others = await _identifiers(context, known, stored) if key.column == "email" else {}
        for each, found in values:
            clients = known.get(found.value, ()) if found else ()
            if len(clients) == 1 and not _contradicts(each, clients[0], stored, others):
                (each.client,) = clients
                matched[each.position] = key.name
    return matched | await _match_by_contacts(context, savings, stored)


async def _match_by_contacts(
    context: Context, savings: Sequence[Saving], stored: Mapping[str, Mapping[str, str]]
) -> dict[int, str]:
    """Find clients by their name together with the e-mail address of one of their contacts."""
    asked = [
        (each, (folded(str(each.draft["name"])), email_key(str(part["email"]).strip())))
        for each in savings
        if each.client is None and not is_blank(each.draft.get("name"))
        for part in each.draft.get("contacts") or ()
        if not is_blank(part.get("email"))
    ]
    known = await _by_contacts(context, [key for _, (_, key) in asked])
    others = await _identifiers(context, known, stored)
    matched: dict[int, str] = {}
    for each, pair in asked:
        clients = known.get(pair, ())
        if each.client is not None or len(clients) != 1:
            continue
        if not _contradicts(each, clients[0], stored, others):
            (each.client,) = clients
            matched[each.position] = "CONTACT_EMAIL"
    return matched


async def _by_contacts(
    context: Context, keys: Sequence[str]
) -> dict[tuple[str, str], list[Client]]:
    """The clients that have contacts with these addresses, held, by their name and the address."""
    if not keys:
        return {}
    query = rows(context.session, Contact).filter(email_key__in=list(keys))
    owners = {(row.client_id, str(row.email_key)) for row in await query}
    ids = sorted({client_id for client_id, _ in owners})
    held = {client.id: client for client in await lock_all(context.session, Client, ids)}
    found: dict[tuple[str, str], list[Client]] = {}
    for client_id, key in sorted(owners):
        if client_id in held:
            found.setdefault((held[client_id].sort_name, key), []).append(held[client_id])
    return found


def _usual_keys(context: Context, savings: Sequence[Saving]) -> list[MatchKey]:
    kinds = {part["kind"] for each in savings for part in each.draft.get("identifiers") or ()}
    known = (context.plugins.identifier_kind(each) for each in sorted(kinds))
    return [
        MatchKey.of(MatchField.EXTERNAL_REFERENCE, None),
        MatchKey.of(MatchField.REFERENCE, None),
        *(MatchKey.of(None, kind.key) for kind in known if kind is not None and kind.unique),
        MatchKey.of(MatchField.EMAIL, None),
    ]


def _has(key: MatchKey, saving: Saving) -> bool:
    if key.identifier is None:
        return not is_blank(saving.draft.get(key.column))
    return any(part["kind"] == key.identifier for part in saving.draft.get("identifiers") or ())


async def _identifiers(
    context: Context, known: Mapping[Any, Sequence[Client]], kinds: Iterable[str]
) -> dict[tuple[UUID, str], str]:
    """What clients have, by their id and the kind of identifier."""
    ids = [client.id for clients in known.values() for client in clients]
    if not ids or not (wanted := list(kinds)):
        return {}
    query = rows(context.session, Identifier).filter(client_id__in=ids, kind__in=wanted)
    return {(each.client_id, each.kind): each.value for each in await query}


def _contradicts(
    saving: Saving,
    client: Client,
    stored: Mapping[str, Mapping[str, str]],
    others: Mapping[tuple[UUID, str], str],
) -> bool:
    """Whether a record has another reference or other identifiers than the client."""
    for given in saving.draft.get("identifiers") or ():
        value = stored.get(given["kind"], {}).get(given["value"])
        if value and others.get((client.id, given["kind"]), value) != value:
            return True
    names = (MatchField.EXTERNAL_REFERENCE.value.lower(), MatchField.REFERENCE.value.lower())
    pairs = [(str(saving.draft.get(name) or "").strip(), getattr(client, name)) for name in names]
    return any(given and has and given != has for given, has in pairs)


def note_shared(savings: Sequence[Saving]) -> None:
    """Note a mistake with each record that is about the client of one before it."""
    first: dict[UUID, Saving] = {}
    for each in savings:
        if each.client is None:
            continue
        other = first.setdefault(each.client.id, each)
        if other is not each:
            each.checked.add((), "DUPLICATE_IN_CALL", other=other.position)


async def match_clients(context: Context, key: MatchKey, savings: Sequence[Saving]) -> None:
    """Find the client that each record changes and hold it; those that find none are new ones.

    Notes a mistake with records that have no key, or the same as another, or one that several
    clients have, and where the client is not at the expected version. Raises `UserErrors` for a
    key that cannot be one.
    """
    check_key(context, key)
    # Of two calls with the same new records the later one is to find what the earlier one makes.
    await one_at_a_time(context.session, "records of clients")
    numbers = await _numbers(context, key, savings)
    values = {id(each): _value(numbers, key, each) for each in savings}
    by_value: dict[str, list[tuple[Saving, _Value]]] = {}
    for each in savings:
        if found := values[id(each)]:
            by_value.setdefault(found.value, []).append((each, found))
    known = await _clients(context, key, list(by_value))
    for value, records in by_value.items():
        for place, (saving, found) in enumerate(records):
            if len(records) > 1:
                other, _ = records[0 if place else 1]
                saving.checked.add(found.path, "DUPLICATE_IN_CALL", other=other.position)
            _settle(saving, found, known.get(value, ()))


def check_key(context: Context, key: MatchKey) -> None:
    """An identifier must be of a known kind, and one client's alone; raises `UserErrors`."""
    if key.identifier is None:
        return
    checked = Checked()
    kind = context.plugins.identifier_kind(key.identifier)
    place = ("match_by", "identifier")
    if kind is None:
        checked.add(place, "UNKNOWN_IDENTIFIER_KIND", kind=key.identifier[:40])
    elif not kind.unique:
        label = kind.label.get(context.language) or kind.label["en"]
        checked.add(place, "KEY_NOT_UNIQUE", kind=label)
    if checked.errors:
        raise UserErrors(checked.errors)


async def _numbers(context: Context, key: MatchKey, savings: Sequence[Saving]) -> Mapping[str, str]:
    """The stored form of each number that is a key, by how it was typed."""
    typed = [
        (key.identifier, given["value"])
        for each in savings
        for given in each.draft.get("identifiers") or ()
        if key.identifier is not None and given["kind"] == key.identifier
    ]
    known = await parsed(context.plugins, context.organisation_id, typed)
    return {text: value for (_, text), value in known.items() if isinstance(value, str)}


def _value(numbers: Mapping[str, str], key: MatchKey, saving: Saving) -> _Value | None:
    """The key of a record in its stored form; None where it has none or cannot be read."""
    if key.identifier is not None:
        return _number(numbers, key.identifier, saving)
    name = key.column
    if is_blank(saving.draft.get(name)):
        saving.checked.add((name,), "REQUIRED")
        return None
    # What cannot be read is noted when all of the record is checked.
    found = check_fields({name: saving.draft[name]}, "").values.get(name)
    if found is None:
        return None
    return _Value((name,), email_key(found) if name == "email" else found)


def _number(numbers: Mapping[str, str], key: str, saving: Saving) -> _Value | None:
    for place, given in enumerate(saving.draft.get("identifiers") or ()):
        if given["kind"] == key:
            value = numbers.get(given["value"])
            return _Value(("identifiers", str(place), "value"), value) if value else None
    saving.checked.add(("identifiers", key), "REQUIRED")
    return None


async def _clients(
    context: Context, key: MatchKey, values: Sequence[str]
) -> dict[str, list[Client]]:
    """The clients that have each value, held until the transaction ends."""
    if not values:
        return {}
    if key.identifier is not None:
        return await _by_number(context, key.identifier, values)
    column = key.column
    if column == "email":
        column = "email_key"
    query = rows(context.session, Client).filter(**{f"{column}__in": list(values)})
    found: dict[str, list[Client]] = {}
    for client in await locked(context.session, query):
        found.setdefault(getattr(client, column), []).append(client)
    return found


async def _by_number(context: Context, kind: str, values: Sequence[str]) -> dict[str, list[Client]]:
    owners = await identifiers.clients_with(context, kind, values)
    ids: set[UUID] = {client_id for each in owners.values() for client_id in each}
    held = {row.id: row for row in await lock_all(context.session, Client, list(ids))}
    return {
        value: [held[client_id] for client_id in each if client_id in held]
        for value, each in owners.items()
    }


def _settle(saving: Saving, found: _Value, known: Sequence[Client]) -> None:
    """Say which client a record is about, if that can be said."""
    if len(known) > 1:
        record = global_ids.encode("Client", known[0].id)
        saving.checked.add(found.path, "AMBIGUOUS_KEY", record=record, count=len(known))
    elif known:
        (saving.client,) = known
        _check_version(saving, known[0])
    elif saving.expected is not None:
        saving.checked.add(("expected_version",), "NOT_FOUND")


def _check_version(saving: Saving, client: Client) -> None:
    if saving.expected is not None and saving.expected != client.version:
        saving.checked.add(
            ("expected_version",),
            "VERSION_CONFLICT",
            expected=saving.expected,
            actual=client.version,
        )

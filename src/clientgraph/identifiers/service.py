"""What can be done with identifiers: parse, derive, keep unique, replace."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from clientgraph import global_ids
from clientgraph.context import Context
from clientgraph.contract.identifiers import IdentifierError, IdentifierKind
from clientgraph.dispatch.caller import PluginFailed
from clientgraph.drafts import Checked, Draft
from clientgraph.identifiers.kinds import Pair, derived, parsed
from clientgraph.identifiers.models import Identifier
from clientgraph.storage.bulk import insert_rows
from clientgraph.storage.rows import delete, new_rows, rows

Names = Callable[[Context, Sequence[UUID]], Awaitable[Mapping[UUID, str]]]
MOST: Final = 50
MOST_HOLDERS: Final = 1000


@dataclass(frozen=True)
class Asked:
    """A draft with identifiers; ``client_id`` is the client that may have them already.

    ``position`` is its place in the call.
    """

    client_id: UUID | None
    draft: Draft
    checked: Checked
    position: int = 0


Parsed = dict[str, tuple[int, str, IdentifierKind]]


async def check_identifiers(
    context: Context, asked: Sequence[Asked], names: Names
) -> list[list[dict[str, Any]]]:
    """Rows for the identifiers of each draft and those that follow from them.

    Mistakes are noted with each; ``names`` tells of clients by id what people know them by.
    """
    plugins, organisation_id = context.plugins, context.organisation_id
    typed = [(part["kind"], part["value"]) for each in asked for part in _parts(each)]
    known = await parsed(plugins, organisation_id, typed)
    read = [_read(context, each, known) for each in asked]
    stored = [(key, value) for given, _ in read for key, (_, value, _) in given.items()]
    follows = await derived(plugins, organisation_id, stored)
    made = [_rows(context, each, follows, found) for each, found in read]
    given, mistakes = [each for each, _ in read], [each for _, each in read]
    await _check_free(context, asked, given, mistakes, names)
    for each, found in zip(asked, mistakes, strict=True):
        each.checked.include(found, "identifiers")
    return made


def _parts(asked: Asked) -> Sequence[Draft]:
    return asked.checked.parts(asked.draft, "identifiers", MOST)


def _read(
    context: Context,
    asked: Asked,
    known: Mapping[Pair, str | IdentifierError | PluginFailed],
) -> tuple[Parsed, Checked]:
    """What is given, and the mistakes."""
    given: Parsed = {}
    mistakes = Checked()
    for index, each in enumerate(_parts(asked)):
        _parse(context, each, index, known, given, mistakes)
    return given, mistakes


def _rows(
    context: Context,
    given: Parsed,
    follows: Mapping[Pair, Mapping[str, str]],
    mistakes: Checked,
) -> list[dict[str, Any]]:
    """The rows of what is given and of what follows from it."""
    made = [
        {"kind": key, "value": value, "derived_from": None, "is_exclusive": kind.unique}
        for key, (_, value, kind) in given.items()
    ]
    return [*made, *_derived(context, given, follows, mistakes)]


def _parse(
    context: Context,
    draft: Draft,
    index: int,
    known: Mapping[Pair, str | IdentifierError | PluginFailed],
    given: Parsed,
    checked: Checked,
) -> None:
    place = str(index)
    kind = context.plugins.identifier_kind(draft["kind"])
    if kind is None:
        checked.add((place, "kind"), "UNKNOWN_IDENTIFIER_KIND", kind=draft["kind"][:40])
        return
    if kind.key in given:
        checked.add((place, "kind"), "DUPLICATE", other=given[kind.key][0])
        return
    value = known[kind.key, draft["value"]]
    if isinstance(value, IdentifierError):
        params = {"hint": value.hint} if value.hint else {}
        label = kind.label.get(context.language) or kind.label["en"]
        checked.add((place, "value"), value.code, kind=label, example=kind.example, **params)
    elif isinstance(value, PluginFailed):
        checked.add((place, "value"), "PLUGIN_UNAVAILABLE", plugin=value.plugin)
    else:
        given[kind.key] = (index, value, kind)


def _derived(
    context: Context,
    given: Parsed,
    follows: Mapping[Pair, Mapping[str, str]],
    checked: Checked,
) -> list[dict[str, Any]]:
    """What follows from the given ones; a given one that says otherwise is a mistake."""
    made: dict[str, dict[str, Any]] = {}
    for key, (_, value, _) in given.items():
        for other, found in follows[key, value].items():
            if other in given:
                index, stated, _ = given[other]
                if stated != found:
                    checked.add((str(index), "value"), "CONTRADICTION", other=key, value=found)
            elif context.plugins.identifier_kind(other) is not None:
                made.setdefault(
                    other,
                    {"kind": other, "value": found, "derived_from": key, "is_exclusive": False},
                )
    return list(made.values())


async def _check_free(
    context: Context,
    asked: Sequence[Asked],
    given: Sequence[Parsed],
    mistakes: Sequence[Checked],
    names: Names,
) -> None:
    """Nobody else has what one client alone may have, in the workspace or in the same call."""
    first: dict[tuple[str, str], int] = {}
    for place, numbers in enumerate(given):
        for key, (index, value, kind) in numbers.items():
            other = first.setdefault((key, value), place) if kind.unique else place
            if other != place:
                path, first_place = (str(index), "value"), asked[other].position
                mistakes[place].add(path, "DUPLICATE_IN_CALL", other=first_place)
    if not first:
        return
    query = rows(context.session, Identifier).filter(is_exclusive=True)
    found = await query.filter(value__in=list({value for _, value in first}))
    taken = [
        (first[row.kind, row.value], row)
        for row in found
        if (row.kind, row.value) in first
        and row.client_id != asked[first[row.kind, row.value]].client_id
    ]
    known = await names(context, [row.client_id for _, row in taken]) if taken else {}
    for place, row in taken:
        record = global_ids.encode("Client", row.client_id)
        path = (str(given[place][row.kind][0]), "value")
        mistakes[place].add(path, "IDENTIFIER_TAKEN", record=record, other=known[row.client_id])


def new_identifiers(
    context: Context, made: Mapping[UUID, Sequence[Mapping[str, Any]]]
) -> list[Identifier]:
    """New identifiers of clients that are still to be stored."""
    new = [dict(row, client_id=client_id) for client_id, each in made.items() for row in each]
    # In one order everywhere: two records with the same identifiers then wait, never deadlock.
    new.sort(key=lambda row: (row["kind"], row["value"]))
    return new_rows(context.session, Identifier, new)


async def replace_identifiers(
    context: Context, wanted: Mapping[UUID, Sequence[Mapping[str, Any]]]
) -> None:
    """Make these the identifiers of each client; what stays the same is not touched."""
    if not wanted:
        return
    gone: list[UUID] = []
    new: dict[UUID, list[Mapping[str, Any]]] = {}
    existing = await identifiers_by_client(context, list(wanted))
    for client_id, given in wanted.items():
        known = {_identity(_facts(row)): row for row in existing[client_id]}
        target = {_identity(row): row for row in given}
        gone += [row.id for key, row in known.items() if key not in target]
        new[client_id] = [row for key, row in target.items() if key not in known]
    await delete(context.session, Identifier, gone)
    await insert_rows(context.session, (Identifier, new_identifiers(context, new)))


def same_identifiers(
    stored: Sequence[Mapping[str, Any]], wanted: Sequence[Mapping[str, Any]]
) -> bool:
    """Whether the rows say the same."""
    return set(map(_identity, stored)) == set(map(_identity, wanted))


def _facts(row: Identifier) -> dict[str, Any]:
    names = ("kind", "value", "derived_from", "is_exclusive")
    return {name: getattr(row, name) for name in names}


def _identity(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return (row["kind"], row["value"], row["derived_from"], bool(row["is_exclusive"]))


async def clients_with(
    context: Context, kind: str, values: Collection[str]
) -> dict[str, set[UUID]]:
    """The clients that were given each of these numbers, as they are stored, of a kind."""
    query = rows(context.session, Identifier).filter(kind=kind, value__in=list(values))
    found: dict[str, set[UUID]] = {}
    for row in await query.filter(derived_from=None):
        found.setdefault(row.value, set()).add(row.client_id)
    return found


async def identifiers_by_client(
    context: Context, client_ids: Sequence[UUID]
) -> dict[UUID, list[Identifier]]:
    """The identifiers of each client: given ones first, then by kind."""
    found = rows(context.session, Identifier).filter(client_id__in=list(client_ids))
    grouped: dict[UUID, list[Identifier]] = {client_id: [] for client_id in client_ids}
    for row in sorted(await found, key=lambda row: (row.derived_from is not None, row.kind)):
        grouped[row.client_id].append(row)
    return grouped


async def stored_forms(context: Context, kind_key: str | None, typed: str) -> list[str]:
    """The forms in which what was typed may be stored: by its kind, or else by any kind."""
    wanted = [(key, typed) for key in (context.plugins.kinds if kind_key is None else [kind_key])]
    known = await parsed(context.plugins, context.organisation_id, wanted)
    forms = {typed, "".join(filter(str.isalnum, typed)).upper()}
    return sorted(forms.union(value for value in known.values() if isinstance(value, str)))


async def client_with_identifier(context: Context, kind_key: str, text: str) -> UUID | None:
    """The client that has this identifier, typed in any form; given ones before derived ones.

    None when nobody has it, or when only derivation gives it to several.
    """
    pair = kind_key, text
    value = (await parsed(context.plugins, context.organisation_id, [pair])).get(pair, text)
    if not isinstance(value, str):
        return None
    return (await holders(context, [(kind_key, value)])).get((kind_key, value))


async def holders(
    context: Context, wanted: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], UUID]:
    """The client that has each identifier (kind, stored form); given ones before derived ones.

    Absent where nobody has it, or when only derivation gives it to several.
    """
    kinds, forms = {kind for kind, _ in wanted}, {value for _, value in wanted}
    query = rows(context.session, Identifier).filter(kind__in=list(kinds), value__in=list(forms))
    # What one client alone can have comes first: many derived ones cannot push it out.
    found = await query.order_by("-is_exclusive").limit(MOST_HOLDERS)
    given: dict[tuple[str, str], set[UUID]] = {}
    derived: dict[tuple[str, str], set[UUID]] = {}
    for row in found:
        known = given if row.derived_from is None else derived
        known.setdefault((row.kind, row.value), set()).add(row.client_id)
    each = ((pair, given.get(pair) or derived.get(pair, set())) for pair in wanted)
    return {pair: next(iter(ids)) for pair, ids in each if len(ids) == 1}

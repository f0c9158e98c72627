"""What can be done with identifiers: parse, derive, keep unique, replace."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final
from uuid import UUID

from clientgraph import global_ids, values
from clientgraph.context import Context
from clientgraph.drafts import Checked, Draft
from clientgraph.hookspecs import IdentifierError, IdentifierKind
from clientgraph.identifiers.models import Identifier
from clientgraph.storage.rows import delete, insert_many, rows

Names = Callable[[Context, Sequence[UUID]], Awaitable[Mapping[UUID, str]]]
MOST: Final = 50


async def check_identifiers(
    context: Context, draft: Draft, client_id: UUID | None, checked: Checked, names: Names
) -> list[dict[str, Any]]:
    """Rows for the draft's identifiers and those that follow from them; mistakes go to checked.

    ``client_id`` is the client that may have them already; ``names`` tells of clients by id what
    people know them by.
    """
    mistakes = Checked()
    given: dict[str, tuple[int, str, IdentifierKind]] = {}
    for index, each in enumerate(checked.parts(draft, "identifiers", MOST)):
        _parse(context, each, index, given, mistakes)
    made = [
        {"kind": key, "value": value, "derived_from": None, "is_exclusive": kind.unique}
        for key, (_, value, kind) in given.items()
    ]
    made += _derived(context, given, mistakes)
    await _check_free(context, given, client_id, mistakes, names)
    checked.include(mistakes, "identifiers")
    return made


def _parse(
    context: Context,
    draft: Draft,
    index: int,
    given: dict[str, tuple[int, str, IdentifierKind]],
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
    try:
        value = kind.parse(draft["value"])
    except IdentifierError as error:
        params = {"hint": error.hint} if error.hint else {}
        label = kind.label.get(context.language) or kind.label["en"]
        checked.add((place, "value"), error.code, kind=label, example=kind.example, **params)
        return
    given[kind.key] = (index, value, kind)


def _derived(
    context: Context, given: Mapping[str, tuple[int, str, IdentifierKind]], checked: Checked
) -> list[dict[str, Any]]:
    """What follows from the given ones; a given one that says otherwise is a mistake."""
    made: dict[str, dict[str, Any]] = {}
    for key, (_, value, kind) in given.items():
        for other, follows in kind.derive(value).items():
            if other in given:
                index, stated, _ = given[other]
                if stated != follows:
                    checked.add((str(index), "value"), "CONTRADICTION", other=key, value=follows)
            elif context.plugins.identifier_kind(other) is not None:
                made.setdefault(
                    other,
                    {"kind": other, "value": follows, "derived_from": key, "is_exclusive": False},
                )
    return list(made.values())


async def _check_free(
    context: Context,
    given: Mapping[str, tuple[int, str, IdentifierKind]],
    client_id: UUID | None,
    checked: Checked,
    names: Names,
) -> None:
    wanted = {(key, value): index for key, (index, value, kind) in given.items() if kind.unique}
    if not wanted:
        return
    query = rows(context.session, Identifier).filter(is_exclusive=True)
    found = await query.filter(value__in=[value for _, value in wanted])
    taken = {
        wanted[row.kind, row.value]: row.client_id
        for row in found
        if (row.kind, row.value) in wanted and row.client_id != client_id
    }
    known = await names(context, list(taken.values())) if taken else {}
    for index, other in taken.items():
        record = global_ids.encode("Client", other)
        checked.add((str(index), "value"), "IDENTIFIER_TAKEN", record=record, other=known[other])


async def add_identifiers(
    context: Context, client_id: UUID, made: Sequence[Mapping[str, Any]]
) -> None:
    """Store new identifiers of a client."""
    new = [dict(row, client_id=client_id) for row in made]
    # In one order everywhere: two records with the same identifiers then wait, never deadlock.
    new.sort(key=lambda row: (row["kind"], row["value"]))
    await insert_many(context.session, Identifier, new)


async def replace_identifiers(
    context: Context, client_id: UUID, wanted: Sequence[Mapping[str, Any]]
) -> None:
    """Make these the client's identifiers; what stays the same is not touched."""
    existing = await rows(context.session, Identifier).filter(client_id=client_id)
    known = {_identity(_facts(row)): row for row in existing}
    target = {_identity(row): row for row in wanted}
    await delete(
        context.session, Identifier, [row.id for key, row in known.items() if key not in target]
    )
    new = [row for key, row in target.items() if key not in known]
    await add_identifiers(context, client_id, new)


def _facts(row: Identifier) -> dict[str, Any]:
    names = ("kind", "value", "derived_from", "is_exclusive")
    return {name: getattr(row, name) for name in names}


def _identity(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return (row["kind"], row["value"], row["derived_from"], bool(row["is_exclusive"]))


async def identifiers_by_client(
    context: Context, client_ids: Sequence[UUID]
) -> dict[UUID, list[Identifier]]:
    """The identifiers of each client: given ones first, then by kind."""
    found = rows(context.session, Identifier).filter(client_id__in=list(client_ids))
    grouped: dict[UUID, list[Identifier]] = {client_id: [] for client_id in client_ids}
    for row in sorted(await found, key=lambda row: (row.derived_from is not None, row.kind)):
        grouped[row.client_id].append(row)
    return grouped


def stored_forms(context: Context, kind_key: str | None, typed: str) -> list[str]:
    """The forms in which what was typed may be stored: by its kind, or else by any kind."""
    kinds = context.plugins.kinds
    chosen = kinds.values() if kind_key is None else filter(None, [kinds.get(kind_key)])
    forms = {typed, "".join(filter(str.isalnum, typed)).upper()}
    for kind in chosen:
        with suppress(IdentifierError):
            forms.add(kind.parse(typed))
    return sorted(forms)


async def client_with_identifier(context: Context, kind_key: str, text: str) -> UUID | None:
    """The client that has this identifier, typed in any form; given ones before derived ones.

    None when nobody has it, or when only derivation gives it to several.
    """
    kind = context.plugins.identifier_kind(kind_key)
    try:
        value = kind.parse(text) if kind else text
    except IdentifierError:
        return None
    found = await rows(context.session, Identifier).filter(kind=kind_key, value=value).limit(100)
    given = {row.client_id for row in found if row.derived_from is None}
    candidates = given or {row.client_id for row in found}
    return candidates.pop() if len(candidates) == 1 else None


def search_words(made: Sequence[Mapping[str, Any]]) -> list[str]:
    """What a search finds a client by: the stored forms."""
    return [values.folded(row["value"]) for row in made]

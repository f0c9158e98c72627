"""Clients that cells name: looked for when the cells are at hand, however many others there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from clientgraph.clients.models import Client
from clientgraph.columns.drafting import Column
from clientgraph.columns.fields import SheetField
from clientgraph.columns.names import Names, name_key
from clientgraph.columns.readers import text_of
from clientgraph.columns.writing import leaves
from clientgraph.context import Context
from clientgraph.duplicates.candidates import Candidate
from clientgraph.duplicates.similar import similar_clients
from clientgraph.global_ids import decode
from clientgraph.sheets.cells import Row
from clientgraph.storage.conditions import any_of
from clientgraph.storage.reading import select_rows
from clientgraph.values import LONGEST_TEXT

_OWN: Final = frozenset({"reference", "externalReference", "name"})
_COLUMNS: Final = ("id", "name", "reference", "external_reference")
# For so many names that no client has, one is looked for that was perhaps meant.
_MOST_SUGGESTED: Final = 20


def named_clients(columns: Sequence[Column], rows: Iterable[Row]) -> set[str]:
    """The texts by which the cells of these rows name clients."""
    return _texts(rows, [each.index for each in columns if each.field.names_clients])


def named_in_sheet(columns: Sequence[Column], rows: Callable[[], Iterable[Row]]) -> frozenset[str]:
    """The keys of names by which cells of a sheet may mean other records of it."""
    wanted = set(map(name_key, named_clients(columns, rows())))
    own = [each.index for each in columns if each.field.key in _OWN]
    # Row by row: there may be many more of them than of those that are named.
    known = (name_key(text) for row in rows() for text in _texts([row], own))
    return frozenset(key for key in known if key in wanted) if wanted else frozenset()


def _texts(rows: Iterable[Row], places: Sequence[int]) -> set[str]:
    if not places:
        return set()
    cells = (row.cells[place] for row in rows for place in places if place < len(row.cells))
    return {text for text in map(text_of, cells) if text and len(text) <= LONGEST_TEXT}


async def know_clients(context: Context, known: Names, texts: Iterable[str]) -> None:
    """Let clients be known by these of their references, external references and names.

    Where no client has one, the most similar is known by its own, to be suggested.
    """
    wanted = list(texts)
    if not wanted:
        return
    references = list({spelt for text in wanted for spelt in (text, text.upper(), text.lower())})
    names = [name_key(text) for text in wanted]
    found: dict[UUID, Client] = {}
    for column, values in (
        ("reference", references),
        ("external_reference", references),
        ("sort_name", names),
    ):
        where = any_of(context.session.dialect, column, values)
        rows = await select_rows(context.session, Client, where, "id", _COLUMNS)
        found |= {row.id: row for row in rows}
    for row in found.values():
        known.add(row.id, row.reference, filter(None, (row.external_reference,)))
    for row in found.values():
        known.add(row.id, row.reference, (row.name,), is_weak=True)
    for text in [each for each in wanted if not known.knows(each)][:_MOST_SUGGESTED]:
        meant = Candidate(position=0, name=text)
        for similar in await similar_clients(context, meant, [], 1):
            known.add(similar.client.id, similar.client.reference, (similar.client.name,))


async def show_clients(
    context: Context,
    known: Names,
    chosen: Sequence[SheetField],
    drafts: Iterable[Mapping[str, Any]],
) -> None:
    """Let clients be shown that the chosen fields of these drafts name."""
    naming = [each for each in chosen if each.names_clients]
    if not naming:
        return
    ids = {_id(value) for draft in drafts for field in naming for value in _values(draft, field)}
    missing = [each for each in ids if each is not None and each not in known.shown]
    if not missing:
        return
    where = any_of(context.session.dialect, "id", missing)
    for row in await select_rows(context.session, Client, where, "id", ["id", "reference"]):
        known.add(row.id, row.reference)


def _values(draft: Mapping[str, Any], field: SheetField) -> list[str]:
    parts = [draft] if field.part is None else draft.get(field.part) or ()
    path = field.path if field.part is None else field.path[1:]
    return [str(value) for part in parts for at, value in leaves(part) if at == path]


def _id(text: str) -> UUID | None:
    """Drafts have the ids of rows; values of custom fields those of the API."""
    try:
        return UUID(text)
    except ValueError:
        return decode("Client", text)

"""What is to become of the records of a sheet: found, checked, and held against what there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from clientgraph.clients.matching import MatchKey, match_by_any, match_clients, note_shared
from clientgraph.clients.models import Client
from clientgraph.clients.saving import Saving
from clientgraph.columns.drafting import SheetRecord
from clientgraph.context import Context
from clientgraph.errors import UserError
from clientgraph.identifiers.service import identifiers_by_client
from clientgraph.imports.completing import laid_under
from clientgraph.imports.models import ImportAction
from clientgraph.imports.options import Options
from clientgraph.imports.packing import Problem
from clientgraph.imports.parts import PartChange, part_changes
from clientgraph.mandates.models import MandateEvidence
from clientgraph.objections import ask_about_each
from clientgraph.requirements import Channel
from clientgraph.templates.upserting import check_clients
from clientgraph.turns import in_turns

_PARTS: Final = ("contacts", "addresses")
# A sheet says that there is one, and no more.
_STATED: Final = {"evidence": MandateEvidence.NONE.value}


@dataclass
class Decided:
    """A record on its way: what its cells say, the client that it is about, what would change."""

    record: SheetRecord
    saving: Saving
    parts: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    changes: Sequence[PartChange] = ()
    matched_by: str | None = None
    is_changing: bool = False

    @property
    def errors(self) -> Sequence[UserError]:
        """What is wrong with the record, besides what is wrong with its cells."""
        return self.saving.checked.errors

    @property
    def name(self) -> str | None:
        """What the client is called, by the sheet or else by what there is."""
        client = self.saving.client
        return self.saving.draft.get("name") or (client.name if client else None)

    @property
    def action(self) -> ImportAction:
        """What would be done with it."""
        if self.record.mistakes or self.errors:
            return ImportAction.INVALID
        if self.saving.client is None:
            return ImportAction.CREATE
        if self.is_changing or self.changes or self.record.awaited:
            return ImportAction.UPDATE
        return ImportAction.UNCHANGED

    def problems(self, headers: Mapping[int, str]) -> list[Problem]:
        """All mistakes and warnings, at their cells; a cell that cannot be read is told once."""
        cells = [Problem.of_cell(each) for each in self.record.mistakes]
        known = {(each.row, each.column) for each in cells if each.column is not None}
        found = [Problem.of_record(each, self.record, headers) for each in self.errors]
        warned = [
            Problem.of_record(each, self.record, headers, is_warning=True)
            for each in self.saving.warnings
        ]
        awaited = [Problem.of_cell(each, is_warning=True) for each in self.record.awaited]
        others = (each for each in found if (each.row, each.column) not in known)
        return [*cells, *others, *awaited, *warned]


async def found_records(
    context: Context,
    records: Sequence[SheetRecord],
    options: Options,
    completed: Sequence[Mapping[str, Any]],
    chosen: Mapping[int, Client | None] = MappingProxyType({}),
) -> list[Decided]:
    """Records with the clients that they are about, which are held, and what they say of parts.

    ``completed`` is what each has besides; ``chosen`` are the clients that somebody decided on, by
    the record's first row: None for a new one.
    """
    pairs = zip(records, completed, strict=True)
    made = [_begun(*each) async for each in in_turns(pairs)]
    for each in made:
        each.saving.client = chosen.get(each.saving.position)
    matched = await _matched(context, made, options.match_by, chosen)
    note_shared([each.saving for each in made])
    for each in made:
        if each.saving.client is not None:
            each.matched_by = matched.get(each.saving.position)
            _set_parts_apart(each, each.saving.client)
        elif options.template is not None and "template" not in each.saving.draft:
            each.saving.draft = {**each.saving.draft, "template": UUID(options.template)}
    await _keep_identifiers(context, made)
    await _find_parts(context, made)
    return made


async def _matched(
    context: Context,
    made: Sequence[Decided],
    key: MatchKey | None,
    chosen: Mapping[int, Client | None],
) -> dict[int, str]:
    """Find the clients of records of which nobody decided: by which key each was found."""
    savings = [each.saving for each in made if each.saving.position not in chosen]
    if key is None:
        return await match_by_any(context, savings)
    await match_clients(context, key, savings)
    return {each.position: key.name for each in savings if each.client is not None}


def _begun(record: SheetRecord, completed: Mapping[str, Any]) -> Decided:
    draft = laid_under(record.draft, completed)
    if draft.pop("mandate", False):
        draft["mandate"] = _STATED
    # Rows are what people know records of a sheet by.
    return Decided(record, Saving(draft=draft, position=record.rows[0].number))


def _set_parts_apart(decided: Decided, client: Client) -> None:
    """Contacts and addresses of a client that there is are compared one by one.

    A country that it has from its workspace is no news: sheets name it, as exports do.
    """
    draft = decided.saving.draft
    decided.parts = {name: draft[name] for name in _PARTS if draft.get(name)}
    left_out = {*_PARTS, "template", *decided.record.assumed}
    if client.is_country_default and draft.get("country") == client.country:
        left_out.add("country")
    decided.saving.draft = {name: value for name, value in draft.items() if name not in left_out}


async def _keep_identifiers(context: Context, made: Sequence[Decided]) -> None:
    """What a sheet does not say of a client's numbers stays: it has columns for some kinds."""
    saying = [each.saving for each in made if "identifiers" in each.saving.draft]
    stored = await identifiers_by_client(
        context, [each.client.id for each in saying if each.client is not None]
    )
    for each in saying:
        if each.client is None:
            continue
        given = each.draft["identifiers"]
        kinds = {part["kind"] for part in given}
        kept = [
            {"kind": row.kind, "value": row.value}
            for row in stored[each.client.id]
            if row.derived_from is None and row.kind not in kinds
        ]
        each.draft = {**each.draft, "identifiers": [*given, *kept]}


async def _find_parts(context: Context, made: Sequence[Decided]) -> None:
    known = [(each, each.saving.client) for each in made if each.saving.client and each.parts]
    found = await part_changes(
        context, [(client, each.parts, each.saving.checked) for each, client in known]
    )
    for (each, _), changes in zip(known, found, strict=True):
        each.changes = changes


async def check_records(context: Context, decided: Sequence[Decided]) -> None:
    """Note every mistake of each, those of plugins too, and whether it would change anything."""
    able = [each for each in decided if not each.record.mistakes]
    savings = [each.saving for each in decided]
    changing = {id(each) for each in await check_clients(context, savings, Channel.IMPORT)}
    for each in able:
        each.is_changing = id(each.saving) in changing
    await ask_about_each(context, [each.saving for each in able if each.is_changing])

"""What an import is asked to do, checked before anything is begun: all mistakes at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from clientgraph.clients.matching import MatchKey, check_key
from clientgraph.clients.saving import MOST_PARTS
from clientgraph.columns.fields import SheetFields, parse_key, sheet_fields
from clientgraph.columns.presets import presets
from clientgraph.context import Context
from clientgraph.drafts import Checked
from clientgraph.errors import UserErrors
from clientgraph.imports.options import Options
from clientgraph.sheets.limits import USUAL
from clientgraph.templates.service import templates_by_id

# More than any spreadsheet program takes.
LONGEST_SHEET: Final = 200
_SHOWN: Final = 40
# A column by its place, from 0, and the key of the field that it is taken for.
Choice = tuple[int, str | None]


async def check_options(context: Context, options: Options, columns: Sequence[Choice]) -> None:
    """Raises `UserErrors`; ``columns`` are those of the options as they were given."""
    checked = Checked()
    if options.sheet is not None and len(options.sheet) > LONGEST_SHEET:
        checked.add(("sheet",), "TOO_LONG", length=len(options.sheet), longest=LONGEST_SHEET)
    if options.preset is not None and options.preset not in presets():
        checked.add(("preset",), "UNKNOWN_CHOICE", known=", ".join(sorted(presets())))
    if columns:
        _check_columns(checked, await sheet_fields(context), columns)
    if options.match_by is not None:
        _check_match(context, checked, options.match_by)
    if options.template is not None:
        template_id = UUID(options.template)
        found = (await templates_by_id(context, [template_id])).get(template_id)
        if found is None:
            checked.add(("template",), "NOT_FOUND")
        elif found.archived_at is not None:
            checked.add(("template",), "ARCHIVED", name=found.name)
    checked.raise_errors()


def _check_match(context: Context, checked: Checked, key: MatchKey) -> None:
    try:
        check_key(context, key)
    except UserErrors as mistakes:
        for each in mistakes.errors:
            checked.note(each)


def _check_columns(checked: Checked, fields: SheetFields, columns: Sequence[Choice]) -> None:
    """Each place once and within what a sheet can have, each field known and named once."""
    places: dict[int, int] = {}
    named: dict[str, int] = {}
    for number, (index, key) in enumerate(columns):
        path = ("columns", str(number))
        if not 0 <= index < USUAL.columns:
            checked.add((*path, "index"), "OUT_OF_RANGE", lowest=0, highest=USUAL.columns - 1)
        elif (other := places.setdefault(index, number)) != number:
            checked.add((*path, "index"), "DUPLICATE", other=other)
        if key is None:
            continue
        if not _is_known(fields, key):
            checked.add((*path, "field"), "UNKNOWN_SHEET_FIELD", field=key[:_SHOWN])
        elif (other := named.setdefault(key, number)) != number:
            checked.add((*path, "field"), "DUPLICATE", other=other)


def _is_known(fields: SheetFields, key: str) -> bool:
    """Whether it is the key of a field, of the first contact or address or of a further one."""
    if len(key) > LONGEST_SHEET or key not in fields:
        return False
    return 1 <= parse_key(key)[1] <= MOST_PARTS

"""Rows of workbooks: of the sheet that is asked for, or the first that is seen and not empty."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from clientgraph.sheets.cells import Cell, cell_of
from clientgraph.sheets.found import Found, SheetInfo
from clientgraph.sheets.keeping import kept
from clientgraph.sheets.limits import SheetLimits
from clientgraph.sheets.problems import SheetProblem

_SHEETS: Final = 1_000
_LONGEST_NAME: Final = 255


def read_workbook(
    source: Path, kind: str, sheet: str | None, out: BinaryIO, limits: SheetLimits
) -> Found:
    """Write the rows of one sheet. ``source`` has the ending of its kind. Raises `SheetProblem`."""
    try:
        with CalamineWorkbook.from_path(source) as workbook:
            return _read(workbook, kind, sheet, out, limits)
    except PasswordError as error:
        raise SheetProblem("ENCRYPTED_FILE") from error
    except CalamineError as error:
        raise SheetProblem("DAMAGED_FILE") from error


def _read(
    workbook: CalamineWorkbook, kind: str, sheet: str | None, out: BinaryIO, limits: SheetLimits
) -> Found:
    listed = [each for each in workbook.sheets_metadata if each.typ is SheetTypeEnum.WorkSheet]
    if len(listed) > _SHEETS or any(len(each.name) > _LONGEST_NAME for each in listed):
        raise SheetProblem("FILE_TOO_COMPLEX")
    names = [each.name for each in listed]
    if sheet is not None and sheet not in names:
        raise SheetProblem("UNKNOWN_SHEET", sheet=sheet, known=", ".join(names))
    chosen: str | None = None
    count = 0
    infos = []
    for each in listed:
        loaded = workbook.get_sheet_by_name(each.name)
        infos.append(_info(each, loaded))
        is_wanted = each.name == sheet if sheet is not None else not infos[-1].is_hidden
        if is_wanted and chosen is None and (rows := kept(_rows(loaded), out, limits)):
            chosen, count = each.name, rows
    if chosen is None:
        raise SheetProblem("EMPTY_FILE")
    return Found(format=kind, sheets=infos, chosen=chosen, rows=count)


def _info(listed: SheetMetadata, loaded: CalamineSheet) -> SheetInfo:
    row, column = loaded.end or (-1, -1)
    return SheetInfo(
        name=listed.name,
        is_hidden=listed.visible is not SheetVisibleEnum.Visible,
        rows=row + 1,
        columns=column + 1,
    )


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[Cell]]]:
    if sheet.start is None:
        return
    # Rows come from the first on, but columns only from the first that is used.
    before: list[Cell] = [None] * sheet.start[1]
    for number, row in enumerate(sheet.iter_rows(), 1):
        yield number, before + [cell_of(value) for value in row]

"""Which column of a sheet is which field: by what is given, by presets, headers and contents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from clientgraph.columns.contents import held
from clientgraph.columns.declared import squeezed
from clientgraph.columns.fields import FULL_NAME, VIRTUAL, SheetFields, parse_key
from clientgraph.columns.headers import Headers, Meaning, is_plain_last_name, settled
from clientgraph.columns.presets import Preset, known_headers, presets, recognised
from clientgraph.columns.readers import text_of
from clientgraph.sheets.cells import Cell, Row

GIVEN, PRESET, CONTENT, NONE = "GIVEN", "PRESET", "CONTENT", "NONE"
_FARTHEST_HEADER: Final = 30
_SAMPLES: Final = 3
_LONGEST_SAMPLE: Final = 100
# What virtual fields fill.
_FILLS: Final = {
    "contacts.firstName": (FULL_NAME,),
    "contacts.lastName": (FULL_NAME,),
}


@dataclass(frozen=True)
class Matched:
    """A column: ``field`` is a key, with an ordinal for the second contact or address and further.

    ``how`` says where that is from: GIVEN, PRESET, HEADER, SYNONYM, CONTENT or NONE.
    """

    index: int
    header: str
    field: str | None
    how: str
    samples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Matching:
    """All columns of a sheet. ``header_row`` is the number of the row with the headers, if any.

    ``missing`` are keys of required fields without a column; ``constants`` are texts of fields of
    contacts or addresses that have a value in any column.
    """

    header_row: int | None
    columns: tuple[Matched, ...]
    preset: str | None = None
    missing: tuple[str, ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)

    @property
    def indexes(self) -> dict[str, int]:
        """Key with its ordinal → where its column stands."""
        return {each.field: each.index for each in self.columns if each.field}

    @property
    def names_people(self) -> bool:
        """Whether the sheet is about people, each row about another."""
        preset = presets().get(self.preset or "")
        return "name" not in self.indexes or bool(preset and preset.names_people)

    @property
    def may_name_people(self) -> bool:
        """Whether a client without a name is called like its contact.

        So it is where a last name is not said to be a contact's: beside *Raison sociale*, *Nom* and
        *Prénom* are of clients who are persons.
        """
        last = [each.header for each in self.columns if each.field == "contacts.lastName"]
        plain = self.preset is None and any(map(is_plain_last_name, last))
        return self.names_people or plain

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, made: Mapping[str, Any]) -> Matching:
        """The matching that `to_json` told of."""
        columns = tuple(
            Matched(**{**each, "samples": tuple(each["samples"])}) for each in made["columns"]
        )
        return cls(**{**made, "columns": columns, "missing": tuple(made["missing"])})


def match_columns(
    fields: SheetFields,
    rows: Sequence[Row],
    *,
    given: Mapping[int, str | None] | None = None,
    preset: str | None = None,
) -> Matching:
    """What the columns mean, by the first rows of a sheet.

    ``given`` are the columns of which somebody has said what they mean, None for nothing; unknown
    keys are nothing, too. ``preset`` is the key of a preset; one whose headers are exactly those
    of the sheet is found without.
    """
    rows, given = rows[:60], given or {}
    headers = Headers(fields)
    chosen = presets().get(preset) if preset else None
    place = _header_place(headers, rows)
    names = [] if place is None else [_header(cell) for cell in rows[place].cells]
    width = max((len(row.cells) for row in rows), default=0)
    names += [""] * (width - len(names))
    chosen = chosen or recognised(names)
    below = rows if place is None else rows[place + 1 :]
    texts = [_texts(below, index) for index in range(width)]
    found, constants = _found(fields, headers, chosen, names, given)
    _by_content(fields, found, names, texts, given)
    for index, key in given.items():
        if index < width:
            found[index] = (key, GIVEN) if key is not None and key in fields else (None, GIVEN)
    columns = tuple(
        Matched(index, names[index], *found.get(index, (None, NONE)), _samples(texts[index]))
        for index in range(width)
    )
    made = Matching(
        header_row=None if place is None else rows[place].number,
        columns=columns,
        preset=chosen.key if chosen else None,
        constants=constants,
    )
    return replace(made, missing=_missing(fields, made, chosen))


def _header(cell: Cell) -> str:
    return text_of(cell) if isinstance(cell, str) else ""


def _header_place(headers: Headers, rows: Sequence[Row]) -> int | None:
    """Where the headers stand: the row of which most is known, banners above it or not."""
    best, most = None, 0
    for place, row in enumerate(rows[:_FARTHEST_HEADER]):
        names = [name for name in map(_header, row.cells) if name]
        known = sum(
            1 for name in names if headers.meaning(name) or squeezed(name) in known_headers()
        )
        filled = sum(1 for cell in row.cells if cell not in (None, ""))
        enough = known >= 2 or (known == 1 and filled == 1) or (known == 1 and place == 0)
        if enough and known > most and known * 5 >= filled:
            best, most = place, known
    return best


def _texts(rows: Sequence[Row], index: int) -> list[str]:
    cells = (row.cells[index] for row in rows if index < len(row.cells))
    return [text for cell in cells if (text := text_of(cell))]


def _samples(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(text[:_LONGEST_SAMPLE] for text in list(dict.fromkeys(texts))[:_SAMPLES])


def _found(
    fields: SheetFields,
    headers: Headers,
    preset: Preset | None,
    names: Sequence[str],
    given: Mapping[int, str | None],
) -> tuple[dict[int, tuple[str | None, str]], dict[str, str]]:
    """The columns by preset and headers, but for those that are given."""
    found: dict[int, tuple[str | None, str]] = {}
    counts: Counter[str] = Counter()
    meanings: dict[int, Meaning] = {}
    for index, name in enumerate(names):
        if preset:
            is_known, key = preset.means(name, counts[squeezed(name)])
            counts[squeezed(name)] += 1
            if is_known and index not in given:
                found[index] = (key if key and key in fields else None, PRESET)
            if is_known:
                continue
        meaning = headers.meaning(name)
        if meaning and index not in given:
            meanings[index] = meaning
    own, constants = settled(meanings)
    taken = {key for key, _ in found.values()} | set(given.values())
    found |= {
        index: (key, how) for index, (key, how) in own.items() if key not in taken and key in fields
    }
    if preset:
        constants = {**constants, **preset.constants}
    used = {key for key, _ in found.values()} | set(given.values())
    return found, {key: text for key, text in constants.items() if key not in used}


def _by_content(
    fields: SheetFields,
    found: dict[int, tuple[str | None, str]],
    names: Sequence[str],
    texts: Sequence[Sequence[str]],
    given: Mapping[int, str | None],
) -> None:
    """Add the columns whose headers say nothing, where their values do."""
    taken = {key for key, _ in found.values()} | set(given.values())
    nameless = not any(names)
    for index, name in enumerate(names):
        if index in found or index in given:
            continue
        key = held(texts[index], fields.country, is_nameless=nameless or not name)
        if key and key not in taken and key in fields:
            found[index] = (key, CONTENT)
            taken.add(key)


def _missing(fields: SheetFields, matching: Matching, preset: Preset | None) -> tuple[str, ...]:
    """Required fields that no column can fill."""
    have = {parse_key(key)[0] for key in matching.indexes}
    if have & {"identifiers.VAT", "identifiers.COMPANY"}:
        have |= {each.key for each in fields if each.path[0] == "identifiers"}
    if matching.names_people and have & {FULL_NAME, "contacts.firstName", "contacts.lastName"}:
        have.add("name")
    required = [
        each.key
        for each in fields
        if each.key not in VIRTUAL
        and (each.is_required or (preset and each.key in (preset.required or ())))
    ]
    return tuple(
        key for key in required if key not in have and not have.intersection(_FILLS.get(key, ()))
    )

"""The sheet that a workspace hands out to be filled in, as a description of its columns."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from clientgraph.columns.fields import PARTS, SheetField, SheetFields
from clientgraph.columns.presets import Preset, presets
from clientgraph.sheets.cells import Cell

_NARROWEST: Final = 12
_WIDEST: Final = 40
# What a template has although nobody needs it; the rest can be added by its header.
_USUAL: Final = (
    *("name", "kind", "country", "reference", "externalReference", "email", "phone", "website"),
    *("locale", "currency", "type", "categories", "parent", "assignees", "vatRegime"),
    *("paymentTerms.days", "accountingCode", "activityCode", "iban", "template", "integrations"),
    *("mandate", "identifiers.COMPANY", "identifiers.VAT", "contacts.civility"),
    *("contacts.firstName", "contacts.lastName", "contacts.email", "contacts.phone"),
    "contacts.mobile",
    *("contacts.position", "contacts.locale", "addresses.line1", "addresses.line2"),
    *("addresses.streetNumber", "addresses.box", "addresses.postalCode", "addresses.city"),
    "addresses.region",
)


@dataclass(frozen=True, kw_only=True)
class TemplateColumn:
    """A column: its header, with a star where it is required, and what is said of it.

    ``options`` are what its cells can be, None for anything; ``is_text`` that digits in it are no
    amount, so that zeros at their front stay. ``width`` is in characters.
    """

    header: str
    note: str
    options: Sequence[str] | None
    is_text: bool
    width: int


@dataclass(frozen=True, kw_only=True)
class Template:
    """A sheet to be filled in: its name, columns and example rows, and a page of help."""

    name: str
    columns: Sequence[TemplateColumn]
    examples: Sequence[Sequence[Cell]]
    help_name: str
    help_rows: Sequence[Sequence[Cell]]


def template_of(fields: SheetFields, language: str, preset: str | None = None) -> Template:
    """The template in a language, or the sheet of a product in its own words."""
    known = presets().get(preset) if preset else None
    chosen = _of_preset(known, fields) if known else _own(fields, language)
    columns = [
        TemplateColumn(
            header=f"{header} *" if is_required else header,
            note=_note(each, language, is_required=is_required),
            options=_options(each, language),
            is_text=each.is_text,
            width=min(max(len(header) + 4, len(each.example) + 2, _NARROWEST), _WIDEST),
        )
        for header, each, is_required in chosen
    ]
    return Template(
        name=_say("sheet", language),
        columns=columns,
        examples=[[each.example or None for _, each, _ in chosen]],
        help_name=_say("help", language),
        help_rows=[
            [_say("star", language)],
            [_say("more", language)],
            *([column.header, column.note] for column in columns),
        ],
    )


def _own(fields: SheetFields, language: str) -> list[tuple[str, SheetField, bool]]:
    """The usual fields, what the workspace requires, and its custom fields; the client's first."""
    known = [fields[key] for key in _USUAL if key in fields]
    # Where there is nothing to choose from, nobody needs the column.
    usual = [each for each in known if each.options is None or any(each.options.values())]
    others = [
        each
        for each in fields
        if each not in usual and (each.is_required or "custom_fields" in each.path)
    ]
    order = (None, *PARTS)
    chosen = sorted([*usual, *others], key=lambda each: order.index(each.part))
    return [(each.label(language), each, each.is_required) for each in chosen]


def _of_preset(preset: Preset, fields: SheetFields) -> list[tuple[str, SheetField, bool]]:
    return [
        (header, fields[key], _is_required(preset, fields[key]))
        for header, key in preset.columns
        if key and key in fields
    ]


def _is_required(preset: Preset, field: SheetField) -> bool:
    return field.is_required or field.key in (preset.required or ())


def _options(field: SheetField, language: str) -> Sequence[str] | None:
    """What a cell can be: a list where several may stand together would refuse them."""
    if field.options is None or field.is_list:
        return None
    return field.options.get(language) or None


def _note(field: SheetField, language: str, *, is_required: bool) -> str:
    said = [_say("required" if is_required else "optional", language)]
    name = field.path[-1]
    if name in ("country", "locale"):
        said.append(_say(name, language))
    elif field.key == "parent":
        said.append(_say("parent", language))
    elif _options(field, language):
        said.append(_say("options", language))
    elif field.options:
        labels = field.options.get(language, ())
        said += [_say("several", language), ", ".join(labels)] if labels else []
    if field.example:
        said.append(_say("example", language).format(example=field.example))
    return "\n".join(said)


@cache
def _notes() -> Mapping[str, Mapping[str, str]]:
    text = resources.files(__package__).joinpath("notes.toml").read_text("utf-8")
    return tomllib.loads(text)


def _say(name: str, language: str) -> str:
    notes = _notes()[name]
    return notes.get(language, notes["en"])

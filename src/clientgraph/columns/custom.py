"""Cells of custom fields: read as the JSON that their type takes, and written of what it stores.

What a type takes is told by its JSON Schema (`TypedForm.json_schema`), those of plugins included.
Whether the type accepts the value is said when the client is saved, as it is for every caller.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import orjson

from clientgraph.columns import readers, written
from clientgraph.columns.names import CellProblem, Names
from clientgraph.columns.readers import Reader, Reading
from clientgraph.columns.written import Writer
from clientgraph.global_ids import decode, encode
from clientgraph.sheets.cells import Cell

_AMOUNT: Final = re.compile(r"[+-]?\d+(?:\.\d+)?")
# One comma before three digits: a thousand to some, a fraction to others.
_EITHER: Final = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_GROUPS: Final = re.compile(r"[+-]?\d{1,3}(?:([ .'])\d{3})+")
_BLANKS: Final = re.compile(r"[\s\u00a0\u202f]+")
# What only numbers match among the patterns of types.
_NUMERIC: Final = "^-?[0-9]+("
# The type whose values are clients.
REFERENCE: Final = "CLIENT_REFERENCE"


@dataclass(frozen=True)
class Shape:
    """How the cells of a custom field are read and written, and its choices by language."""

    read: Reader
    write: Writer
    options: Mapping[str, list[str]] | None = None
    example: str = ""
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def shape_of(
    type_key: str,
    schema: Mapping[str, Any],
    choices: Mapping[str, Mapping[str, str]],
    clients: Names,
) -> Shape:
    """The shape of a type's cells; ``choices`` are the labels of the keys that it lists."""
    if type_key == REFERENCE:
        return Shape(_client(clients), _client_name(clients))
    if choices:
        return _of_choices(choices, is_list=schema.get("type") == "array")
    kind = schema.get("type")
    if kind == "boolean":
        return Shape(readers.yes_no, written.yes_no)
    if kind in ("number", "integer"):
        return Shape(_number, written.as_it_is, example="12")
    if kind == "object":
        return _of_object(schema.get("properties", {}))
    if kind == "array":
        return Shape(_list, _listed)
    if schema.get("format") == "date":
        return Shape(readers.day, written.as_it_is, example="2026-01-31")
    if kind == "string" and str(schema.get("pattern", "")).startswith(_NUMERIC):
        return Shape(lambda cell, at: amount(readers.text(cell, at)), written.as_it_is)
    if kind == "string":
        return Shape(readers.code if "pattern" in schema else readers.text, written.as_it_is)
    return Shape(_json, _as_json)


def amount(found: str) -> str:
    """A number as programs write it, of one as people do: ``1 234,50`` → ``1234.50``."""
    plain = _BLANKS.sub(" ", found).removesuffix("%").strip()
    if _EITHER.fullmatch(plain):
        raise CellProblem("NOT_A_NUMBER", plain.replace(",", ""), value=found)
    whole, sign, fraction = plain.rpartition("," if plain.rfind(",") > plain.rfind(".") else ".")
    if not sign or (sign == "." and plain.count(".") > 1):
        whole, fraction = plain, ""
    for group in (" ", "'", "." if sign == "," else ","):
        whole = whole.replace(group, "")
    if _GROUPS.fullmatch(plain):
        made = re.sub(r"[ .']", "", plain) if plain.count(".") != 1 else plain
    else:
        made = f"{whole}.{fraction}" if fraction else whole
    if not _AMOUNT.fullmatch(made):
        raise CellProblem("NOT_A_NUMBER", value=found)
    return made


def _number(cell: Cell, at: Reading) -> int | float:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return int(cell) if float(cell).is_integer() and abs(cell) < 2**53 else cell
    found = readers.text(cell, at)
    try:
        number = Decimal(found if re.fullmatch(r"-?[\d.]+[eE][+-]?\d+", found) else amount(found))
    except InvalidOperation:
        raise CellProblem("NOT_A_NUMBER", value=found) from None
    return int(number) if number == number.to_integral_value() else float(number)


def _of_choices(choices: Mapping[str, Mapping[str, str]], *, is_list: bool) -> Shape:
    names = Names()
    for key, labels in choices.items():
        names.add(key, labels.get("en") or key, (key, *labels.values()))
    one = written.labelled(choices, names)
    languages = ("en", "fr", "nl", "de")
    options = {
        language: [
            labels.get(language) or labels.get("en") or key for key, labels in choices.items()
        ]
        for language in languages
    }
    if not is_list:
        return Shape(readers.named(names), one, options, choices=choices)

    def write(value: Any, language: str) -> Cell:
        return written.listed([str(one(each, language)) for each in value], names)

    return Shape(readers.several(names), write, options, choices=choices)


def _of_object(properties: Mapping[str, Mapping[str, Any]]) -> Shape:
    """The properties in their order with blanks between, such as ``12.50 EUR``; or JSON."""

    def read(cell: Cell, at: Reading) -> Any:
        found = readers.text(cell, at)
        if found.startswith("{"):
            return _json(found, at)
        words = re.split(r"[\s;]+|,\s+", found)
        if len(words) != len(properties):
            words = _apart(found, len(properties))
        return {
            name: _property(word, each, at)
            for (name, each), word in zip(properties.items(), words, strict=True)
        }

    def write(value: Any, _language: str) -> Cell:
        words = [str(value.get(name, "")) for name in properties]
        plain = value.keys() == properties.keys() and not any(
            not word or re.search(r"[\s;,{]", word) for word in words
        )
        return " ".join(words) if plain else orjson.dumps(value).decode()

    return Shape(read, write)


def _apart(found: str, number: int) -> list[str]:
    """The last word apart from the others, which may be a number with blanks: ``1 250 EUR``."""
    before, blank, last = found.rpartition(" ")
    signs = {"€": "EUR", "£": "GBP"}
    for sign, code in signs.items():
        if number == len((sign, code)) and sign in found:
            return [found.replace(sign, "").strip(), code]
    if number == len((before, last)) and blank:
        return [before, last]
    raise CellProblem("UNREADABLE_CELL", value=found)


def _property(word: str, schema: Mapping[str, Any], at: Reading) -> Any:
    if schema.get("type") in ("number", "integer"):
        return _number(word, at)
    if str(schema.get("pattern", "")).startswith(_NUMERIC):
        return amount(word)
    return word


def _list(cell: Cell, at: Reading) -> list[str]:
    return readers.parts(readers.text(cell, at))


def _listed(value: Any, _language: str) -> Cell:
    return "; ".join(str(each) for each in value) or None


def _json(cell: Cell, at: Reading) -> Any:
    found = readers.text(cell, at)
    try:
        return orjson.loads(found)
    except orjson.JSONDecodeError:
        raise CellProblem("UNREADABLE_CELL", value=found) from None


def _as_json(value: Any, _language: str) -> Cell:
    return orjson.dumps(value).decode()


def _client(clients: Names) -> Reader:
    def read(cell: Cell, at: Reading) -> str:
        return encode("Client", clients.value(readers.code(cell, at)))

    return read


def _client_name(clients: Names) -> Writer:
    return lambda value, _language: clients.shown.get(decode("Client", value), str(value))

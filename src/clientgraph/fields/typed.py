"""A workspace's custom fields for typed programs: a TypeScript module, or JSON Schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from clientgraph.contract.fields import FieldType
from clientgraph.fields.models import CustomFieldDefinition, RecordKind, type_name

Definitions = Mapping[RecordKind, Iterable[CustomFieldDefinition]]
Types = Mapping[str, FieldType]

_HEAD = """// Custom fields of the workspace %s. Written by `clientgraph schema --typed`.

export interface Money {
  amount: string;
  currency: string;
}

export interface ClientReference {
  id: string;
  name: string;
}

/** A value whose type is not known to the service any more. */
export interface UnknownValue {
  __typename: "UnknownValue";
  key: string;
  raw: unknown;
}
"""


def typescript(slug: str, definitions: Definitions, types: Types) -> str:
    """The module: for each kind of record its fields, a fragment that asks for them, a reader."""
    parts = [_HEAD % slug, _values(types)]
    parts += [_record(kind, list(rows), types) for kind, rows in definitions.items()]
    return "\n".join(parts)


def json_schema(slug: str, definitions: Definitions, types: Types) -> str:
    """JSON Schema (2020-12) with one definition for each kind of record."""
    made = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Custom fields of the workspace {slug}",
        "$defs": {
            f"{type_name(kind)}CustomFields": _object(rows, types)
            for kind, rows in definitions.items()
        },
    }
    return orjson.dumps(made, option=orjson.OPT_INDENT_2).decode() + "\n"


def _object(rows: Iterable[CustomFieldDefinition], types: Types) -> dict[str, Any]:
    known = [row for row in rows if row.type in types]
    return {
        "type": "object",
        "properties": {row.key: _property(row, types[row.type]) for row in known},
        "required": [row.key for row in known if row.is_required],
        "additionalProperties": False,
    }


def _property(row: CustomFieldDefinition, field_type: FieldType) -> dict[str, Any]:
    schema = dict(field_type.form.json_schema(row.option_values()))
    return {"title": row.label("en"), **schema}


def _values(types: Types) -> str:
    """The union of all values, each as its part of the fragment answers it."""
    shapes = [
        f'  | ({{ __typename: "{each.graphql_type.__name__}"; key: string }} & {each.form.shape})'
        for each in types.values()
    ]
    return "\n".join(["export type CustomFieldValue =", *shapes, "  | UnknownValue;", ""])


def _record(kind: RecordKind, rows: list[CustomFieldDefinition], types: Types) -> str:
    name = f"{type_name(kind)}CustomFields"
    known = [(row, types[row.type]) for row in rows if row.type in types]
    lines = [f"export interface {name} {{"]
    for row, each in known:
        lines += [_comment(row), f"  {row.key}: {each.form.type(row.option_values())} | null;"]
    lines += ["}", "", f"export interface {name}Input {{"]
    for row, each in known:
        given = each.form.input or each.form.type
        lines += [_comment(row), f"  {row.key}?: {given(row.option_values())} | null;"]
    lines += ["}", "", *_fragment(kind, known), "", *_reader(kind, known), "", *_writer(kind)]
    return "\n".join([*lines, ""])


def _comment(row: CustomFieldDefinition) -> str:
    return f"  /** {row.label('en').replace('*/', '* /')} */"


def _fragment(kind: RecordKind, known: list[tuple[CustomFieldDefinition, FieldType]]) -> list[str]:
    name = type_name(kind)
    asked = {each.graphql_type.__name__: each.form.selection for _, each in known}
    keys = orjson.dumps([row.key for row, _ in known]).decode()
    return [
        f"export const {kind.value}_CUSTOM_FIELDS = `fragment {name}CustomFields on {name} {{",
        f"  customFields(keys: {keys}) {{",
        "    __typename",
        "    key",
        *(f"    ... on {value} {{ {selection} }}" for value, selection in asked.items()),
        "    ... on UnknownValue { raw }",
        "  }",
        "}`;",
    ]


def _reader(kind: RecordKind, known: list[tuple[CustomFieldDefinition, FieldType]]) -> list[str]:
    """What the fragment answers → the interface; unknown values and absent ones are null."""
    name = f"{type_name(kind)}CustomFields"
    lines = [
        f"export function read{name}(values: readonly CustomFieldValue[]): {name} {{",
        f"  const found: {name} = {{",
        *(f"    {row.key}: null," for row, _ in known),
        "  };",
        "  for (const value of values) {",
        "    switch (value.key) {",
    ]
    for row, each in known:
        made = f"{each.form.take} as {name}[{orjson.dumps(row.key).decode()}]"
        lines += [
            f"      case {orjson.dumps(row.key).decode()}:",
            f'        if (value.__typename === "{each.graphql_type.__name__}") {{',
            f"          found.{row.key} = {made};",
            "        }",
            "        break;",
        ]
    return [*lines, "    }", "  }", "  return found;", "}"]


def _writer(kind: RecordKind) -> list[str]:
    """The interface of inputs → what mutations take."""
    name = f"{type_name(kind)}CustomFields"
    return [
        f"export function write{name}(fields: {name}Input): {{ key: string; value: unknown }}[] {{",
        "  return Object.entries(fields).map(([key, value]) => ({ key, value }));",
        "}",
    ]

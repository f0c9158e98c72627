"""Operations made at random over a whole schema: valid ones, and many that end in errors."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
    is_required_argument,
    is_required_input_field,
)

# What would ask others than the database, or change by itself from one answer to the next.
_BY_NATURE: Final = frozenset({"Query.company", "Query.companySearch", "Query.plugins"})
DEEPEST: Final = 5
_TEXTS: Final = ("Hearth", "hearth", "2", "zz", "", "FR", "remark", "NAME_ASC", "2026-01-01", "é")
_WRONG: Final = ("client_0", "", "contact_" + "0" * 32, "x")


@dataclass
class _Parts:
    """What an operation needs besides its selection."""

    variables: dict[str, Any] = field(default_factory=dict)
    declared: list[str] = field(default_factory=list)
    fragments: list[str] = field(default_factory=list)
    number: int = 0

    def next(self) -> int:
        self.number += 1
        return self.number


@dataclass(frozen=True)
class Operations:
    """Makes operations; ``ids`` are global ids that there are.

    ``left_out`` are fields that are not asked, as ``Type.field``.
    """

    schema: GraphQLSchema
    ids: Sequence[str]
    left_out: frozenset[str]

    def make(self, random: Random) -> tuple[str, Mapping[str, Any]]:
        """One query and its variables."""
        parts = _Parts()
        root = self.schema.query_type
        assert root is not None
        out = self.left_out | _BY_NATURE
        known = [name for name in root.fields if f"Query.{name}" not in out]
        chosen = [random.choice(known) for _ in range(random.choice((1, 1, 1, 2, 3)))]
        fields = [self._field(random, parts, root, name, 0, apart=False) for name in chosen]
        declared = f"({', '.join(parts.declared)})" if parts.declared else ""
        text = f"query Made{declared} {{ {' '.join(fields)} }}"
        return " ".join([text, *parts.fragments]), parts.variables

    def _field(
        self, random: Random, parts: _Parts, parent: Any, name: str, depth: int, *, apart: bool
    ) -> str:
        declared: GraphQLField = parent.fields[name]
        arguments = self._arguments(random, parts, declared)
        # Two fields of one response name must have the same arguments.
        alias = f"a{parts.next()}: " if apart or arguments or random.random() < 0.2 else ""
        head = f"{alias}{name}{arguments}{self._condition(random, parts)}"
        kind = get_named_type(declared.type)
        return (
            head if is_leaf_type(kind) else f"{head} {self._selection(random, parts, kind, depth)}"
        )

    def _selection(self, random: Random, parts: _Parts, kind: GraphQLNamedType, depth: int) -> str:
        made = [
            self._field(random, parts, kind, *each, apart=False)
            for each in self._picked(random, kind, depth)
        ]
        if random.random() < 0.3 or not made:
            made.append("__typename")
        if is_abstract_type(kind):
            possible = self.schema.get_possible_types(kind)
            chosen = random.sample(possible, min(3, len(possible)))
            made += [self._fragment(random, parts, each, depth) for each in chosen]
        elif random.random() < 0.15:
            made.append(self._fragment(random, parts, kind, depth))
        random.shuffle(made)
        return f"{{ {' '.join(made)} }}"

    def _picked(self, random: Random, kind: Any, depth: int) -> list[tuple[str, int]]:
        names = [
            name
            for name, each in getattr(kind, "fields", {}).items()
            if (depth < DEEPEST or is_leaf_type(get_named_type(each.type)))
            and f"{kind.name}.{name}" not in self.left_out
        ]
        most = 6 if depth < 2 else 4
        return [
            (name, depth + 1)
            for name in random.sample(names, min(len(names), random.randint(1, most)))
        ]

    def _fragment(self, random: Random, parts: _Parts, kind: Any, depth: int) -> str:
        assert is_object_type(kind)
        # What is selected beside it may be of the same name and another shape.
        fields = " ".join(
            self._field(random, parts, kind, *each, apart=True)
            for each in self._picked(random, kind, max(depth, 2))
        )
        condition = self._condition(random, parts)
        if random.random() < 0.4:
            name = f"F{parts.next()}"
            parts.fragments.append(f"fragment {name} on {kind.name} {{ {fields} }}")
            return f"...{name}{condition}"
        return f"... on {kind.name}{condition} {{ {fields} }}"

    def _condition(self, random: Random, parts: _Parts) -> str:
        if random.random() > 0.08:
            return ""
        directive, value = random.choice(("include", "skip")), random.random() < 0.5
        if random.random() < 0.5:
            return f" @{directive}(if: {json.dumps(value)})"
        return f" @{directive}(if: ${self._variable(parts, 'Boolean!', value)})"

    def _variable(self, parts: _Parts, kind: str, value: Any) -> str:
        name = f"v{parts.next()}"
        parts.declared.append(f"${name}: {kind}")
        parts.variables[name] = value
        return name

    def _arguments(self, random: Random, parts: _Parts, declared: GraphQLField) -> str:
        made = []
        for name, argument in declared.args.items():
            if not is_required_argument(argument) and random.random() > 0.35:
                continue
            value = self._value(random, argument.type, 0)
            if random.random() < 0.5:
                text = f"${self._variable(parts, str(argument.type), value)}"
            else:
                text = _literal(value, argument.type)
            made.append(f"{name}: {text}")
        return f"({', '.join(made)})" if made else ""

    def _value(self, random: Random, kind: Any, depth: int) -> Any:
        if is_non_null_type(kind):
            return (
                self._value(random, kind.of_type, depth)
                if not depth
                else self._there(random, kind.of_type, depth)
            )
        return None if random.random() < 0.05 else self._there(random, kind, depth)

    def _there(self, random: Random, kind: Any, depth: int) -> Any:
        if is_list_type(kind):
            return [
                self._there(random, get_named_type(kind), depth + 1)
                for _ in range(random.randint(0, 2))
            ]
        named = get_named_type(kind)
        if isinstance(named, GraphQLEnumType):
            return random.choice(list(named.values))
        if isinstance(named, GraphQLInputObjectType):
            return self._object(random, named, depth)
        return self._scalar(random, named.name)

    def _object(self, random: Random, kind: GraphQLInputObjectType, depth: int) -> dict[str, Any]:
        chosen = {name: each for name, each in kind.fields.items() if is_required_input_field(each)}
        free = [name for name in kind.fields if name not in chosen]
        one_of = kind.is_one_of
        for name in random.sample(free, min(len(free), 1 if one_of else random.randint(0, 2))):
            if depth < 3 or is_leaf_type(get_named_type(kind.fields[name].type)):
                chosen[name] = kind.fields[name]
        return {
            name: self._there(random, _present(each.type), depth + 1)
            for name, each in chosen.items()
        }

    def _scalar(self, random: Random, name: str) -> Any:
        if name == "Int":
            return random.choice((1, 2, 3, 5, 100, 0, 101, -1))
        if name == "Float":
            return random.choice((0.5, 2.0))
        if name == "Boolean":
            return random.random() < 0.5
        if name == "ID":
            return random.choice(self.ids) if random.random() < 0.8 else random.choice(_WRONG)
        if name == "DateTime":
            return random.choice(("2020-01-01T00:00:00Z", "2030-01-01T00:00:00+02:00", "x"))
        if name == "Decimal":
            return random.choice(("1.50", "x"))
        return random.choice(_TEXTS)


def _present(kind: Any) -> Any:
    return kind.of_type if is_non_null_type(kind) else kind


def _literal(value: Any, kind: Any) -> str:
    """A value in GraphQL's own notation."""
    if isinstance(value, dict):
        fields = _named(kind).fields
        return (
            "{"
            + ", ".join(
                f"{name}: {_literal(each, fields[name].type)}" for name, each in value.items()
            )
            + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(_literal(each, kind) for each in value) + "]"
    if isinstance(value, str) and isinstance(_named(kind), GraphQLEnumType):
        return value
    return json.dumps(value, ensure_ascii=False)


def _named(kind: Any) -> Any:
    return get_named_type(kind)

"""Types of the API that one plugin declares, checked before any of them is used."""

from __future__ import annotations

from typing import Any

from strawberry.types.base import StrawberryObjectDefinition

from clientgraph import global_ids
from clientgraph.contract.records import NodeType
from clientgraph.permissions import Permission


def declared_types(answer: Any) -> tuple[dict[str, type], dict[str, NodeType]]:
    """The types by their names, and those of records by what their global ids begin with."""
    types: dict[str, type] = {}
    nodes: dict[str, NodeType] = {}
    for each in answer or ():
        made = each.type if isinstance(each, NodeType) else each
        name = _name(made)
        if name in types:
            raise ValueError(f"type {name} is declared twice")
        types[name] = made
        if isinstance(each, NodeType):
            _check_node(name, each)
            nodes[global_ids.prefix_of(name)] = each
    return types, nodes


def _name(made: Any) -> str:
    definition = getattr(made, "__strawberry_definition__", None)
    if not isinstance(definition, StrawberryObjectDefinition):
        raise TypeError(f"{made!r:.200} is neither a Strawberry type nor a NodeType")
    return definition.name


def _check_node(name: str, declared: NodeType) -> None:
    definition: StrawberryObjectDefinition = declared.type.__strawberry_definition__  # type: ignore[attr-defined]
    faces = {face.name for face in definition.interfaces}
    if "Node" not in faces or not callable(definition.is_type_of):
        raise TypeError(f"type {name}: make it with clientgraph.record, of a RecordNode")
    if not callable(declared.load_many):
        raise TypeError(f"type {name}: load_many must be a function")
    if not isinstance(declared.permission, Permission):
        raise TypeError(f"type {name}: permission must be a Permission")

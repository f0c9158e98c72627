"""What the reference of hooks says of the types that they speak in."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from typing import Any

from writing import prose, table


def type_parts(known: Any) -> list[str]:
    """A type or function of the contract: what it says of itself, its fields, what it can."""
    parts = [f"### `{known.__name__}`", prose(inspect.getdoc(known) or "")]
    if is_dataclass(known):
        rows = [[f"`{i.name}`", f"`{i.type}`", _default(i)] for i in fields(known)]
        parts.append(table(["field", "type", "default"], rows))
    if members := [line for node in _functions(known) for line in _member(known, node)]:
        parts.append("\n".join(members))
    return parts


def _default(item: Any) -> str:
    if item.default_factory is not MISSING:
        return f"`{item.default_factory()!r}`"
    if item.default is MISSING:
        return "required"
    return "optional" if callable(item.default) else f"`{item.default!r}`"


def _functions(known: Any) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The function itself, or the public ones of a class and how it is made."""
    (found,) = ast.parse(inspect.getsource(known)).body
    for node in found.body if isinstance(found, ast.ClassDef) else [found]:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            made = node.name == "__init__" and issubclass(known, Exception)
            if made or not node.name.startswith("_"):
                yield node


def _member(known: Any, node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """One entry of a list: as it is called, and what it does."""
    node.args.args = [each for each in node.args.args if each.arg != "self"]
    answers = ast.unparse(node.returns) if node.returns else ""
    before = "await " if isinstance(node, ast.AsyncFunctionDef) else ""
    shown = f"{before}{node.name}({ast.unparse(node.args)}) -> {answers}"
    if node.name == "__init__":
        shown = f"{known.__name__}({ast.unparse(node.args)})"
    elif any(ast.unparse(each) == "property" for each in node.decorator_list):
        shown = f"{node.name}: {answers}"
    told = ast.get_docstring(node) if inspect.isclass(known) else None
    return [f"* `{shown}`: {prose(told)}" if told else f"* `{shown}`"]

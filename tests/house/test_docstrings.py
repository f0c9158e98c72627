"""Everything that others may use says what it is."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house.sources import Function, Module, in_tests, modules, shipped


def test_every_module_says_what_it_is() -> None:
    """Each Python file with code begins with a docstring."""
    silent = [
        module.path
        for module in modules()
        if module.tree.body and not ast.get_docstring(module.tree)
    ]
    assert silent == []


def test_every_public_name_says_what_it_is() -> None:
    """Each public class, function and method of the shipped code has a docstring."""
    silent = [
        f"{module.at(node)} {node.name}"
        for module in shipped()
        for node in _public(module.tree)
        if not ast.get_docstring(node) and not _is_overload(node)
    ]
    assert silent == []


def test_every_test_says_what_it_promises_in_one_sentence() -> None:
    """A test's docstring is one sentence: it ends with a stop and has no blank line."""
    wrong = [
        f"{module.at(node)} {node.name}"
        for module in in_tests()
        for node in _tests(module)
        if not _is_sentence(ast.get_docstring(node) or "")
    ]
    assert wrong == []


def test_nothing_is_left_for_later() -> None:
    """No note in the code puts work off: it is done, or it is in the tracker."""
    words = ("TO" + "DO", "FIX" + "ME", "XX" + "X:")
    notes = [
        f"{module.path}:{number}"
        for module in modules()
        for number, line in enumerate(module.text.splitlines(), 1)
        if any(word in line for word in words)
    ]
    assert notes == []


def _public(tree: ast.Module | ast.ClassDef) -> Iterator[Function | ast.ClassDef]:
    """Public definitions of a module and of its public classes, without Tortoise's ``Meta``."""
    for node in tree.body:
        if isinstance(node, Function | ast.ClassDef) and _is_public(node.name):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node)


def _is_public(name: str) -> bool:
    return not name.startswith("_") and name != "Meta"


def _is_overload(node: Function | ast.ClassDef) -> bool:
    return any(ast.unparse(mark).endswith("overload") for mark in node.decorator_list)


def _tests(module: Module) -> Iterator[Function]:
    for node in module.functions():
        if node.name.startswith("test_"):
            yield node


def _is_sentence(text: str) -> bool:
    return bool(text) and text.endswith((".", "!", "?")) and "\n\n" not in text

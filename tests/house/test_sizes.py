"""The tail is capped: no file, no function and no name that collects everything."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.house.sources import Function, modules, shipped

LONGEST_FILE = 400
LONGEST_FUNCTION = 40
COLLECTORS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "handler"}


def test_no_file_is_longer_than_400_lines() -> None:
    """A file that grows over 400 lines becomes a package of the same name."""
    long = {
        module.path: lines
        for module in modules()
        if (lines := len(module.text.splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_no_function_is_longer_than_40_lines() -> None:
    """A function that grows over 40 lines has a part with a name of its own."""
    long = {
        module.at(node): f"{node.name}: {lines} lines"
        for module in modules()
        for node in module.functions()
        if (lines := _lines(node)) > LONGEST_FUNCTION
    }
    assert long == {}


def test_imports_stand_at_the_top() -> None:
    """No import hides in a function: what a module needs is seen at its top."""
    hidden = [
        module.at(inner)
        for module in modules()
        for node in module.functions()
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_files_are_named_after_what_is_in_them() -> None:
    """No file or folder has a name that fits anything."""
    named = [
        module.path
        for module in modules()
        if COLLECTORS & {part.removesuffix(".py") for part in Path(module.path).parts}
    ]
    assert named == []


def test_nothing_is_printed_but_by_commands() -> None:
    """The service speaks through its log and its answers; only commands print."""
    printing = [
        module.at(node)
        for module in shipped()
        if not _is_command(module.path)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]
    assert printing == []


def _lines(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _is_command(path: str) -> bool:
    return path.startswith("src/clientgraph/commands/") or path.endswith("/__main__.py")

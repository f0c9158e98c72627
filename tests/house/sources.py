"""The repository's own files, as the checks of the house read them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = tuple(sorted(path.name for path in ROOT.glob("plugins/*/src/*") if path.is_dir()))
SHIPPED = ("src", *(f"plugins/{name.replace('_', '-')}/src" for name in PACKAGES))
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One Python file; ``path`` is relative to the root of the repository."""

    path: str
    text: str
    tree: ast.Module

    @property
    def is_test(self) -> bool:
        """Whether it holds tests or what they stand on."""
        return "tests" in Path(self.path).parts

    @property
    def is_shipped(self) -> bool:
        """Whether it is a part of a distribution."""
        return self.path.startswith(SHIPPED)

    def functions(self) -> Iterator[Function]:
        """Every function, however deep."""
        for node in ast.walk(self.tree):
            if isinstance(node, Function):
                yield node

    def at(self, node: ast.AST) -> str:
        """Where a node is, for a message."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}"


@cache
def committed() -> tuple[str, ...]:
    """Files that are or would be committed: what git does not ignore, without deleted ones."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return tuple(sorted(name for name in set(listed.split("\0")) if (ROOT / name).is_file()))


@cache
def modules() -> tuple[Module, ...]:
    """Every Python file of the repository."""
    found = []
    for name in committed():
        if name.endswith(".py"):
            text = (ROOT / name).read_text("utf-8")
            found.append(Module(name, text, ast.parse(text, name)))
    return tuple(found)


def shipped() -> list[Module]:
    """The Python files that users install."""
    return [module for module in modules() if module.is_shipped]


def in_tests() -> list[Module]:
    """The Python files with tests."""
    return [module for module in modules() if module.is_test]

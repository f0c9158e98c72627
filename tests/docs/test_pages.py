"""The documentation is whole: generated pages are current, links lead somewhere."""

from __future__ import annotations

import ast
import inspect
import re
import runpy
import tomllib
from collections import Counter

import pytest

from clientgraph import errors, hookspecs
from clientgraph.messages import Messages
from clientgraph.operations import documents, executor
from clientgraph.transport.answers import STATUSES
from tests.docs.blocks import ROOT, pages
from tests.house.sources import in_tests

REFERENCE = runpy.run_path(str(ROOT / "tools/reference"))["pages"]()
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HOOKS = {
    node.name: f"def {node.name}({ast.unparse(node.args)}) -> {ast.unparse(node.returns)}"
    for node in ast.parse(inspect.getsource(hookspecs)).body
    if isinstance(node, ast.FunctionDef) and node.returns and node.name in hookspecs.HOOKS
}


@pytest.mark.parametrize("page", sorted(REFERENCE))
def test_generated_pages_are_current(page: str) -> None:
    """The reference says what the code does."""
    file = ROOT / page
    written = file.read_text("utf-8") if file.is_file() else ""
    assert written == REFERENCE[page], "Run 'python tools/reference'."


@pytest.mark.parametrize("page", pages())
def test_links_lead_somewhere(page: str) -> None:
    """A relative link names a file: of `docs` where the page is, as these are shipped alone."""
    file = ROOT / page
    shipped = ROOT / "docs" if page.startswith("docs/") else ROOT
    targets = [target.partition("#")[0] for target in LINK.findall(file.read_text("utf-8"))]
    relative = [target for target in targets if target and "://" not in target]
    found = {target: (file.parent / target).resolve() for target in relative}
    dead = [name for name, at in found.items() if not at.exists() or shipped not in at.parents]
    assert dead == []


def test_no_page_is_in_the_index_twice() -> None:
    """Each page has one line."""
    links = LINK.findall((ROOT / "docs/README.md").read_text("utf-8"))
    assert [each for each, times in Counter(links).items() if times > 1] == []


def test_every_page_is_in_the_index() -> None:
    """The index of the documentation leads to each page."""
    index = (ROOT / "docs/README.md").read_text("utf-8")
    wanted = [page.removeprefix("docs/") for page in pages() if page.startswith("docs/")]
    assert [page for page in wanted if f"({page})" not in index and page != "README.md"] == []


@pytest.mark.parametrize("hook", sorted(HOOKS))
def test_every_hook_is_documented_and_tested(hook: str) -> None:
    """A hook has its exact signature in the documentation, and a test of its name."""
    assert f"\n{HOOKS[hook]}: ...\n" in (ROOT / "docs/plugins/hooks.md").read_text("utf-8")
    named = {node.name for module in in_tests() for node in module.functions()}
    assert f"test_hook_{hook}" in named


def test_every_refusal_has_its_row() -> None:
    """Each code in `extensions.code` is explained, and no other."""
    explained = tomllib.loads((ROOT / "tools/reference/texts.toml").read_text("utf-8"))["codes"]
    refusals = {
        known.code
        for module in (errors, documents, executor)
        for known in vars(module).values()
        if isinstance(known, type) and issubclass(known, errors.Refusal)
    }
    assert set(explained) == refusals | {row.code for row in STATUSES.values()}
    assert refusals & set(Messages().codes()) == set(), "A refusal brings its own sentence."


def test_every_dependency_is_explained() -> None:
    """`docs/decisions/dependencies.md` has a line for each direct dependency, and no other."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    declared = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    for group in project.get("dependency-groups", {}).values():
        declared += [item for item in group if isinstance(item, str)]
    wanted = {re.split(r"[<>=!~;\[ ]", item)[0].lower() for item in declared}
    text = (ROOT / "docs/decisions/dependencies.md").read_text("utf-8")
    assert set(re.findall(r"^\| `([\w.-]+)` \|", text, re.MULTILINE)) == wanted

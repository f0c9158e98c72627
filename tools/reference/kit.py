"""The reference of the kit for tests of plugins, from its code."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable, Iterator, Set
from itertools import chain
from typing import Any

from writing import page, prose, table

import pytest_clientgraph
from clientgraph import testing
from clientgraph.hookspecs import HOOKS
from clientgraph.testing import conformance

_ROOM = "clientgraph.testing.conformance"
# In a docstring: a name, a gap, and what it means, with the lines that go on with it.
_TOLD = re.compile(r"^``(\w+)``\s+(.*(?:\n {4,}\S.*)*)", re.MULTILINE)

# Which suites look at what a plugin does with each hook.
SUITES = {
    "identifier_kinds": ["IdentifierKindConformance"],
    "event_kinds": ["EventKindConformance"],
    "field_types": ["FieldTypeConformance"],
    "company_registries": ["RegistryConformance", "KeyedRegistryConformance"],
    "verifiers": ["VerifierConformance"],
    "document_templates": ["DocumentTemplateConformance"],
    "document_renderers": ["DocumentRendererConformance"],
    "integrations": ["IntegrationConformance"],
    "messages": ["PluginConformance"],
    "batch_fields": ["BatchFieldConformance"],
    "graphql_fields": ["RootFieldConformance"],
    "graphql_types": ["RootFieldConformance"],
    "settings": ["SettingsConformance", "PluginConformance"],
    "outbound_services": ["RegistryConformance", "VerifierConformance"],
    "migrations": ["RemovalConformance"],
    "http_routes": ["HttpRouteConformance"],
    "commands": ["PluginConformance"],
    "health_checks": ["PluginConformance"],
    "periodic_tasks": ["PluginConformance"],
    "before_change": ["BeforeChangeConformance"],
    "deletion_blockers": ["DeletionBlockerConformance"],
    "after_commit": ["AfterCommitConformance"],
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def kit() -> str:
    """Fixtures, suites, and what else `clientgraph.testing` has."""
    known = {name: getattr(testing, name) for name in testing.__all__}
    suites = {name: each for name, each in known.items() if name.endswith("Conformance")}
    return page(
        "The test kit",
        "`pip install clientgraph[testing]` adds pytest to the service. pytest finds the fixtures "
        "by itself; everything else comes `from clientgraph.testing import …`. Tests speak to the "
        "real service, on a database of their own: `CLIENTGRAPH_TEST_DATABASE` is `sqlite` or "
        "`postgres`, and `CLIENTGRAPH_TEST_POSTGRES` names a PostgreSQL server on which databases "
        "can be made. A test that fails shows what the service warned of while it ran: why a "
        "plugin was not available, and which requests no route answered.",
        "## Fixtures",
        *_fixtures(_functions(_tree(pytest_clientgraph).body)),
        "## Suites",
        prose(inspect.getdoc(conformance) or ""),
        table(["hook", "suite"], _by_hook(suites.keys())),
        *(part for name, suite in suites.items() for part in _suite(name, suite)),
        "## Replayed services and the rest",
        *(
            part
            for name, each in known.items()
            if name not in suites
            for part in _other(name, each)
        ),
    )


def _by_hook(suites: Set[str]) -> Iterator[list[str]]:
    """Every hook with its suites; a hook or a suite that is named nowhere ends the run."""
    if missing := [*(HOOKS.keys() - SUITES.keys()), *(suites - {*chain(*SUITES.values())})]:
        raise SystemExit(f"tools/reference/kit.py: say in SUITES what {missing[0]} goes with.")
    for hook in HOOKS:
        links = [f"[`{name}`](#{name.lower()})" for name in SUITES[hook]]
        yield [f"`{hook}`", ", ".join(links)]


def _suite(name: str, suite: type) -> list[str]:
    """What a subclass says, what it may override, and what is tested."""
    tree: Any = _tree(suite).body[0]
    told = inspect.getdoc(suite) or ""
    above = [each.__name__ for each in suite.__bases__ if each.__module__.startswith(_ROOM)]
    found = list(_functions(tree.body))
    parts = [f"### `{name}`", prose(_TOLD.sub("", told)).strip()]
    parts += [f"Besides all of `{each}`:" for each in above]
    if rows := list(_attributes(tree, told)):
        parts.append(table(["attribute", "type", "default", "meaning"], rows))
    if own := [each for each in found if _is_method(each)]:
        parts += ["Methods:", _listed(own)]
    parts += _fixtures(each for each in found if _scope(each))
    tests = [each for each in found if each.name.startswith("test_")]
    return [*parts, "Tests:", _listed(tests, arguments=False)]


def _attributes(tree: ast.ClassDef, told: str) -> Iterator[list[str]]:
    meanings = {name: " ".join(text.split()) for name, text in _TOLD.findall(told)}
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            name, kind = node.target.id, ast.unparse(node.annotation)
            default = f"`{ast.unparse(node.value)}`" if node.value else "required"
            text = prose(meanings[name])
            yield [f"`{name}`", f"`{kind.removeprefix('ClassVar[')[:-1]}`", default, text]


def _other(name: str, each: Any) -> list[str]:
    if not callable(each):
        return [f"### `{name}`", f"`{type(each).__name__}`"]
    tree: Any = _tree(each).body[0]
    told = prose(inspect.getdoc(each) or "")
    if not isinstance(tree, ast.ClassDef):
        return [f"### `{name}`", f"`{_signature(tree)}`", told]
    parts = [f"### `{name}`", told]
    rows = [
        [f"`{node.target.id}`", f"`{ast.unparse(node.annotation)}`"]
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    ]
    if rows:
        parts.append(table(["field", "type"], rows))
    if own := [each for each in _functions(tree.body) if _is_method(each)]:
        parts.append(_listed(own))
    return parts


def _fixtures(found: Iterable[Function]) -> list[str]:
    rows = [
        [f"`{node.name}`", _scope(node), f"`{_returned(node)}`", _one_line(node)]
        for node in found
        if _scope(node) and not node.name.startswith("_")
    ]
    return [table(["fixture", "once for each", "is a", "meaning"], rows)] if rows else []


def _listed(found: Iterable[Function], *, arguments: bool = True) -> str:
    lines = [
        f"* `{_signature(node) if arguments else node.name}`: {_one_line(node)}" for node in found
    ]
    return "\n".join(lines)


def _functions(body: Iterable[ast.stmt]) -> Iterator[Function]:
    return (node for node in body if isinstance(node, Function))


def _is_method(node: Function) -> bool:
    hidden = node.name.startswith(("_", "test_", "pytest_"))
    calls = node.name == "__call__"
    return (calls or not hidden) and not _scope(node)


def _scope(node: Function) -> str:
    """What a fixture is made once for; empty for a function that is none."""
    for each in node.decorator_list:
        text = ast.unparse(each)
        if text.startswith("pytest.fixture"):
            named = re.search(r"scope='(\w+)'", text)
            scope = named[1] if named else "test"
            return "run" if scope == "session" else scope
    return ""


def _returned(node: Function) -> str:
    """What a function answers, or what it yields once."""
    text = ast.unparse(node.returns) if node.returns else ""
    yielded = re.fullmatch(r"(?:Async)?Iterator\[(.*)\]", text)
    return yielded[1] if yielded else text


def _signature(node: Function) -> str:
    """As it is called: what is awaited, entered or merely read is shown so."""
    node.args.args = [each for each in node.args.args if each.arg not in ("self", "cls")]
    kinds = {ast.unparse(each) for each in node.decorator_list}
    before = "async " if isinstance(node, ast.AsyncFunctionDef) else ""
    if "property" in kinds:
        return f"{node.name} -> {_returned(node)}"
    called = f"{node.name}({ast.unparse(node.args)})"
    if kinds & {"contextmanager", "asynccontextmanager"}:
        return f"{before}with {called} as {_returned(node)}"
    return f"{before}def {called} -> {_returned(node)}"


def _one_line(node: Function) -> str:
    return " ".join(prose(ast.get_docstring(node) or "").split())


def _tree(known: Any) -> ast.Module:
    return ast.parse(inspect.getsource(known))

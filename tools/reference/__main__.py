"""Write the pages of docs/ that follow from the code.

Usage: python tools/reference [--check]

Run in the project's environment after a change of settings, codes, limits, hooks, commands,
identifier kinds, root fields or the test kit. With `--check` nothing is written: the names of
pages that are not current are printed and the exit code is 1.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields
from importlib import import_module
from pathlib import Path
from pkgutil import ModuleInfo, iter_modules
from types import ModuleType
from typing import Any

import typer
from caps import others
from kit import kit
from typer.core import TyperGroup
from typer.main import get_command
from types_of_hooks import type_parts
from writing import page, prose, table

from clientgraph import __all__ as front_door
from clientgraph import answers, contract, hookspecs
from clientgraph.__main__ import app
from clientgraph.config import DEFAULT_FILE, PREFIX, Settings
from clientgraph.contract.identifiers import IdentifierError, IdentifierKind
from clientgraph.loading import installed
from clientgraph.operations import prices
from clientgraph.operations.limits import Limits
from clientgraph.plugins import Plugins
from clientgraph.registries import graphql as registries
from clientgraph.schema import ROOTS, Schema
from clientgraph.transport.answers import STATUSES, Statuses
from clientgraph.transport.limits import TransportLimits

ROOT = Path(__file__).resolve().parents[2]
WIDTH = 88
TEXTS: Mapping[str, Mapping[str, str]] = tomllib.loads(
    (ROOT / "tools/reference/texts.toml").read_text("utf-8")
)


def meaning(section: str, name: str) -> str:
    """What the tables say of one name; a name without words ends the run."""
    try:
        return TEXTS[section][name]
    except KeyError:
        raise SystemExit(
            f"tools/reference/texts.toml: say what {name} means under [{section}]."
        ) from None


def errors() -> str:
    """User errors with their sentences, then codes of top-level errors with their statuses."""
    texts = tomllib.loads((ROOT / "src/clientgraph/messages/en.toml").read_text("utf-8"))
    statuses = {row.code: row for row in STATUSES.values()}
    return page(
        "Error codes",
        "What is wrong with an input comes as data, in the `userErrors` of a payload: all "
        "mistakes at once, each with its `path`, `code` and a `message` in the caller's language "
        "(`Accept-Language`: en, fr, nl, de). Everything else is a top-level error with "
        "`extensions.code`. Programs should branch on codes, never on messages. New codes may "
        "come; a code never changes its meaning. The `warnings` of a payload have the same codes: "
        "they are about something that was done all the same. `CODE.case` is how a code is worded "
        "in a certain case: what is answered is the code alone.",
        "## Codes of `userErrors`",
        table(
            ["code", "message in English"], [[f"`{code}`", texts[code]] for code in sorted(texts)]
        ),
        "A plugin may add codes of its own, with their messages.",
        "## Codes in `extensions.code`",
        "The status applies where nothing was executed: to `application/graphql-response+json`, "
        "and behind the slash to `application/json`. An answer with data is always 200.",
        table(
            ["code", "meaning", "status"],
            [
                [f"`{code}`", text, _status(statuses.get(code))]
                for code, text in TEXTS["codes"].items()
            ],
        ),
        "## Codes of `deletability.reasons`",
        "`HAS_SUBSIDIARIES`: other clients belong to this one. `NOT_A_DRAFT`: the workspace "
        "deletes drafts only (`deletionPolicy`). Plugins add theirs, with their name as `source`.",
    )


def _status(row: Statuses | None) -> str:
    if row is None:
        return "200, beside the data"
    if row.code == "BAD_REQUEST":
        cases = {r.graphql_response for r in STATUSES.values() if r.code == row.code}
        return ", ".join(map(str, sorted(cases)))
    return f"{row.graphql_response} / {row.json}"


def limits() -> str:
    """Every limit with its figure."""
    return page(
        "Limits",
        "Limits keep one caller from slowing down all others. A document exactly at a limit "
        "passes. Each answer tells its price in `extensions.cost`, beside what is left.",
        "## Of one document",
        "Counted with fragments expanded, before anything is executed. What exceeds a limit is "
        "refused with `COST_EXCEEDED`; the message names every limit that is exceeded.",
        table(["limit", "at most", "what is counted"], _figures(Limits(), "limits")),
        "## What an operation costs",
        f"A scalar is free, an object costs 1 point, a mutation {prices.MUTATION_COST} "
        f"(and 1 for every {prices.RECORDS_A_POINT} records of `clientsUpsert`), a question "
        f"to the registries of companies {registries.COST}. What a list holds is multiplied by "
        "`first` or `last` "
        f"({prices.DEFAULT_PAGE} where neither is given); a list without pages counts as "
        f"{prices.DEFAULT_LIST} unless the schema knows better.",
        "Each token has its own budget of points, which fills up again second by second. "
        "An empty bucket answers `RATE_LIMITED` with `Retry-After`.",
        "## Of requests and connections",
        table(
            ["limit", "at most", "what is counted"],
            _figures(TransportLimits(), "transport_limits"),
        ),
        "## Others",
        table(["limit", "at most"], others()),
    )


def _figures(given: Any, section: str) -> list[list[str]]:
    shown = {item.name: getattr(given, item.name) for item in fields(given)}
    return [
        [f"`{name}`", f"{value:,g}" if value < 10**6 else f"{value:,}", meaning(section, name)]
        for name, value in shown.items()
        if not isinstance(value, bool)
    ]


def settings() -> str:
    """Every setting with its type, default and variable."""
    rows = [
        [
            f"`{item.name}`",
            _written(item.default),
            f"`{PREFIX}{item.name.upper()}`",
            meaning("settings", item.name),
        ]
        for item in fields(Settings)
    ]
    return page(
        "Settings",
        f"Settings are read once, from the file `{DEFAULT_FILE}` in the current folder (or the "
        f"one that `{PREFIX}CONFIG` names) and from the environment, which goes before the file. "
        "Lists are separated by commas in the environment. A setting that cannot be used stops "
        "the start; all of them are told at once, with the fix.",
        table(["setting", "default", "variable", "meaning"], rows),
        "A file with every kind of value:",
        f"```toml\n{EXAMPLE}```",
    )


def _written(value: Any) -> str:
    if value is None or value is MISSING or value in ("", ()):
        return "none"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


EXAMPLE = """\
database_url = "postgresql://clientgraph@127.0.0.1:5432/clientgraph"
pool = 20
graphiql = false
allowed_origins = ["https://app.example.com"]
"""


def hooks() -> str:
    """The contract with plugin authors: every hook and the types it speaks in."""
    tree = ast.parse(inspect.getsource(hookspecs))
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and _is_hook(node)]
    rooms = [import_module(f"{contract.__name__}.{each.name}") for each in _rooms()]
    known = [
        value for room in [*rooms, answers] for value in vars(room).values() if _is_of(room, value)
    ]
    types = sorted(known, key=lambda value: str(value.__name__))
    return page(
        "Hooks",
        prose(_after_title(inspect.getdoc(hookspecs) or "")),
        "```python\nfrom collections.abc import Iterable, Mapping, Sequence\nfrom uuid import UUID"
        "\n\nimport typer\nfrom strawberry.types.field import StrawberryField"
        "\n\nfrom clientgraph import ("
        + "".join(f"\n    {name}," for name in sorted([*(t.__name__ for t in types), "hookimpl"]))
        + "\n)\n```",
        *(part for node in found for part in _hook(node)),
        "# Types",
        *(part for known in types for part in type_parts(known)),
    ).replace("# Types", "## Types")


def _is_hook(node: ast.FunctionDef) -> bool:
    return node.name in hookspecs.HOOKS


def _rooms() -> Iterator[ModuleInfo]:
    return iter_modules(contract.__path__)


def _is_of(room: ModuleType, value: Any) -> bool:
    named = inspect.isclass(value) or inspect.isfunction(value)
    return named and value.__module__ == room.__name__ and value.__name__ in front_door


def _hook(node: ast.FunctionDef) -> list[str]:
    signature = f"def {node.name}({ast.unparse(node.args)}) -> {ast.unparse(node.returns or node)}"
    hook = hookspecs.HOOKS[node.name]
    version = "" if hook.version == hookspecs.DEFAULT_VERSION else f"(version={hook.version})"
    code = f"```python\n@hookimpl{version}\n{signature}: ...\n```"
    earlier = "".join(f"; version {each} is adapted" for each in sorted(hook.adapted))
    told = f"*{hook.kind}*, version {hook.version}{earlier}."
    return [f"## `{node.name}`", code, told, prose(ast.get_docstring(node) or "")]


def _after_title(text: str) -> str:
    return text.partition("\n\n")[2]


def identifier_kinds(plugins: Plugins) -> str:
    """Every identifier kind of the bundled plugins."""
    rows = [
        [
            f"`{kind.key}`",
            kind.country or "",
            kind.label["en"],
            f"`{kind.example}`",
            "tax" if kind.is_tax else "register",
            "yes" if kind.unique else "no",
            ", ".join(f"`{key}`" for key in _derived(kind)),
        ]
        for kind in sorted(plugins.kinds.values(), key=lambda kind: (kind.country or "", kind.key))
    ]
    return page(
        "Identifier kinds",
        f"The {len(rows)} kinds that the bundled plugin understands; `identifierKinds` lists "
        "them with labels in the caller's language. Examples are well-formed, and belong to "
        "somebody or to nobody. A unique kind is held by one client of a workspace.",
        table(["key", "country", "name", "example", "for", "unique", "what follows"], rows),
    )


def _derived(kind: IdentifierKind) -> list[str]:
    try:
        return sorted(kind.derive(kind.parse(kind.example)))
    except IdentifierError as error:
        raise SystemExit(f"{kind.key}: its example is not one of its kind: {error}") from error


def operations(schema: Schema) -> str:
    """Every field of Query, Mutation and Subscription with what it needs."""
    parts = []
    for name in ROOTS:
        root = schema.core.get_type(name)
        rows = [
            [f"`{key}`", f"`{field.type}`", _permission(field), field.description or ""]
            for key, field in sorted(getattr(root, "fields", {}).items())
        ]
        parts += [f"## {name}", table(["field", "answers", "permission", "meaning"], rows)]
    return page(
        "Operations",
        "Every way into the data, from the schema. Arguments, inputs and types are described in "
        "`schema.graphql` and in the documentation pane of GraphiQL.",
        *parts,
    )


def _permission(field: Any) -> str:
    return f"`{field.extensions['strawberry-definition'].metadata['permission'].value}`"


def commands() -> str:
    """The help of every command."""
    parts = []
    root = get_command(app)
    for context in _contexts(typer.Context(root, info_name="clientgraph", terminal_width=WIDTH)):
        # Which plugins are installed beside the service is no matter of its reference.
        shown = context.command.get_help(context).partition("\n\nPlugins, ")[0]
        parts += [f"## `{context.command_path}`", f"```text\n{shown}\n```"]
    return page(
        "Commands",
        "Problems are told in one paragraph on the error output. Exit codes: 0 all is well, 1 a "
        "problem, 2 a misuse of the command.",
        *parts,
    )


def _contexts(context: typer.Context) -> Iterator[typer.Context]:
    """A command and those below it, in their order."""
    yield context
    group = context.command
    if isinstance(group, TyperGroup):
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            if command is not None:
                yield from _contexts(
                    typer.Context(command, parent=context, info_name=name, terminal_width=WIDTH)
                )


def pages() -> dict[str, str]:
    """Path below the root of the repository → what the page must be."""
    plugins = installed()
    made: Mapping[str, Callable[[], str]] = {
        "docs/errors.md": errors,
        "docs/limits.md": limits,
        "docs/plugins/hooks.md": hooks,
        "docs/plugins/testing.md": kit,
        "docs/reference/commands.md": commands,
        "docs/reference/identifier-kinds.md": lambda: identifier_kinds(plugins),
        "docs/reference/operations.md": lambda: operations(Schema.with_plugins(plugins)),
        "docs/reference/settings.md": settings,
    }
    return {path: make() for path, make in made.items()}


def main() -> int:
    """Write the pages, or with ``--check`` compare them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, compare")
    check = parser.parse_args().check
    stale = []
    for name, text in pages().items():
        path = ROOT / name
        if not path.is_file() or path.read_text("utf-8") != text:
            stale.append(name)
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8")
    print("\n".join(stale) or "Every page is current.")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())

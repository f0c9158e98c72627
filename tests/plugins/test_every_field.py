"""A page of clients with every plugin: their fields are read together, and cost others nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, Final

import anyio
import pytest
from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_object_type,
    is_required_argument,
)

from clientgraph.config import Settings
from clientgraph.operations.limits import Limits
from clientgraph.plugins import Plugins
from clientgraph.schema import ROOTS, Schema
from clientgraph.testing import Api, Statements, Workspace, plugins_for, running

pytestmark = pytest.mark.anyio

FEW, MANY = 5, 50
AT_ONCE: Final = 10
RUNS: Final = 3
SECONDS: Final = 120
DEEPEST: Final = 3
_ROOMY: Final = Limits(
    budget=10**9, cost=10**9, nodes=10**9, tokens=10**6, aliases=1_000, root_fields_mutation=200
)
# Asks plugins, whose answers may be in the database.
_ASKS: Final = frozenset({"deletability"})
# Says in another way what is asked for already.
_TWICE: Final = frozenset({"edges"})

Wanted = Callable[[GraphQLField], bool]


def is_of_plugin(field: GraphQLField) -> bool:
    """Whether a plugin declares a field, whole or loaded in batches."""
    marks = getattr(field.extensions.get("strawberry-definition"), "metadata", {})
    return "plugin" in marks or "loaded_by" in marks


def extended(schema: GraphQLSchema) -> dict[str, set[str]]:
    """Fields that plugins add to types of others, by type."""
    found = {
        kind.name: {name for name, field in kind.fields.items() if is_of_plugin(field)}
        for kind in schema.type_map.values()
        if is_object_type(kind) and kind.name not in ROOTS
    }
    return {name: fields for name, fields in found.items() if fields}


def selection(kind: GraphQLObjectType, wanted: Wanted, deeper: int = DEEPEST) -> str:
    """The fields of a type that are wanted, with all that they lead to, so many levels deep.

    Below the first level plugins' fields are left out: a client's invoices lead to the client.
    """
    shown = []
    for name, field in kind.fields.items():
        found: Any = get_named_type(field.type)
        needs = any(is_required_argument(each) for each in field.args.values())
        if needs or name in _ASKS | _TWICE or not wanted(field):
            continue
        first = "(first: 2)" if "first" in field.args else ""
        if is_leaf_type(found):
            shown.append(name)
        elif not is_object_type(found):
            shown.append(f"{name}{first} {{ __typename }}")
        elif deeper:
            shown.append(f"{name}{first} {selection(found, is_of_nobody, deeper - 1)}")
    return f"{{ __typename {' '.join(shown)} }}"


def is_of_nobody(field: GraphQLField) -> bool:
    """Whether core, or the type's own plugin, declares a field."""
    return not is_of_plugin(field)


@asynccontextmanager
async def served(settings: Settings, workspace: Workspace, plugins: Plugins) -> AsyncIterator[Api]:
    """The API of an application with these plugins."""
    async with running(settings, plugins, limits=_ROOMY) as client:
        yield replace(workspace, client=client).api()


async def many(api: Api, mutation: str, inputs: list[dict[str, Any]], shown: str = "") -> list[Any]:
    """Run a mutation for each input, some in one request."""
    kind = f"{mutation[0].upper()}{mutation[1:]}Input!"
    found = []
    for begin in range(0, len(inputs), AT_ONCE):
        given = {f"i{number}": each for number, each in enumerate(inputs[begin : begin + AT_ONCE])}
        heads = ", ".join(f"${name}: {kind}" for name in given)
        fields = (
            f"m{number}: {mutation}(input: ${name}) {{ {shown} userErrors {{ code }} }}"
            for number, name in enumerate(given)
        )
        done = await api(f"mutation({heads}) {{ {' '.join(fields)} }}", given)
        assert not [each for each in done.values() if each["userErrors"]], done
        found += done.values()
    return found


@pytest.fixture
async def filled(settings: Settings, workspace: Workspace) -> Workspace:
    """Fifty clients, each invoiced, paid and welcomed; nothing is written any more.

    An application that ends tells all that is left to be told.
    """
    async with served(settings, workspace, plugins_for(None)) as api:
        on = {"name": "invoicing", "settings": {"welcome_enabled": True}}
        await api.done("pluginConfigure", on)
        clients = await many(
            api, "clientCreate", [{"name": f"Moon {n}"} for n in range(MANY)], "client { id }"
        )
        ids = [each["client"]["id"] for each in clients]
        drafts = [{"clientId": each, "total": "100", "dueOn": "2126-01-01"} for each in ids]
        made = await many(api, "invoiceRecord", drafts, "invoice { id }")
        invoices = [each["invoice"]["id"] for each in made]
        await many(api, "invoiceIssue", [{"id": each} for each in invoices])
        pairs = zip(ids, invoices, strict=True)
        paid = [{"clientId": one, "invoiceId": other, "amount": "4"} for one, other in pairs]
        await many(api, "paymentRecord", paid)
        await welcomed(api)
    return workspace


async def welcomed(api: Api) -> None:
    """Return once every client's letter is on its way no more."""
    letters = f"{{ clients(first: {MANY}) {{ nodes {{ welcomeLetter {{ settledAt }} }} }} }}"
    with anyio.fail_after(SECONDS):
        while True:
            nodes = (await api(letters))["clients"]["nodes"]
            if all(each["welcomeLetter"] and each["welcomeLetter"]["settledAt"] for each in nodes):
                return
            await anyio.sleep(0.2)


async def counted(api: Api, statements: Statements, shown: str) -> Mapping[int, int]:
    """How many statements a page takes that shows this of each client, by its length."""
    sent = {}
    for first in (FEW, MANY):
        text = f"{{ clients(first: {first}) {{ totalCount nodes {shown} }} }}"
        taken = []
        for _ in range(RUNS):
            await statements.take()
            nodes = (await api(text))["clients"]["nodes"]
            taken.append(len(await statements.take()))
            assert len(nodes) == first
        sent[first] = min(taken)
    return sent


async def test_all_fields_of_plugins_are_read_for_a_page_at_once(
    settings: Settings, filled: Workspace, statements: Statements
) -> None:
    """Each with all that it leads to; five clients and fifty take the same statements."""
    plugins = plugins_for(None)
    schema = Schema.with_plugins(plugins).core
    added = extended(schema)
    # Another type would need a way from a page of clients to its records.
    assert added.keys() == {"Client"}
    assert added["Client"] >= {"invoices", "payments", "balance", "financeSummary", "welcomeLetter"}
    shown = selection(schema.get_type("Client"), is_of_plugin)
    async with served(settings, filled, plugins) as api:
        (node,) = (await api(f"{{ clients(first: 1) {{ nodes {shown} }} }}"))["clients"]["nodes"]
        assert node.keys() == {"__typename", *added["Client"]}
        assert all(node.values())
        sent = await counted(api, statements, shown)
    assert sent[MANY] == sent[FEW] > 0


async def test_plugins_add_nothing_to_what_core_shows(
    settings: Settings, filled: Workspace, statements: Statements
) -> None:
    """All of core's fields, with every plugin and with none: the same statements, for any page."""
    everybody, nobody = plugins_for(None), plugins_for({})
    schema = Schema.with_plugins(nobody).core
    shown = selection(schema.get_type("Client"), is_of_nobody)
    sent = []
    for plugins in (everybody, nobody):
        async with served(settings, filled, plugins) as api:
            sent.append(await counted(api, statements, shown))
    assert sent[0] == sent[1]
    assert sent[0][MANY] == sent[0][FEW] > 0

"""The limits of one GraphQL document, checked after parsing and before validation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    Undefined,
    parse,
)

from clientgraph.operations.prices import CEILING, Weighing, Weight

_MOST_PRICES: Final = 16


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one document may ask for; a document exactly at a limit passes.

    ``document`` bounds its characters, before anything else is looked at.
    ``tokens`` bounds the lexical tokens and, apart, the comments. ``introspection_depth``
    counts levels from ``__schema`` or ``__type`` down, which ``depth`` leaves out. ``page``
    is the most records that one page can hold. ``budget`` is what one token may spend at once in
    points of cost, ``refill`` how many of them come back each second.
    """

    document: int = 262_144
    tokens: int = 2_000
    depth: int = 12
    introspection_depth: int = 20
    aliases: int = 30
    root_fields_query: int = 20
    root_fields_mutation: int = 10
    operations: int = 10
    fragments: int = 50
    nodes: int = 10_000
    cost: int = 1_000
    page: int = 100
    budget: int = 2_000
    refill: int = 100


@dataclass(frozen=True, kw_only=True)
class Price:
    """What the chosen operation asks for, fragments expanded; counts end at a billion.

    ``aliases`` are those that differ from the field's name, ``nodes`` the objects that may be
    returned, ``cost`` the points. All zero where the operation cannot be chosen.
    """

    depth: int
    aliases: int
    root_fields: int
    nodes: int
    cost: int


class Excess(NamedTuple):
    """One limit exceeded; ``message`` says which, by how much and what to do about it."""

    message: str
    limit: int
    actual: int


class LimitExceeded(Exception):
    """A document exceeds limits; ``excesses`` holds all of them, never just the first."""

    def __init__(self, excesses: tuple[Excess, ...]) -> None:
        super().__init__(" ".join(excess.message for excess in excesses))
        self.excesses = excesses


_ADVICE = {
    "document": (
        "The document has {actual} characters",
        "Send long values as variables and split the document.",
    ),
    "tokens": (
        "The document has at least {actual} tokens, or as many comments",
        "Send long values as variables and split the document.",
    ),
    "operations": (
        "The document has {actual} operations",
        "Send only the operation to run and those that belong to it.",
    ),
    "fragments": (
        "The document has {actual} fragment definitions",
        "Send only the fragments that the operation uses.",
    ),
    "depth": (
        "The operation is {actual} levels deep",
        "Select fewer nested levels, or fetch the inner records by id in a second operation.",
    ),
    "introspection_depth": (
        "The introspection is {actual} levels deep",
        "Select fewer levels of `ofType`.",
    ),
    "aliases": (
        "The operation has {actual} aliases with its fragments expanded",
        "Fetch many records with one list field, such as `nodes(ids:)`, instead of aliases.",
    ),
    "root_fields_query": (
        "The operation selects {actual} root fields with its fragments expanded",
        "Split it into several operations.",
    ),
    "root_fields_mutation": (
        "The mutation selects {actual} root fields with its fragments expanded",
        "Split it into several mutations.",
    ),
    "nodes": (
        "The operation may return {actual} objects",
        "Ask for smaller pages with `first` or `last`, or select fewer nested lists.",
    ),
    "cost": (
        "The operation costs {actual} points",
        "Ask for smaller pages with `first` or `last`, or select fewer nested objects.",
    ),
}


def parse_document(source: str, limits: Limits) -> DocumentNode:
    """The parsed document; raises LimitExceeded where it is too long, else GraphQLSyntaxError."""
    if len(source) > limits.document:
        raise LimitExceeded((_excess("document", limits, len(source)),))
    try:
        return parse(source, max_lexical_tokens=limits.tokens, max_comments=limits.tokens)
    except GraphQLSyntaxError as error:
        if not error.message.startswith("Syntax Error: Document contains more than "):
            raise
    raise LimitExceeded((_excess("tokens", limits, limits.tokens + 1),))


class Prices:
    """The prices of one document; each is worked out once for the variables that it depends on."""

    def __init__(self, document: DocumentNode, schema: GraphQLSchema, limits: Limits) -> None:
        self._document = document
        self._schema = schema
        self._limits = limits
        # Operation and names of variables → what those were → price.
        self._known: dict[tuple[str | None, tuple[str, ...]], dict[Any, Price]] = {}

    def price(self, operation_name: str | None, variables: Mapping[str, Any]) -> Price:
        """What the chosen operation asks for; raises LimitExceeded with every limit it exceeds.

        ``variables`` are the raw values of the request. The document need not be valid: what is
        wrong with it, or with the choice of the operation, is left for validation to say.
        """
        for (operation, names), prices in self._known.items():
            if operation == operation_name:
                values = [variables.get(name, Undefined) for name in names]
                found = prices.get(tuple(map(_decisive, values)))
                if found is not None:
                    return found
        price, asked = self._worked_out(operation_name, variables)
        self._remember(operation_name, asked, price)
        return price

    def _worked_out(
        self, operation_name: str | None, variables: Mapping[str, Any]
    ) -> tuple[Price, Mapping[str, Any]]:
        """The price, and the variables that it depends on."""
        nodes = self._document.definitions
        operations = [node for node in nodes if isinstance(node, OperationDefinitionNode)]
        fragments = [node for node in nodes if isinstance(node, FragmentDefinitionNode)]
        chosen = _chosen(operations, operation_name)
        weight, asked = Weight(), {}
        if chosen is not None:
            weighing = Weighing(
                self._document, chosen, variables, self._schema, page=self._limits.page
            )
            weight, asked = weighing.weigh(), weighing.asked
        _check(_measured(weight, chosen, len(operations), len(fragments)), self._limits)
        price = Price(
            depth=weight.depth,
            aliases=weight.aliases,
            root_fields=weight.width,
            nodes=weight.toll.nodes,
            cost=weight.toll.cost,
        )
        return price, asked

    def _remember(self, operation: str | None, asked: Mapping[str, Any], price: Price) -> None:
        values = tuple(map(_decisive, asked.values()))
        if None in values:
            return
        if sum(map(len, self._known.values())) >= _MOST_PRICES:
            self._known.clear()
        self._known.setdefault((operation, tuple(asked)), {})[values] = price


def _decisive(value: Any) -> tuple[type, Any] | None:
    """What of a variable can make a difference for prices; None where that is not told in short.

    With its type: true, 1 and 1.0 are equal in Python.
    """
    if value is None or value is Undefined or isinstance(value, bool | int | float):
        return type(value), value
    return (list, len(value)) if isinstance(value, list) else None


def _measured(
    weight: Weight, chosen: OperationDefinitionNode | None, operations: int, fragments: int
) -> dict[str, int]:
    """What is held against limits, by their names."""
    mutation = chosen is not None and chosen.operation is OperationType.MUTATION
    return {
        "operations": operations,
        "fragments": fragments,
        "depth": weight.depth,
        "introspection_depth": weight.introspection,
        "aliases": weight.aliases,
        "root_fields_mutation" if mutation else "root_fields_query": weight.width,
        "nodes": weight.toll.nodes,
        "cost": weight.toll.cost,
    }


def describe(price: Price, limits: Limits) -> dict[str, int]:
    """The price beside its limits, in the shape of ``extensions.cost``."""
    return {
        "requested": price.cost,
        "limit": limits.cost,
        "nodes": price.nodes,
        "nodesLimit": limits.nodes,
        "depth": price.depth,
        "depthLimit": limits.depth,
    }


def _chosen(
    operations: list[OperationDefinitionNode], name: str | None
) -> OperationDefinitionNode | None:
    """The operation that execution would run; None where the choice is open."""
    if name is None:
        return operations[0] if len(operations) == 1 else None
    return next((node for node in operations if node.name and node.name.value == name), None)


def _check(measured: Mapping[str, int], limits: Limits) -> None:
    excesses = tuple(
        _excess(name, limits, actual)
        for name, actual in measured.items()
        if actual > getattr(limits, name)
    )
    if excesses:
        raise LimitExceeded(excesses)


def _excess(name: str, limits: Limits, actual: int) -> Excess:
    found, remedy = _ADVICE[name]
    limit: int = getattr(limits, name)
    amount = f"{actual} or more" if actual >= CEILING else str(actual)
    message = f"{found.format(actual=amount)}; the limit `{name}` is {limit}. {remedy}"
    return Excess(message, limit, actual)

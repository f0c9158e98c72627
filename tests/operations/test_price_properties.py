"""What holds for any document: pricing never fails, and what runs never exceeds its price."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from graphql import (
    GraphQLObjectType,
    build_schema,
    execute_sync,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    parse,
    validate,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clientgraph.operations.limits import LimitExceeded, Limits, Prices
from clientgraph.operations.prices import DEFAULT_LIST, DEFAULT_PAGE

SCHEMA = build_schema("""
    interface Node { id: ID! }
    type Query {
      node: Node
      nodes(ids: [ID!]!): [Node]!
      a: Client
      clients(first: Int): AllConnection!
    }
    type Mutation { a: Client }
    type AllConnection { edges: [AllEdge!]! nodes: [Client!]! totalCount: Int! }
    type AllEdge { node: Client! }
    type Client implements Node {
      id: ID!
      a: Client
      clients(first: Int = 3): AllConnection!
      rows: [Row!]!
    }
    type Row implements Node { id: ID! a: Client }
""")
OPEN = Limits(depth=99, aliases=10**9, root_fields_query=10**9, nodes=10**9, cost=10**9)

FIELD_NAMES = ["id", "a", "node", "nodes", "edges", "clients", "rows", "totalCount", "nope"]
NAMES = st.sampled_from([*FIELD_NAMES, "__typename", "__schema", "__type"])
TYPES = st.sampled_from(["Query", "Client", "Row", "Node", "AllConnection", "Int", "Nope"])
FRAGMENTS = st.sampled_from(["F0", "F1", "F2", "F3"])
LITERALS = st.sampled_from(
    [
        "0",
        "2",
        "-7",
        "9" * 5_000,
        "1.5",
        '"x"',
        "null",
        "true",
        "X",
        "{a: 1}",
        "[1, $v]",
        "$v",
        "$w",
    ]
)
ARGUMENTS = st.builds("({}: {})".format, st.sampled_from(["first", "last", "ids", "if"]), LITERALS)
DIRECTIVES = st.builds(
    "@{}{}".format, st.sampled_from(["skip", "include", "nope"]), st.just("") | ARGUMENTS
)
TAIL = st.builds("{}{}".format, st.just("") | ARGUMENTS, st.just("") | DIRECTIVES)
FIELDS = st.builds("{}{}{}".format, st.just("") | st.just("x: "), NAMES, TAIL)
SPREADS = st.builds("...{} {}".format, FRAGMENTS, st.just("") | DIRECTIVES)


def _nested(inner):
    selections = st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"{{{' '.join(parts)}}}")
    conditions = st.just("") | TYPES.map("on {}".format)
    return st.builds("{}{}".format, FIELDS, selections) | st.builds(
        "... {} {} {}".format, conditions, st.just("") | DIRECTIVES, selections
    )


SELECTIONS = st.recursive(FIELDS | SPREADS, _nested, max_leaves=12)
OPERATIONS = st.builds(
    "{}{{{}}}".format,
    st.sampled_from(["query Q", "query Q($v: Int = 4)", "mutation M", "subscription S"]),
    SELECTIONS,
)
DEFINITIONS = OPERATIONS | st.builds(
    "fragment {} on {} {{{}}}".format, FRAGMENTS, TYPES, SELECTIONS
)
DOCUMENTS = st.lists(DEFINITIONS, min_size=1, max_size=5).map("\n".join)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)
VARIABLES = st.dictionaries(st.sampled_from(["v", "w"]), JSON, max_size=2)
# A busy machine is no fault of a document.
EXAMPLES = settings(
    max_examples=100,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@EXAMPLES
@given(DOCUMENTS, VARIABLES, st.sampled_from([None, "Q", "M", "S", "T"]))
def test_pricing_any_document_either_answers_or_refuses(source, variables, name):
    """Whatever parses has a price or exceeds a limit; nothing else is ever raised."""
    try:
        measured = Prices(parse(source), SCHEMA, Limits(depth=4, cost=50)).price(name, variables)
    except LimitExceeded as error:
        kept = [excess.actual > excess.limit for excess in error.excesses]
    else:
        kept = [measured.depth <= 4, 0 <= measured.cost <= 50]
    assert kept
    assert all(kept)


class Made(NamedTuple):
    """An object of the full answer; ``page`` is how many records it holds as a connection."""

    kind: str
    page: int


CONDITIONS = {
    "Node": ["Node", "Client", "Row"],
    "Client": ["Client", "Node"],
    "Row": ["Row", "Node"],
}


@st.composite
def valid_selections(draw: Any, kind: str, path: str = "x") -> str:
    """A selection set that validation accepts on the type called ``kind``, aliases unique."""
    parent: Any = SCHEMA.type_map[kind]
    parts = []
    for index in range(draw(st.integers(1, 2))):
        name = draw(st.sampled_from([*parent.fields, "__typename"]))
        field = parent.fields.get(name)
        text = f"{path}{index}: {name}"
        if field is not None and name == "nodes" and kind == "Query":
            text += "(ids: [" + '"a" ' * draw(st.integers(0, 3)) + "])"
        elif field is not None and "first" in field.args:
            text += draw(st.sampled_from(["", "(first: 0)", "(first: 2)", "(first: $v)"]))
        inner = get_named_type(field.type) if field is not None else None
        if inner is not None and not is_leaf_type(inner):
            if len(path) == 4:
                continue
            text += draw(valid_selections(inner.name, f"{path}{index}"))
        parts.append(text)
    conditions = st.lists(st.sampled_from(CONDITIONS.get(kind, [kind])), max_size=3)
    parts.extend(
        f"... on {condition} {draw(valid_selections(condition, path + letter))}"
        for letter, condition in zip("abc", draw(conditions), strict=False)
        if len(path) < 4
    )
    return "{" + " ".join(parts or ["__typename"]) + "}"


def answer_in_full(source: str, variables: dict[str, Any], row_kind: str) -> int:
    """Execute with every list full; how many objects were returned, wrapping edges apart."""
    made: list[str] = []

    def resolve(parent: Made | None, info: Any, **arguments: Any) -> Any:
        kind = get_named_type(info.return_type)
        if is_leaf_type(kind):
            return 1
        name = kind.name if isinstance(kind, GraphQLObjectType) else row_kind
        first = arguments.get("first")
        one = Made(name, DEFAULT_PAGE if first is None else first)
        if not is_list_type(get_nullable_type(info.return_type)):
            made.append(name)
            return one
        count = len(arguments["ids"]) if "ids" in arguments else DEFAULT_LIST
        if parent is not None and parent.kind == "AllConnection":
            count = parent.page
        made.extend([name] * count)
        return [one] * count

    result = execute_sync(
        SCHEMA,
        parse(source),
        variable_values=variables,
        field_resolver=resolve,
        type_resolver=lambda value, _info, _kind: value.kind,
    )
    assert result.errors is None
    return sum(kind != "AllEdge" for kind in made)


@EXAMPLES
@given(valid_selections("Query"), st.sampled_from([{}, {"v": 1}, {"v": 3.0}, {"v": None}]))
def test_no_answer_returns_more_objects_than_its_price_says(selections, variables):
    """Executed with every list full, a valid document returns at most its price in nodes."""
    source = ("query($v: Int = 2)" if "$v" in selections else "") + selections
    variables = variables if "$v" in selections else {}
    assert validate(SCHEMA, parse(source)) == []
    measured = Prices(parse(source), SCHEMA, OPEN).price(None, variables)
    answers = [answer_in_full(source, variables, kind) for kind in ("Client", "Row")]
    assert max(answers) <= measured.nodes <= measured.cost

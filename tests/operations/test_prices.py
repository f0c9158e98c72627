"""What operations weigh, and what documents made to hurt do to the walk."""

from __future__ import annotations

from dataclasses import fields

import pytest
import strawberry
from graphql import (
    DocumentNode,
    FieldNode,
    NameNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    build_schema,
    parse,
)

from clientgraph.operations.limits import Limits, Price, Prices, parse_document
from clientgraph.operations.prices import CEILING, Weighing

SCHEMA = build_schema("""
    interface Node { id: ID! }
    union Party = Client | Contact
    type Query {
      word: String
      tags: [String!]!
      client(id: ID): Client
      node(id: ID!): Node
      nodes(ids: [ID!]!): [Node]!
      party: Party
      clients(first: Int, last: Int): ClientConnection!
      recent(first: Int = 40): ClientConnection!
      latest(first: Int = 4): [Client!]!
    }
    type Mutation {
      clientDelete(id: ID!): ClientDeletePayload
      ping: Boolean
    }
    type Subscription { clientChanged: Client }
    type ClientDeletePayload { client: Client }
    type ClientConnection {
      edges: [ClientEdge!]! nodes: [Client!]! pageInfo: PageInfo! totalCount: Int!
    }
    type ClientEdge { cursor: String! node: Client! }
    type PageInfo { endCursor: String }
    type Client implements Node {
      id: ID!
      name: String!
      parent: Client
      addresses: [Address!]!
      subsidiaries(first: Int): ClientConnection!
    }
    type Contact implements Node { id: ID! client: Client }
    type Address { city: String }
""")
WIDE = Limits(**{field.name: 10**12 for field in fields(Limits) if field.name != "page"})


@strawberry.type
class Row:
    id: int


@strawberry.type
class Marked:
    few: list[Row] = strawberry.field(metadata={"size": 3}, default_factory=list)
    dear: Row | None = strawberry.field(metadata={"cost": 50}, default=None)
    export: str = strawberry.field(metadata={"cost": 200}, default="")
    odd: list[Row] = strawberry.field(metadata={"size": "many", "cost": -1}, default_factory=list)


def measure(source, variables=None, name=None, limits=WIDE, schema=SCHEMA):
    return Prices(parse(source), schema, limits).price(name, variables or {})


def points(source, variables=None, schema=SCHEMA):
    measured = measure(source, variables, schema=schema)
    return measured.nodes, measured.cost


def weighing(source):
    document = parse_document(source, Limits())
    walk = Weighing(document, document.definitions[0], {}, SCHEMA, page=100)
    return walk, walk.weigh()


@pytest.mark.parametrize(
    ("source", "nodes", "cost"),
    [
        ("{word tags __typename}", 0, 0),
        ("{client{id name __typename parent{id}}}", 2, 2),
        ("{clients{nodes{id}}}", 26, 26),
        ("{clients(first: 3){nodes{id parent{id}}}}", 7, 7),
        ("{clients(first: 3){edges{cursor node{id parent{id}}}}}", 7, 7),
        ("{clients(last: 3){pageInfo{endCursor} totalCount}}", 2, 3),
        ("{clients(first: 3){nodes{id} pageInfo{endCursor} totalCount}}", 5, 6),
        ("{clients(first: 2){nodes{subsidiaries(first: 3){totalCount nodes{id}}}}}", 11, 13),
        ("{clients(first: 101){nodes{id}}}", 101, 101),
        ("{clients(first: 2, last: 9){nodes{id}}}", 10, 10),
        ("{clients(first: 0){nodes{id}}}", 1, 1),
        ("{clients(first: -1){nodes{id}}}", 26, 26),
        ('{clients(first: "3"){nodes{id}}}', 26, 26),
        ("{clients(first: null){nodes{id}}}", 26, 26),
        ("{clients(first: true){nodes{id}}}", 26, 26),
        ("{clients(first: %s){nodes{id}}}" % ("9" * 5_000), 101, 101),
        ("{clients(first: -%s){nodes{id}}}" % ("9" * 5_000), 26, 26),
        ("{recent{nodes{id}}}", 41, 41),
        ("{latest{id}}", 4, 4),
        ("{latest(first: 7){id parent{id}}}", 14, 14),
        ("{client{addresses{city}}}", 11, 11),
        ('{nodes(ids: ["a", "b", "c"]){id}}', 3, 3),
        ('{nodes(ids: "a"){id}}', 1, 1),
        ("{nodes(ids: []){id}}", 0, 0),
        ("mutation{ping}", 0, 10),
        ('mutation{clientDelete(id: "a"){client{id}}}', 2, 11),
        ("subscription{clientChanged{id}}", 1, 1),
        ("{node(id: 1){id ... on Client{parent{id}} ... on Contact{client{parent{id}}}}}", 3, 3),
        ("{party{... on Node{id} ... on Client{addresses{city}} ... on Contact{id}}}", 11, 11),
        ("{client{... on Node{... on Client{id} ... on Contact{client{id}}}}}", 1, 1),
        ("{client{... on Node{... on Client{parent{id}}}}}", 2, 2),
        ("{party{... on Node{... on Client{parent{id}}} ... on Client{parent{id}}}}", 3, 3),
        ("{party{... on Node{id} ...{... on Contact{client{id}}}}}", 2, 2),
        ("{node(id: 1){... on Undefined{id} ... on Client{parent{id}}}}", 2, 2),
        ("{client{... on Contact{client{id}} ... on Party{... on Client{parent{id}}}}}", 2, 2),
    ],
)
def test_objects_and_points_of_what_is_selected(source, nodes, cost):
    """Scalars are free, objects one point, lists multiply, and interfaces cost their dearest."""
    assert points(source) == (nodes, cost)


@pytest.mark.parametrize(
    ("variables", "nodes"),
    [
        ({}, 8),
        ({"n": 3}, 4),
        ({"n": 3.0}, 4),
        ({"n": 10**400}, 101),
        ({"n": 1e308}, 101),
        ({"n": float("inf")}, 26),
        ({"n": float("nan")}, 26),
        ({"n": 2.5}, 26),
        ({"n": -1}, 26),
        ({"n": True}, 26),
        ({"n": None}, 26),
        ({"n": "3"}, 26),
        ({"n": [3]}, 26),
        ({"n": {"a": 1}}, 26),
    ],
)
def test_a_page_size_may_be_a_variable(variables, nodes):
    """A raw variable, or the operation's default for it, sizes the page; rubbish counts 25."""
    assert points("query($n: Int = 7){clients(first: $n){nodes{id}}}", variables)[0] == nodes


def test_a_variable_without_any_value_leaves_the_default_of_the_schema():
    """A variable neither given nor defined, and one without default, are as if not written."""
    assert points("query($n: Int){recent(first: $n){nodes{id}}}") == (41, 41)
    assert points("{recent(first: $undefined){nodes{id}}}") == (41, 41)


def test_ids_are_counted_in_lists_and_variables():
    """A list of ids costs its length, given as a variable or as a list of variables."""
    source = "query($ids: [ID!]!){nodes(ids: $ids){id}}"
    assert points(source, {"ids": ["a"] * 12}) == (12, 12)
    assert points(source, {"ids": "a"}) == (1, 1)
    assert points(source) == (10, 10)
    assert points("query($a: ID!){nodes(ids: [$a, $a]){id}}", {"a": 1}) == (2, 2)


@pytest.mark.parametrize(
    ("directives", "variables", "nodes"),
    [
        ("@skip(if: true)", {}, 0),
        ("@skip(if: false)", {}, 1),
        ("@include(if: false)", {}, 0),
        ("@include(if: true)", {}, 1),
        ("@include(if: true) @skip(if: true)", {}, 0),
        ("@skip(if: $v)", {"v": True}, 0),
        ("@skip(if: $v)", {"v": False}, 1),
        ("@include(if: $v)", {"v": False}, 0),
        ("@include(if: $v)", {}, 1),
        ("@skip(if: $v)", {}, 1),
        ("@include(if: $d)", {}, 0),
        ("@include(if: $d)", {"d": True}, 1),
        ("@skip(if: $v)", {"v": "true"}, 1),
        ("@skip", {}, 1),
        ("@unknown(if: true)", {}, 1),
    ],
)
@pytest.mark.parametrize(
    "source",
    [
        "{client %s {id}}",
        "{... %s {client{id}}}",
        "{...F %s} fragment F on Query{client{id}}",
    ],
)
def test_what_is_surely_skipped_is_free(source, directives, variables, nodes):
    """@skip and @include are honoured on fields and fragments; what is open counts."""
    source = "query($v: Boolean, $d: Boolean = false)" + source % directives
    assert points(source, variables) == (nodes, nodes)
    assert measure(source, variables).depth == 2


def test_fragments_weigh_what_their_text_would():
    """A spread counts depth, aliases and root fields as if its fields stood in its place."""
    plain = measure("{a: word b: client{c: parent{id: id}} client{c: parent{id: id}} word: word}")
    spread = measure("""
        {...Root client{...Parent} word: word}
        fragment Root on Query {a: word ...{b: client{...Parent}}}
        fragment Parent on Client {c: parent{id: id}}
    """)
    assert plain == spread == Price(depth=3, aliases=4, root_fields=4, nodes=4, cost=4)


def test_an_exponential_bomb_is_weighed_once_per_selection_set():
    """Forty fragments that each spread the next one twice take one visit each."""
    bomb = "{client{...F0}}" + "".join(
        f"fragment F{n} on Client{{a: parent{{...F{n + 1}}} b: parent{{...F{n + 1}}}}}"
        for n in range(40)
    )
    walk, weight = weighing(bomb + "fragment F40 on Client{id}")
    assert len(walk.weights) == 2 + 40 * 3 + 1
    assert weight.depth == 42
    assert weight.aliases == weight.toll.nodes == weight.toll.cost == CEILING


def test_two_thousand_tokens_of_doubling_take_as_many_visits_as_selection_sets():
    """The widest bomb that the token limit lets through stays linear."""
    count = 180
    source = "{...F0}" + "".join(
        f"fragment F{n} on Query{{...F{n + 1}...F{n + 1}}}" for n in range(count)
    )
    walk, weight = weighing(source + f"fragment F{count} on Query{{client{{id}}}}")
    assert (weight.width, weight.toll.nodes, weight.toll.cost) == (CEILING, CEILING, CEILING)
    assert len(walk.weights) == count + 3


def test_an_interface_is_weighed_once_whatever_its_possible_types():
    """Selections on an interface, and fragments on its types, take one visit each."""
    walk, weight = weighing("{node(id: 1){... on Node{id} ... on Client{id} ... on Contact{id}}}")
    assert len(walk.weights) == 5
    assert (weight.toll.nodes, weight.toll.cost) == (1, 1)


def test_ten_thousand_levels_do_not_exhaust_the_stack():
    """A document built past the parser's own limit is walked without recursion."""
    selections = SelectionSetNode(selections=(FieldNode(name=NameNode(value="id")),))
    for _ in range(10_000):
        field = FieldNode(name=NameNode(value="parent"), selection_set=selections)
        selections = SelectionSetNode(selections=(field,))
    operation = OperationDefinitionNode(operation=OperationType.QUERY, selection_set=selections)
    document = DocumentNode(definitions=(operation,))
    assert Prices(document, SCHEMA, WIDE).price(None, {}).depth == 10_001


@pytest.mark.parametrize(
    "source",
    [
        "{...A} fragment A on Query{...A}",
        "{...A} fragment A on Query{...B} fragment B on Query{...A}",
        "{...Undefined}",
        "{... on Undefined{client{id}}}",
        "{... on String{client{id}}}",
        "{...A} fragment A on Undefined{client{id}}",
        "{undefined(first: $x){more(ids: 3){nodes{id}}}}",
        "{word{nodes{id}}}",
        "mutation{word}",
        "type Query{a: Int}",
        "{client{}}",
    ],
)
def test_what_validation_refuses_costs_next_to_nothing(source):
    """Cycles, unknown names and wrong shapes are no error here."""
    assert measure(source, limits=Limits()).cost <= 1


def test_a_cycle_through_fields_is_cut_where_it_closes():
    """Each fragment of a cycle is weighed once, and the second visit adds nothing."""
    walk, weight = weighing("{client{...A}} fragment A on Client{id parent{...A}}")
    assert (weight.depth, weight.toll.nodes, weight.toll.cost) == (2, 2, 2)
    assert len(walk.weights) == 4


def test_unknown_parts_still_count_depth_and_aliases():
    """Depth and aliases are measured where the schema knows nothing."""
    measured = measure("{a: nope{b: nope{c}}}")
    assert measured == Price(depth=3, aliases=2, root_fields=1, nodes=0, cost=0)


def test_a_field_may_say_its_size_and_cost():
    """Strawberry metadata overrides the assumed length of a list and the points of a field."""

    schema = strawberry.Schema(Marked)._schema
    assert points("{few{id}}", schema=schema) == (3, 3)
    assert points("{dear{id}}", schema=schema) == (1, 50)
    assert points("{export}", schema=schema) == (0, 200)
    assert points("{odd{id}}", schema=schema) == (10, 10)


def test_a_document_remembers_no_wrong_price():
    """One document asked with many variables in turn costs each time what it costs alone."""
    source = """query Q($first: Int = 7, $with: Boolean!, $ids: [ID!] = ["a"]) {
        clients(first: $first) { nodes { name parent @include(if: $with) { name } } }
        nodes(ids: $ids) @skip(if: $with) { id }
    }
    query Other($first: Int) { clients(first: $first) { nodes { parent { name } } } }"""
    firsts = [{}, *({"first": each} for each in (None, 0, 1, 1.0, True, 2, 2.5, 50, 100, "5", [3]))]
    conditions = [{}, *({"with": each} for each in (None, False, True, 0, 1, "true"))]
    lists = [{}, *({"ids": each} for each in (None, [], ["a"], ["b"], ["a", "b"], "a", {"a": 1}))]
    prices = Prices(parse(source), SCHEMA, WIDE)
    seen = set()
    for _ in range(2):
        for variables in (a | b | c for a in firsts for b in conditions for c in lists):
            for name in ("Q", "Other"):
                found = prices.price(name, variables)
                assert found == measure(source, variables, name), variables
                seen.add(found)
    assert len(seen) > 20

"""Each limit of a document at its edge, and what a refusal says."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, asdict, fields

import pytest
from graphql import GraphQLSyntaxError, build_schema, get_introspection_query, parse

from clientgraph.operations.limits import (
    LimitExceeded,
    Limits,
    Price,
    Prices,
    describe,
    parse_document,
)

SCHEMA = build_schema("""
    type Query { word: String client: Client clients(first: Int): ClientConnection! }
    type Mutation { ping: Boolean }
    type ClientConnection { nodes: [Client!]! }
    type Client { id: ID! parent: Client }
""")
WIDE = Limits(**{field.name: 10**12 for field in fields(Limits) if field.name != "page"})
EMPTY = Price(depth=0, aliases=0, root_fields=0, nodes=0, cost=0)


def measure(source, variables=None, name=None, limits=WIDE, schema=SCHEMA):
    return Prices(parse(source), schema, limits).price(name, variables or {})


def refused(source, limits, name=None):
    with pytest.raises(LimitExceeded) as caught:
        measure(source, name=name, limits=limits)
    return caught.value.excesses


def nested(levels):
    return "{client" + "{parent" * (levels - 2) + "{id" + "}" * levels


def aliased(count):
    return "{client{" + " ".join(f"a{n}: id" for n in range(count)) + "}}"


def rooted(kind, field, count):
    return kind + "{" + f"{field} " * count + "}"


AT_THE_EDGE = [
    ("depth", nested(12), nested(13), 12, "is 13 levels deep; the limit `depth` is 12. Select"),
    ("aliases", aliased(30), aliased(31), 30, "has 31 aliases with its fragments expanded;"),
    (
        "root_fields_query",
        rooted("query", "word", 20),
        rooted("query", "word", 21),
        20,
        "selects 21 root fields with its fragments expanded; the limit `root_fields_query` is 20.",
    ),
    (
        "root_fields_mutation",
        rooted("mutation", "ping", 10),
        rooted("mutation", "ping", 11),
        10,
        "The mutation selects 11 root fields",
    ),
    ("operations", "{word}" * 10, "{word}" * 11, 10, "has 11 operations; the limit"),
    (
        "fragments",
        "{word}" + "".join(f"fragment F{n} on Query{{word}}" for n in range(50)),
        "{word}" + "".join(f"fragment F{n} on Query{{word}}" for n in range(51)),
        50,
        "has 51 fragment definitions; the limit `fragments` is 50. Send only",
    ),
    (
        "introspection_depth",
        "{__type" + "{ofType" * 18 + "{name" + "}" * 20,
        "{__type" + "{ofType" * 19 + "{name" + "}" * 21,
        20,
        "The introspection is 21 levels deep; the limit `introspection_depth` is 20.",
    ),
]


@pytest.mark.parametrize(
    ("name", "within", "beyond", "limit", "words"), AT_THE_EDGE, ids=[row[0] for row in AT_THE_EDGE]
)
def test_a_document_exactly_at_a_limit_passes_and_one_more_is_refused(
    name, within, beyond, limit, words
):
    """Counts up to the shipped limit pass; the next one is refused, naming the limit."""
    assert getattr(Limits(), name) == limit
    measure(within, limits=Limits())
    (excess,) = refused(beyond, Limits())
    assert (excess.limit, excess.actual) == (limit, limit + 1)
    assert f"`{name}`" in excess.message
    assert words in excess.message


def test_cost_and_nodes_are_limits_to_the_point():
    """A page of 999 costs exactly 1,000 with its connection; 1,000 records are one too many."""
    limits = Limits(page=10_000)
    assert measure("{clients(first: 999){nodes{id}}}", limits=limits).cost == 1_000
    (excess,) = refused("{clients(first: 1000){nodes{id}}}", limits)
    assert excess == (
        (
            "The operation costs 1001 points; the limit `cost` is 1000. Ask for smaller pages with "
            "`first` or `last`, or select fewer nested objects."
        ),
        1_000,
        1_001,
    )
    limits = Limits(page=10_000, cost=20_000)
    assert measure("{clients(first: 9999){nodes{id}}}", limits=limits).nodes == 10_000
    (excess,) = refused("{clients(first: 10000){nodes{id}}}", limits)
    assert excess.message.startswith("The operation may return 10001 objects; the limit `nodes`")


def test_every_exceeded_limit_is_told_at_once():
    """One refusal lists all limits that a document exceeds, each with limit and actual value."""
    source = "{a: client{b: parent{id}} c: word} query Other{word} fragment F on Query{word}"
    source = source.replace("{a:", "query Mine{a:", 1)
    limits = Limits(
        depth=2, aliases=2, root_fields_query=1, operations=1, fragments=0, nodes=1, cost=0
    )
    excesses = refused(source, limits, name="Mine")
    assert [(excess.limit, excess.actual) for excess in excesses] == [
        (1, 2),
        (0, 1),
        (2, 3),
        (2, 3),
        (1, 2),
        (1, 2),
        (0, 2),
    ]
    assert str(LimitExceeded(excesses)) == " ".join(excess.message for excess in excesses)


def test_an_exponential_bomb_is_refused_for_all_that_it_multiplies():
    """Forty doublings exceed four limits, and the counts stop growing at a billion."""
    bomb = "{client{...F0}}" + "".join(
        f"fragment F{n} on Client{{a: parent{{...F{n + 1}}} b: parent{{...F{n + 1}}}}}"
        for n in range(40)
    )
    excesses = refused(bomb, Limits())
    assert [excess.actual for excess in excesses] == [41, 10**9, 10**9, 10**9]
    assert excesses[1].message.startswith("The operation has 1000000000 or more aliases")


def test_limits_cannot_be_changed_after_they_are_made():
    """Limits are immutable, and every one of them can be configured."""
    limits = Limits(depth=3)
    assert limits.depth == 3
    with pytest.raises(FrozenInstanceError):
        limits.depth = 4  # type: ignore[misc]


def test_a_document_of_two_thousand_tokens_parses_and_one_more_is_refused():
    """Tokens are counted with their brackets; the refusal names the limit, not a syntax error."""
    assert parse_document("{" + "a " * 1_998 + "}", Limits()).kind == "document"
    with pytest.raises(LimitExceeded) as caught:
        parse_document("{" + "a " * 1_999 + "}", Limits())
    assert caught.value.excesses == (
        (
            (
                "The document has at least 2001 tokens, or as many comments; the limit `tokens` is "
                "2000. Send long values as variables and split the document."
            ),
            2_000,
            2_001,
        ),
    )


def test_comments_count_apart_from_tokens():
    """As many comments as tokens are accepted, and one more is refused like a token."""
    assert parse_document("#\n" * 3 + "{a}", Limits(tokens=3)).kind == "document"
    with pytest.raises(LimitExceeded):
        parse_document("#\n" * 4 + "{a}", Limits(tokens=3))


@pytest.mark.parametrize(
    "source",
    [
        "{a" * 600 + "}" * 600,
        "{a(b:" + "[" * 900 + "]" * 900 + ")}",
        "{a(b:" + "{c:" * 450 + "1" + "}" * 450 + ")}",
        "query($a:" + "[" * 900 + "Int" + "]" * 900 + "){a}",
        "",
        '{a(b: "Document contains more than 1 tokens',
        "{\ud800}",
    ],
    ids=["selections", "lists", "objects", "types", "empty", "unclosed", "surrogate"],
)
def test_what_cannot_be_parsed_stays_a_syntax_error(source):
    """Nesting up to the token limit is a syntax error, as is anything else unreadable."""
    with pytest.raises(GraphQLSyntaxError):
        parse_document(source, Limits())


@pytest.mark.parametrize("schema", [SCHEMA, build_schema("type Query{a: Int}")])
def test_the_full_introspection_query_passes_for_free(schema):
    """Every option of the standard introspection query is within the shipped limits."""
    source = get_introspection_query(
        descriptions=True,
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
        one_of=True,
    )
    document = parse_document(source, Limits())
    expected = Price(depth=1, aliases=0, root_fields=1, nodes=0, cost=0)
    assert Prices(document, schema, Limits()).price("IntrospectionQuery", {}) == expected


def test_introspection_does_not_hide_the_depth_beside_it():
    """A field beside __schema is measured against the ordinary limit, whatever the order."""
    source = "{__schema{types{name}} client{parent{id}}}"
    assert measure(source).depth == 3
    assert [excess.actual for excess in refused(nested(13)[:-1] + "__typename}", Limits())] == [13]
    assert [excess.actual for excess in refused(source, Limits(introspection_depth=2))] == [3]


@pytest.mark.parametrize("name", [None, "C", ""])
def test_an_operation_that_cannot_be_chosen_has_no_price(name):
    """An open or wrong choice is left for the execution to refuse."""
    assert measure("query A{client{id}} query B{word}", name=name) == EMPTY


def test_only_the_chosen_operation_is_priced():
    """The price is of the operation that runs, not of its neighbours."""
    source = "query A{client{id}} query B{word}"
    assert [measure(source, name=name).nodes for name in ("A", "B")] == [1, 0]


def test_the_description_is_what_extensions_show():
    """extensions.cost shows what was requested beside its limits."""
    measured = measure("{clients(first: 2){nodes{id}}}")
    assert asdict(measured) == {"depth": 3, "aliases": 0, "root_fields": 1, "nodes": 3, "cost": 3}
    assert describe(measured, Limits()) == {
        "requested": 3,
        "limit": 1_000,
        "nodes": 3,
        "nodesLimit": 10_000,
        "depth": 3,
        "depthLimit": 12,
    }

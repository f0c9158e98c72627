"""The public promise: `schema.graphql`, its conventions and the names that are fixed."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    get_named_type,
    is_enum_type,
    is_input_object_type,
    is_introspection_type,
    is_object_type,
    is_scalar_type,
    is_specified_scalar_type,
    print_ast,
)
from graphql.utilities import find_breaking_changes

from clientgraph.loading import installed
from clientgraph.schema import Schema

ROOT = Path(__file__).parents[1]
COMMITTED = ROOT / "schema.graphql"
PRINT = """
import hashlib
from clientgraph.loading import installed
from clientgraph.schema import Schema
printed = Schema.with_plugins(installed()).printed()
print(hashlib.sha256(printed.encode()).hexdigest())
"""
PLACE = re.compile(r"\w+\.\w+|@\w+|\b[A-Z]\w*(?= was | changed | no longer )")
# Records whose lists can be searched.
SEARCHED = {"Client", "Contact"}
DEPRECATION = re.compile(r"Use \S.*\. Goes on \d{4}-\d\d-\d\d\.")


@pytest.fixture(scope="module")
def printed() -> str:
    """The schema of this code with the bundled plugins, in its definition language."""
    return Schema.with_plugins(installed()).printed()


@pytest.fixture(scope="module")
def schema(printed: str) -> GraphQLSchema:
    """The same, as graphql-core reads it."""
    return build_schema(printed)


def test_the_committed_schema_is_the_one_that_is_served(printed: str) -> None:
    """`schema.graphql` is what the code answers."""
    assert COMMITTED.is_file(), "There is no schema.graphql: run 'make schema'."
    assert COMMITTED.read_text("utf-8") == printed, "The schema has changed: run 'make schema'."


def test_the_schema_is_the_same_in_every_run(printed: str) -> None:
    """Neither the order of sets nor that of plugins shows in the printed schema."""
    hashes = {
        subprocess.run(
            [sys.executable, "-c", PRINT],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert hashes == {hashlib.sha256(printed.encode()).hexdigest()}


def test_everything_is_described(schema: GraphQLSchema) -> None:
    """The schema, each type, field, argument, input field and enum value says what it means."""
    assert schema.description
    assert [place for place, text in _descriptions(schema) if not (text or "").strip()] == []


def test_no_default_is_null(printed: str) -> None:
    """An absent input and a null one stay apart, so nothing is null by default."""
    assert re.findall(r".*= null.*", printed) == []


def test_a_deprecation_says_what_to_use_and_when_it_goes(schema: GraphQLSchema) -> None:
    """Whoever meets a deprecated field learns the way out and the day."""
    reasons = [
        field.deprecation_reason
        for known in _types(schema)
        for field in getattr(known, "fields", {}).values()
        if field.deprecation_reason
    ]
    assert [reason for reason in reasons if not DEPRECATION.fullmatch(reason)] == []


def test_every_mutation_has_the_same_form(schema: GraphQLSchema) -> None:
    """A mutation takes one `input` of its name and answers a nullable payload of its name."""
    assert schema.mutation_type is not None
    for name, field in schema.mutation_type.fields.items():
        kind = name[0].upper() + name[1:]
        assert {key: str(arg.type) for key, arg in field.args.items()} == {
            "input": f"{kind}Input!"
        }, name
        assert str(field.type) == f"{kind}Payload", name
        payload = schema.get_type(f"{kind}Payload")
        assert is_object_type(payload)
        shapes = {key: str(part.type) for key, part in payload.fields.items()}
        assert shapes.pop("userErrors") == "[UserError!]!", name
        assert shapes.pop("warnings") == "[UserWarning!]!", name
        assert [key for key, shape in shapes.items() if shape.endswith("!")] == [], name


def test_every_mutation_can_be_tried_and_repeated(schema: GraphQLSchema) -> None:
    """An input has `validateOnly`, `idempotencyKey` and, for a change, `expectedVersion`."""
    assert schema.mutation_type is not None
    for name, field in schema.mutation_type.fields.items():
        given = get_named_type(field.args["input"].type)
        assert is_input_object_type(given)
        assert str(given.fields["validateOnly"].type) == "Boolean", name
        assert print_ast(given.fields["validateOnly"].default.literal) == "false", name
        assert str(given.fields["idempotencyKey"].type) == "String", name
        if name.endswith(("Update", "Delete")):
            assert str(given.fields["expectedVersion"].type) == "Int", name


def test_every_list_of_records_is_a_connection(schema: GraphQLSchema) -> None:
    """Connections have Relay's form, are never null and take Relay's arguments."""
    for known in _types(schema):
        if is_object_type(known) and known.name.endswith("Connection"):
            _check_connection(schema, known)
        for name, field in getattr(known, "fields", {}).items():
            if get_named_type(field.type).name.endswith("Connection"):
                assert str(field.type).endswith("Connection!"), f"{known.name}.{name}"
                args = {key: str(arg.type) for key, arg in field.args.items()}
                assert args.items() >= {
                    ("first", "Int"),
                    ("after", "String"),
                    ("last", "Int"),
                    ("before", "String"),
                }, f"{known.name}.{name}"


def test_every_type_with_a_version_is_a_node(schema: GraphQLSchema) -> None:
    """A record has an id, a version and times, and is reached by its id."""
    for known in _types(schema):
        # No records: their versions are those of a distribution and of a contract.
        if known.name in ("Plugin", "PluginHook"):
            continue
        if is_object_type(known) and "version" in known.fields:
            assert [face.name for face in known.interfaces] == ["Node"], known.name
            shapes = {key: str(field.type) for key, field in known.fields.items()}
            assert shapes.items() >= {
                ("id", "ID!"),
                ("version", "Int!"),
                ("createdAt", "DateTime!"),
                ("updatedAt", "DateTime!"),
            }, known.name


def test_our_scalars_say_where_they_are_specified(schema: GraphQLSchema) -> None:
    """Each scalar of ours carries `@specifiedBy`."""
    ours = [known for known in _types(schema) if is_scalar_type(known)]
    assert [known.name for known in ours if not known.specified_by_url] == []


def test_breaking_changes_are_told(schema: GraphQLSchema) -> None:
    """What breaks callers since the last committed schema has a line in the changelog."""
    before = _last_promise()
    changes = find_breaking_changes(build_schema(before), schema) if before else []
    places = {PLACE.search(change.description)[0] for change in changes}
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8") if places else ""
    told = "\n".join(line for line in changelog.splitlines() if "**Breaking**" in line)
    untold = sorted(place for place in places if place not in told)
    assert untold == [], "Add a line '- **Breaking** <Type.field> …' to CHANGELOG.md for each."


def _last_promise() -> str | None:
    """The committed schema before this one; None where this is the first."""
    log = ["git", "log", "--first-parent", "-2", "--format=%H", "--", COMMITTED.name]
    commits = subprocess.run(log, cwd=ROOT, check=True, capture_output=True, text=True)
    for commit in commits.stdout.split():
        show = ["git", "show", f"{commit}:{COMMITTED.name}"]
        text = subprocess.run(show, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        if text != COMMITTED.read_text("utf-8"):
            return text
    return None


def _types(schema: GraphQLSchema) -> Iterator[GraphQLNamedType]:
    for known in schema.type_map.values():
        if not is_introspection_type(known) and not is_specified_scalar_type(known):
            yield known


def _descriptions(schema: GraphQLSchema) -> Iterator[tuple[str, str | None]]:
    for known in _types(schema):
        yield known.name, known.description
        if is_enum_type(known):
            for name, value in known.values.items():
                yield f"{known.name}.{name}", value.description
        for name, field in getattr(known, "fields", {}).items():
            yield f"{known.name}.{name}", field.description
            for key, argument in getattr(field, "args", {}).items():
                yield f"{known.name}.{name}({key}:)", argument.description


def _check_connection(schema: GraphQLSchema, known: GraphQLObjectType) -> None:
    name = known.name.removesuffix("Connection")
    searched = {"searchedFor": "[String!]"} if name in SEARCHED else {}
    assert {key: str(field.type) for key, field in known.fields.items()} == {
        "edges": f"[{name}Edge!]!",
        "nodes": f"[{name}!]!",
        "pageInfo": "PageInfo!",
        "totalCount": "Int!",
        **searched,
    }
    edge = schema.get_type(f"{name}Edge")
    assert is_object_type(edge)
    assert {key: str(field.type) for key, field in edge.fields.items()} == {
        "cursor": "String!",
        "node": f"{name}!",
    }

"""Every mutation of the schema with an input that works, and a selection of its whole payload."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from graphql import (
    GraphQLInputObjectType,
    GraphQLObjectType,
    get_named_type,
    is_composite_type,
    is_input_object_type,
    is_object_type,
    is_required_argument,
)
from tests.workspaces import Api

from clientgraph.plugins import installed
from clientgraph.schema import Schema

SCHEMA: Final = Schema.with_plugins(installed()).core
DEEPEST: Final = 3

Input = dict[str, Any]


@dataclass(frozen=True)
class Scene:
    """Records to act on: a client with two contacts, two addresses and a task, a draft, a member…

    Of each managed list there is the first entry, or for categories a new one.
    ``idle`` is a client out of use; ``ids`` and ``versions`` go by the same names.
    """

    ids: Mapping[str, str]
    versions: Mapping[str, int]

    def change(self, record: str, /, **fields: Any) -> Input:
        """The input of a change of one record, with the version that it is at."""
        return {"id": self.ids[record], "expectedVersion": self.versions[record], **fields}


INPUTS: Final[Mapping[str, Callable[[Scene], Input]]] = {
    "addressCreate": lambda scene: {
        "clientId": scene.ids["client"],
        "line1": "3 rue Neuve",
        "postalCode": "69001",
        "city": "Lyon",
    },
    "addressDelete": lambda scene: scene.change("other_address"),
    "addressMakeDefaultForBilling": lambda scene: scene.change("other_address"),
    "addressUpdate": lambda scene: scene.change("address", city="Lille", postalCode="59000"),
    "apiTokenCreate": lambda _: {"name": "Import", "role": "MEMBER"},
    "apiTokenRevoke": lambda scene: {"id": scene.ids["token"]},
    "categoryCreate": lambda _: {"name": "Moons", "position": 3},
    "categoryDelete": lambda scene: scene.change("category"),
    "categoryUpdate": lambda scene: scene.change("category", name="Planets"),
    "civilityCreate": lambda _: {"name": "Sir", "key": "SIR"},
    "civilityDelete": lambda scene: scene.change("civility"),
    "civilityUpdate": lambda scene: scene.change("civility", position=9),
    "clientActivate": lambda scene: scene.change("idle"),
    "clientCreate": lambda _: {
        "name": "Callisto",
        "identifiers": [{"kind": "FR_SIRET", "value": "73282932000074"}],
        "contacts": [{"lastName": "Galilei"}],
        "addresses": [{"line1": "1 rue Haute", "postalCode": "75001", "city": "Paris"}],
    },
    "clientDeactivate": lambda scene: scene.change("client"),
    "clientDelete": lambda scene: scene.change("client"),
    "clientTypeCreate": lambda _: {"name": "Observatory"},
    "clientTypeDelete": lambda scene: scene.change("client_type"),
    "clientTypeUpdate": lambda scene: scene.change("client_type", isArchived=True),
    "clientUpdate": lambda scene: scene.change("client", name="Io", email="io@example.com"),
    "contactCreate": lambda scene: {"clientId": scene.ids["client"], "lastName": "Marius"},
    "contactDelete": lambda scene: scene.change("other_contact"),
    "contactMakeInvoiceRecipient": lambda scene: scene.change("other_contact"),
    "contactMakeMain": lambda scene: scene.change("other_contact"),
    "contactSourceCreate": lambda _: {
        "name": "Telescope",
        "translations": [{"language": "fr", "name": "Télescope"}],
    },
    "contactSourceDelete": lambda scene: scene.change("contact_source"),
    "contactSourceUpdate": lambda scene: scene.change("contact_source", name="Lens"),
    "contactUpdate": lambda scene: scene.change("contact", firstName="Simon"),
    "customFieldDefinitionArchive": lambda scene: scene.change("custom_field"),
    "customFieldDefinitionCreate": lambda _: {
        "on": "CLIENT",
        "key": "budget",
        "type": "MONEY",
        "labels": [{"language": "en", "text": "Budget"}],
    },
    "customFieldDefinitionUpdate": lambda scene: scene.change(
        "custom_field", labels=[{"language": "fr", "text": "Orbite"}], required=False
    ),
    "eventCreate": lambda scene: {"clientId": scene.ids["client"], "title": "Offer sent"},
    "eventDelete": lambda scene: scene.change("event"),
    "eventUpdate": lambda scene: scene.change("event", body="They will call back."),
    "memberCreate": lambda _: {"name": "Ada", "email": "ada@example.com", "role": "MEMBER"},
    "memberUpdate": lambda scene: scene.change("member", name="Grace Hopper"),
    "organisationUpdate": lambda scene: {
        "expectedVersion": scene.versions["organisation"],
        "name": "Firm & Daughters",
    },
    "taskComplete": lambda scene: scene.change("event"),
}

# Ending a token must never fail for what happened to it meanwhile; ending it twice is fine.
WITHOUT_VERSION: Final = {"apiTokenRevoke"}


def mutations() -> list[str]:
    """The names of all mutations, sorted."""
    root = SCHEMA.mutation_type
    assert root is not None
    return sorted(root.fields)


def input_type(mutation: str) -> GraphQLInputObjectType:
    """The type of a mutation's input."""
    root = SCHEMA.mutation_type
    assert root is not None
    found = get_named_type(root.fields[mutation].args["input"].type)
    assert is_input_object_type(found)
    return found


def changing() -> list[str]:
    """The mutations that take the version which the caller saw."""
    return [name for name in mutations() if "expectedVersion" in input_type(name).fields]


def whole_payload(mutation: str) -> str:
    """A selection of everything in a mutation's payload, three levels deep."""
    root = SCHEMA.mutation_type
    assert root is not None
    return _selection(get_named_type(root.fields[mutation].type), DEEPEST)


def _selection(kind: Any, left: int) -> str:
    assert is_object_type(kind)
    parts = []
    for name, field in _plain_fields(kind).items():
        inner = get_named_type(field.type)
        if not is_composite_type(inner):
            parts.append(name)
        elif left > 1 and is_object_type(inner):
            parts.append(f"{name} {{ {_selection(inner, left - 1)} }}")
    return " ".join(parts or ["__typename"])


def _plain_fields(kind: GraphQLObjectType) -> dict[str, Any]:
    """Fields that need no argument; the workspace is left out, which is on every record's way."""
    return {
        name: field
        for name, field in kind.fields.items()
        if not any(is_required_argument(argument) for argument in field.args.values())
    }


async def scene(api: Api) -> Scene:
    """The records, new in the workspace."""
    made = await api.new_client(
        "Ganymède",
        "contacts { nodes { id version } } addresses { id version }",
        contacts=[{"lastName": "Un"}, {"lastName": "Deux"}],
        addresses=[
            {"line1": "1 rue Haute", "postalCode": "75001", "city": "Paris"},
            {"line1": "2 rue Basse", "postalCode": "75002", "city": "Paris"},
        ],
    )
    idle = await api.new_client("Leda", isDraft=True)
    member = await api.done(
        "memberCreate",
        {"name": "Grace", "email": "grace@example.com", "role": "MEMBER"},
        "member { id version }",
    )
    token = await api.done(
        "apiTokenCreate", {"name": "Old", "role": "VIEWER"}, "apiToken { id version }"
    )
    given = {"clientId": made["id"], "kind": "TASK", "title": "Call back"}
    event = await api.done("eventCreate", given, "event { id version }")
    records = {
        "client": made,
        "event": event["event"],
        "idle": idle,
        "contact": made["contacts"]["nodes"][0],
        "other_contact": made["contacts"]["nodes"][1],
        "address": made["addresses"][0],
        "other_address": made["addresses"][1],
        "custom_field": await _custom_field(api),
        **await _entries(api),
        "member": member["member"],
        "token": token["apiToken"],
        "organisation": (await api("{ organisation { id version } }"))["organisation"],
    }
    return Scene(
        {name: record["id"] for name, record in records.items()},
        {name: record["version"] for name, record in records.items()},
    )


async def _custom_field(api: Api) -> Any:
    """A custom field of clients."""
    labels = [{"language": "en", "text": "Orbit"}]
    made = await api.done(
        "customFieldDefinitionCreate",
        {"on": "CLIENT", "key": "orbit", "type": "NUMBER", "labels": labels},
        "customFieldDefinition { id version }",
    )
    return made["customFieldDefinition"]


async def _entries(api: Api) -> dict[str, Any]:
    """An entry of each list that no record has."""
    fields = "id version"
    made = await api.done("categoryCreate", {"name": "Moon"}, f"category {{ {fields} }}")
    shipped = await api(
        f"{{ civilities {{ {fields} }} clientTypes {{ {fields} }} contactSources {{ {fields} }} }}"
    )
    return {
        "category": made["category"],
        "civility": shipped["civilities"][0],
        "client_type": shipped["clientTypes"][0],
        "contact_source": shipped["contactSources"][0],
    }


def text(mutation: str, selection: str) -> str:
    """The document that runs one mutation with ``$input``."""
    kind = input_type(mutation).name
    return f"mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {selection} }} }}"

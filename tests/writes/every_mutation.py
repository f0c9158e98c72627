"""Every mutation of the schema with an input that works, and a selection of its whole payload."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from graphql import (
    GraphQLInputObjectType,
    GraphQLObjectType,
    get_named_type,
    is_composite_type,
    is_input_object_type,
    is_object_type,
    is_required_argument,
)

from clientgraph import global_ids
from clientgraph.app import MODELS
from clientgraph.config import Settings
from clientgraph.imports.models import Import
from clientgraph.imports.options import Options
from clientgraph.jobs.models import Job
from clientgraph.loading import installed
from clientgraph.schema import Schema
from clientgraph.storage.database import Database
from clientgraph.storage.ids import uuid7
from clientgraph.storage.rows import insert
from clientgraph.storage.scope import Scope
from clientgraph.testing import Api
from tests.attachments.keeping import kept, sent

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
    "attachmentCreate": lambda scene: {
        "fileId": scene.ids["file"],
        "contactId": scene.ids["contact"],
        "title": "Signed contract",
    },
    "attachmentDelete": lambda scene: scene.change("attachment"),
    "attachmentUpdate": lambda scene: scene.change("attachment", title="Signed"),
    "bankAccountCreate": lambda scene: {
        "label": "Tolls",
        "holder": "Firm",
        "iban": "FR76 3000 6000 0112 3456 7890 189",
        "clientId": scene.ids["client"],
    },
    "bankAccountDelete": lambda scene: scene.change("bank_account"),
    "bankAccountUpdate": lambda scene: scene.change("bank_account", isArchived=True),
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
    "clientInvitationRevoke": lambda scene: scene.change("invitation"),
    "clientInvite": lambda scene: {
        "clientId": scene.ids["client"],
        "email": "simon@example.com",
        "page": "https://portal.example/welcome",
    },
    "clientTemplateCreate": lambda scene: {
        "name": "Moons",
        "assignees": [scene.ids["member"]],
        "defaults": {"type": scene.ids["client_type"], "currency": "CHF"},
    },
    "clientTemplateDelete": lambda scene: scene.change("client_template"),
    "clientTemplateUpdate": lambda scene: scene.change("client_template", isDefault=True),
    "clientTypeCreate": lambda _: {"name": "Observatory"},
    "clientTypeDelete": lambda scene: scene.change("client_type"),
    "clientTypeUpdate": lambda scene: scene.change("client_type", isArchived=True),
    "clientUpdate": lambda scene: scene.change("client", name="Io", email="io@example.com"),
    "clientsUpsert": lambda _: {
        "matchBy": {"identifier": "FR_SIRET"},
        "records": [
            {"name": "Thebe", "identifiers": [{"kind": "FR_SIRET", "value": "73282932000074"}]},
        ],
    },
    "consentGive": lambda scene: {
        "clientId": scene.ids["client"],
        "contactId": scene.ids["contact"],
        "purpose": "MARKETING",
        "channels": ["EMAIL", "POST"],
        "source": "FORM",
    },
    "consentWithdraw": lambda scene: {"clientId": scene.ids["client"], "purpose": "SERVICE"},
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
    "documentRender": lambda scene: {
        "template": "CLIENT_SHEET",
        "clientId": scene.ids["client"],
        "date": "2026-01-31",
    },
    "eventCreate": lambda scene: {"clientId": scene.ids["client"], "title": "Offer sent"},
    "eventDelete": lambda scene: scene.change("event"),
    "eventUpdate": lambda scene: scene.change("event", body="They will call back."),
    "invoiceCancel": lambda scene: scene.change("issued"),
    "invoiceDelete": lambda scene: scene.change("invoice"),
    "invoiceIssue": lambda scene: scene.change("invoice"),
    "invoiceRecord": lambda scene: {"clientId": scene.ids["client"], "total": "120.50"},
    "invoiceUpdate": lambda scene: scene.change("invoice", total="99"),
    "mandateCreate": lambda scene: {"clientId": scene.ids["client"], "signatoryName": "Simon"},
    "mandateRevoke": lambda scene: scene.change("mandate", reason="Left"),
    "mandateUpdate": lambda scene: scene.change("mandate", wording="Version 3"),
    "memberCreate": lambda _: {"name": "Ada", "email": "ada@example.com", "role": "MEMBER"},
    "memberUpdate": lambda scene: scene.change("member", name="Grace Hopper"),
    "organisationUpdate": lambda scene: {
        "expectedVersion": scene.versions["organisation"],
        "name": "Firm & Daughters",
    },
    "paymentDelete": lambda scene: scene.change("payment"),
    "paymentRecord": lambda scene: {"clientId": scene.ids["client"], "amount": "20"},
    "pluginConfigure": lambda _: {"name": "stdnum", "isActive": False},
    "requirementRuleCreate": lambda _: {"path": "mainContact.email", "channels": ["FORM"]},
    "requirementRuleDelete": lambda scene: scene.change("rule"),
    "exportCreate": lambda _: {"format": "CSV", "columns": ["name"]},
    "importDelete": lambda scene: scene.change("import"),
    "importPreview": lambda scene: {"fileId": scene.ids["file"]},
    "importRemarks": lambda scene: {"id": scene.ids["import"]},
    "importRun": lambda scene: scene.change("import", conflicts="SKIP"),
    "importTemplateCreate": lambda _: {"preset": "banqup"},
    "importUndo": lambda scene: scene.change("import"),
    "jobCancel": lambda scene: {"id": scene.ids["job"]},
    "requirementRuleUpdate": lambda scene: scene.change("rule", countries=["FR"]),
    "savedViewCreate": lambda _: {
        "on": "CLIENTS",
        "name": "Belgians",
        "filter": {"country": ["BE"]},
        "isShared": True,
    },
    "savedViewDelete": lambda scene: scene.change("view"),
    "savedViewUpdate": lambda scene: scene.change("view", sort=["NAME_DESC"]),
    "taskComplete": lambda scene: scene.change("event"),
    "verificationStart": lambda scene: {"clientId": scene.ids["idle"], "verifier": "VIES"},
}

# Ending a token or a job must never fail for what happened to it meanwhile.
WITHOUT_VERSION: Final = {"apiTokenRevoke", "importRemarks", "jobCancel"}


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


async def scene(api: Api, settings: Settings) -> Scene:
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
    numbers = [{"kind": "PL_VAT", "value": "PL7740001454"}]
    idle = await api.new_client("Leda", isDraft=True, identifiers=numbers)
    records = {
        **await _agreed(api, made["id"]),
        "client": made,
        "event": await _task(api, made["id"]),
        "view": await _view(api),
        "idle": idle,
        "contact": made["contacts"]["nodes"][0],
        "other_contact": made["contacts"]["nodes"][1],
        "address": made["addresses"][0],
        "other_address": made["addresses"][1],
        "custom_field": await _custom_field(api),
        "rule": await _rule(api),
        **await _money(api, idle["id"]),
        **await _entries(api),
        **await _people(api),
        "organisation": (await api("{ organisation { id version } }"))["organisation"],
        **await _begun(api, settings),
        "file": {"id": await sent(api), "version": 1},
        "attachment": await kept(api, clientId=made["id"]),
    }
    return Scene(
        {name: record["id"] for name, record in records.items()},
        {name: record["version"] for name, record in records.items()},
    )


async def _people(api: Api) -> dict[str, Any]:
    """A member, and a token of the workspace."""
    person = {"name": "Grace", "email": "grace@example.com", "role": "MEMBER"}
    member = await api.done("memberCreate", person, "member { id version }")
    given = {"name": "Old", "role": "VIEWER"}
    token = await api.done("apiTokenCreate", given, "apiToken { id version }")
    return {"member": member["member"], "token": token["apiToken"]}


async def _begun(api: Api, settings: Settings) -> dict[str, Any]:
    """A job that nobody has begun, and an import that was stopped."""
    organisation = (await api("{ organisation { id } }"))["organisation"]["id"]
    scope = Scope(organisation=global_ids.decode("Organisation", organisation))
    database = Database(settings.database_url, MODELS, pool=1)
    await database.open()
    async with database.write(scope) as session:
        (token,) = await session.select("SELECT id FROM api_token WHERE name = 'Owner'")
        by = {"language": "en", "token_id": UUID(str(token["id"]))}
        job = await insert(session, Job, kind="EXAMPLE", payload="null", **by)
        given = {"filename": "a.csv", "options": Options().packed(), "stage": "RUNNING"}
        row = await insert(session, Import, token_id=by["token_id"], file_id=uuid7(), **given)
    await database.close()
    made = {"job": ("Job", job), "import": ("Import", row)}
    return {n: {"id": global_ids.encode(t, r.id), "version": 1} for n, (t, r) in made.items()}


async def _agreed(api: Api, client_id: str) -> dict[str, Any]:
    """A mandate and an invitation of a client, and a consent, which can be withdrawn."""
    agreed = {"purpose": "SERVICE", "channels": ["PHONE"], "source": "PHONE"}
    await api.done("consentGive", {"clientId": client_id, **agreed})
    mandate = await api.done("mandateCreate", {"clientId": client_id}, "mandate { id version }")
    asked = {"clientId": client_id, "email": "marius@example.com"}
    invited = await api.done("clientInvite", asked, "invitation { id version }")
    return {"mandate": mandate["mandate"], "invitation": invited["invitation"]}


async def _task(api: Api, client_id: str) -> Any:
    """A task of a client."""
    given = {"clientId": client_id, "kind": "TASK", "title": "Call back"}
    return (await api.done("eventCreate", given, "event { id version }"))["event"]


async def _view(api: Api) -> Any:
    """A view that everybody sees."""
    given = {"on": "CONTACTS", "name": "All", "isShared": True}
    return (await api.done("savedViewCreate", given, "savedView { id version }"))["savedView"]


async def _custom_field(api: Api) -> Any:
    """A custom field of clients."""
    labels = [{"language": "en", "text": "Orbit"}]
    made = await api.done(
        "customFieldDefinitionCreate",
        {"on": "CLIENT", "key": "orbit", "type": "NUMBER", "labels": labels},
        "customFieldDefinition { id version }",
    )
    return made["customFieldDefinition"]


async def _rule(api: Api) -> Any:
    """A rule that requires nothing of anybody here."""
    given = {"path": "phone", "channels": ["IMPORT"]}
    made = await api.done("requirementRuleCreate", given, "requirementRule { id version }")
    return made["requirementRule"]


async def _account(api: Api) -> Any:
    """A bank account, the only one and so the default."""
    given = {"label": "Main", "holder": "Firm", "iban": "DE89370400440532013000"}
    made = await api.done("bankAccountCreate", given, "bankAccount { id version }")
    return made["bankAccount"]


async def _money(api: Api, client_id: str) -> dict[str, Any]:
    """A bank account, a draft of an invoice, an issued one and a payment."""
    found = {"bank_account": await _account(api)}
    for name in ("invoice", "issued"):
        given = {"clientId": client_id, "total": "100"}
        made = await api.done("invoiceRecord", given, "invoice { id version }")
        found[name] = made["invoice"]
    made = await api.done("invoiceIssue", {"id": found["issued"]["id"]}, "invoice { id version }")
    given = {"clientId": client_id, "amount": "10"}
    payment = await api.done("paymentRecord", given, "payment { id version }")
    return {**found, "issued": made["invoice"], "payment": payment["payment"]}


async def _entries(api: Api) -> dict[str, Any]:
    """An entry of each list that no record has, and a template."""
    fields = "id version"
    made = await api.done("categoryCreate", {"name": "Moon"}, f"category {{ {fields} }}")
    template = await api.done(
        "clientTemplateCreate", {"name": "Orbits"}, f"clientTemplate {{ {fields} }}"
    )
    shipped = await api(
        f"{{ civilities {{ {fields} }} clientTypes {{ {fields} }} contactSources {{ {fields} }} }}"
    )
    return {
        "category": made["category"],
        "civility": shipped["civilities"][0],
        "client_template": template["clientTemplate"],
        "client_type": shipped["clientTypes"][0],
        "contact_source": shipped["contactSources"][0],
    }


def text(mutation: str, selection: str) -> str:
    """The document that runs one mutation with ``$input``."""
    kind = input_type(mutation).name
    return f"mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {selection} }} }}"

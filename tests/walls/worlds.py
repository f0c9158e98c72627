"""Two workspaces of one shape; the words of one must never be heard in the other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from clientgraph import global_ids
from clientgraph.exports.models import Export
from clientgraph.files.models import File
from clientgraph.imports.models import Import, ImportRow
from clientgraph.imports.options import Options
from clientgraph.jobs.models import Job
from clientgraph.organisations.access import make_token
from clientgraph.permissions import Role
from clientgraph.signing import Signer
from clientgraph.storage.rows import insert
from clientgraph.storage.scope import Scope
from clientgraph.storage.session import Session
from clientgraph.testing import Api, Workspace, Workspaces
from clientgraph.verifications.models import Verification
from tests.attachments.keeping import sent
from tests.invitations.inviting import Guest

MADE = """mutation($input: ClientCreateInput!) { clientCreate(input: $input) {
    userErrors { path code message }
    client { id contacts { nodes { id } } addresses { id } } } }"""


LISTS = ("Category", "Civility", "ClientType", "ContactSource")


@dataclass(frozen=True)
class World:
    """A workspace with records of every kind, and what must stay in it."""

    workspaces: Workspaces
    workspace: Workspace
    ids: Mapping[str, str]
    words: tuple[str, ...]

    async def api(self, role: str) -> Api:
        """The API with a new token of a role, so that no test drains another's budget.

        It is used once already: from then on its use leaves no trace for a while.
        """
        signer = Signer(self.workspaces.settings.secret())
        given = {"name": f"A {role}", "role": role}
        async with self.workspaces.database.write(Scope(organisation=self.workspace.id)) as session:
            _, text = await make_token(session, signer, given, highest=Role.OWNER)
        api = Api(self.workspace.client, text)
        assert (await api("{ viewer { role } }"))["viewer"] == {"role": role}
        return api

    def heard_in(self, answer: Any, *besides: str) -> list[str]:
        """Which of this world's words an answer holds; ``besides`` were in the request."""
        text = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
        for known in besides:
            text = text.replace(known, "")
        return [word for word in self.words if _says(text, word)]


def _says(text: str, word: str) -> bool:
    """Whether a text has a word; digits may stand in an id by chance."""
    if not word.isdecimal():
        return word in text
    return re.search(rf"(?<![0-9a-f]){word}(?![0-9a-f])", text) is not None


@dataclass(frozen=True)
class Words:
    """What one world's records are made of."""

    word: str
    siren: str
    iban: str
    own_iban: str
    phone: str
    postal_code: str

    def client(self, parent: str, entries: Mapping[str, str]) -> dict[str, Any]:
        """The input of the client that tests speak of; ``entries`` are what it has of lists."""
        word = self.word
        return {
            "name": f"{word} Client",
            "tradingName": f"{word} Trading",
            "parent": parent,
            "type": entries["ClientType"],
            "categories": [entries["Category"]],
            "template": entries["ClientTemplate"],
            "customFields": [{"key": "remark", "value": f"{word} remark"}],
            "reference": f"{word}-REF",
            "externalReference": f"{word}-EXT",
            "iban": self.iban,
            "email": f"{word.lower()}@client.example",
            "phone": self.phone,
            "website": f"https://{word.lower()}.example",
            "accountingCode": f"{word}-ACC",
            "identifiers": [{"kind": "FR_SIREN", "value": self.siren}],
            "contacts": [
                {
                    "lastName": f"{word} Main",
                    "position": f"{word} Boss",
                    "source": entries["ContactSource"],
                    "customFields": [{"key": "remark", "value": f"{word} remark"}],
                },
                {"lastName": f"{word} Second", "email": f"{word.lower()}@second.example"},
            ],
            "addresses": [
                {
                    "line1": f"1 {word} street",
                    "postalCode": self.postal_code,
                    "city": word,
                    "customFields": [{"key": "remark", "value": f"{word} remark"}],
                },
                {"line1": f"2 {word} street", "postalCode": self.postal_code, "city": word},
            ],
        }

    def task(self) -> dict[str, Any]:
        """The input of a task of that client."""
        return {
            "kind": "TASK",
            "title": f"{self.word} task",
            "body": f"{self.word} text",
            "customFields": [{"key": "remark", "value": f"{self.word} remark"}],
        }

    def texts(self) -> list[str]:
        """Whatever of it can be recognised wherever it turns up."""
        return [
            self.word,
            self.word.lower(),
            self.siren,
            self.iban,
            self.own_iban,
            self.phone,
            self.postal_code,
        ]


HOME = Words(
    "Hearth",
    "732829320",
    "FR7630006000011234567890189",
    "BE68539007547034",
    "+33142685300",
    "75002",
)
AWAY = Words(
    "Zqxcanary",
    "443061841",
    "DE89370400440532013000",
    "NL91ABNA0417164300",
    "+33478421234",
    "69007",
)


async def _entry(api: Api, kind: str, name: str) -> str:
    """A new entry of a list."""
    field = kind[0].lower() + kind[1:]
    made = await api.done(f"{field}Create", {"name": name}, f"{field} {{ id }}")
    found: str = made[field]["id"]
    return found


async def _remarks(api: Api, word: str) -> str:
    """A custom field on each kind of record; the one of clients."""
    ids = []
    for on in ("CLIENT", "CONTACT", "ADDRESS", "EVENT"):
        labels = [{"language": "en", "text": f"{word} label"}]
        made = await api.done(
            "customFieldDefinitionCreate",
            {"on": on, "key": "remark", "type": "TEXT", "labels": labels},
            "customFieldDefinition { id }",
        )
        ids.append(made["customFieldDefinition"]["id"])
    return str(ids[0])


async def _rule(api: Api) -> str:
    """A rule that requires nothing of the clients here."""
    given = {"path": "phone", "countries": ["AQ"]}
    made = await api.done("requirementRuleCreate", given, "requirementRule { id }")
    return str(made["requirementRule"]["id"])


async def _agreed(api: Api, client_id: str, word: str) -> dict[str, str]:
    """A consent, a mandate, a file and an invitation of a client, which adds an address."""
    agreed = {"purpose": "MARKETING", "channels": ["EMAIL"], "source": "FORM"}
    proof = {"wording": f"{word} wording", "evidence": f"{word} evidence"}
    consent = await api.done(
        "consentGive", {"clientId": client_id, **agreed, **proof}, "consents { id }"
    )
    signed = {"signatoryName": f"{word} Signatory", "wording": f"{word} mandate"}
    mandate = await api.done("mandateCreate", {"clientId": client_id, **signed}, "mandate { id }")
    asked = {"email": f"{word.lower()}@guest.example", "message": f"{word} message"}
    chosen = "token invitation { id }"
    invited = await api.done("clientInvite", {"clientId": client_id, **asked}, chosen)
    guest = await Guest(api.client, invited["token"]).opened()
    await guest.done("clientComplete", {"addresses": [{"city": word}]})
    return {
        "Attachment": await _attached(api, client_id, word),
        "Consent": consent["consents"][0]["id"],
        "Mandate": mandate["mandate"]["id"],
        "ClientInvitation": invited["invitation"]["id"],
    }


async def _verified(workspace: Workspace, workspaces: Workspaces, client_id: str, word: str) -> str:
    """An answer about a client, as a verifier would have given it."""
    now = datetime.now(UTC)
    async with workspaces.database.write(Scope(organisation=workspace.id)) as session:
        row = await insert(
            session,
            Verification,
            client_id=global_ids.decode("Client", client_id),
            identifier_kind="OTHER",
            identifier_value=f"{word} number",
            verifier="ORACLE",
            attribution=f"{word} oracle",
            result="VALID",
            code="OK",
            evidence=json.dumps({"name": f"{word} evidence"}),
            checked_at=now,
            valid_until=now + timedelta(days=30),
        )
    return global_ids.encode("Verification", row.id)


async def _begun(workspace: Workspace, workspaces: Workspaces, word: str) -> dict[str, str]:
    """A job that waits for somebody who can do it, a file, an import and an export."""
    texts = {"payload": json.dumps(f"{word} payload"), "result": json.dumps(f"{word} result")}
    named = {"filename": f"{word}.txt", "media_type": f"text/{word}", "sha256": word}
    until = datetime.now(UTC) + timedelta(days=30)
    async with workspaces.database.write(Scope(organisation=workspace.id)) as session:
        (token,) = await session.select("SELECT id FROM api_token WHERE name = 'Owner'")
        by = {"token_id": UUID(str(token["id"]))}
        job = await insert(session, Job, kind="EXAMPLE", language="en", **texts, **by)
        file = await insert(session, File, size=7, expires_at=until, **named, **by)
        export = await insert(session, Export, format="CSV", total=1, **by)
        brought = await _brought(session, word, file.id, by)
    return {
        "Export": global_ids.encode("Export", export.id),
        "Import": global_ids.encode("Import", brought.id),
        "Job": global_ids.encode("Job", job.id),
        "File": global_ids.encode("File", file.id),
    }


async def _brought(session: Session, word: str, file_id: UUID, by: Mapping[str, UUID]) -> Import:
    """An import that was stopped, of one record."""
    options = {"filename": f"{word}.csv", "options": Options().packed(), "stage": "RUNNING"}
    brought = await insert(session, Import, file_id=file_id, total=1, **options, **by)
    told = {
        "name": f"{word} record",
        "lines": json.dumps([2, [f"{word} cell"]]),
        "action": "CREATE",
    }
    await insert(session, ImportRow, import_id=brought.id, position=0, first_row=2, **told)
    return brought


async def _attached(api: Api, client_id: str, word: str) -> str:
    """A text that is kept with a client."""
    file_id = await sent(api, f"{word} contract".encode(), f"{word}.txt")
    given = {"fileId": file_id, "clientId": client_id, "title": f"{word} title"}
    made = await api.done("attachmentCreate", given, "attachment { id }")
    return str(made["attachment"]["id"])


async def _views(api: Api, word: str) -> dict[str, str]:
    """A shared view of each list."""
    found = {}
    for name, on in (
        ("SavedView", "CLIENTS"),
        ("ViewOfContacts", "CONTACTS"),
        ("ViewOfEvents", "EVENTS"),
    ):
        given = {"on": on, "name": f"{word} view", "isShared": True, "columns": ["version"]}
        made = await api.done("savedViewCreate", given, "savedView { id }")
        found[name] = str(made["savedView"]["id"])
    return found


async def _template(api: Api, word: str, member: str, entries: Mapping[str, str]) -> str:
    """A template that sets something of each sort."""
    given = {
        "name": f"{word} template",
        "description": f"{word} text",
        "assignees": [member],
        "integrations": ["WELCOME_LETTER"],
        "defaults": {
            "type": entries["ClientType"],
            "categories": [entries["Category"]],
            "accountingCode": f"{word}-ACC",
            "paymentTerms": {"days": 30},
            "customFields": [{"key": "remark", "value": f"{word} remark"}],
        },
    }
    made = await api.done("clientTemplateCreate", given, "clientTemplate { id }")
    return str(made["clientTemplate"]["id"])


async def _account(api: Api, words: Words, client_id: str) -> str:
    """A bank account that is kept for a client."""
    given = {"label": f"{words.word} account", "holder": f"{words.word} Holder"}
    made = await api.done(
        "bankAccountCreate",
        {**given, "iban": words.own_iban, "clientId": client_id},
        "bankAccount { id }",
    )
    return str(made["bankAccount"]["id"])


async def _invoices(api: Api, word: str, client_id: str) -> dict[str, str]:
    """A draft of an invoice, an issued one and a payment."""
    found = {}
    for name in ("Invoice", "Issued"):
        given = {"clientId": client_id, "total": "100", "number": f"{word}-{name}"}
        made = await api.done("invoiceRecord", given, "invoice { id }")
        found[name] = str(made["invoice"]["id"])
    await api.done("invoiceIssue", {"id": found["Issued"]})
    given = {"clientId": client_id, "amount": "10", "reference": f"{word} transfer"}
    payment = await api.done("paymentRecord", given, "payment { id }")
    return {**found, "Payment": str(payment["payment"]["id"])}


async def settle(workspaces: Workspaces, words: Words, clients: int) -> World:
    """A world with so many clients, two of them parent and child."""
    workspace = await workspaces.make(name=f"{words.word} Firm")
    api = workspace.api("OWNER")
    parent = await api.new_client(f"{words.word} Parent")
    entries = {kind: await _entry(api, kind, f"{words.word} {kind}") for kind in LISTS}
    remark = await _remarks(api, words.word)
    person = {"name": f"{words.word} Person", "email": f"{words.word.lower()}@person.example"}
    member = await api.done("memberCreate", {**person, "role": "MEMBER"}, "member { id }")
    template = await _template(api, words.word, member["member"]["id"], entries)
    entries["ClientTemplate"] = template
    made = (await api(MADE, {"input": words.client(parent["id"], entries)}))["clientCreate"]
    assert made["userErrors"] == []
    for number in range(clients - 2):
        await api.new_client(f"{words.word} {number}")
    viewer = {"name": f"{words.word} Token", "role": "VIEWER"}
    token = await api.done("apiTokenCreate", viewer, "text apiToken { id }")
    task = {"clientId": made["client"]["id"], **words.task()}
    event = await api.done("eventCreate", task, "event { id }")
    ids = {
        **entries,
        "CustomFieldDefinition": remark,
        "Parent": parent["id"],
        "Client": made["client"]["id"],
        "Contact": made["client"]["contacts"]["nodes"][1]["id"],
        "Address": made["client"]["addresses"][1]["id"],
        "Event": event["event"]["id"],
        "RequirementRule": await _rule(api),
        **await _views(api, words.word),
        "BankAccount": await _account(api, words, parent["id"]),
        **await _invoices(api, words.word, parent["id"]),
        **await _agreed(api, made["client"]["id"], words.word),
        "Verification": await _verified(workspace, workspaces, made["client"]["id"], words.word),
        **await _begun(workspace, workspaces, words.word),
        "Member": member["member"]["id"],
        "ApiToken": token["apiToken"]["id"],
        "Organisation": (await api("{ organisation { id } }"))["organisation"]["id"],
    }
    secret = [*_digits(ids.values()), workspace.slug, token["text"]]
    return World(workspaces, workspace, ids, (*words.texts(), *secret, *workspace.tokens.values()))


def _digits(ids: Iterable[str]) -> list[str]:
    """What is particular in global ids, as hexadecimal digits and as UUIDs."""
    digits = [each.partition("_")[2] for each in ids]
    return [*digits, *(str(UUID(each)) for each in digits)]

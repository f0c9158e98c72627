"""Two workspaces of one shape; the words of one must never be heard in the other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from clientgraph.organisations.access import make_token
from clientgraph.permissions import Role
from clientgraph.signing import Signer
from clientgraph.storage.scope import Scope
from tests.workspaces import Api, Workspace, Workspaces

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
        return [word for word in self.words if word in text]


@dataclass(frozen=True)
class Words:
    """What one world's records are made of."""

    word: str
    siren: str
    iban: str
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

    def texts(self) -> list[str]:
        """Whatever of it can be recognised wherever it turns up."""
        return [self.word, self.word.lower(), self.siren, self.iban, self.phone, self.postal_code]


HOME = Words("Hearth", "732829320", "FR7630006000011234567890189", "+33142685300", "75002")
AWAY = Words("Zqxcanary", "443061841", "DE89370400440532013000", "+33478421234", "69007")


async def _entry(api: Api, kind: str, name: str) -> str:
    """A new entry of a list."""
    field = kind[0].lower() + kind[1:]
    made = await api.done(f"{field}Create", {"name": name}, f"{field} {{ id }}")
    found: str = made[field]["id"]
    return found


async def _remarks(api: Api, word: str) -> str:
    """A custom field on each kind of record; the one of clients."""
    ids = []
    for on in ("CLIENT", "CONTACT", "ADDRESS"):
        labels = [{"language": "en", "text": f"{word} label"}]
        made = await api.done(
            "customFieldDefinitionCreate",
            {"on": on, "key": "remark", "type": "TEXT", "labels": labels},
            "customFieldDefinition { id }",
        )
        ids.append(made["customFieldDefinition"]["id"])
    return str(ids[0])


async def settle(workspaces: Workspaces, words: Words, clients: int) -> World:
    """A world with so many clients, two of them parent and child."""
    workspace = await workspaces.make(name=f"{words.word} Firm")
    api = workspace.api("OWNER")
    parent = await api.new_client(f"{words.word} Parent")
    entries = {kind: await _entry(api, kind, f"{words.word} {kind}") for kind in LISTS}
    remark = await _remarks(api, words.word)
    made = (await api(MADE, {"input": words.client(parent["id"], entries)}))["clientCreate"]
    assert made["userErrors"] == []
    for number in range(clients - 2):
        await api.new_client(f"{words.word} {number}")
    person = {"name": f"{words.word} Person", "email": f"{words.word.lower()}@person.example"}
    member = await api.done("memberCreate", {**person, "role": "MEMBER"}, "member { id }")
    token = await api.done(
        "apiTokenCreate", {"name": f"{words.word} Token", "role": "VIEWER"}, "text apiToken { id }"
    )
    task = {"kind": "TASK", "title": f"{words.word} task", "body": f"{words.word} text"}
    event = await api.done(
        "eventCreate", {"clientId": made["client"]["id"], **task}, "event { id }"
    )
    organisation = await api("{ organisation { id } }")
    ids = {
        **entries,
        "CustomFieldDefinition": remark,
        "Parent": parent["id"],
        "Client": made["client"]["id"],
        "Contact": made["client"]["contacts"]["nodes"][1]["id"],
        "Address": made["client"]["addresses"][1]["id"],
        "Event": event["event"]["id"],
        "Member": member["member"]["id"],
        "ApiToken": token["apiToken"]["id"],
        "Organisation": organisation["organisation"]["id"],
    }
    digits = [each.partition("_")[2] for each in ids.values()]
    secret = [*digits, *(str(UUID(each)) for each in digits), workspace.slug, token["text"]]
    return World(workspaces, workspace, ids, (*words.texts(), *secret, *workspace.tokens.values()))

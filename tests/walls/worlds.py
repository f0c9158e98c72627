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

    def client(self, parent: str) -> dict[str, Any]:
        """The input of the client that tests speak of."""
        word = self.word
        return {
            "name": f"{word} Client",
            "tradingName": f"{word} Trading",
            "parent": parent,
            "reference": f"{word}-REF",
            "externalReference": f"{word}-EXT",
            "iban": self.iban,
            "email": f"{word.lower()}@client.example",
            "phone": self.phone,
            "website": f"https://{word.lower()}.example",
            "accountingCode": f"{word}-ACC",
            "identifiers": [{"kind": "FR_SIREN", "value": self.siren}],
            "contacts": [
                {"lastName": f"{word} Main", "position": f"{word} Boss"},
                {"lastName": f"{word} Second", "email": f"{word.lower()}@second.example"},
            ],
            "addresses": [
                {"line1": f"1 {word} street", "postalCode": self.postal_code, "city": word},
                {"line1": f"2 {word} street", "postalCode": self.postal_code, "city": word},
            ],
        }

    def texts(self) -> list[str]:
        """Whatever of it can be recognised wherever it turns up."""
        return [self.word, self.word.lower(), self.siren, self.iban, self.phone, self.postal_code]


HOME = Words("Hearth", "732829320", "FR7630006000011234567890189", "+33142685300", "75002")
AWAY = Words("Zqxcanary", "443061841", "DE89370400440532013000", "+33478421234", "69007")


async def settle(workspaces: Workspaces, words: Words, clients: int) -> World:
    """A world with so many clients, two of them parent and child."""
    workspace = await workspaces.make(name=f"{words.word} Firm")
    api = workspace.api("OWNER")
    parent = await api.new_client(f"{words.word} Parent")
    made = (await api(MADE, {"input": words.client(parent["id"])}))["clientCreate"]
    assert made["userErrors"] == []
    for number in range(clients - 2):
        await api.new_client(f"{words.word} {number}")
    person = {"name": f"{words.word} Person", "email": f"{words.word.lower()}@person.example"}
    member = await api.done("memberCreate", {**person, "role": "MEMBER"}, "member { id }")
    token = await api.done(
        "apiTokenCreate", {"name": f"{words.word} Token", "role": "VIEWER"}, "text apiToken { id }"
    )
    organisation = await api("{ organisation { id } }")
    ids = {
        "Parent": parent["id"],
        "Client": made["client"]["id"],
        "Contact": made["client"]["contacts"]["nodes"][1]["id"],
        "Address": made["client"]["addresses"][1]["id"],
        "Member": member["member"]["id"],
        "ApiToken": token["apiToken"]["id"],
        "Organisation": organisation["organisation"]["id"],
    }
    digits = [each.partition("_")[2] for each in ids.values()]
    secret = [*digits, *(str(UUID(each)) for each in digits), workspace.slug, token["text"]]
    return World(workspaces, workspace, ids, (*words.texts(), *secret, *workspace.tokens.values()))

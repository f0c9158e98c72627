"""A firm with everything that a screen can show: the workspace of the pages in docs/screens."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from clientgraph.testing import Api, Workspace
from tests.contract.batches import new_clients
from tests.events.people import Person, person
from tests.invoicing import Invoicing

MORE = 45
FEES = {
    "choices": [
        {"key": "hourly", "labels": {"fr": "À l'heure", "en": "By the hour"}},
        {"key": "fixed", "labels": {"fr": "Forfait", "en": "Fixed price"}},
    ]
}
FIELDS: tuple[dict[str, Any], ...] = (
    {
        "on": "CLIENT",
        "key": "fee",
        "type": "CHOICE",
        "section": "Ventes",
        "labels": [{"language": "fr", "text": "Honoraires"}, {"language": "en", "text": "Fee"}],
        "options": FEES,
        "defaultValue": "hourly",
    },
    {
        "on": "CLIENT",
        "key": "budget",
        "type": "MONEY",
        "section": "Ventes",
        "labels": [{"language": "fr", "text": "Budget annuel"}],
    },
    {
        "on": "CONTACT",
        "key": "birthday",
        "type": "DATE",
        "labels": [{"language": "fr", "text": "Anniversaire"}],
    },
)
GANYMEDE: dict[str, Any] = {
    "name": "Ganymède SAS",
    "tradingName": "Ganymède",
    "externalReference": "CRM-17",
    "country": "FR",
    "locale": "fr-FR",
    "currency": "CHF",
    "website": "ganymede.fr",
    "email": "compta@ganymede.fr",
    "phone": "01 42 68 53 00",
    "paymentTerms": {"days": 45, "endOfMonth": True},
    "accountingCode": "411GANY",
    "activityCode": "62.01Z",
    "iban": "FR76 3000 6000 0112 3456 7890 189",
    "identifiers": [{"kind": "FR_SIRET", "value": "732 829 320 00074"}],
    "customFields": [
        {"key": "fee", "value": "fixed"},
        {"key": "budget", "value": {"amount": "12500.00", "currency": "EUR"}},
    ],
    "addresses": [
        {"kind": "MAIN", "line1": "10 rue de la Paix", "postalCode": "75002", "city": "Paris"},
        {"kind": "BILLING", "line1": "BP 12", "postalCode": "13001", "city": "Marseille"},
    ],
}
ADA = {
    "civility": "MADAME",
    "firstName": "Ada",
    "lastName": "Roux",
    "email": "ada@ganymede.fr",
    "position": "Directrice des achats",
    "phone": "+33 1 42 68 53 01",
    "mobile": "+33 6 12 34 56 78",
    "switchboardPhone": "+33 1 42 68 53 00",
    "locale": "fr-FR",
    "customFields": [{"key": "birthday", "value": "1985-12-10"}],
}
MAX = {
    "firstName": "Max",
    "lastName": "Blanc",
    "email": "max@ganymede.fr",
    "locale": "fr-FR",
    "isInvoiceRecipient": True,
}
CANAL: dict[str, Any] = {
    "name": "Brasserie du Canal",
    "externalReference": "DOS-0042",
    "country": "BE",
    "locale": "fr-BE",
    "iban": "BE68 5390 0754 7034",
    "identifiers": [
        {"kind": "BE_ENTERPRISE", "value": "0123456749"},
        {"kind": "BE_VAT", "value": "BE0123456749"},
    ],
    "contacts": [
        {"firstName": "Zoé", "lastName": "Peeters", "email": "zoe@canal.be", "locale": "fr-BE"}
    ],
    "addresses": [
        {
            "line1": "Quai aux Briques",
            "streetNumber": "14",
            "box": "3",
            "postalCode": "1000",
            "city": "Bruxelles",
        }
    ],
}
AGREED = {
    "purpose": "MARKETING",
    "channels": ["EMAIL"],
    "source": "FORM",
    "givenAt": "2026-01-12T09:00:00Z",
    "wording": "Je souhaite recevoir vos offres par e-mail.",
}
PRIVATE = {
    "kind": "NOTE",
    "title": "Préfère être appelée le matin",
    "occurredAt": "2026-02-03T10:00:00Z",
    "visibility": "PRIVATE",
}
EVENTS: tuple[dict[str, Any], ...] = (
    {"kind": "CALL", "title": "Premier appel", "occurredAt": "2026-01-12T09:00:00Z"},
    {
        "kind": "NOTE",
        "title": "Accord particulier",
        "body": "Remise de 5 % jusqu'à l'échéance.",
        "occurredAt": "2026-02-02T10:00:00Z",
        "dueAt": "2026-12-31T00:00:00Z",
    },
    PRIVATE,
    {
        "kind": "EMAIL",
        "title": "Votre devis",
        "body": "Bonjour Madame Roux,\n\nvoici votre devis.",
        "occurredAt": "2026-03-01T08:30:00Z",
    },
    {
        "kind": "TASK",
        "title": "Relancer le devis",
        "occurredAt": "2026-03-02T08:00:00Z",
        "dueAt": "2026-03-15T17:00:00Z",
    },
    {
        "kind": "TASK",
        "title": "Envoyer le devis",
        "occurredAt": "2026-02-20T08:00:00Z",
        "dueAt": "2026-03-01T17:00:00Z",
        "doneAt": "2026-03-01T08:35:00Z",
    },
)


@dataclass(frozen=True)
class Showcase:
    """The firm, and Camille, who looks at its clients in French."""

    workspace: Workspace
    camille: Person

    @property
    def api(self) -> Api:
        """The API as Camille's browser speaks to it."""
        return replace(self.camille.api, language="fr")

    async def as_newcomer(self) -> Api:
        """The same with a token that has spent nothing yet."""
        given = {"name": "new", "role": "ADMIN", "memberId": self.camille.id}
        text = (await self.workspace.api().done("apiTokenCreate", given, "text"))["text"]
        return replace(self.api, token=text)


async def furnish(workspace: Workspace, invoicing: Invoicing) -> Showcase:
    """Five clients: a parent, two with everything, a draft, and one that is inactive."""
    camille = await person(workspace, "Camille", "ADMIN")
    lucas = await person(workspace, "Lucas")
    api = workspace.api()
    for field in FIELDS:
        await api.done("customFieldDefinitionCreate", field)
    await new_clients(workspace, [{"name": "Jupiter Holding", "externalReference": "CRM-1"}])
    await _ganymede(api, camille, lucas, invoicing)
    await api.new_client(**CANAL, type=await _id_of(api, "clientTypes", "COMPANY"))
    await api.new_client("Callisto", isDraft=True, externalReference="CRM-30", country="BE")
    gone = await api.new_client("Europe SARL", externalReference="CRM-9")
    await api.done("clientDeactivate", {"id": gone["id"]})
    return Showcase(workspace, camille)


async def enlarge(workspace: Workspace) -> None:
    """Have 50 clients instead of five, and more of everything at the one with everything."""
    api = workspace.api("MEMBER")
    found = await _client(api, "CRM-17")
    ganymede, ada = found["id"], found["mainContact"]["id"]
    parts = {key: GANYMEDE[key] for key in ("customFields", "paymentTerms")}
    parts["addresses"] = [{**address, "country": "FR"} for address in GANYMEDE["addresses"]]
    categories = [each["id"] for each in (await api("{ categories { id } }"))["categories"]]
    more = [
        {"name": f"Lune {n:02}", "parent": ganymede, "contacts": _people(n), **parts}
        | {"categories": categories, "identifiers": [_enterprise(n)], "country": "BE"}
        for n in range(1, MORE + 1)
    ]
    await new_clients(workspace, more)
    shared = {"visibility": "ORGANISATION", "contactId": ada}
    for n in range(1, 6):
        someone = {"lastName": "Noir", "email": f"noir{n}@ganymede.fr"}
        await api.done("contactCreate", {"clientId": ganymede, **someone})
        await api.done("addressCreate", {"clientId": ganymede, "line1": f"Dépôt {n}"})
        await api.done("eventCreate", {"clientId": ganymede, **EVENTS[n], **shared})


async def _ganymede(api: Api, camille: Person, lucas: Person, invoicing: Invoicing) -> None:
    categories = [
        (await api.done("categoryCreate", {"name": name}, "category { id }"))["category"]["id"]
        for name in ("Grossistes", "Détaillants", "Clients réguliers")
    ]
    source = await _id_of(api, "contactSources", "TRADE_FAIR")
    made = await api.new_client(
        **GANYMEDE,
        type=await _id_of(api, "clientTypes", "COMPANY"),
        parent=(await _client(api, "CRM-1"))["id"],
        categories=[categories[0], categories[2]],
        contacts=[{**ADA, "source": source}, MAX],
        selection="mainContact { id }",
    )
    invoicing.issue(made["id"], 2)
    concerned = {"contactId": made["mainContact"]["id"]}
    await api.done(
        "consentGive", {**AGREED, "clientId": made["id"], **concerned}, "consents { id }"
    )
    for event in EVENTS:
        tasks = {"assigneeId": lucas.id} if event["kind"] == "TASK" else concerned
        await camille.event(made["id"], **event, **tasks)


def _people(n: int) -> list[dict[str, Any]]:
    return [{**each, "email": f"{each['firstName']}@lune{n}.fr"} for each in (ADA, MAX)]


async def _client(api: Api, reference: str) -> Any:
    found = await api(
        "query($key: ClientKey!) { client(by: $key) { id mainContact { id } } }",
        {"key": {"externalReference": reference}},
    )
    return found["client"]


async def _id_of(api: Api, entries: str, key: str) -> str:
    found = (await api(f"{{ {entries} {{ id key }} }}"))[entries]
    return next(entry["id"] for entry in found if entry["key"] == key)


def _enterprise(n: int) -> dict[str, str]:
    """The n-th of a row of Belgian numbers: eight digits and 97 minus their remainder."""
    digits = 4_000_000 + n
    return {"kind": "BE_ENTERPRISE", "value": f"{digits:08}{97 - digits % 97:02}"}

"""Rows B15 to B30 of the contract: a sheet of clients, from its template to their invitations."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.contract.importing.workbooks import filled, handed_out, headers
from tests.imports.desk import ImportDesk, actions, counts

pytestmark = pytest.mark.anyio

MANDATORY = (
    "Raison sociale",
    "Pays",
    "Email de contact",
    "Prénom du contact",
    "Nom de famille du contact",
    "Langue du contact (locale)",
)
OPTIONAL = (
    "Numéro d'entreprise",
    "TVA",
    "Référence externe",
    "IBAN",
    "Rue",
    "Numéro",
    "Boîte postale",
    "Code postal",
    "Commune/ville",
    "Mandat",
    "Modèle",
)
COLUMNS = (*MANDATORY, *OPTIONAL)
GANYMEDE = {
    "Raison sociale": "Ganymède",
    "Pays": "BE",
    "Email de contact": "zoe@ganymede.example",
    "Prénom du contact": "Zoé",
    "Nom de famille du contact": "Peeters",
    "Langue du contact (locale)": "fr-BE",
}
WHOLE = {
    **GANYMEDE,
    "Numéro d'entreprise": "0403170701",
    "TVA": "BE0403170701",
    "Référence externe": "D-0042",
    "IBAN": "BE68539007547034",
    "Rue": "Boulevard Simon Bolivar",
    "Numéro": "36",
    "Boîte postale": "4",
    "Code postal": "1000",
    "Commune/ville": "Bruxelles",
    "Mandat": "Oui",
    "Modèle": "Sociétés belges",
}
CLIENT = """name country status externalReference iban currency template { name }
    mainContact { firstName lastName email locale }
    mainAddress { line1 streetNumber box postalCode city }
    mandate { origin status } integrations { integration { key } template { name } }
    enterprise: identifier(kind: "BE_ENTERPRISE") { value }
    vat: identifier(kind: "BE_VAT") { value }"""


MISTAKES = [
    ("Pays", "FRA", "INVALID_COUNTRY", "FR"),
    ("Pays", "France", "INVALID_COUNTRY", "FR"),
    ("Pays", "fr", "INVALID_COUNTRY", "FR"),
    ("Langue du contact (locale)", "fr", "INVALID_LOCALE", "fr-BE"),
    ("Langue du contact (locale)", "Français", "INVALID_LOCALE", "fr-BE"),
    ("Email de contact", "zoe", "INVALID_EMAIL", None),
    ("Numéro d'entreprise", "0123.456.789", "NUMBER_NOT_PLAIN", "0123456789"),
    ("Numéro d'entreprise", "0123 456 789", "NUMBER_NOT_PLAIN", "0123456789"),
    ("Numéro d'entreprise", "2403170701", "INVALID_COMPONENT", None),
    ("TVA", "BE 0123456789", "NUMBER_NOT_PLAIN", "BE0123456789"),
    ("TVA", "BE0403.170.701", "NUMBER_NOT_PLAIN", "BE0403170701"),
    ("TVA", "0403170701", "NUMBER_NOT_PLAIN", "BE0403170701"),
    ("IBAN", "BE68539007547035", "INVALID_IBAN", None),
    ("Code postal", "75009", "INVALID_POSTAL_CODE", None),
    ("Mandat", "Peut-être", "NOT_YES_OR_NO", None),
    ("Mandat", "1", "NOT_YES_OR_NO", "Oui"),
    ("Modèle", "Sociétés belge", "UNKNOWN_NAME", "Sociétés belges"),
]
# What each mistake is told as, in the caller's language.
TOLD = {
    "INVALID_COUNTRY": "deux lettres majuscules",
    "INVALID_LOCALE": "une forme telle que fr-BE",
    "INVALID_EMAIL": "adresse",
    "NUMBER_NOT_PLAIN": "sans points, espaces",
    "INVALID_COMPONENT": "",
    "INVALID_IBAN": "IBAN",
    "INVALID_POSTAL_CODE": "Belgique",
    "NOT_YES_OR_NO": "Écrivez Oui ou Non.",
    "UNKNOWN_NAME": "Rien ne s'appelle « Sociétés belge » ici.",
}


def record(number: int, **cells: str) -> dict[str, str]:
    """The mandatory cells of one of many clients, and what a test gives instead or besides."""
    name, address = f"Client {number:02d}", f"zoe{number}@client{number}.example"
    return {**GANYMEDE, "Raison sociale": name, "Email de contact": address, **cells}


async def book(desk: ImportDesk, *records: Mapping[str, str]) -> bytes:
    """The template of the product with these records, saved."""
    _, template = await handed_out(desk, "banqup")
    lines = [[record.get(column, "") for column in COLUMNS] for record in records]
    return filled(template, *lines)


async def previewed(desk: ImportDesk, *records: Mapping[str, str]) -> Any:
    """What is told of these records once the file was read; in French."""
    found = await desk.previewed(await book(desk, *records), "clients.xlsx")
    return await desk.shown(found["id"], "fr")


async def belgian(desk: ImportDesk) -> None:
    """The template that records name."""
    given = {
        "name": "Sociétés belges",
        "defaults": {"currency": "CHF"},
        "integrations": ["WELCOME_LETTER"],
    }
    await desk.api().done("clientTemplateCreate", given)


def refusals(found: Any) -> list[list[tuple[str, str | None, str]]]:
    """Of each record, column, value and code of its mistakes."""
    return [
        [
            (each["header"].removesuffix(" *"), each["value"], each["code"])
            for each in row["problems"]
        ]
        for row in found["rows"]["nodes"]
    ]


async def test_b15_b16_the_template_is_a_workbook_with_stars(
    desk: ImportDesk, tmp_path: Path
) -> None:
    """An .xlsx that is downloaded; the mandatory columns are marked, no others are."""
    name, template = await handed_out(desk, "banqup")
    assert name == "Banqup.xlsx"
    found = await headers(template, tmp_path)
    assert found == [*(f"{column} *" for column in MANDATORY), *OPTIONAL]


async def test_b16_b17_to_b22_every_starred_cell_must_be_filled(desk: ImportDesk) -> None:
    """An empty one is told with the column that it is missing from; all others may be empty."""
    lacking = [record(at, **{column: ""}) for at, column in enumerate(MANDATORY)]
    found = await previewed(desk, *lacking, record(9))
    assert actions(found) == ["INVALID"] * len(MANDATORY) + ["CREATE"]
    told = [[(column, code) for column, _, code in each] for each in refusals(found)]
    assert told == [*([(column, "REQUIRED")] for column in MANDATORY), []]


async def test_b18_to_b28_what_a_cell_cannot_be_is_told_at_the_cell(desk: ImportDesk) -> None:
    """With its row, column and value, a code, a sentence and what may have been meant."""
    await belgian(desk)
    records = [record(at, **{column: value}) for at, (column, value, _, _) in enumerate(MISTAKES)]
    found = await previewed(desk, *records)
    assert actions(found) == ["INVALID"] * len(MISTAKES)
    assert refusals(found) == [[(column, value, code)] for column, value, code, _ in MISTAKES]
    for at, (row, (_, value, code, meant)) in enumerate(
        zip(found["rows"]["nodes"], MISTAKES, strict=True)
    ):
        (problem,) = row["problems"]
        assert (problem["row"], problem["suggestion"]) == (at + 2, meant)
        assert TOLD[code] in problem["message"], value
    refused = await desk.api().do("importRun", {"id": found["id"]})
    assert [each["code"] for each in refused["userErrors"]] == ["IMPORT_HAS_MISTAKES"]
    assert await desk.clients("name") == []


async def test_b17_to_b28_every_column_reaches_the_client(desk: ImportDesk) -> None:
    """As it stands in the sheet; the template that the row names adds what it sets."""
    await belgian(desk)
    found = await previewed(desk, WHOLE)
    assert (counts(found), refusals(found)) == ({"create": 1}, [[]])
    await desk.run(found["id"])
    assert await desk.clients(CLIENT) == [
        {
            "name": "Ganymède",
            "country": "BE",
            "status": "ACTIVE",
            "externalReference": "D-0042",
            "iban": "BE68539007547034",
            "currency": "CHF",
            "template": {"name": "Sociétés belges"},
            "mainContact": {
                "firstName": "Zoé",
                "lastName": "Peeters",
                "email": "zoe@ganymede.example",
                "locale": "fr-BE",
            },
            "mainAddress": {
                "line1": "Boulevard Simon Bolivar",
                "streetNumber": "36",
                "box": "4",
                "postalCode": "1000",
                "city": "Bruxelles",
            },
            "mandate": {"origin": "IMPORT", "status": "IN_FORCE"},
            "integrations": [
                {"integration": {"key": "WELCOME_LETTER"}, "template": {"name": "Sociétés belges"}}
            ],
            "enterprise": {"value": "0403170701"},
            "vat": {"value": "BE0403170701"},
        }
    ]


async def test_b25_a_reference_is_of_one_client(desk: ImportDesk) -> None:
    """Two rows with it are a mistake; a later sheet finds the client by it."""
    given = record(1, **{"Référence externe": "D-1"})
    found = await previewed(desk, given, record(2, **{"Référence externe": "D-1"}))
    assert refusals(found) == [[], [("Référence externe", "D-1", "DUPLICATE_IN_SHEET")]]
    await desk.run((await previewed(desk, given))["id"])
    (row,) = (await previewed(desk, {**given, "Raison sociale": "Io SA"}))["rows"]["nodes"]
    assert (row["action"], row["matchedBy"]) == ("UPDATE", "EXTERNAL_REFERENCE")


async def test_b27_the_mandate_is_held_or_not(desk: ImportDesk) -> None:
    """Oui makes a mandate, Non and an empty cell none."""
    given = [record(at, Mandat=word) for at, word in enumerate(("Oui", "Non", ""))]
    await desk.run((await previewed(desk, *given))["id"])
    found = await desk.clients("mandate { scope origin }")
    held = {"scope": "E_INVOICING", "origin": "IMPORT"}
    assert [each["mandate"] for each in found] == [held, None, None]


async def test_b28_an_archived_template_is_no_longer_named(desk: ImportDesk) -> None:
    """A record that names it is refused; one that names none begins with the default one."""
    await belgian(desk)
    api = desk.api()
    (made,) = (await api("{ clientTemplates { id } }"))["clientTemplates"]
    await api.done("clientTemplateUpdate", {"id": made["id"], "isArchived": True})
    await api.done("clientTemplateCreate", {"name": "Usual", "isDefault": True})
    found = await previewed(desk, record(1, Modèle="Sociétés belges"), record(2))
    assert refusals(found) == [[("Modèle", "Sociétés belges", "UNKNOWN_NAME")], []]
    await desk.run(found["id"], skipInvalid=True)
    assert await desk.clients("name template { name }") == [
        {"name": "Client 02", "template": {"name": "Usual"}}
    ]


async def test_b29_b30_clients_are_there_after_the_import_and_can_be_invited(
    desk: ImportDesk,
) -> None:
    """The saved workbook is uploaded, looked at, imported; then an invitation goes to each."""
    found = await previewed(desk, record(1), record(2))
    assert (found["format"], found["stage"], counts(found)) == ("xlsx", "READY", {"create": 2})
    assert await desk.clients("name") == []
    done = await desk.run(found["id"])
    assert (done["stage"], counts(done)) == ("DONE", {"create": 2, "created": 2})
    clients = await desk.clients("id name mainContact { id } onboarding { status }")
    assert [(each["name"], each["onboarding"]["status"]) for each in clients] == [
        ("Client 01", "NOT_INVITED"),
        ("Client 02", "NOT_INVITED"),
    ]
    for each in clients:
        person = {"clientId": each["id"], "contactId": each["mainContact"]["id"]}
        await desk.api().done("clientInvite", person)
    after = await desk.clients("onboarding { status invitation { email } }")
    assert [each["onboarding"] for each in after] == [
        {"status": "INVITED", "invitation": {"email": f"zoe{at}@client{at}.example"}}
        for at in (1, 2)
    ]

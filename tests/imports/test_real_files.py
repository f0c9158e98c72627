"""Sheets of open registers, as firms have them: all that is right in them becomes clients."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.imports.desk import ImportDesk, counts, problems

pytestmark = pytest.mark.anyio

DATA = Path(__file__).parent / "data"
KBO_FIELDS = {
    "Numéro d'entreprise": "identifiers.COMPANY",
    "Dénomination": "name",
    "Nom commercial": "tradingName",
    "Forme juridique": None,
    "Code NACE": "activityCode",
    "Rue": "addresses.line1",
    "Numéro": "addresses.streetNumber",
    "Boîte": "addresses.box",
    "Complément d'adresse": "addresses.line2",
    "Code postal": "addresses.postalCode",
    "Commune": "addresses.city",
    "Pays": "country",
    "Téléphone": "phone",
    "Adresse e-mail": "email",
    "Site internet": "website",
    "Date de début": None,
}
PLACE = "addresses { line1 line2 streetNumber box postalCode city country }"


async def fields(desk: ImportDesk, import_id: str) -> dict[str, str | None]:
    """The field of each column."""
    text = "query($id: ID!) { import(id: $id) { columns { header field } } }"
    found = (await desk.api()(text, {"id": import_id}))["import"]["columns"]
    return {each["header"]: each["field"] for each in found}


async def test_a_sheet_of_the_belgian_register_in_french(desk: ImportDesk) -> None:
    """Numbers with points, phones without zeros, bodies abroad with Belgian numbers."""
    await desk.api().done("organisationUpdate", {"country": "BE"})
    found = await desk.previewed((DATA / "kbo_fr.csv").read_bytes())
    assert await fields(desk, found["id"]) == KBO_FIELDS
    # The register's extract has no names of the two bodies abroad; nothing else is wrong of them.
    assert [(each["row"], each["header"], each["code"]) for each in problems(found)] == [
        (7, "Dénomination", "REQUIRED"),
        (8, "Dénomination", "REQUIRED"),
    ]
    done = await desk.run(found["id"], skipInvalid=True)
    assert counts(done) == {"create": 5, "invalid": 2, "created": 5, "failed": 2}
    numbers = "identifiers { kind { key } value }"
    made = await desk.clients(f"name phone email website activityCode {PLACE} {numbers}")
    assert [each["phone"] for each in made] == [
        "+3283611205",
        "+3222338811",
        "+3225249797",
        "+3222024111",
        "+3278151765",
    ]
    assert made[2] == {
        "name": "Institut National d'Assurance Maladie-Invalidité",
        "phone": "+3225249797",
        "email": "communication@riziv-inami.fgov.be",
        "website": "https://www.inami.fgov.be/fr",
        "activityCode": "84301",
        "addresses": [
            {
                "line1": "Avenue Galilée",
                "line2": None,
                "streetNumber": "5",
                "box": "1",
                "postalCode": "1210",
                "city": "Saint-Josse-ten-Noode",
                "country": "BE",
            }
        ],
        "identifiers": [{"kind": {"key": "BE_ENTERPRISE"}, "value": "0206653946"}],
    }


async def test_a_sheet_of_the_belgian_register_in_dutch(desk: ImportDesk) -> None:
    """Commas and a mark of UTF-8, as programs other than spreadsheets write them."""
    await desk.api().done("organisationUpdate", {"country": "BE"})
    found = await desk.previewed((DATA / "kbo_nl.csv").read_bytes())
    assert [name for name, key in (await fields(desk, found["id"])).items() if key is None] == [
        "Rechtsvorm",
        "Begindatum",
    ]
    assert (counts(found), problems(found)) == ({"create": 3}, [])


async def test_a_sheet_of_the_french_register(desk: ImportDesk) -> None:
    """Numbers without their zeros; a person without a company is a client of that name."""
    found = await desk.previewed((DATA / "sirene.csv").read_bytes())
    assert (counts(found), problems(found)) == ({"create": 4}, [])
    await desk.run(found["id"])
    numbers = "identifiers { kind { key } value }"
    made = await desk.clients(f"name kind {PLACE} {numbers} contacts(first: 2) {{ totalCount }}")
    assert [
        (
            each["name"],
            each["kind"],
            each["contacts"]["totalCount"],
            [number["value"] for number in each["identifiers"]],
            each["addresses"][0]["postalCode"],
        )
        for each in made
    ] == [
        ("ANNE EXEMPLE", "INDIVIDUAL", 1, [], "02100"),
        (
            "BASALPINE AUTOCARS",
            "COMPANY",
            0,
            ["005450093", "00545009300033", "FR68005450093"],
            "04800",
        ),
        (
            "SOCIETE BRETONNE DE TRAVAUX PUBLICS",
            "COMPANY",
            0,
            ["005480082", "00548008200014", "FR19005480082"],
            "44600",
        ),
        (
            "SOCIETE D'APPROVISIONNEMENT REGIONAL",
            "COMPANY",
            0,
            ["005420013", "00542001300012", "FR38005420013"],
            "80100",
        ),
    ]

"""Sheets of clients of open data: ``python -m bench.open_data kbo-fr DATA SHEET``.

DATA is the folder of KBO Open Data or of Sirene's stock files, as their registers publish them.
``kbo-fr`` and ``kbo-nl`` have the headers of their languages; ``sirene`` is of legal units with
their head offices. Natural persons are among them: what is made stays out of the repository.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from clientgraph.sheets.cells import Cell
from clientgraph.sheets.xlsx_writing import XlsxWriter

Row = Mapping[str, str]
Sheet = Iterator[Sequence[Cell]]

KBO_FR: Final = (
    "Numéro d'entreprise",
    "Dénomination",
    "Nom commercial",
    "Forme juridique",
    "Code NACE",
    "Rue",
    "Numéro",
    "Boîte",
    "Complément d'adresse",
    "Code postal",
    "Commune",
    "Pays",
    "Téléphone",
    "Adresse e-mail",
    "Site internet",
    "Date de début",
)
KBO_NL: Final = (
    "Ondernemingsnummer",
    "Naam",
    "Handelsnaam",
    "Rechtsvorm",
    "NACE-code",
    "Straat",
    "Huisnummer",
    "Bus",
    "Adrestoevoeging",
    "Postcode",
    "Gemeente",
    "Land",
    "Telefoon",
    "E-mailadres",
    "Website",
    "Begindatum",
)
SIRENE: Final = (
    "SIREN",
    "SIRET du siège",
    "Raison sociale",
    "Sigle",
    "Nom",
    "Prénom",
    "Code APE",
    "N°",
    "Rue",
    "Complément",
    "CP",
    "Ville",
    "Enseigne",
)
# Kinds of names, as KBO numbers them.
_NAME, _TRADING_NAME = "1", "3"
_HOME: Final = {"FR": "Belgique", "NL": "België"}


def rows_of(path: Path) -> Iterator[Row]:
    """The rows of a file, without its header where it is repeated further down."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if any(key != value for key, value in row.items()):
                yield row


@dataclass(frozen=True)
class _Kbo:
    """The tables of KBO by enterprise."""

    names: Mapping[str, Row]
    contacts: Mapping[str, Row]
    places: Mapping[str, Row]
    activities: Mapping[str, Row]
    forms: Mapping[str, Row]


def _by(rows: Iterator[Row], key: str, value: str) -> dict[str, dict[str, str]]:
    """The values of an enterprise by their kind; the first of a kind counts."""
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        kind = row[key].lstrip("0")
        found.setdefault(row["EntityNumber"], {}).setdefault(kind, row[value])
    return found


def _tables(folder: Path, language: str) -> _Kbo:
    forms = (row for row in rows_of(folder / "code.csv") if row["Category"] == "JuridicalForm")
    places = rows_of(folder / "address.as-published-quoting.csv")
    return _Kbo(
        _by(rows_of(folder / "denomination.csv"), "TypeOfDenomination", "Denomination"),
        _by(rows_of(folder / "contact.csv"), "ContactType", "Value"),
        {row["EntityNumber"]: row for row in places},
        _by(rows_of(folder / "activity_1.csv"), "NaceVersion", "NaceCode"),
        {row["Code"]: row for row in forms if row["Language"] == language},
    )


def _kbo(folder: Path, language: str) -> Sheet:
    known = _tables(folder, language)
    yield KBO_FR if language == "FR" else KBO_NL
    for enterprise in rows_of(folder / "enterprise.csv"):
        number = enterprise["EnterpriseNumber"]
        called, place = known.names.get(number, {}), known.places.get(number, {})
        contact = known.contacts.get(number, {})
        yield (
            number,
            called.get(_NAME) or next(iter(called.values()), None),
            called.get(_TRADING_NAME),
            known.forms.get(enterprise["JuridicalForm"], {}).get("Description"),
            known.activities.get(number, {}).get("2008"),
            place.get(f"Street{language}"),
            place.get("HouseNumber"),
            place.get("Box"),
            place.get("ExtraAddressInfo"),
            place.get("Zipcode"),
            place.get(f"Municipality{language}"),
            (place.get(f"Country{language}") or _HOME[language]) if place else None,
            contact.get("TEL"),
            contact.get("EMAIL"),
            contact.get("WEB"),
            enterprise["StartDate"],
        )


def _sirene(folder: Path) -> Sheet:
    seats = {row["siret"]: row for row in rows_of(folder / "StockEtablissement_utf8.csv")}
    yield SIRENE
    for row in rows_of(folder / "StockUniteLegale_utf8.csv"):
        siret = row["siren"] + row["nicSiegeUniteLegale"]
        seat = seats.get(siret, {})
        street = (seat.get(f"{part}VoieEtablissement") for part in ("type", "libelle"))
        yield (
            row["siren"],
            siret,
            row["denominationUniteLegale"],
            row["sigleUniteLegale"],
            row["nomUniteLegale"],
            row["prenomUsuelUniteLegale"],
            row["activitePrincipaleUniteLegale"],
            seat.get("numeroVoieEtablissement"),
            " ".join(filter(None, street)),
            seat.get("complementAdresseEtablissement"),
            seat.get("codePostalEtablissement"),
            seat.get("libelleCommuneEtablissement"),
            seat.get("enseigne1Etablissement"),
        )


SHEETS: Final[Mapping[str, Callable[[Path], Sheet]]] = {
    "kbo-fr": lambda folder: _kbo(folder, "FR"),
    "kbo-nl": lambda folder: _kbo(folder, "NL"),
    "sirene": _sirene,
}


def main(which: str, folder: Path, target: Path) -> None:
    """Write one of the sheets."""
    rows = SHEETS[which](folder)
    writer = XlsxWriter(target)
    writer.write_header([str(name) for name in next(rows)])
    for row in rows:
        writer.write_row([cell or None for cell in row])
    writer.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))

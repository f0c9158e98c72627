"""Which column is which field: headers in four languages, presets, numbers, contents."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from clientgraph.columns.fields import SheetFields
from clientgraph.columns.matching import Matching, match_columns
from clientgraph.columns.presets import presets
from clientgraph.hookspecs import LANGUAGES
from clientgraph.sheets.cells import Cell
from tests.columns.preparing import keys, read, sheet

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_label_is_known(fields: SheetFields, language: str) -> None:
    """The header of a template, starred and in capitals, is its field in each language."""
    shown: dict[str, str] = {}
    for each in fields:
        shown.setdefault(each.label(language), each.key)
    for label, key in shown.items():
        matching = match_columns(fields, sheet([f" {label.upper()} *"]))
        assert keys(matching) == [key], label


@pytest.mark.parametrize("key", presets())
async def test_presets_are_recognised(fields: SheetFields, key: str) -> None:
    """The headers of each product are told without its name, and mean what it says."""
    preset = presets()[key]
    lines: list[list[Any]] = [["Export of 2026"], [], [header for header, _ in preset.columns]]
    matching = match_columns(fields, sheet(*lines))
    assert (matching.preset, matching.header_row) == (key, 3)
    assert keys(matching) == [meant for _, meant in preset.columns]
    assert {each.how for each in matching.columns} == {"PRESET"}


@pytest.mark.parametrize("key", presets())
async def test_presets_name_fields(fields: SheetFields, key: str) -> None:
    """A preset leads to fields that there are, each once."""
    named = [meant for _, meant in presets()[key].columns if meant]
    assert [each for each in named if each not in fields] == []
    assert len(named) == len(set(named))


@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        (
            "Name, Phone, First Name, Last Name, Email, Phone",
            "name phone contacts.firstName contacts.lastName contacts.email contacts.phone",
        ),
        (
            "Nom, Prénom, E-mail, Tél.",
            "contacts.lastName contacts.firstName contacts.email contacts.phone",
        ),
        ("Société, Nom, Prénom, Mail", "name contacts.lastName contacts.firstName contacts.email"),
        ("Société, Nom, Mail", "name contacts.fullName contacts.email"),
        ("Nom, Mail", "name email"),
        (
            "Firma, Ansprechpartner, E-Mail, Straße, PLZ, Land",
            "name contacts.fullName contacts.email addresses.line1 addresses.postalCode country",
        ),
        (
            "Klant, Btw-nr., KvK, Straat, Huisnr, Bus",
            "name identifiers.VAT identifiers.NL_KVK "
            "addresses.line1 addresses.streetNumber addresses.box",
        ),
        (
            "Company, Contact 2 e-mail, E-mail 3, Contact 1 first name",
            "name contacts.2.email contacts.3.email contacts.firstName",
        ),
        (
            "Company, First name, Email, First name, Email",
            "name contacts.firstName contacts.email contacts.2.firstName contacts.2.email",
        ),
        (
            "Company, Address, Address 2, City, Shipping street",
            "name addresses.line1 addresses.line2 addresses.city addresses.2.line1",
        ),
        (
            "Société, Adresse de facturation, CP, Ville",
            "name addresses.line1 addresses.postalCode addresses.city",
        ),
        ("Raison socialle, Références externes", "name externalReference"),
        (
            "Société, Prénom 1, Nom 1, Prénom 2, Nom 2, Contact 3 nom de famille",
            "name contacts.firstName contacts.lastName contacts.2.firstName contacts.2.lastName "
            "contacts.3.lastName",
        ),
        ("Company, Favourite colour", "name -"),
    ],
)
async def test_headers_are_read_together(fields: SheetFields, headers: str, wanted: str) -> None:
    """Vague, numbered and repeated headers mean what the others leave to them."""
    found = keys(match_columns(fields, sheet(headers.split(", "))))
    assert [each or "-" for each in found] == wanted.split()


async def test_contents_are_read_where_headers_say_nothing(fields: SheetFields) -> None:
    """E-mails, IBANs, VAT numbers and countries are told by themselves, and nothing doubtful is."""
    lines: list[list[Cell]] = [
        ["a@example.com", "BE68539007547034", "BE0123456749", "BE", "1000", "Io", 7],
        ["b@example.com", "BE43068999999501", "BE0403170701", "FR", "4000", "Europa", 8],
    ]
    matching, made = read(fields, *lines)
    assert matching.header_row is None
    assert keys(matching) == [
        *("contacts.email", "iban", "identifiers.VAT", "country", None, None, None)
    ]
    assert [each.how for each in matching.columns[:5]] == [*["CONTENT"] * 4, "NONE"]
    assert len(made) == 2
    codes = match_columns(fields, sheet(*[[f"{number}000", "x"] for number in range(1, 5)]))
    assert keys(codes) == [None, None]
    signed = match_columns(fields, sheet(["F-75001", "x"], ["F-69002", "y"]))
    assert keys(signed) == ["addresses.postalCode", None]


async def test_what_is_given_wins(fields: SheetFields) -> None:
    """A column that somebody has named is that field; the header that meant it is free."""
    rows = sheet(["Name", "Email", "Other"], ["Io", "a@example.com", "X1"])
    matching = match_columns(fields, rows, given={2: "externalReference", 1: None})
    assert keys(matching) == ["name", None, "externalReference"]
    assert [each.how for each in matching.columns] == ["SYNONYM", "GIVEN", "GIVEN"]
    assert keys(match_columns(fields, rows, given={2: "name", 0: "nothing"})) == [
        *(None, "email", "name")
    ]


async def test_a_matching_is_kept_as_json(fields: SheetFields) -> None:
    """What was matched is the same again after a round trip through a text."""
    matching, _ = read(fields, ["Company", "Ship to street"], ["Io", "Rue"], ["Europa", "Rue"])
    text = orjson.dumps(matching.to_json())
    assert Matching.from_json(orjson.loads(text)) == matching
    assert matching.constants == {"addresses.kind": "DELIVERY"}
    assert matching.columns[0].samples == ("Io", "Europa")


async def test_required_fields_without_a_column_are_told(fields: SheetFields) -> None:
    """The name is missed, unless it can be made of a person's."""
    assert match_columns(fields, sheet(["City", "Country"])).missing == ("name",)
    assert match_columns(fields, sheet(["First name", "Last name"])).missing == ()
    strict = match_columns(fields, sheet(["Raison sociale", "Pays"]), preset="banqup")
    assert strict.missing == (
        *("contacts.firstName", "contacts.lastName", "contacts.email", "contacts.locale"),
    )

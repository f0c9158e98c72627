"""Rows of clients that are read as the same clients again, and the sheet to be filled in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from clientgraph.columns.fields import SheetField, SheetFields
from clientgraph.columns.matching import match_columns
from clientgraph.columns.readers import Reading
from clientgraph.columns.records import records
from clientgraph.columns.template import Template, template_of
from clientgraph.columns.writing import ClientRows
from clientgraph.hookspecs import LANGUAGES
from clientgraph.sheets.cells import Cell
from clientgraph.testing import Api, Workspace, Workspaces
from tests.columns.preparing import fields_of, keys, sheet
from tests.fields.defining import TIERS, define
from tests.templates.preparing import category, template

pytestmark = pytest.mark.anyio

WORDS = some.from_regex(r"[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ0-9 '&.,+*=@-]{0,20}[A-Za-zÀ-ÿ0-9]", fullmatch=True)
CODES = some.from_regex(r"[A-Z0-9]{1,4}-[0-9]{1,6}", fullmatch=True)
LOCALES = some.sampled_from(["fr-BE", "nl-BE", "de-DE", "en-GB"])
COUNTRIES = some.sampled_from(["BE", "FR", "DE", "NL", "AT"])
# A client is large, and making a failing one smaller takes minutes.
NO_SHRINKING = (Phase.explicit, Phase.generate)
TRUTH = some.booleans()


def kept(**fields: some.SearchStrategy[Any]) -> some.SearchStrategy[dict[str, Any]]:
    """Some of these fields, at least one."""
    return some.fixed_dictionaries({}, optional=fields).filter(bool)


CONTACTS = kept(
    civility=some.sampled_from(["MADAME", "MONSIEUR", "DOCTEUR"]),
    first_name=WORDS,
    last_name=WORDS,
    email=some.from_regex(r"[a-z]{1,8}@example\.com", fullmatch=True),
    phone=some.from_regex(r"\+32[0-9]{8}", fullmatch=True),
    position=WORDS,
    locale=LOCALES,
    is_main=TRUTH,
    custom_fields=some.builds(lambda text: [{"key": "role", "value": text}], WORDS),
)
ADDRESSES = kept(
    kind=some.sampled_from(["MAIN", "BILLING", "DELIVERY", "OTHER"]),
    line1=WORDS,
    street_number=some.from_regex(r"[0-9]{1,4}[a-z]?", fullmatch=True),
    box=some.from_regex(r"0?[0-9]{1,3}", fullmatch=True),
    postal_code=some.from_regex(r"0[0-9]{4}", fullmatch=True),
    city=WORDS,
    country=COUNTRIES,
    is_default_for_billing=TRUTH,
)
PLACES = some.builds(
    lambda north, east: {"latitude": north, "longitude": east},
    some.floats(-90, 90).map(lambda each: round(each, 4)),
    some.integers(-180, 180),
)
CUSTOM: dict[str, some.SearchStrategy[Any]] = {
    "vip": TRUTH,
    "since": some.dates().map(lambda each: each.isoformat()),
    "size": some.one_of(
        some.integers(-(10**9), 10**9), some.floats(-1e6, 1e6).map(repr).map(float)
    ),
    "rate": some.decimals(-1000, 1000, places=2).map(lambda each: f"{each or 0:f}"),
    "budget": some.builds(
        lambda number: {"amount": f"{number:f}", "currency": "EUR"}, some.decimals(0, 9, places=2)
    ),
    "spot": PLACES,
    "motto": WORDS,
    "tier": some.sampled_from(["gold", "silver"]),
    "tiers": some.sampled_from([["gold"], ["silver"], ["gold", "silver"]]),
    "stars": some.integers(1, 5),
    "paint": some.from_regex(r"#[0-9a-f]{6}", fullmatch=True),
}
TYPES = {
    "vip": "BOOLEAN",
    "since": "DATE",
    "size": "NUMBER",
    "rate": "DECIMAL",
    "spot": "GEO_POINT",
}
TYPES |= {"budget": "MONEY", "motto": "TEXT", "tier": "CHOICE", "tiers": "CHOICES"}
TYPES |= {"stars": "RATING", "paint": "COLOUR"}


def listed(values: dict[str, Any]) -> list[dict[str, Any]]:
    """Values of custom fields as inputs have them, in the order of keys."""
    return [{"key": key, "value": values[key]} for key in sorted(values)]


async def prepared(api: Api, workspaces: Workspaces, workspace: Workspace) -> SheetFields:
    """The fields of a workspace that has something of everything."""
    for key, kind in TYPES.items():
        more: dict[str, Any] = {"options": TIERS} if kind.startswith("CHOICE") else {}
        await define(api, key, kind, **more)
    await define(api, "role", "TEXT", on="CONTACT")
    await template(api, "Standard")
    await category(api, "Grossistes")
    await category(api, "Détaillants")
    await api.new_client("Jupiter")
    return await fields_of(workspaces, workspace)


def chosen_of(fields: SheetFields) -> list[SheetField]:
    """What an export of everything has, without all the kinds of identifiers."""
    kinds = ("identifiers.BE_ENTERPRISE", "identifiers.FR_VAT")
    return [
        each
        for each in fields
        if not each.is_virtual and (each.path[0] != "identifiers" or each.key in kinds)
    ]


def clients_of(fields: SheetFields) -> some.SearchStrategy[dict[str, Any]]:
    """Any client, with parts and everything that names lead to."""

    def ids(key: str) -> some.SearchStrategy[Any]:
        options = fields[key].options or {}
        labels = options["en"]
        return some.sampled_from([_value(fields[key], label) for label in labels])

    return some.fixed_dictionaries(
        {"name": WORDS, "reference": CODES},
        optional={
            "trading_name": WORDS,
            "external_reference": CODES,
            "kind": some.sampled_from(["COMPANY", "INDIVIDUAL", "PUBLIC_BODY"]),
            "vat_regime": some.sampled_from(["TAXABLE", "INTRA_COMMUNITY"]),
            "country": COUNTRIES,
            "locale": LOCALES,
            "currency": some.sampled_from(["EUR", "CHF"]),
            "payment_terms": kept(days=some.integers(0, 365), end_of_month=TRUTH),
            "mandate": TRUTH,
            "type": ids("type"),
            "template": ids("template"),
            "categories": ids("categories"),
            "contacts": some.lists(CONTACTS, min_size=1, max_size=3, unique_by=repr),
            "addresses": some.lists(ADDRESSES, min_size=1, max_size=3, unique_by=repr),
            "identifiers": some.just([{"kind": "BE_ENTERPRISE", "value": "0123456749"}]),
            "custom_fields": kept(**CUSTOM).map(listed),
        },
    )


def _value(field: SheetField, label: str) -> Any:
    """What a name in a list stands for."""
    return field.read(label, Reading("BE"))


def rounds(
    fields: SheetFields,
    chosen: Sequence[SheetField],
    clients: Sequence[dict[str, Any]],
    language: str,
) -> list[dict[str, Any]]:
    """The clients, written and read again."""
    lines: list[list[Cell]] = [[each.label(language) for each in chosen]]
    for each in clients:
        lines += ClientRows(fields, chosen, language).of(each)
    rows = sheet(*lines)
    matching = match_columns(fields, rows)
    expected = [each.key for each in chosen]
    assert [pair for pair in zip(keys(matching), expected, strict=True) if len(set(pair)) > 1] == []
    made = list(records(fields, matching, rows))
    assert [each.mistakes for each in made] == [[] for _ in made]
    for one in made:
        one.draft.get("custom_fields", []).sort(key=lambda value: value["key"])
    return [one.draft for one in made]


async def test_what_is_written_is_read_again(
    api: Api, workspaces: Workspaces, workspace: Workspace
) -> None:
    """Every field, custom ones of plugins too, in every language, for any clients."""
    fields = await prepared(api, workspaces, workspace)
    chosen = chosen_of(fields)

    @settings(
        max_examples=40, phases=NO_SHRINKING, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(
        some.lists(clients_of(fields), max_size=3, unique_by=lambda each: each["reference"]),
        some.sampled_from(LANGUAGES),
    )
    def same(clients: list[dict[str, Any]], language: str) -> None:
        assert rounds(fields, chosen, clients, language) == clients

    same()


async def test_rows_of_a_client(fields: SheetFields) -> None:
    """The first row is the client's; further contacts and addresses repeat its keys alone."""
    names = ["name", "reference", "contacts.email", "addresses.city", "identifiers.VAT"]
    client = {
        "name": "Io",
        "reference": "C1",
        "country": "BE",
        "contacts": [{"email": "a@example.com"}, {"email": "b@example.com"}],
        "addresses": [{"city": "Lyon"}, {"city": "Paris"}, {"city": "Lille"}],
        "identifiers": [
            {"kind": "BE_ENTERPRISE", "value": "0123456749"},
            {"kind": "BE_VAT", "value": "BE0123456749"},
        ],
    }
    assert ClientRows(fields, [fields[name] for name in names]).of(client) == [
        ["Io", "C1", "a@example.com", "Lyon", "BE0123456749"],
        [None, "C1", "b@example.com", "Paris", "BE0123456749"],
        [None, "C1", None, "Lille", "BE0123456749"],
    ]
    assert ClientRows(fields, [fields["name"]]).of(client) == [["Io"]]


async def test_templates_are_read_again(fields: SheetFields) -> None:
    """The headers of the template in each language are those of its fields, stars or not."""
    for language in LANGUAGES:
        made = template_of(fields, language)
        headers = [column.header for column in made.columns]
        matching = match_columns(fields, sheet(headers, *made.examples))
        assert matching.header_row == 1
        assert [each.field for each in matching.columns if each.field is None] == []
        assert matching.missing == ()
        starred = [header for header in headers if header.endswith(" *")]
        assert starred == [f"{fields['name'].label(language)} *"]
        (example,) = records(fields, matching, sheet(headers, filled_in(made)))
        assert example.mistakes == []
        assert list(records(fields, matching, sheet(headers, *made.examples))) == []


def filled_in(made: Template) -> list[Cell]:
    """The example with another name: as it is handed out it is nobody's row."""
    (cells,) = made.examples
    return ["Io", *cells[1:]]


async def test_the_template_of_banqup(fields: SheetFields) -> None:
    """Rows B15 to B28 of the contract: its headers in French, with their stars, in its order."""
    made = template_of(fields, "fr", "banqup")
    assert [column.header for column in made.columns] == [
        "Raison sociale *",
        "Pays *",
        "Email de contact *",
        "Prénom du contact *",
        "Nom de famille du contact *",
        "Langue du contact (locale) *",
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
    ]
    by_header = {column.header: column for column in made.columns}
    assert by_header["Mandat"].options == ["Oui", "Non"]
    assert by_header["Pays *"].note == (
        "Obligatoire.\nDeux lettres majuscules (ISO 3166-1), comme BE.\nExemple : BE"
    )
    assert by_header["Code postal"].is_text
    assert made.help_name == "Aide"
    headers = [column.header for column in made.columns]
    rows = sheet(headers, *made.examples, filled_in(made))
    matching = match_columns(fields, rows)
    (example,) = records(fields, matching, rows)
    assert (matching.preset, example.mistakes) == ("banqup", [])


async def test_templates_list_what_can_be_chosen(
    api: Api, workspaces: Workspaces, workspace: Workspace
) -> None:
    """Names of the workspace are the lists of its template; custom fields are columns of it."""
    fields = await prepared(api, workspaces, workspace)
    made = {column.header: column for column in template_of(fields, "en").columns}
    assert made["Template"].options == ["Standard"]
    assert made["Categories"].options is None
    assert "Détaillants" in made["Categories"].note
    assert made["tier"].options == ["Gold", "Silver"]
    assert (made["size"].is_text, made["motto"].is_text) == (False, True)
    assert isinstance(_value(fields["template"], "Standard"), UUID)

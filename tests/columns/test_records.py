"""Cells as drafts: values, traps of spreadsheets, several rows of one client, places."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from clientgraph.columns.fields import SheetFields
from clientgraph.sheets.cells import Cell
from clientgraph.testing import Api, Workspace, Workspaces
from tests.columns.preparing import drafts, fields_of, keys, mistakes, read
from tests.fields.defining import TIERS, define
from tests.templates.preparing import category, member, template

pytestmark = pytest.mark.anyio


async def test_numbers_that_were_taken_for_amounts(fields: SheetFields) -> None:
    """Floats, fractions and exponents are the digits that they were; kinds restore zeros."""
    (draft,) = drafts(
        fields,
        ["Company", "SIREN", "Phone", "CP", "Référence externe", "Numéro d'entreprise", "Pays"],
        ["Io", "5.52032534E8", 33142345678.0, 1000.0, 42.0, 123456749, "BE"],
    )
    assert draft == {
        "name": "Io",
        "identifiers": [
            {"kind": "FR_SIREN", "value": "552032534"},
            {"kind": "BE_ENTERPRISE", "value": "123456749"},
        ],
        "phone": "33142345678",
        "addresses": [{"postal_code": "1000"}],
        "external_reference": "42",
        "country": "BE",
    }


@pytest.mark.parametrize(
    ("header", "cell", "path", "value"),
    [
        ("Country", "Belgique", "country", "BE"),
        ("Country", "Duitsland", "country", "DE"),
        ("Country", "Österreich", "country", "AT"),
        ("Country", "FRA", "country", "FR"),
        ("Country", "be", "country", "BE"),
        ("Language (locale)", "nl_be", "locale", "nl-BE"),
        ("Currency", "€", "currency", "EUR"),
        ("Currency", "usd", "currency", "USD"),
        ("Kind of client", "Particulier", "kind", "INDIVIDUAL"),
        ("Kind of client", "PUBLIC_BODY", "kind", "PUBLIC_BODY"),
        ("Régime de TVA", "intracommunautaire", "vat_regime", "INTRA_COMMUNITY"),
        ("Payment days", "30 jours", "payment_terms", {"days": 30}),
        ("Payment days", 45.0, "payment_terms", {"days": 45}),
        ("End of month", "Ja", "payment_terms", {"end_of_month": True}),
        ("End of month", 0, "payment_terms", {"end_of_month": False}),
        ("End of month", True, "payment_terms", {"end_of_month": True}),
        ("Mandat", "Oui", "mandate", True),
        ("Mandat", "nee", "mandate", False),
        ("Website", "\u00a0www.example.com ", "website", "www.example.com"),
    ],
)
async def test_cells_of_each_sort(
    fields: SheetFields, header: str, cell: Cell, path: str, value: Any
) -> None:
    """A cell is what a caller of the API would give."""
    (draft,) = drafts(fields, ["Raison sociale", header], ["Io", cell])
    assert draft[path] == value


@pytest.mark.parametrize(
    ("header", "cell", "code", "suggestion"),
    [
        ("Country", "Frankreick", "INVALID_COUNTRY", "FR"),
        ("Country", "Atlantis", "INVALID_COUNTRY", None),
        ("Contact language", "fr", "INVALID_LOCALE", "fr-FR"),
        ("Contact language", "Nederlands", "INVALID_LOCALE", "nl-FR"),
        ("Contact language", "klingon", "INVALID_LOCALE", None),
        ("Currency", "Taler", "INVALID_CURRENCY", None),
        ("Mandat", "x", "NOT_YES_OR_NO", "Oui"),
        ("Mandat", True, "NOT_YES_OR_NO", "Oui"),
        ("Mandat", "peut-être", "NOT_YES_OR_NO", None),
        ("End of month", "perhaps", "NOT_YES_OR_NO", None),
        ("Payment days", "soon", "NOT_A_NUMBER", None),
        ("Payment days", "30/60", "NOT_A_NUMBER", None),
        ("Kind of client", "Compagny", "UNKNOWN_NAME", "Company"),
        ("Template", "Standard", "UNKNOWN_NAME", None),
        ("Trading name", "#N/A", "CELL_ERROR", None),
        ("Civilité", "Madam", "UNKNOWN_NAME", "Madame"),
    ],
)
async def test_mistakes_have_a_place_and_a_suggestion(
    fields: SheetFields, header: str, cell: Cell, code: str, suggestion: str | None
) -> None:
    """What no caller could mean is refused where it stands, with what is near."""
    _, (made,) = read(fields, ["Raison sociale", header], ["Io", cell])
    assert mistakes(made) == [(2, 1, code, suggestion)]
    assert made.mistakes[0].header == header
    assert made.draft == {"name": "Io"}


async def test_all_mistakes_are_told(fields: SheetFields) -> None:
    """One bad cell hides no other."""
    _, (made,) = read(fields, ["Company", "Country", "Currency", "Mandat"], ["Io", "Q", "Q", "Q"])
    assert [each.code for each in made.mistakes] == [
        *("INVALID_COUNTRY", "INVALID_CURRENCY", "NOT_YES_OR_NO")
    ]
    assert [each.value for each in made.mistakes] == ["Q", "Q", "Q"]


async def test_rows_of_one_client_are_gathered(fields: SheetFields) -> None:
    """The same reference, or blank client columns, are further contacts and addresses."""
    made = drafts(
        fields,
        ["Client number", "Company", "First name", "Street", "City"],
        ["C1", "Io", "Anne", "Rue A", "Lyon"],
        ["C1", None, "Ben", "Rue B", "Lyon"],
        [None, None, "Eve", None, None],
        [None, None, None, None, None],
        ["C2", "Europa", "Zoe", None, None],
        ["C3", "Ganymède", None, None, None],
        ["Client number", "Company", "First name", "Street", "City"],
        ["C3", "Callisto", None, None, None],
    )
    assert made == [
        {
            "reference": "C1",
            "name": "Io",
            "contacts": [{"first_name": "Anne"}, {"first_name": "Ben"}, {"first_name": "Eve"}],
            "addresses": [{"line1": "Rue A", "city": "Lyon"}, {"line1": "Rue B", "city": "Lyon"}],
        },
        {"reference": "C2", "name": "Europa", "contacts": [{"first_name": "Zoe"}]},
        {"reference": "C3", "name": "Ganymède"},
        {"reference": "C3", "name": "Callisto"},
    ]


async def test_a_part_that_is_repeated_is_one(fields: SheetFields) -> None:
    """A database joined to rows repeats the client and its address for every contact."""
    made = drafts(
        fields,
        ["Client number", "Company", "First name", "City"],
        ["C1", "Io", "Anne", "Lyon"],
        ["C1", "Io", "Ben", "Lyon"],
    )
    assert made == [
        {
            "reference": "C1",
            "name": "Io",
            "contacts": [{"first_name": "Anne"}, {"first_name": "Ben"}],
            "addresses": [{"city": "Lyon"}],
        }
    ]


async def test_rows_of_one_client_that_disagree(fields: SheetFields) -> None:
    """Two values of one field are a mistake of the later row, not a silent choice."""
    _, (made,) = read(
        fields,
        ["Client number", "Company", "Currency"],
        ["C1", "Io", "EUR"],
        ["C1", "Io", "CHF"],
    )
    assert mistakes(made) == [(3, 2, "CELL_CONTRADICTS", None)]
    assert made.mistakes[0].params == {"row": 2}
    assert made.draft["currency"] == "EUR"


async def test_names_in_one_cell_are_split(fields: SheetFields) -> None:
    """First and last name, either first, with a title; what is split already stays."""
    made = drafts(
        fields,
        ["Company", "Contact name"],
        ["Io", "Mme Anne van den Berg"],
        ["Io", "DUPONT Jean Marc"],
        ["Io", "Dupont, Anne"],
        ["Io", "Cher"],
    )
    assert [each["contacts"] for each in made] == [
        [{"civility": "MADAME", "first_name": "Anne", "last_name": "van den Berg"}],
        [{"first_name": "Jean Marc", "last_name": "DUPONT"}],
        [{"first_name": "Anne", "last_name": "Dupont"}],
        [{"last_name": "Cher"}],
    ]


async def test_a_sheet_of_people_names_them(fields: SheetFields) -> None:
    """Without a column for companies a client is called like its contact; cards mix both."""
    made = drafts(fields, ["Nom", "Prénom", "E-mail"], ["Dupont", "Anne", "a@example.com"])
    assert made[0]["name"] == "Anne Dupont"
    assert made[0]["kind"] == "INDIVIDUAL"
    cards = drafts(fields, ["FN", "ORG"], ["Anne Dupont", "Io"], ["Ben Petit", None])
    assert [(each["name"], each.get("kind")) for each in cards] == [
        ("Io", None),
        ("Ben Petit", "INDIVIDUAL"),
    ]


async def test_numbered_columns_are_further_contacts(fields: SheetFields) -> None:
    """Contacts side by side; a blank one leaves no hole."""
    made = drafts(
        fields,
        ["Company", "Contact 1 e-mail", "Contact 2 e-mail", "Contact 3 e-mail", "Ship to city"],
        ["Io", "a@example.com", None, "c@example.com", None],
        ["Europa", None, "b@example.com", None, "Lyon"],
    )
    assert made[0]["contacts"] == [{"email": "a@example.com"}, {"email": "c@example.com"}]
    assert "addresses" not in made[0]
    assert made[1]["contacts"] == [{"email": "b@example.com"}]
    assert made[1]["addresses"] == [{"city": "Lyon", "kind": "DELIVERY"}]


async def test_kinds_of_numbers_follow_from_countries(fields: SheetFields) -> None:
    """A VAT number tells its country, a company's number has that of its row."""
    made = drafts(
        fields,
        ["Company", "Country", "TVA", "Company number"],
        ["Io", "BE", "FR27552032534", "0123.456.749"],
        ["Io 2", "NL", None, "12345678"],
        ["Io 3", None, "0123456749", "55203253400646"],
        ["Io 4", "GR", "EL065099393", None],
    )
    assert [[each["kind"] for each in one["identifiers"]] for one in made] == [
        ["FR_VAT", "BE_ENTERPRISE"],
        ["NL_KVK"],
        ["FR_VAT", "FR_SIRET"],
        ["GR_VAT"],
    ]


async def test_places_lead_back_to_cells(fields: SheetFields) -> None:
    """A mistake in a draft is shown where its value stands, or where it would."""
    _, (made,) = read(
        fields,
        ["Company", "SIREN", "First name", "Contact e-mail", "City", "Contact 2 first name"],
        ["Io", "123", "Anne", None, "Lyon", "Ben"],
        [None, None, "Eve", "e@example.com", None, None],
    )
    assert made.place(("name",)) == (2, 0)
    assert made.place(("identifiers", "0", "value")) == (2, 1)
    assert made.place(("identifiers", "FR_SIREN")) == (2, 1)
    assert made.place(("contacts", "0", "email")) == (2, 3)
    assert made.place(("contacts", "1", "firstName")) == (2, 5)
    assert made.place(("contacts", "1", "email")) == (2, None)
    assert made.place(("contacts", "2", "email")) == (3, 3)
    assert made.place(("addresses", "0", "city")) == (2, 4)
    assert made.place(("addresses",)) == (2, None)
    assert made.place(("country",)) == (2, None)
    assert made.place(()) is None


async def test_names_lead_to_ids(api: Api, workspaces: Workspaces, workspace: Workspace) -> None:
    """Templates, categories, members and parents are named as people know them."""
    await template(api, "Standard")
    gold, retail = await category(api, "Grossistes"), await category(api, "Détaillants")
    await member(api, "Ada")
    parent = await api.new_client("Jupiter", externalReference="J-1")
    await api.new_client("Saturne")
    await api.new_client("Saturne")
    named_here = ["J-1", "jupiter", "Saturne", "Jupitr"]
    fields = await fields_of(workspaces, workspace, named_here)
    header = ["Company", "Modèle", "Catégories", "Assignee", "Société mère"]
    (named,) = drafts(
        fields, header, ["Io", "STANDARD", "detaillants; Grossistes", "ada@example.com", "J-1"]
    )
    made = await api.done("clientUpdate", {"id": parent["id"]}, "client { id }")
    assert made["client"]["id"] == parent["id"]
    assert len(named["categories"]) == len({gold, retail})
    assert [len(named["assignees"]), type(named["parent_id"])] == [1, str]
    (same,) = drafts(fields, header, ["Io", "standard", None, None, "jupiter"])
    assert (same["parent_id"], same["template"]) == (named["parent_id"], named["template"])
    _, (bad,) = read(fields, header, ["Io", "Standart", "Grosistes", "eve@example.com", "Saturne"])
    assert mistakes(bad) == [
        (2, 1, "UNKNOWN_NAME", "Standard"),
        (2, 2, "UNKNOWN_NAME", "Grossistes"),
        (2, 3, "UNKNOWN_NAME", "ada@example.com"),
        (2, 4, "AMBIGUOUS_NAME", None),
    ]
    _, (near,) = read(fields, header, ["Io", None, None, None, "Jupitr"])
    assert mistakes(near) == [(2, 4, "UNKNOWN_CLIENT", "Jupiter")]


async def test_custom_fields_take_what_people_write(
    api: Api, workspaces: Workspaces, workspace: Workspace
) -> None:
    """Each type is given the JSON that it takes, choices by key or label in any language."""
    kinds = {"vip": "BOOLEAN", "since": "DATE", "size": "NUMBER", "budget": "MONEY"}
    kinds |= {"rate": "DECIMAL", "spot": "GEO_POINT", "motto": "TEXT"}
    for key, kind in kinds.items():
        await define(api, key, kind)
    await define(api, "tier", "CHOICE", options=TIERS)
    await define(api, "tiers", "CHOICES", options=TIERS)
    await define(api, "role", "TEXT", on="CONTACT")
    fields = await fields_of(workspaces, workspace)
    keys_given = [*kinds, "tier", "tiers", "contacts.customFields.role"]
    cells: list[Cell] = ["Oui", "31/12/2025", "1 234,5", "1 250,00 €", "12,50"]
    cells += ["50.85 4.35", 12, "Or", "silver; GOLD", "CFO"]
    (draft,) = drafts(fields, ["Company", *keys_given], ["Io", *cells])
    found = {each["key"]: each["value"] for each in draft["custom_fields"]}
    assert found == {
        "vip": True,
        "since": "2025-12-31",
        "size": 1234.5,
        "budget": {"amount": "1250.00", "currency": "EUR"},
        "rate": "12.50",
        "spot": {"latitude": 50.85, "longitude": 4.35},
        "motto": "12",
        "tier": "gold",
        "tiers": ["silver", "gold"],
    }
    assert draft["contacts"] == [{"custom_fields": [{"key": "role", "value": "CFO"}]}]


async def test_days_and_choices_of_custom_fields(
    api: Api, workspaces: Workspaces, workspace: Workspace
) -> None:
    """Days in the usual forms, and what is none; numbers that may mean two things are refused."""
    await define(api, "since", "DATE")
    await define(api, "size", "NUMBER")
    await define(api, "tier", "CHOICE", options=TIERS)
    fields = await fields_of(workspaces, workspace)
    moments: list[Cell] = [
        date(2026, 1, 31),
        datetime.fromisoformat("2026-01-31T12:00"),
        "31.1.2026",
        "2026/1/31",
    ]
    for moment in moments:
        (dated,) = drafts(fields, ["Company", "since"], ["Io", moment])
        assert dated["custom_fields"] == [{"key": "since", "value": "2026-01-31"}]
    bad: list[Cell] = ["1/31/2026", "1,234", "Bronze"]
    matching, (refused,) = read(fields, ["Company", "since", "size", "tier"], ["Io", *bad])
    assert mistakes(refused) == [
        (2, 1, "INVALID_DATE", "2026-01-31"),
        (2, 2, "NOT_A_NUMBER", "1234"),
        (2, 3, "UNKNOWN_NAME", None),
    ]
    assert keys(matching)[1:] == ["customFields.since", "customFields.size", "customFields.tier"]


async def test_banqup_takes_codes_alone(fields: SheetFields) -> None:
    """Rows B18 and B22 to B24 of the contract: codes of countries, numbers of digits."""
    header = ["Raison sociale *", "Pays *", "Langue du contact (locale) *", "Numéro d'entreprise"]
    header += ["TVA", "Mandat"]
    good: list[Cell] = ["Io", "BE", "fr-BE", "0123456749", "BE0123456749", "Oui"]
    bad: list[Cell] = ["Io", "FRA", "fr", "0123.456.749", "0123456749", "1"]
    _, (first, second) = read(fields, header, good, [*bad[:1], "BE", *bad[2:]], preset="banqup")
    assert first.mistakes == []
    assert mistakes(second) == [
        (3, 2, "INVALID_LOCALE", "fr-BE"),
        (3, 3, "NUMBER_NOT_PLAIN", "0123456749"),
        (3, 4, "NUMBER_NOT_PLAIN", "BE0123456749"),
        (3, 5, "NOT_YES_OR_NO", "Oui"),
    ]
    for refused in ("FRA", "France", "fr"):
        _, (made,) = read(fields, header, ["Io", refused, "fr-BE"], preset="banqup")
        assert mistakes(made) == [(2, 1, "INVALID_COUNTRY", "FR")]


@pytest.mark.parametrize(
    ("first", "last", "full", "told"),
    [
        ("Jan", None, "Peeters", ("Jan", "Peeters")),
        ("Jan", None, "Jan Peeters", ("Jan", "Peeters")),
        ("jan", None, "PEETERS, Jan", ("jan", "PEETERS")),
        ("Jan", None, "Janssens", ("Jan", "Janssens")),
        ("Jan", None, "Jan", ("Jan", None)),
        (None, "Peeters", "Jan Peeters", ("Jan", "Peeters")),
        ("Jan", "Peeters", "J. Peeters", ("Jan", "Peeters")),
        (None, None, "Jan Peeters", ("Jan", "Peeters")),
    ],
)
async def test_a_whole_name_beside_a_part_of_it(
    fields: SheetFields,
    first: str | None,
    last: str | None,
    full: str,
    told: tuple[str, str | None],
) -> None:
    """Nothing of a name is lost where a sheet has it twice, or calls the last name the name."""
    headers = ["Company", "Contact 1 first name", "Contact 1 last name", "Contact 1 name"]
    (draft,) = drafts(fields, headers, ["Io", first, last, full])
    (person,) = draft["contacts"]
    assert (person["first_name"], person.get("last_name")) == told


async def test_headers_that_are_repeated_in_part(fields: SheetFields) -> None:
    """A page's header may lack what has no name; a client that is called like one is none."""
    header = ["Name", "Country", "City", "Remark", "Remark"]
    rows: list[list[Cell]] = [["Io", "BE"], ["Name", "Country", "City"], ["Name", None, "City"]]
    rows += [["Name", "BE", "City", None, None], ["Name"], header]
    assert [each["name"] for each in drafts(fields, header, *rows)] == ["Io", *["Name"] * 3]

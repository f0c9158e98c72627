"""The shipped demo companies: real legal entities from open registers, and nothing personal."""

import json
import re
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest

FILE = Path(__file__).parents[1] / "src" / "clientgraph" / "demo" / "companies.json"
COMPANIES = json.loads(FILE.read_text("utf-8"))

STDNUM = {
    "LEI": "stdnum.lei",
    "FR_SIREN": "stdnum.fr.siren",
    "FR_SIRET": "stdnum.fr.siret",
    "BE_ENTERPRISE": "stdnum.be.vat",
    "NO_ORGNR": "stdnum.no.orgnr",
    "SE_ORGNR": "stdnum.se.orgnr",
    "FI_YTUNNUS": "stdnum.fi.ytunnus",
    "AT_FN": "stdnum.at.businessid",
    "CZ_ICO": "stdnum.cz.dic",
}
PATTERNS = {
    "GB_CRN": r"\d{8}|(SC|NI|OC|SO|FC|CE|SP)\d{6}|SP\d{5}R",
    "NL_KVK": r"\d{8}",
    "PL_KRS": r"\d{10}",
    "LU_RCS": r"B\d{1,6}",
    "IE_CRO": r"\d{1,6}",
}
REQUIRED = {"name", "kind", "country", "currency", "identifiers", "addresses", "contacts", "source"}
OPTIONAL = {"tradingName", "locale", "website", "activityCode", "parentLei"}
ADDRESS_REQUIRED = {"kind", "line1", "city", "country"}
ADDRESS_OPTIONAL = {"line2", "postalCode", "region"}


def identifiers() -> list[tuple[str, str]]:
    """Return every (kind, value) of the file."""
    return [(one["kind"], one["value"]) for company in COMPANIES for one in company["identifiers"]]


def test_enough_companies_of_enough_countries():
    """The file holds 222 companies of 32 countries, France, Britain and Belgium the most."""
    countries = Counter(company["country"] for company in COMPANIES)
    assert len(COMPANIES) == 222
    assert len(countries) == 32
    assert countries.most_common(3) == [("FR", 59), ("GB", 35), ("BE", 26)]
    assert countries["NO"] == 7


def test_no_name_is_there_more_than_twice():
    """Two companies of one country may share a name, no more; none begins with a mark."""
    names = Counter((company["country"], company["name"].casefold()) for company in COMPANIES)
    assert sorted(name for (_, name), count in names.items() if count > 1) == [
        "aga",
        "ganymede",
        "kikou",
        "la poste",
    ]
    assert max(names.values()) == 2
    assert not [name for _, name in names if name.startswith("!")]


def test_identifiers_are_unique():
    """No two companies share an identifier, nor a SIRET and a SIREN of one French unit."""
    found = identifiers()
    units = [value[:9] for kind, value in found if kind in {"FR_SIREN", "FR_SIRET"}]
    assert len(found) == len(set(found))
    assert len(units) == len(set(units))


@pytest.mark.parametrize(("kind", "value"), identifiers())
def test_identifier_is_valid_and_in_its_stored_form(kind, value):
    """Every identifier passes the check of its kind and is written in the compact form."""
    if kind in STDNUM:
        module = import_module(STDNUM[kind])
        assert module.validate(value) == value
    else:
        assert re.fullmatch(PATTERNS[kind], value)


def test_fields_are_those_of_the_input():
    """Every company has the fields of ClientCreateInput and its source."""
    for company in COMPANIES:
        assert company.keys() >= REQUIRED
        assert company.keys() <= REQUIRED | OPTIONAL
        assert company["kind"] in {"COMPANY", "PUBLIC_BODY"}
        assert re.fullmatch(r"[A-Z]{2}", company["country"])
        assert re.fullmatch(r"[A-Z]{3}", company["currency"])
        assert company["identifiers"]
        assert company["name"] == " ".join(company["name"].split())
        assert company["source"].keys() <= {"register", "snapshotDate", "url"}


def test_addresses_are_main_addresses():
    """An address is the main one, with a street and a city; 37 records have none."""
    for company in COMPANIES:
        for address in company["addresses"]:
            assert address.keys() >= ADDRESS_REQUIRED
            assert address.keys() <= ADDRESS_REQUIRED | ADDRESS_OPTIONAL
            assert address["kind"] == "MAIN"
            assert all(address.values())
    without = Counter(company["country"] for company in COMPANIES if not company["addresses"])
    assert without == {"BE": 26, "FR": 11}


def test_places_are_cased_and_keep_their_leading_zero():
    """French cities are in title case with low particles; postal codes have all their digits."""
    french = [a for c in COMPANIES if c["country"] == "FR" for a in c["addresses"]]
    cities = {address["city"] for address in french}
    assert {"Aix-en-Provence", "Saint-Martin-d'Uriage", "Issy-les-Moulineaux", "Paris"} <= cities
    assert all(re.fullmatch(r"\d{5}", address["postalCode"]) for address in french)
    norwegian = {a["postalCode"] for c in COMPANIES if c["country"] == "NO" for a in c["addresses"]}
    assert "0251" in norwegian


def test_letters_beyond_ascii_are_kept():
    """Accents and other scripts are written as themselves."""
    names = {company["name"] for company in COMPANIES}
    assert {"微软(中国)有限公司", "シェルジャパン株式会社", "MELEMENTS SPÓŁKA AKCYJNA"} <= names
    assert "\\u" not in FILE.read_text("utf-8")


def test_nothing_is_personal():
    """No contact, mask, host of a private address, e-mail or phone number is shipped."""
    text = FILE.read_text("utf-8")
    assert all(company["contacts"] == [] for company in COMPANIES)
    assert "NON-DIFFUSIBLE" not in text
    assert "@" not in text
    assert not re.search(r'"(email|phone|mobile|firstName|lastName)"', text)
    assert not re.search(r"\b(CHEZ|MME|MONSIEUR|MADAME)\b", text)


def test_parents_are_shipped():
    """Every parent is a company of the file and never the company itself."""
    leis = {value for kind, value in identifiers() if kind == "LEI"}
    children = [company for company in COMPANIES if "parentLei" in company]
    assert len(children) == 38
    for company in children:
        assert company["parentLei"] in leis
        assert {"kind": "LEI", "value": company["parentLei"]} not in company["identifiers"]


def test_file_is_small_and_reviewable():
    """The file is below 400 kB, one company per line, by country and name."""
    lines = FILE.read_text("utf-8").splitlines()
    order = [(company["country"], company["name"]) for company in COMPANIES]
    assert FILE.stat().st_size < 400_000
    assert len(lines) == len(COMPANIES) + 2
    assert order == sorted(order)

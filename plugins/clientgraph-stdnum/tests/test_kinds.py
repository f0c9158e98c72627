"""Every kind of the tables keeps the contract of an identifier kind."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from stdnum.util import get_number_modules

from clientgraph_stdnum.excluded import EXCLUDED
from clientgraph_stdnum.kinds import ROWS
from clientgraph_stdnum.reference import excluded_table, kinds_table

README = Path(__file__).parents[1] / "README.md"
KEPT_SPELLING = {"DE_HRB", "DE_LEITWEG", "EU_EIC", "FR_RCS", "RO_ONRC"}
WANTED = """FR_SIREN FR_SIRET FR_RCS FR_VAT FR_RNA BE_ENTERPRISE BE_VAT BE_ESTABLISHMENT XI_VAT
GB_VAT GB_CRN GB_UTR CH_UID CH_VAT LI_PEID NO_ORGNR NO_MVA SE_ORGNR DK_CVR FI_YTUNNUS
EE_REGISTRIKOOD
NL_KVK NL_RSIN LU_RCS IE_CRO DE_HRB DE_STNR AT_FN ES_CIF ES_NIF IT_CF PT_NIF PL_NIP PL_REGON PL_KRS
CZ_ICO SK_ICO RO_CUI HR_OIB US_EIN CA_BN AU_ABN AU_ACN NZ_IRD JP_CN SG_UEN CN_USCC IN_GSTIN KR_BRN
BR_CNPJ MX_RFC MC_VAT LEI BIC GLN DUNS EU_EORI EU_VAT_OSS""".split()
MEMBER_STATES = """AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI
SK""".split()


@pytest.mark.parametrize("key", ROWS)
def test_example_parses_prints_and_parses_again(kinds, key):
    """An example is the printed form of its own stored form, and storing is idempotent."""
    kind = kinds[key]
    stored = kind.parse(kind.example)
    assert kind.format(stored) == kind.example
    assert kind.parse(stored) == stored


@pytest.mark.parametrize("key", ROWS)
def test_stored_form_is_plain(kinds, key):
    """Stored forms are capital letters and digits, unless separators mean something."""
    stored = kinds[key].parse(kinds[key].example)
    assert key in KEPT_SPELLING or re.fullmatch(r"[A-Z0-9]+", stored)


@pytest.mark.parametrize("key", ROWS)
def test_labels_speak_four_languages(kinds, key):
    """Each kind has a label in English, French, Dutch and German."""
    assert list(kinds[key].label) == ["en", "fr", "nl", "de"]
    assert all(kinds[key].label.values())


@pytest.mark.parametrize("key", ROWS)
def test_derived_identifiers_are_ones_of_their_kind(kinds, key):
    """What follows from an example is stored as its own kind would store it."""
    kind = kinds[key]
    for other, value in kind.derive(kind.parse(kind.example)).items():
        assert kinds[other].parse(value) == value


@pytest.mark.parametrize("key", ROWS)
def test_lower_case_and_spaces_change_nothing(kinds, key):
    """The example in lower case, between no-break spaces, is the same identifier."""
    kind = kinds[key]
    assert kind.parse(f"\u00a0{kind.example.lower()}\u00a0") == kind.parse(kind.example)


def test_the_promised_kinds_are_there():
    """The kinds of the brief exist, and a VAT kind for each member state."""
    assert set(WANTED) <= set(ROWS)
    assert {f"{state}_VAT" for state in MEMBER_STATES} <= set(ROWS)
    assert len(ROWS) == 141


def test_tables_name_each_key_once():
    """No row of a table hides another."""
    tables = Path(__file__).parents[1] / "src" / "clientgraph_stdnum"
    text = "".join(
        (tables / f"{name}.py").read_text("utf-8") for name in ("european_union", "world")
    )
    assert len(re.findall(r"\bRow\(", text)) == len(ROWS)


def test_every_module_of_stdnum_is_decided():
    """Each number module is used by a kind or excluded for a reason, none is both."""
    every = {module.__name__.removeprefix("stdnum.") for module in get_number_modules()}
    used = {row.module for row in ROWS.values()} - {""}
    excluded = [name for lines in EXCLUDED.values() for line in lines for name in line.split()]
    assert len(excluded) == len(set(excluded))
    assert used.isdisjoint(excluded)
    assert used | set(excluded) == every, f"python-stdnum {version('python-stdnum')}"


def test_standard_labels_read_well(kinds):
    """A label is the country's own word, or a phrase with the country's name."""
    assert kinds["BG_VAT"].label == {
        "en": "VAT number (Bulgaria)",
        "fr": "N° TVA (Bulgarie)",
        "nl": "Btw-nummer (Bulgarije)",
        "de": "USt-IdNr. (Bulgarien)",
    }
    assert kinds["AD_NRT"].label["en"] == "Tax number (Andorra, NRT)"
    assert kinds["FR_SIRET"].label["fr"] == "N° SIRET"
    assert kinds["BE_ENTERPRISE"].label["nl"] == "Ondernemingsnummer"


def test_countries_are_iso_codes(kinds):
    """Greece is GR, Northern Ireland GB, and international kinds have no country."""
    assert kinds["GR_VAT"].country == "GR"
    assert kinds["XI_VAT"].country == "GB"
    assert kinds["LEI"].country is None
    assert kinds["EU_EORI"].country is None
    assert kinds["MC_VAT"].country == "MC"


def test_tax_and_uniqueness_are_declared(kinds):
    """Registers are no tax registrations; a bank's BIC may stand at several clients."""
    assert kinds["FR_VAT"].is_tax
    assert kinds["US_EIN"].is_tax
    assert not kinds["FR_SIRET"].is_tax
    assert kinds["FR_SIRET"].unique
    assert {key for key, kind in kinds.items() if not kind.unique} == {"BIC", "DE_LEITWEG"}


def test_starting_imports_no_number_module():
    """Declaring all kinds loads none of the 243 number modules."""
    code = (
        "import sys, clientgraph; clientgraph.__all__; core = set(sys.modules);"
        "import clientgraph_stdnum as p; p.identifier_kinds();"
        "print(sorted(m for m in set(sys.modules) - core if m.startswith('stdnum.')))"
    )
    answer = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        text=True,
        env={"PYTHONPATH": ":".join(filter(None, sys.path))},
    )
    assert answer.stdout.strip() == "[]"


def test_readme_shows_the_tables():
    """The README holds the generated tables word for word."""
    readme = README.read_text("utf-8")
    assert kinds_table() in readme
    assert excluded_table() in readme

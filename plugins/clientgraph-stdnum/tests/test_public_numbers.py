"""Our verdicts beside those of four public test suites (sources in data/LICENCES.md)."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

DATA = Path(__file__).parent / "data"
KIND_OF = {
    "andorra": "AD_NRT",
    "austria": "AT_VAT",
    "belgium": "BE_VAT",
    "brazil": "BR_CNPJ",
    "bulgaria": "BG_VAT",
    "croatia": "HR_VAT",
    "cyprus": "CY_VAT",
    "czechRepublic": "CZ_VAT",
    "denmark": "DK_VAT",
    "estonia": "EE_VAT",
    "europe": "EU_VAT_OSS",
    "finland": "FI_VAT",
    "france": "FR_VAT",
    "germany": "DE_VAT",
    "greece": "GR_VAT",
    "hungary": "HU_VAT",
    "ireland": "IE_VAT",
    "italy": "IT_VAT",
    "latvia": "LV_VAT",
    "lithuania": "LT_VAT",
    "luxembourg": "LU_VAT",
    "malta": "MT_VAT",
    "netherlands": "NL_VAT",
    "norway": "NO_MVA",
    "poland": "PL_VAT",
    "portugal": "PT_VAT",
    "romania": "RO_VAT",
    "russia": "RU_INN",
    "serbia": "RS_PIB",
    "slovakiaRepublic": "SK_VAT",
    "slovenia": "SI_VAT",
    "spain": "ES_VAT",
    "sweden": "SE_VAT",
    "switzerland": "CH_VAT",
    "unitedKingdom": "GB_VAT",
    "EL": "GR_VAT",
    "EU": "EU_VAT_OSS",
}
ACCEPTING = {"valid", "validonlybyformat", "syntax-valid"}
REASONS = {
    "format-only label": 135,
    "syntax-only label": 48,
    "jsvat GB ranges": 29,
    "nothing but zeros": 13,
    "jsvat BE first digits": 4,
    "valvat ES list": 4,
    "jsvat does not compute FR letter keys": 3,
    "OSS digits not checked": 2,
    "jsvat EE first digits": 2,
    "CZ birth year 1951 read as 2051": 1,
    "UK left the One Stop Shop": 1,
    "nine-digit BE": 1,
}


@pytest.fixture(scope="module")
def verdicts(refusal):
    """All labelled numbers as (source, label, kind, number, our answer)."""
    return [
        (row["source"], row["expected"], kind, number, refusal(kind, number) or "accepted")
        for row in _read("vat_numbers.csv")
        for kind, number in [_question(row)]
    ]


def test_disagreements_are_exactly_the_known_ones(verdicts):
    """Each number we judge differently is listed with its reason, and no other."""
    known = Counter(
        (row["source"], row["expected"], row["kind"], row["number"], row["answer"])
        for row in _read("disagreements.csv")
    )
    assert Counter(v for v in verdicts if not _agrees(v)) == known


def test_figures(verdicts):
    """2,798 labelled numbers: 2,555 agree, 243 do not, for twelve reasons."""
    assert len(verdicts) == 2798
    assert sum(map(_agrees, verdicts)) == 2555
    assert Counter(row["reason"] for row in _read("disagreements.csv")) == REASONS


def test_no_number_called_valid_is_refused_without_a_good_reason(verdicts):
    """Of the numbers that a suite calls plainly valid, we refuse 17."""
    refused = [v for v in verdicts if v[1] == "valid" and v[4] != "accepted"]
    assert len(refused) == 17


def test_bank_identifier_codes(refusal):
    """The BIC cases of ibantools, all eleven as labelled."""
    rows = _read("bic.csv")
    assert len(rows) == 11
    for row in rows:
        assert (refusal("BIC", row["value"]) == "") == (row["expected"] == "true"), row


def _question(row):
    kind = KIND_OF.get(row["country"], f"{row['country']}_VAT")
    bare = row["source"] == "dragonbe-vies"
    return kind, row["country"] + row["number"] if bare else row["number"]


def _agrees(verdict):
    return (verdict[1] in ACCEPTING) == (verdict[4] == "accepted")


def _read(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))

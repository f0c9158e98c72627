"""The API's verdicts beside those of six public test suites (sources in data/LICENCES.md)."""

from __future__ import annotations

import runpy
from collections import Counter
from pathlib import Path

import pytest

from clientgraph.testing import Api
from tests.identifiers.judging import answers, rows

pytestmark = pytest.mark.anyio

DATA = Path(__file__).parent / "data"
PLUGIN = Path(__file__).parents[2] / "plugins/clientgraph-stdnum/tests"
# Which kind a source's country stands for is said once, in the plugin's own test.
KIND_OF = runpy.run_path(str(PLUGIN / "test_public_numbers.py"))["KIND_OF"]
VALID = {"valid", "validonlybyformat", "syntax-valid", "true", "experimental"}


def agrees(expected: str, answer: str) -> bool:
    """Whether a label and our answer come to the same."""
    return (expected in VALID) == (answer == "accepted")


async def test_vat_numbers_are_judged_as_the_plugin_does(roomy_api: Api) -> None:
    """Of 2,798 labelled VAT numbers 2,555 agree, and the others are the plugin's known ones."""
    labelled = rows(PLUGIN / "data/vat_numbers.csv")
    questions = [
        (
            KIND_OF.get(row["country"], f"{row['country']}_VAT"),
            row["country"] + row["number"] if row["source"] == "dragonbe-vies" else row["number"],
        )
        for row in labelled
    ]
    found = Counter(
        (row["source"], row["expected"], *question, answer)
        for row, question, answer in zip(
            labelled, questions, await answers(roomy_api, questions), strict=True
        )
        if not agrees(row["expected"], answer)
    )
    known = Counter(
        (row["source"], row["expected"], row["kind"], row["number"], row["answer"])
        for row in rows(PLUGIN / "data/disagreements.csv")
    )
    assert found == known
    assert (len(labelled), found.total()) == (2798, 243)


async def test_bank_numbers_disagree_only_where_known(roomy_api: Api) -> None:
    """Each account number or bank code that we judge differently is listed, and no other."""
    labelled = rows(DATA / "bank_numbers.csv")
    # A BBAN is an account number without its country: the only place for it is the IBAN's.
    asked = [("BIC" if row["kind"] == "BIC" else "IBAN", row["value"]) for row in labelled]
    judged = zip(labelled, await answers(roomy_api, asked), strict=True)
    found = Counter(
        (row["source"], row["kind"], row["expected"], row["value"], answer)
        for row, answer in judged
        if not agrees(row["expected"], answer)
    )
    known = Counter(
        (row["source"], row["kind"], row["expected"], row["value"], row["answer"])
        for row in rows(DATA / "disagreements.csv")
    )
    assert found == known


def test_figures_of_bank_numbers() -> None:
    """Of 241 labelled bank numbers 188 agree and 53 do not, for six reasons."""
    disagreements = rows(DATA / "disagreements.csv")
    assert Counter(row["kind"] for row in rows(DATA / "bank_numbers.csv")) == {
        "IBAN": 222,
        "BIC": 11,
        "BBAN": 8,
    }
    assert Counter(row["reason"] for row in disagreements) == {
        "country not in the IBAN registry": 46,
        "a BBAN is no IBAN": 3,
        "national check digits not checked": 1,
        "blanks are fine": 1,
        "label asks for a QR-IBAN": 1,
        "label asks for other rules": 1,
    }


async def test_nothing_that_was_only_judged_is_saved(roomy_api: Api) -> None:
    """Thousands of questions with validateOnly leave the workspace empty."""
    await answers(roomy_api, [("FR_SIREN", "552032534"), ("IBAN", "BE68539007547034")])
    assert await roomy_api("{ clients(includeInactive: true) { totalCount } }") == {
        "clients": {"totalCount": 0}
    }

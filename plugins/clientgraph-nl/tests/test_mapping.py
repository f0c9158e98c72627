"""What becomes of what the KVK answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clientgraph import Company, CompanyAddress, CompanyCandidate, Json, Unavailable
from clientgraph_nl.mapping import candidates, company

RECORDED = Path(__file__).with_name("recorded")


def recorded(name: str) -> Json:
    """An answer as the service gave it."""
    return Json(json.loads((RECORDED / f"{name}.json").read_bytes()))


def test_a_company() -> None:
    """The statutes' name, the trade name beside it; where people call before where letters go."""
    assert company(recorded("company")) == Company(
        name="Test BV Donald Holding",
        country="NL",
        identifiers={"NL_KVK": "68750110", "NL_RSIN": "857587973"},
        trading_name="Test BV Donald",
        kind="COMPANY",
        activity_code="01241",
        website="www.test-bv-donald.example",
        addresses=[
            CompanyAddress(
                line1="Hizzaarderlaan 3A", postal_code="8823SJ", city="Lollum", country="NL"
            ),
            CompanyAddress(
                label="Correspondentieadres",
                line1="Postbus 200",
                postal_code="1000AE",
                city="Amsterdam",
                country="NL",
            ),
        ],
    )


def test_a_sole_trader() -> None:
    """Neither the shielded address, nor the owner's home, nor the owner's number is taken."""
    assert company(recorded("sole_trader")) == Company(
        name="Test EMZ Dagobert",
        country="NL",
        identifiers={"NL_KVK": "69599084"},
        kind="INDIVIDUAL",
        activity_code="86912",
        addresses=[],
    )


def test_a_closed_company_abroad() -> None:
    """Its owner's address, of a legal person, on the two lines that are told."""
    found = company(recorded("closed_abroad"))
    assert found.is_active is False
    assert found.addresses == [
        CompanyAddress(line1="Beispielweg 7", line2="10115 Berlin", country="DE")
    ]


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"huisnummer": 12, "huisnummerToevoeging": "2"}, "Dam 12-2"),
        ({"huisnummer": 12, "huisletter": "b", "huisnummerToevoeging": "hs"}, "Dam 12bhs"),
        ({"huisnummer": 12, "huisletter": "A", "huisnummerToevoeging": "3"}, "Dam 12A-3"),
        ({}, "Dam"),
    ],
)
def test_house_numbers(given: dict[str, object], line: str) -> None:
    """Number, letter and addition as they are written together."""
    place = {"type": "bezoekadres", "straatnaam": "Dam", "plaats": "Amsterdam", **given}
    parts = {"hoofdvestiging": {"adressen": [place]}, "eigenaar": {"rechtsvorm": "Stichting"}}
    told = {"kvkNummer": "68750110", "naam": "X", "_embedded": parts}
    assert company(Json(told)).addresses[0].line1 == line


def test_candidates() -> None:
    """A company once, by its head office, though it is listed three times."""
    first, second = candidates(recorded("search"))
    assert first == CompanyCandidate(
        name="Test BV Donald",
        identifiers={"NL_KVK": "68750110"},
        address="Hizzaarderlaan 3A, 8823SJ Lollum",
        postal_code="8823SJ",
        city="Lollum",
    )
    assert (second.identifiers, second.is_active) == ({"NL_KVK": "55505201"}, False)


@pytest.mark.parametrize("kinds", [["hoofdvestiging"], ["nevenvestiging", "hoofdvestiging"]])
def test_candidates_that_may_be_persons(kinds: list[str]) -> None:
    """Whose rows name no legal person may live there: the town is told."""
    rows = [row for row in recorded("search").value["resultaten"] if row["type"] in kinds]
    (found,) = candidates(Json({"resultaten": rows}))
    assert found == CompanyCandidate(
        name="Test BV Donald", identifiers={"NL_KVK": "68750110"}, city="Lollum"
    )


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ("Eenmanszaak", "INDIVIDUAL"),
        ("Eenmanszaak met meer dan één eigenaar", "INDIVIDUAL"),
        ("PubliekrechtelijkeRechtspersoon", "PUBLIC_BODY"),
        ("Publiekrechtelijke rechtspersoon", "PUBLIC_BODY"),
        ("VennootschapOnderFirma", "COMPANY"),
        (None, None),
        ({}, None),
    ],
)
def test_kinds(form: object, kind: str | None) -> None:
    """By the form; of whom no form is told the town alone is."""
    profile = recorded("company").value
    profile["_embedded"]["eigenaar"]["rechtsvorm"] = form
    found = company(Json(profile))
    assert found.kind == kind
    if kind is None:
        assert found.addresses == [CompanyAddress(city="Lollum", country="NL")]


def test_no_company() -> None:
    """An empty list is an answer, unless it is said to count some."""
    assert candidates(Json({"resultaten": [], "totaal": 0})) == []
    with pytest.raises(Unavailable):
        candidates(Json({"resultaten": [], "totaal": 4}))


@pytest.mark.parametrize(
    "answer", [None, [], "x", {}, {"kvkNummer": "68750110", "naam": None}, {"naam": "X"}]
)
def test_an_answer_of_another_shape(answer: object) -> None:
    """It says nothing about the company; neither does a search that has such a row, or no rows."""
    with pytest.raises(Unavailable):
        company(Json(answer))
    with pytest.raises(Unavailable):
        candidates(Json(answer))
    with pytest.raises(Unavailable):
        candidates(Json({"resultaten": [answer]}))

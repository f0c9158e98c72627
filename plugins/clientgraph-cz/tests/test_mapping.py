"""What becomes of a subject of ARES."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from clientgraph import (
    Company,
    CompanyAddress,
    CompanyCandidate,
    FieldOrigin,
    Json,
    Unavailable,
)
from clientgraph_cz.mapping import ATTRIBUTION, FIELDS, candidate, company

RECORDED = Path(__file__).with_name("recorded")


def recorded(name: str) -> Json:
    """An answer as the service gave it."""
    return Json(json.loads((RECORDED / f"{name}.json").read_bytes()))


def test_a_company() -> None:
    """The postal code is a number there; of several activities none is the main one."""
    assert company(recorded("company")) == Company(
        name="Alza.cz a.s.",
        country="CZ",
        identifiers={"CZ_ICO": "27082440", "CZ_VAT": "CZ27082440"},
        kind="COMPANY",
        addresses=[
            CompanyAddress(
                line1="Jankovcova 1522/53",
                line2="Holešovice",
                postal_code="17000",
                city="Praha 7",
                country="CZ",
            )
        ],
        origins=dict.fromkeys(FIELDS, FieldOrigin(source=ATTRIBUTION, date=date(2026, 10, 30))),
    )


def test_a_municipality() -> None:
    """Its IČO has leading zeros, its village no streets."""
    found = company(recorded("municipality"))
    assert found.identifiers == {"CZ_ICO": "00841811"}
    assert (found.kind, found.activity_code) == ("PUBLIC_BODY", "84110")
    assert found.addresses == [
        CompanyAddress(line1="Němčice 151", postal_code="67951", city="Němčice", country="CZ")
    ]


def test_a_person() -> None:
    """The DIČ, which may be a birth number, is not taken."""
    found = company(recorded("person"))
    assert (found.kind, found.identifiers) == ("INDIVIDUAL", {"CZ_ICO": "00001007"})
    assert "8612301071" not in repr(found)


@pytest.mark.parametrize(
    ("form", "kind"),
    [("101", "INDIVIDUAL"), ("424", "INDIVIDUAL"), ("425", "INDIVIDUAL"), (None, None), ([], None)],
)
def test_where_a_person_lives(form: object, kind: str | None) -> None:
    """Who is not said to be none may be a person: the town is told, by number and by name."""
    told = Json({**recorded("person").value, "pravniForma": form})
    assert company(told).kind == candidate(told).kind == kind
    if kind is None:
        assert company(told).addresses == [CompanyAddress(city="Dolní Bousov", country="CZ")]
        assert (candidate(told).address, candidate(told).postal_code) == (None, None)
    assert candidate(told).city == "Dolní Bousov"


def test_a_member_of_a_group() -> None:
    """The group's DIČ is what goes on invoices; the number of the house has a letter."""
    found = company(recorded("in_group"))
    assert found.identifiers == {"CZ_ICO": "00001015", "CZ_VAT": "CZ699003154"}
    assert found.addresses[0].line1 == "Nová 12/4a"


def test_a_closed_company_abroad() -> None:
    """It has ended, and its seat is told as one text."""
    found = company(recorded("closed"))
    assert found.is_active is False
    assert found.addresses == [CompanyAddress(line1="Hlavná 1, 81101 Bratislava", country="SK")]


def test_candidates() -> None:
    """One in business and one that ended, whose IČO came without its zeros."""
    first, second = map(candidate, recorded("search")["ekonomickeSubjekty"])
    assert first == CompanyCandidate(
        name="Alza.cz a.s.",
        identifiers={"CZ_ICO": "27082440"},
        address="Jankovcova 1522/53, Holešovice, 17000 Praha 7",
        postal_code="17000",
        city="Praha 7",
        kind="COMPANY",
    )
    assert (second.identifiers, second.is_active) == ({"CZ_ICO": "00001031"}, False)


@pytest.mark.parametrize(
    "answer",
    [None, [], "x", {}, {"ico": "1031", "obchodniJmeno": ["x"]}, {"obchodniJmeno": "X"}],
)
def test_an_answer_of_another_shape(answer: object) -> None:
    """It says nothing about the company."""
    with pytest.raises(Unavailable):
        company(Json(answer))
    with pytest.raises(Unavailable):
        candidate(Json(answer))

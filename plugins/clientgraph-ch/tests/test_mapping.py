"""What becomes of what Zefix answers."""

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
    NotFound,
    Unavailable,
)
from clientgraph_ch.mapping import ATTRIBUTION, FIELDS, candidate, company

RECORDED = Path(__file__).with_name("recorded")


def recorded(name: str) -> Json:
    """An answer as the service gave it."""
    return Json(json.loads((RECORDED / f"{name}.json").read_bytes()))


def test_a_company() -> None:
    """Nobody of the notices is taken."""
    found = company(recorded("company"))
    assert found == Company(
        name="Zazuko GmbH",
        country="CH",
        identifiers={"CH_UID": "CHE242294601"},
        kind="COMPANY",
        addresses=[
            CompanyAddress(
                line1="Bahnhofstrasse 15",
                line2="Postfach 2500",
                postal_code="2502",
                city="Biel/Bienne",
            )
        ],
        origins=dict.fromkeys(FIELDS, FieldOrigin(source=ATTRIBUTION, date=date(2025, 11, 4))),
    )
    assert "Petra" not in repr(found)


def test_a_cancelled_company() -> None:
    """It is told to be closed; c/o is written once."""
    found = company(recorded("cancelled"))
    assert found.is_active is False
    assert found.addresses == [
        CompanyAddress(
            line1="c/o Muster Treuhand AG", line2="2. Stock", postal_code="7000", city="Chur"
        )
    ]


def test_two_entries_with_one_number() -> None:
    """The one that is not cancelled counts."""
    found = company(recorded("renamed"))
    assert (found.name, found.kind, found.is_active) == (
        "Übermorgen Transporte",
        "INDIVIDUAL",
        True,
    )


def test_candidates() -> None:
    """With their seats."""
    second, first = map(candidate, recorded("search"))
    assert first == CompanyCandidate(
        name="Zazuko GmbH",
        identifiers={"CH_UID": "CHE242294601"},
        city="Biel/Bienne",
        kind="COMPANY",
    )
    assert second.is_active is False


def test_no_company() -> None:
    """An empty list is an answer."""
    with pytest.raises(NotFound):
        company(Json([]))


def test_where_a_person_lives() -> None:
    """Who is not said to be none may be a person: the town is told."""
    (entry,) = recorded("company").value
    found = company(Json([{**entry, "legalForm": {}}]))
    assert (found.kind, found.addresses) == (None, [CompanyAddress(city="Biel/Bienne")])


@pytest.mark.parametrize(
    "answer", [[{}], ["x"], [{"name": 1.5, "uid": "CHE242294601"}], [{"name": "X"}]]
)
def test_an_answer_of_another_shape(answer: object) -> None:
    """It says nothing about the company."""
    with pytest.raises(Unavailable):
        company(Json(answer))
    with pytest.raises(Unavailable):
        candidate(next(iter(Json(answer))))

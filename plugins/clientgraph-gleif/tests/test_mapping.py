"""What becomes of an LEI record."""

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
from clientgraph_gleif.mapping import ATTRIBUTION, AUTHORITIES, FIELDS, candidate, company

RECORDED = Path(__file__).with_name("recorded")


def recorded(name: str) -> Json:
    """An answer as the service gave it."""
    return Json(json.loads((RECORDED / f"{name}.json").read_bytes()))


def record(name: str) -> Json:
    """What a recorded answer to one LEI says."""
    return recorded(name)["data"]["attributes"]


def test_a_company() -> None:
    """The number in the national register is filled in; the region is not written there."""
    assert company(record("british")) == Company(
        name="SHELL PLC",
        country="GB",
        identifiers={"LEI": "21380068P1DRHMJ8KU70", "GB_CRN": "04366849"},
        kind="COMPANY",
        addresses=[
            CompanyAddress(line1="SHELL CENTRE", postal_code="SE1 7NA", city="LONDON", country="GB")
        ],
        origins=dict.fromkeys(FIELDS, FieldOrigin(source=ATTRIBUTION, date=date(2025, 5, 6))),
    )


def test_headquarters_elsewhere() -> None:
    """Both addresses, with the regions that are written in the United States."""
    found = company(record("american"))
    assert found.identifiers == {"LEI": "5493001KJTIIGC8Y1R12"}
    assert found.addresses == [
        CompanyAddress(
            line1="c/o Corporation Service Company",
            line2="251 Little Falls Drive",
            postal_code="19808",
            city="Wilmington",
            region="DE",
            country="US",
        ),
        CompanyAddress(
            label="Headquarters",
            line1="731 Lexington Avenue",
            postal_code="10022",
            city="New York",
            region="NY",
            country="US",
        ),
    ]


def test_german_numbers_want_their_court() -> None:
    """The record has none, so the number is left out."""
    assert company(record("german")).identifiers == {"LEI": "529900GRZ2BQY5ZM9N49"}


def test_an_inactive_entity() -> None:
    """It is told to be closed."""
    found = company(record("inactive"))
    assert found.is_active is False
    assert found.identifiers["LU_RCS"] == "B166756"


@pytest.mark.parametrize(
    ("status", "active"),
    [("ISSUED", True), ("LAPSED", True), ("DUPLICATE", False), ("ANNULLED", False)],
)
def test_registrations(status: str, active: bool) -> None:
    """A lapsed LEI says nothing of the entity; a void record is none."""
    told = {
        "lei": "21380068P1DRHMJ8KU70",
        "entity": {"legalName": {"name": "X"}, "legalAddress": {"country": "FR"}},
        "registration": {"status": status},
    }
    assert company(Json(told)).is_active is active


@pytest.mark.parametrize(
    ("category", "kind"), [("SOLE_PROPRIETOR", "INDIVIDUAL"), (None, None), ({}, None)]
)
def test_a_person(category: object, kind: str | None) -> None:
    """No address is taken, nor of whom a record does not say to be none."""
    given = record("person").value
    told = Json({**given, "entity": {**given["entity"], "category": category}})
    found = company(told)
    assert (found.kind, found.addresses) == (kind, [])
    assert (candidate(told).address, candidate(told).postal_code) == (None, None)


def test_names_beside_the_legal_one() -> None:
    """Of the others, only what it trades as."""
    names = [
        {"name": "OLD LTD", "type": "PREVIOUS_LEGAL_NAME"},
        {"name": "Shop", "type": "TRADING_OR_OPERATING_NAME"},
    ]
    entity = {
        "category": "GENERAL",
        "legalName": {"name": "X"},
        "legalAddress": {"country": "FR", "city": "Paris", "mailRouting": "c/o Y"},
        "otherNames": names,
    }
    found = company(Json({"lei": "21380068P1DRHMJ8KU70", "entity": entity}))
    assert found.trading_name == "Shop"
    assert found.addresses[0].line1 == "c/o Y"


def test_candidates() -> None:
    """With the LEI first, by which they are looked up."""
    first, second = (candidate(each["attributes"]) for each in recorded("search")["data"])
    assert first == CompanyCandidate(
        name="SHELL PLC",
        identifiers={"LEI": "21380068P1DRHMJ8KU70", "GB_CRN": "04366849"},
        address="SHELL CENTRE, SE1 7NA LONDON",
        postal_code="SE1 7NA",
        city="LONDON",
        kind="COMPANY",
    )
    assert second.is_active is False


def test_authorities_are_those_of_the_code_list() -> None:
    """Each is written as GLEIF writes it."""
    assert {key[:2] for key in AUTHORITIES} == {"RA"}
    assert {len(key) for key in AUTHORITIES} == {8}


HALF = {"legalName": {"name": "X"}, "legalAddress": {"country": "FR"}}


@pytest.mark.parametrize(
    "answer",
    [None, [], {}, {"entity": HALF}, {"lei": "X", "entity": {**HALF, "legalName": {"name": []}}}],
)
def test_an_answer_of_another_shape(answer: object) -> None:
    """It says nothing about the company."""
    with pytest.raises(Unavailable):
        company(Json(answer))
    with pytest.raises(Unavailable):
        candidate(Json(answer))

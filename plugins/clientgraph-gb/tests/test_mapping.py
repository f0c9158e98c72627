"""What becomes of a profile of Companies House."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clientgraph import Company, CompanyAddress, CompanyCandidate, Json, Unavailable
from clientgraph_gb.mapping import candidate, company

RECORDED = Path(__file__).with_name("recorded")


def recorded(name: str) -> Json:
    """An answer as the service gave it."""
    return Json(json.loads((RECORDED / f"{name}.json").read_bytes()))


def test_a_company() -> None:
    """The house stands before its street."""
    assert company(recorded("company")) == Company(
        name="MADE-UP PHARMA LTD",
        country="GB",
        identifiers={"GB_CRN": "00006402"},
        kind="COMPANY",
        activity_code="72110",
        addresses=[
            CompanyAddress(
                line1="12 Parkway",
                line2="Riverside",
                postal_code="SL7 1YL",
                city="Marlow",
                region="Buckinghamshire",
                country="GB",
            )
        ],
    )


def test_a_dissolved_company() -> None:
    """It is told to be closed; a house with a name has a comma."""
    found = company(recorded("dissolved"))
    assert found.is_active is False
    assert found.addresses[0].line1 == "Unit 4 The Mill, Leith Walk"


@pytest.mark.parametrize(
    ("status", "active"),
    [
        ("liquidation", True),
        ("administration", True),
        ("open", True),
        ("converted-closed", False),
        ("removed", False),
        ("closed", False),
    ],
)
def test_statuses(status: str, active: bool) -> None:
    """An insolvent company still exists."""
    told = {"company_name": "X", "company_number": "00006402", "company_status": status}
    assert company(Json(told)).is_active is active


def test_an_overseas_company() -> None:
    """It is of the country where its office is."""
    found = company(recorded("overseas"))
    assert found.country == "VG"
    assert found.addresses == [
        CompanyAddress(
            line1="PO Box 957",
            line2="Offshore Incorporations Centre",
            city="Road Town",
            region="Tortola",
            country="VG",
        )
    ]


def test_the_address_of_the_registrar() -> None:
    """It is no address of the company."""
    assert company(recorded("default_address")).addresses == []


def test_a_country_that_is_none() -> None:
    """The address is left out rather than moved to the United Kingdom."""
    told = {"address_line_1": "1 Main Street", "locality": "Nowhere", "country": "Ruritania"}
    profile = {"company_name": "X", "company_number": "00006402"}
    found = company(Json({**profile, "registered_office_address": told}))
    assert (found.country, found.addresses) == ("GB", [])


def test_candidates() -> None:
    """One in business and one dissolved."""
    first, second = map(candidate, recorded("search")["items"])
    assert first == CompanyCandidate(
        name="MADE-UP PHARMA LTD",
        identifiers={"GB_CRN": "00006402"},
        address="12 Parkway, Marlow, Buckinghamshire, England, SL7 1YL",
        postal_code="SL7 1YL",
        city="Marlow",
    )
    assert (second.identifiers, second.is_active) == ({"GB_CRN": "SC001234"}, False)


@pytest.mark.parametrize(
    "answer",
    [None, [], "x", {}, {"company_name": " ", "company_number": "1"}, {"company_name": "X"}],
)
def test_an_answer_of_another_shape(answer: object) -> None:
    """It says nothing about the company."""
    with pytest.raises(Unavailable):
        company(Json(answer))
    with pytest.raises(Unavailable):
        candidate(Json(answer))

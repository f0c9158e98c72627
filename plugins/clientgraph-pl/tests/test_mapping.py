"""What becomes of what the Polish registers answer."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from clientgraph import Company, CompanyAddress, FieldOrigin, Json, NotFound, Unavailable
from clientgraph_pl.mapping import COURT_ATTRIBUTION, COURT_FIELDS, entry, subject

RECORDED = Path(__file__).with_name("recorded")


def recorded(name: str) -> Json:
    """An answer as the service gave it."""
    return Json(json.loads((RECORDED / f"{name}.json").read_bytes()))


def listed(name: str) -> Json:
    """The subject of a recorded answer of the white list."""
    return recorded(name)["result"]["subject"]


ORLEN = CompanyAddress(line1="CHEMIKÓW 7", postal_code="09-411", city="PŁOCK")


def test_a_company_of_the_white_list() -> None:
    """With all its numbers; neither its accounts nor who represents it."""
    found = subject(listed("list_company"))
    assert found == Company(
        name="ORLEN SPÓŁKA AKCYJNA",
        country="PL",
        identifiers={"PL_NIP": "7740001454", "PL_REGON": "610188201", "PL_KRS": "0000028860"},
        kind="COMPANY",
        addresses=[ORLEN],
    )


def test_a_sole_trader() -> None:
    """The home is never taken."""
    found = subject(listed("list_person"))
    assert (found.kind, found.addresses) == ("INDIVIDUAL", [])
    assert "DOMOWA" not in repr(found)


@pytest.mark.parametrize(
    ("krs", "place", "addresses"),
    [
        (None, "RYNEK GŁÓWNY 1", []),
        (None, "DOMOWA 1, 00-001 WARSZAWA", [CompanyAddress(city="WARSZAWA")]),
        ("0000028860", "RYNEK GŁÓWNY 1", [CompanyAddress(line1="RYNEK GŁÓWNY 1")]),
        (None, None, []),
    ],
)
def test_a_place_of_business(
    krs: str | None, place: str | None, addresses: list[CompanyAddress]
) -> None:
    """Whom no court has registered may live there: the town is told, where it can be read."""
    told = {**listed("list_partnership").value, "krs": krs, "workingAddress": place}
    found = subject(Json(told))
    assert (found.kind, found.addresses) == ("COMPANY" if krs else None, addresses)


def test_nobody() -> None:
    """Who is unknown is told with status 200."""
    with pytest.raises(NotFound):
        subject(listed("list_none"))


def test_an_extract_of_the_court_register() -> None:
    """The REGON without the zeros of its units; nobody who represents the company."""
    changed = FieldOrigin(source=COURT_ATTRIBUTION, date=date(2026, 10, 2))
    found = entry(recorded("extract")["odpis"])
    assert found == Company(
        name="ORLEN SPÓŁKA AKCYJNA",
        country="PL",
        identifiers={"PL_KRS": "0000028860", "PL_NIP": "7740001454", "PL_REGON": "610188201"},
        kind="COMPANY",
        activity_code="19.20.Z",
        website="WWW.ORLEN.EXAMPLE",
        email="BIURO@ORLEN.EXAMPLE",
        addresses=[ORLEN],
        origins=dict.fromkeys(COURT_FIELDS, changed),
    )


def test_an_association_in_a_village() -> None:
    """Houses are numbered by the village, and the post is elsewhere; a date that is none."""
    found = entry(recorded("extract_village")["odpis"])
    assert found.addresses == [
        CompanyAddress(line1="ZMYŚLONA WOLA 4/1", postal_code="05-555", city="TARCZYN")
    ]
    assert found.activity_code is None
    assert found.origins["name"].date is None


@pytest.mark.parametrize("answer", [[], "x", {}, {"name": "", "nip": "7740001454"}, {"name": "X"}])
def test_an_answer_of_another_shape(answer: object) -> None:
    """It says nothing about the company."""
    with pytest.raises(Unavailable):
        subject(Json(answer))
    with pytest.raises(Unavailable):
        entry(Json(answer))
    with pytest.raises(Unavailable):
        entry(Json({**recorded("extract")["odpis"].value, "naglowekA": answer}))

"""What becomes of an entity of Enhetsregisteret."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clientgraph import Company, CompanyAddress, CompanyCandidate, Json, Unavailable
from clientgraph_no.mapping import candidate, company

RECORDED = Path(__file__).with_name("recorded")


def recorded(name: str) -> Json:
    """An answer as the service gave it."""
    return Json(json.loads((RECORDED / f"{name}.json").read_bytes()))


def alone(entity: Json) -> Company:
    """What becomes of an entity that belongs to nobody else."""
    return company(entity, entity)


def test_an_entity_with_a_postal_address() -> None:
    """Both addresses, the place of business first; blank lines and unknown fields are nothing."""
    assert alone(recorded("entity_with_post")) == Company(
        name="SESAM STASJON",
        country="NO",
        identifiers={"NO_ORGNR": "112233445", "NO_MVA": "NO112233445MVA"},
        kind="COMPANY",
        activity_code="52.292",
        addresses=[
            CompanyAddress(line1="Tyvholmen 1", postal_code="0101", city="OSLO", country="NO"),
            CompanyAddress(
                label="Postadresse",
                line1="c/o reder K. Rusing",
                line2="Postboks 1752 Vika",
                postal_code="0122",
                city="OSLO",
                country="NO",
            ),
        ],
    )


def test_a_deleted_entity() -> None:
    """The name is all that is left."""
    assert alone(recorded("entity_deleted")) == Company(
        name="SLETTET ENHET AS",
        country="NO",
        identifiers={"NO_ORGNR": "999000118"},
        kind="COMPANY",
        is_active=False,
        addresses=[],
    )


def test_a_closed_establishment() -> None:
    """It has a location, and a day when it was closed."""
    found = company(recorded("establishment"), recorded("entity"))
    assert (found.kind, found.is_active) == ("COMPANY", False)
    assert found.addresses[0].line1 == "Tyvholmen 1"


@pytest.mark.parametrize(
    ("form", "kind"), [("ENK", "INDIVIDUAL"), ("PERS", "INDIVIDUAL"), (None, None)]
)
def test_an_establishment_of_a_person(form: str | None, kind: str | None) -> None:
    """It is what its owner is; of one whose owner is not told, the town is."""
    told = {**recorded("establishment").value, "telefon": "900 00 000"}
    found = company(Json(told), Json({"organisasjonsform": {"kode": form}}))
    assert found.kind == kind
    if kind is None:
        assert found.addresses == [CompanyAddress(city="OSLO", country="NO")]
        assert found.phone is None


@pytest.mark.parametrize(
    ("form", "kind"),
    [("ENK", "INDIVIDUAL"), ("KOMM", "PUBLIC_BODY"), ("STAT", "PUBLIC_BODY"), ("ASA", "COMPANY")],
)
def test_kinds(form: str, kind: str) -> None:
    """The form of organisation says what sort of person it is."""
    told = {"navn": "X", "organisasjonsnummer": "976030788", "organisasjonsform": {"kode": form}}
    assert alone(Json(told)).kind == candidate(Json(told)).kind == kind


def test_contact_particulars() -> None:
    """Website, e-mail and phone, a mobile one where there is no other."""
    told = {"hjemmeside": "x.no", "epostadresse": "a@x.no", "mobil": "900 00 000"}
    found = alone(Json({**recorded("entity").value, **told}))
    assert (found.website, found.email, found.phone) == ("x.no", "a@x.no", "900 00 000")


def test_candidates() -> None:
    """What a person tells them by; only the first is registered for VAT."""
    first, second = map(candidate, recorded("search")["_embedded"]["enheter"])
    assert first == CompanyCandidate(
        name="SESAM AS",
        identifiers={"NO_ORGNR": "976030788", "NO_MVA": "NO976030788MVA"},
        address="Elgeseter gate 1, 7030 TRONDHEIM",
        postal_code="7030",
        city="TRONDHEIM",
        kind="COMPANY",
    )
    assert second.identifiers == {"NO_ORGNR": "971497017"}


def test_a_candidate_that_may_be_a_person() -> None:
    """Of whom no form is told, the town is."""
    found = candidate(Json({**recorded("entity").value, "organisasjonsform": []}))
    assert (found.kind, found.address, found.postal_code) == (None, None, None)
    assert found.city == "TRONDHEIM"


NUMBER = {"organisasjonsnummer": "976030788"}


@pytest.mark.parametrize(
    "answer",
    [None, [], "x", {}, {**NUMBER, "navn": 7.5}, {**NUMBER, "navn": {"x": 1}}, {"navn": "X"}],
)
def test_an_answer_of_another_shape(answer: object) -> None:
    """It says nothing about the company."""
    with pytest.raises(Unavailable):
        alone(Json(answer))
    with pytest.raises(Unavailable):
        candidate(Json(answer))

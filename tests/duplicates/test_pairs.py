"""Labelled pairs, made by hand: which are told as the same at the threshold, and which are not."""

from __future__ import annotations

import pytest

from clientgraph.duplicates.candidates import Candidate
from clientgraph.duplicates.evidence import compare
from clientgraph.duplicates.names import alike, name_of
from clientgraph.duplicates.profiles import profile_of
from clientgraph.duplicates.service import DEFAULT

SAME = [
    ("Boulangerie Delattre SARL", "S.A.R.L. Boulangerie Delattre"),
    ("Delhaize Le Lion SA", "Delhaize - Le Lion"),
    ("Müller & Söhne GmbH & Co. KG", "Mueller und Soehne"),
    ("Société anonyme Castelnau", "Castelnau SA"),
    ("Castelnau SPRL", "Castelnau SRL"),
    ("Van der Bilt Logistics BVBA", "Vanderbilt Logistics BV"),
    ("Ets Castelnau Frères", "Établissements Castelnau Frères"),
    ("St-Gobain Intl", "Saint Gobain International"),
    ("J.P. Castelnau", "J P Castelnau"),
    ("Газпром ООО", "Gazprom"),
    ("Ελλάδα Εταιρεία", "Ellada Etaireia"),
    ("Castelnau Marguerite", "Marguerite CASTELNAU"),
    ("Transports Castelneau et fils", "Transports Castelnau & Fils"),
    ("AT&T Belgium", "AT and T Belgium"),
]
OTHERS = [
    ("Studio 54 Productions", "Studio 55 Productions"),
    ("Blackstone Partners II", "Blackstone Partners III"),
    ("Garage Castelnau", "Garage Delattre"),
    ("Boulangerie du Port", "Boulangerie du Parc"),
    ("Castelnau Consulting", "Delattre Consulting"),
    ("ABC SA", "ABD SA"),
    ("HP", "HP"),
    ("Castelnau Lyon", "Castelnau Bordeaux"),
    ("", ""),
]


def score(a: Candidate, b: Candidate) -> float:
    """Of two candidates, which is the same the other way round."""
    first, second = profile_of(a), profile_of(b)
    verdict = compare(first, second)
    assert compare(second, first) == verdict
    return verdict.score


def named(name: str, **fields: str) -> Candidate:
    """A candidate with this name."""
    return Candidate(position=0, name=name, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_names_of_the_same(one: str, other: str) -> None:
    """Legal forms, order, alphabets, abbreviations and typing errors do not part one firm."""
    assert score(named(one), named(other)) >= DEFAULT


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_names_of_others(one: str, other: str) -> None:
    """Other numbers, other words, and names too short to tell anybody are not enough."""
    assert score(named(one), named(other)) < DEFAULT


def test_what_speaks_against() -> None:
    """Another country or another number of the same kind parts firms of one name."""
    plain = named("Menuiserie Castelnau")
    assert score(plain, named("Menuiserie Castelnau")) == 0.818
    french, belgian = (named("Menuiserie Castelnau", country=each) for each in ("FR", "BE"))
    assert score(french, belgian) == 0.182
    numbers = [
        Candidate(position=0, name="Menuiserie Castelnau", identifiers={"FR_SIREN": each})
        for each in ("732829320", "552100554")
    ]
    assert score(*numbers) == 0.029


def test_a_short_name_needs_more() -> None:
    """Two letters tell nobody, and with the same phone or address they do."""
    assert score(named("HP"), named("HP")) < DEFAULT
    assert score(named("HP", phone="+3212345678"), named("HP", phone="+3212345678")) >= DEFAULT
    place = {"street": "Rue Neuve 12", "postal_code": "1000", "city": "Bruxelles"}
    assert score(named("HP", **place), named("HP", **place)) >= DEFAULT


def test_streets_are_compared_without_what_they_are_called() -> None:
    """``12, r. de la Paix`` is ``12 rue de la paix``; number 14 is next door."""
    one = named("Delattre", street="12, r. de la Paix", postal_code="75002", city="PARIS")
    for street, expected in (("12 rue de la paix", 0.992), ("14 rue de la paix", 0.965)):
        other = named("Delatre", street=street, postal_code="75002", city="Paris")
        assert score(one, other) == expected


def test_mailboxes_and_numbers_outweigh_names() -> None:
    """The same identifier decides, whatever the names; an e-mail address with a name like it."""
    same = {"FR_SIREN": "732829320"}
    assert (
        score(
            Candidate(position=0, name="Menuiserie Castelnau", identifiers=same),
            Candidate(position=1, name="Delattre", identifiers=same),
        )
        == 0.993
    )
    mailbox = {"email": "info@castelnau.example"}
    assert score(named("Castelnau", **mailbox), named("Menuiserie Castelnau", **mailbox)) > 0.95
    assert score(named("Delattre", **mailbox), named("Menuiserie Castelnau", **mailbox)) < DEFAULT


def test_legal_forms_differ_a_little() -> None:
    """A company by shares and one without are less alike than two of one sort."""
    share, limited, plain = map(name_of, ("Castelnau SA", "Castelnau SARL", "Castelnau"))
    assert share is not None
    assert limited is not None
    assert plain is not None
    assert alike(share, limited) == 0.96
    assert alike(share, plain) == 1.0

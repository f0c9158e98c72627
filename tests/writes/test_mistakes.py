"""Mistakes in an input: all at once, each with its exact place, in the caller's language."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any

import pytest

from clientgraph import messages
from clientgraph.hookspecs import LANGUAGES
from clientgraph.testing import Api, Workspace

pytestmark = pytest.mark.anyio

WRONG: Mapping[str, Any] = {
    "name": "",
    "email": "nowhere",
    "phone": "12",
    "website": "not a site",
    "iban": "FR00",
    "country": "XX",
    "currency": "EUROS",
    "locale": "?",
    "parent": "client_00000000000000000000000000000000",
    "paymentTerms": {"days": 400},
    "identifiers": [
        {"kind": "FR_SIRET", "value": "73282932000075"},
        {"kind": "FR_NONE", "value": "1"},
        {"kind": "FR_SIREN", "value": "732829320"},
        {"kind": "FR_SIREN", "value": "732829320"},
    ],
    "contacts": [
        {"lastName": "Good", "isMain": True},
        {"email": "nowhere", "isMain": True, "mobile": "x"},
        {"position": "Nobody"},
    ],
    "addresses": [
        {"line1": "1 rue A", "postalCode": "ABCDE", "city": "Paris", "country": "FR"},
        {"country": "XX", "kind": "MAIN"},
    ],
}
EXPECTED = {
    ("name",): "REQUIRED",
    ("email",): "INVALID_EMAIL",
    ("phone",): "INVALID_PHONE",
    ("website",): "INVALID_URL",
    ("iban",): "INVALID_IBAN",
    ("country",): "INVALID_COUNTRY",
    ("currency",): "INVALID_CURRENCY",
    ("locale",): "INVALID_LOCALE",
    ("parent",): "NOT_FOUND",
    ("paymentTerms", "days"): "OUT_OF_RANGE",
    ("identifiers", "0", "value"): "INVALID_CHECKSUM",
    ("identifiers", "1", "kind"): "UNKNOWN_IDENTIFIER_KIND",
    ("identifiers", "3", "kind"): "DUPLICATE",
    ("contacts", "1", "email"): "INVALID_EMAIL",
    ("contacts", "1", "mobile"): "INVALID_PHONE",
    ("contacts", "1", "isMain"): "DUPLICATE",
    ("contacts", "2", "lastName"): "CONTACT_WITHOUT_NAME",
    ("addresses", "0", "postalCode"): "INVALID_POSTAL_CODE",
    ("addresses", "1", "country"): "INVALID_COUNTRY",
}


def places(payload: Mapping[str, Any]) -> dict[tuple[str, ...], str]:
    """Code by place, and each place once."""
    errors = payload["userErrors"]
    found = {tuple(error["path"]): error["code"] for error in errors}
    assert len(found) == len(errors)
    assert all(path[0] == "input" for path in found)
    return {path[1:]: code for path, code in found.items()}


async def test_all_mistakes_of_a_record_at_once(api: Api) -> None:
    """One answer names every mistake in the record and in its parts, each at its place."""
    payload = await api.do("clientCreate", dict(WRONG), "client { id }")
    assert payload["client"] is None
    assert places(payload) == EXPECTED


async def test_each_language_says_it_differently(workspace: Workspace) -> None:
    """The same mistakes in four languages: same places and codes, other words, all filled in."""
    said = {}
    for language in LANGUAGES:
        payload = await workspace.api("OWNER", language).do("clientCreate", dict(WRONG))
        assert places(payload) == EXPECTED
        said[language] = [error["message"] for error in payload["userErrors"]]
        assert not [text for text in said[language] if "{" in text or not text.strip()]
    for one, two, three, four in zip(*said.values(), strict=True):
        assert len({one, two, three, four}) == 4, one


async def test_what_requirements_miss_is_told_at_once(workspace: Workspace) -> None:
    """A preset of required fields names all that is missing, parts included."""
    api = workspace.api()
    await api.done("organisationUpdate", {"requirements": "jump"})
    assert places(await api.do("clientCreate", {})) == {
        ("name",): "REQUIRED",
        ("addresses",): "REQUIRED",
        ("identifiers", "FR_SIRET"): "REQUIRED",
    }


def catalogue(language: str) -> dict[str, str]:
    """The sentences of one language."""
    text = resources.files(messages).joinpath(f"{language}.toml").read_text("utf-8")
    return dict(tomllib.loads(text))


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_every_language_has_every_sentence(language: str) -> None:
    """The same codes, each with the same placeholders, in other words than the English ones."""
    english, other = catalogue("en"), catalogue(language)
    assert sorted(other) == sorted(english)
    for code, sentence in english.items():
        assert placeholders(other[code]) == placeholders(sentence), code
        assert other[code] != sentence, code
        assert other[code] == other[code].strip(), code
        assert other[code], code


def placeholders(sentence: str) -> set[str]:
    """The names that a sentence leaves open."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}

"""Rows D of the contract: what Debitoor shows and checks before a client is saved."""

from __future__ import annotations

import pytest

from clientgraph.testing import Api, Workspace
from tests.contract.answers import mistakes, shown
from tests.contract.ganymede import EVERYTHING, GIVEN, RECAP

pytestmark = pytest.mark.anyio

COUNT = "{ clients { totalCount } }"


async def test_d12_entered_data_is_checked_before_saving(api: Api) -> None:
    """Checking answers what saving would, good or bad, and saves nothing."""
    bad = {**GIVEN, "email": "compta", "validateOnly": True}
    assert await mistakes(api, "clientCreate", bad) == [("email", "INVALID_EMAIL")]
    good = {**GIVEN, "validateOnly": True}
    checked = await api.do("clientCreate", good, f"client {{ id {EVERYTHING} }}")
    assert checked["userErrors"] == []
    preview = checked["client"].pop("id")
    assert checked["client"] == RECAP
    assert await shown(api, preview, "name") is None
    assert await api(COUNT) == {"clients": {"totalCount": 0}}


async def test_d46_a_recap_is_shown_before_finalising(api: Api) -> None:
    """The recap of a new client is exactly what is saved then, down to its reference."""
    recap = await api.done(
        "clientCreate", {**GIVEN, "validateOnly": True}, f"client {{ {EVERYTHING} }}"
    )
    saved = await api.done("clientCreate", GIVEN, f"client {{ {EVERYTHING} }}")
    assert recap == saved == {"client": RECAP, "userErrors": []}
    assert await api(COUNT) == {"clients": {"totalCount": 1}}


async def test_d46_a_change_has_a_recap_too(api: Api) -> None:
    """The recap of a change shows the client as it would be, and leaves it as it is."""
    client = await api.new_client("Io", email="a@ganymede.fr")
    change = {"id": client["id"], "name": "Europa", "email": None}
    recap = await api.done(
        "clientUpdate", {**change, "validateOnly": True}, "client { version name email }"
    )
    assert recap["client"] == {"version": 2, "name": "Europa", "email": None}
    assert await shown(api, client["id"], "version name email") == {
        "version": 1,
        "name": "Io",
        "email": "a@ganymede.fr",
    }
    await api.done("clientDelete", {"id": client["id"], "validateOnly": True})
    assert await shown(api, client["id"], "name") == {"name": "Io"}


async def test_d47_the_recap_covers_typing_and_format(api: Api) -> None:
    """Mistakes in name, address, phone and e-mail are all told at once, each at its field."""
    wrong = {
        "validateOnly": True,
        "name": " ",
        "country": "FR",
        "email": "compta(at)ganymede.fr",
        "phone": "12",
        "addresses": [
            {"line1": "10 rue de la Paix", "postalCode": "75002", "city": "Paris"},
            {"line1": "1 rue Royale", "postalCode": "7500", "city": "Paris", "country": "France"},
            {"line1": "2 rue Royale", "postalCode": "ABCDE", "city": "Paris"},
        ],
        "contacts": [{"lastName": "Roux", "email": "ada@", "mobile": "06 12"}, {}],
    }
    assert sorted(await mistakes(api, "clientCreate", wrong)) == [
        ("addresses.1.country", "INVALID_COUNTRY"),
        ("addresses.2.postalCode", "INVALID_POSTAL_CODE"),
        ("contacts.0.email", "INVALID_EMAIL"),
        ("contacts.0.mobile", "INVALID_PHONE"),
        ("contacts.1.lastName", "CONTACT_WITHOUT_NAME"),
        ("email", "INVALID_EMAIL"),
        ("name", "REQUIRED"),
        ("phone", "INVALID_PHONE"),
    ]


async def test_d47_mistakes_are_told_in_the_callers_language(workspace: Workspace) -> None:
    """The sentence says what is wrong in the language that the caller reads."""
    sentences = {
        "en": "This is not a phone number of this country (France). Begin with + and the "
        "country's prefix for another one.",
        "fr": "Ce n'est pas un numéro de téléphone de ce pays (France). Pour un autre pays, "
        "commencez par + et l'indicatif.",
    }
    for language, sentence in sentences.items():
        api = workspace.api(language=language)
        refused = await api.do("clientCreate", {"name": "Io", "phone": "12"})
        assert [error["message"] for error in refused["userErrors"]] == [sentence]


async def test_d48_the_recap_covers_payment_terms(api: Api) -> None:
    """The recap shows negotiated terms, else the workspace's, and refuses impossible ones."""
    terms = "client { paymentTerms { days endOfMonth origin } }"
    given = {"name": "Io", "validateOnly": True}
    await api.done("organisationUpdate", {"paymentTerms": {"days": 14}})
    fallen_back = await api.done("clientCreate", given, terms)
    assert fallen_back["client"]["paymentTerms"] == {
        "days": 14,
        "endOfMonth": False,
        "origin": "ORGANISATION",
    }
    own = {**given, "paymentTerms": {"days": 0, "endOfMonth": True}}
    negotiated = await api.done("clientCreate", own, terms)
    assert negotiated["client"]["paymentTerms"] == {
        "days": 0,
        "endOfMonth": True,
        "origin": "CLIENT",
    }
    for days in (-1, 366):
        refused = await mistakes(api, "clientCreate", {**given, "paymentTerms": {"days": days}})
        assert refused == [("paymentTerms.days", "OUT_OF_RANGE")]


async def test_d48_the_recap_covers_other_data(api: Api) -> None:
    """Currency, locale, identifiers, IBAN and web address are checked in the same recap."""
    wrong = {
        "name": "Io",
        "validateOnly": True,
        "currency": "EURO",
        "locale": "fr",
        "website": "ftp://ganymede.fr",
        "iban": "FR76 3000 6000 0112 3456 7890 188",
        "activityCode": "!",
        "identifiers": [{"kind": "FR_SIRET", "value": "732 829 320 00075"}],
    }
    assert sorted(await mistakes(api, "clientCreate", wrong)) == [
        ("activityCode", "INVALID_ACTIVITY_CODE"),
        ("currency", "INVALID_CURRENCY"),
        ("iban", "INVALID_IBAN"),
        ("identifiers.0.value", "INVALID_CHECKSUM"),
        ("locale", "INVALID_LOCALE"),
        ("website", "INVALID_URL"),
    ]


async def test_d46_a_recap_does_not_use_up_the_idempotency_key(api: Api) -> None:
    """A form can carry one key from the recap to the saving: only the saving counts."""
    given = {"name": "Io", "idempotencyKey": "form-1"}
    await api.done("clientCreate", {**given, "validateOnly": True})
    first = await api.done("clientCreate", given, "client { id name }")
    again = await api.done("clientCreate", given, "client { id name }")
    assert first == again
    assert await api(COUNT) == {"clients": {"totalCount": 1}}

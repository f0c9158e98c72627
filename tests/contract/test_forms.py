"""Rows J30, N7, N8, N15, D44 and B10 of the contract: the forms that clients are made with."""

from __future__ import annotations

from typing import Any

import pytest

from clientgraph.testing import Api
from tests.contract.answers import mistakes, names, shown
from tests.fields.defining import define, given

pytestmark = pytest.mark.anyio

FORM = """query($country: CountryCode) {
    organisation { country currency locale paymentTerms { days endOfMonth } }
    requiredFields(country: $country, channel: FORM) { path }
    clientTypes { key label } categories { label } contactSources { key } civilities { key label }
    customFieldDefinitions(on: CLIENT) { key label type required options }
    identifierKinds(country: $country) { key label country example isTax } }"""
BASIC = {
    "name": "Ganymède SAS",
    "tradingName": "Ganymède",
    "kind": "PUBLIC_BODY",
    "reference": "GANY",
    "country": "BE",
    "locale": "fr-BE",
    "email": "compta@ganymede.be",
    "phone": "+3222345678",
    "website": "https://ganymede.be",
    "accountingCode": "400000",
}
FEES = {
    "choices": [
        {"key": "hourly", "labels": {"en": "By the hour", "fr": "À l'heure"}},
        {"key": "fixed", "labels": {"en": "Fixed price", "fr": "Forfait"}},
    ]
}
FEE = 'customFields(keys: ["fee"]) { display ... on ChoiceValue { choice { key } } }'


async def test_j30_data_is_right_from_the_start(api: Api) -> None:
    """What would spoil an invoice is refused when the client is made, before any invoice."""
    wrong: dict[str, Any] = {
        "name": "Ganymède",
        "email": "compta@",
        "iban": "FR76 3000 6000 0112 3456 7890 188",
        "identifiers": [
            {"kind": "FR_SIRET", "value": "732 829 320 00075"},
            {"kind": "FR_VAT", "value": "FR45 732 829 320"},
        ],
        "addresses": [{"line1": "10 rue de la Paix", "postalCode": "7500A", "city": "Paris"}],
    }
    assert sorted(await mistakes(api, "clientCreate", wrong)) == [
        ("addresses.0.postalCode", "INVALID_POSTAL_CODE"),
        ("email", "INVALID_EMAIL"),
        ("iban", "INVALID_IBAN"),
        ("identifiers.0.value", "INVALID_CHECKSUM"),
        ("identifiers.1.value", "INVALID_CHECKSUM"),
    ]
    assert await names(api, "") == []


async def test_j30_numbers_of_two_companies_are_no_client(api: Api) -> None:
    """A SIRET and a VAT number that are each right, and of two companies, are refused together."""
    both = [
        {"kind": "FR_SIRET", "value": "732 829 320 00074"},
        {"kind": "FR_VAT", "value": "FR27 552 032 534"},
    ]
    refused = await mistakes(api, "clientCreate", {"name": "Ganymède", "identifiers": both})
    assert refused == [("identifiers.1.value", "CONTRADICTION")]
    assert await names(api, "") == []


async def test_n7_one_query_opens_the_form(api: Api) -> None:
    """The empty form has its defaults, what is required, the choices and the firm's own fields."""
    await api.done("organisationUpdate", {"requirements": "jump"})
    await api.done("categoryCreate", {"name": "Grossistes"})
    await define(api, "fee", "CHOICE", options=FEES, required=True)
    form = await api(FORM, {"country": "FR"})
    assert form["organisation"] == {
        "country": "FR",
        "currency": "EUR",
        "locale": "fr-FR",
        "paymentTerms": {"days": 30, "endOfMonth": False},
    }
    assert [".".join(field["path"]) for field in form["requiredFields"]] == [
        "name",
        "mainAddress",
        "mainAddress.line1",
        "mainAddress.postalCode",
        "mainAddress.city",
        "identifiers.FR_SIRET",
        "customFields.fee",
    ]
    assert form["categories"] == [{"label": "Grossistes"}]
    assert form["clientTypes"][0] == {"key": "COMPANY", "label": "Company"}
    assert form["contactSources"][0] == {"key": "WEBSITE"}
    assert form["civilities"][0] == {"key": "MADAME", "label": "Ms"}
    assert form["customFieldDefinitions"] == [
        {"key": "fee", "label": "fee", "type": "CHOICE", "required": True, "options": FEES}
    ]
    siret = next(kind for kind in form["identifierKinds"] if kind["key"] == "FR_SIRET")
    assert siret == {
        "key": "FR_SIRET",
        "label": "SIRET number",
        "country": "FR",
        "example": "732 829 320 00074",
        "isTax": False,
    }


async def test_n8_basic_information_is_kept(api: Api) -> None:
    """What the form's first fields hold comes back as it was given, and can all be changed."""
    made = await api.new_client(selection=" ".join(BASIC), **BASIC)
    assert made == {**BASIC, "id": made["id"], "version": 1}
    changed = {**BASIC, "name": "Io", "reference": "IO", "kind": "COMPANY", "email": "io@io.be"}
    await api.done("clientUpdate", {"id": made["id"], **changed})
    assert await shown(api, made["id"], " ".join(BASIC)) == changed


async def test_n15_a_client_has_its_default_fee(api: Api) -> None:
    """The firm lists its own fees and a default; a client takes it or has another."""
    await define(api, "fee", "CHOICE", options=FEES, defaultValue="hourly")
    usual = await api.new_client("Io", FEE)
    assert usual["customFields"] == [{"display": "By the hour", "choice": {"key": "hourly"}}]
    other = await api.new_client("Europa", FEE, customFields=given(fee="fixed"))
    assert other["customFields"] == [{"display": "Fixed price", "choice": {"key": "fixed"}}]


async def test_n15_the_list_of_fees_is_not_closed(api: Api) -> None:
    """A fee that was added later can be chosen at once, and one that is not listed cannot."""
    field = await define(api, "fee", "CHOICE", options=FEES, defaultValue="hourly")
    client = {"id": (await api.new_client("Io"))["id"]}
    retainer = {**client, "customFields": given(fee="retainer")}
    refused = await mistakes(api, "clientUpdate", retainer)
    assert refused == [("customFields.0.value", "UNKNOWN_CHOICE")]
    more = {"choices": [*FEES["choices"], {"key": "retainer", "labels": {"en": "Retainer"}}]}
    await api.done("customFieldDefinitionUpdate", {"id": field["id"], "options": more})
    await api.done("clientUpdate", retainer)
    assert await shown(api, client["id"], FEE) == {
        "customFields": [{"display": "Retainer", "choice": {"key": "retainer"}}]
    }


async def test_d44_the_next_form_is_clean(api: Api) -> None:
    """After "save and new" the form is what it was, and nothing of one client is in the next."""
    everything = "reference email phone currency paymentTerms { days origin } contacts {totalCount}"
    before = await api(FORM)
    first = await api.new_client(
        "Io",
        everything,
        email="io@example.org",
        phone="01 42 68 53 00",
        currency="USD",
        paymentTerms={"days": 60},
        contacts=[{"lastName": "Galilei"}],
    )
    assert first["contacts"] == {"totalCount": 1}
    assert await api(FORM) == before
    second = await api.new_client("Europa", everything)
    assert second == {
        "id": second["id"],
        "version": 1,
        "reference": "C00002",
        "email": None,
        "phone": None,
        "currency": "EUR",
        "paymentTerms": {"days": 30, "origin": "ORGANISATION"},
        "contacts": {"totalCount": 0},
    }


async def test_d44_saving_twice_makes_one_client(api: Api) -> None:
    """After a refusal the form is corrected and saved; saving it again adds nothing."""
    typed = {"name": "Io", "email": "io@", "idempotencyKey": "form-1"}
    assert await mistakes(api, "clientCreate", typed) == [("email", "INVALID_EMAIL")]
    corrected = {**typed, "email": "io@example.org"}
    made = [
        (await api.done("clientCreate", corrected, "client { id }"))["client"] for _ in range(2)
    ]
    assert made[0] == made[1]
    assert await names(api, "") == ["Io"]


async def test_b10_details_can_be_filled_in_by_hand(api: Api) -> None:
    """No register is needed: what is typed is kept, with or without a registration number."""
    await api.done("organisationUpdate", {"requirements": "banqup"})
    person = {"firstName": "Zoé", "lastName": "Peeters", "locale": "fr-BE"}
    address = {"line1": "Rue de la Loi", "streetNumber": "16", "postalCode": "1000"}

    def typed(email: str) -> dict[str, Any]:
        return {
            "country": "BE",
            "contacts": [{**person, "email": email}],
            "addresses": [{**address, "city": "Bruxelles"}],
        }

    selection = """status name identifiers { kind { key } value } mainContact { fullName email }
        mainAddress { formatted }"""
    none = await api.new_client("Io", selection, **typed("zoe@io.be"))
    assert none == {
        "id": none["id"],
        "version": 1,
        "status": "ACTIVE",
        "name": "Io",
        "identifiers": [],
        "mainContact": {"fullName": "Zoé Peeters", "email": "zoe@io.be"},
        "mainAddress": {"formatted": ["Rue de la Loi 16", "1000 Bruxelles"]},
    }
    number = [{"kind": "BE_ENTERPRISE", "value": "0123456749"}]
    some = await api.new_client("Europa", selection, identifiers=number, **typed("z@europa.be"))
    assert some["identifiers"] == [{"kind": {"key": "BE_ENTERPRISE"}, "value": "0123456749"}]

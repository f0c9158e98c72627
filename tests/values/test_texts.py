"""Texts that cannot be stored or read are refused calmly, whichever way they come in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clientgraph.testing import Api, Workspace
from clientgraph.values import currencies
from tests.contract.answers import mistakes, shown

pytestmark = pytest.mark.anyio

WITH_NUL = [
    ("query($t: String!) { client(by: {externalReference: $t}) { id } }", "a\0"),
    ("query($t: CountryCode!) { clients(filter: {country: [$t]}) { totalCount } }", "\0"),
    ("query($t: EmailAddress!) { contacts(filter: {email: $t}) { totalCount } }", "a\0@b.example"),
    ("query($t: String!) { clients(search: $t) { totalCount } }", "\0"),
    ("query($t: ID!) { node(id: $t) { id } }", "client_\0"),
    ("mutation($t: String!) { clientCreate(input: {name: $t}) { client { id } } }", "I\0o"),
    (
        'mutation($t: String!) { clientCreate(input: {name: "Io", idempotencyKey: $t})'
        " { client { id } } }",
        "key\0",
    ),
    (
        'mutation($t: URL!) { clientCreate(input: {name: "Io", website: $t}) { client { id } } }',
        "io.example/\0",
    ),
]


@pytest.mark.parametrize(("query", "text"), WITH_NUL)
async def test_nul_is_refused_in_variables_and_literals(api: Api, query: str, text: str) -> None:
    """No string with U+0000 reaches the database, whatever type it has."""
    assert await api.codes(query, {"t": text}) == ["BAD_USER_INPUT"]
    start, _, rest = query.partition(")")
    literal = f"{start.partition('(')[0]} {rest.replace('$t', json.dumps(text))}"
    assert await api.codes(literal) == ["BAD_USER_INPUT"]


async def test_nul_is_refused_in_whole_inputs(api: Api) -> None:
    """However deep it stands in a variable, and in the name of a field too."""
    create = (
        "mutation($input: ClientCreateInput!) { clientCreate(input: $input) { client { id } } }"
    )
    for wrong in ({"name": "Io", "contacts": [{"lastName": "\0"}]}, {"name": "Io", "\0": 1}):
        assert await api.codes(create, {"input": wrong}) == ["BAD_USER_INPUT"]


@pytest.mark.parametrize(
    "sign", ["\n", "\r\n", "\x01", "\x85", "\x9f", "\u200b", "\ufeff", "\u2028"]
)
async def test_one_line_has_no_control_characters(api: Api, sign: str) -> None:
    """Line breaks, controls and invisible signs inside a text of one line are mistakes."""
    given = {"name": f"I{sign}o", "website": f"io.example/a{sign}b"}
    assert sorted(await mistakes(api, "clientCreate", given)) == [
        ("name", "INVALID_TEXT"),
        ("website", "INVALID_URL"),
    ]


async def test_blanks_are_folded(api: Api) -> None:
    """Tabs, no-break spaces and a line break at the end are blanks."""
    made = await api.new_client(" Io\t\u00a0 Jupiter \n", "name")
    assert made["name"] == "Io Jupiter"


@pytest.mark.parametrize("typed", ["01 42 68 53 00 ext. 12", "+33142685300;ext=12"])
async def test_an_extension_is_refused_with_advice(api: Api, typed: str) -> None:
    """It could not be kept, so it is not dropped in silence."""
    payload = await api.do("clientCreate", {"name": "Io", "phone": typed})
    assert [(error["code"], error["message"]) for error in payload["userErrors"]] == [
        (
            "INVALID_PHONE",
            "This is not a phone number of this country (France). Begin with + and the country's "
            "prefix for another one. (it ends in an extension, which cannot be kept: leave that "
            "out)",
        )
    ]


@pytest.mark.parametrize("code", ["XXX", "XTS", "XBA", "XAU", "XDR", "XSU"])
def test_what_nobody_pays_with_is_no_currency(code: str) -> None:
    """Metals, baskets, tests and no currency; francs of Africa and the Pacific are money."""
    assert code not in currencies()
    assert {"EUR", "XAF", "XOF", "XPF", "XCD"} <= currencies()


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
async def test_a_moment_outside_the_calendar_is_refused(api: Api, moment: str) -> None:
    """It has no form in UTC."""
    query = "query($at: DateTime!) { clients(filter: {createdAt: {gt: $at}}) { totalCount } }"
    (error,) = (await api.answer(query, {"at": moment}))["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "DateTime must be RFC 3339 with an offset" in error["message"]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "This is not a postal code of this country (Belgium). Example: 4000."),
        ("fr", "Ce n'est pas un code postal de ce pays (Belgique). Exemple : 4000."),
        ("nl", "Dit is geen postcode van dit land (België). Voorbeeld: 4000."),
        ("de", "Das ist keine Postleitzahl dieses Landes (Belgien). Beispiel: 4000."),
    ],
)
async def test_sentences_name_countries_in_words(
    workspace: Workspace, language: str, sentence: str
) -> None:
    """In the caller's language, with an example where there is one."""
    given = {"name": "Io", "country": "BE", "addresses": [{"postalCode": "X"}]}
    payload = await workspace.api(language=language).do("clientCreate", given)
    assert [error["message"] for error in payload["userErrors"]] == [sentence]


async def test_a_sentence_without_example_ends_before_it(api: Api) -> None:
    """Angola's codes are known to nobody here: nothing stands in the example's place."""
    given = {"name": "Io", "country": "AO", "addresses": [{"postalCode": "1" * 30}]}
    payload = await api.do("clientCreate", given)
    assert [error["message"] for error in payload["userErrors"]] == [
        "This is not a postal code of this country (Angola)."
    ]


async def test_a_blank_text_is_null(api: Api) -> None:
    """Forms send empty fields: absent at creation, cleared in a change, whatever their type."""
    blank = dict.fromkeys(
        ["tradingName", "email", "phone", "website", "iban", "locale", "currency", "reference"], " "
    )
    made = await api.new_client("Io", "reference", **blank, country="", externalReference="")
    assert made["reference"] == "C00001"
    await api.done(
        "clientUpdate", {"id": made["id"], "email": "io@io.example", "phone": "+3222345678"}
    )
    await api.done("clientUpdate", {"id": made["id"], "email": "", "phone": " "})
    assert await shown(api, made["id"], "email phone country countryOrigin") == {
        "email": None,
        "phone": None,
        "country": "FR",
        "countryOrigin": "ORGANISATION",
    }


async def test_null_is_absent_in_a_creation(api: Api) -> None:
    """Generated clients send null for every field that they leave out."""
    nothing: dict[str, Any] = dict.fromkeys(
        ["kind", "country", "vatRegime", "reference", "paymentTerms", "identifiers", "isDraft"]
    )
    contact = {"lastName": "Roux", "isMain": None, "isInvoiceRecipient": None, "civility": None}
    address = {"city": "Paris", "kind": None, "country": None, "isDefaultForBilling": None}
    chosen = "kind vatRegime status mainContact { lastName } mainAddress { country kind }"
    made = await api.new_client("Io", chosen, **nothing, contacts=[contact], addresses=[address])
    assert {name: made[name] for name in ("kind", "vatRegime", "status")} == {
        "kind": "COMPANY",
        "vatRegime": "TAXABLE",
        "status": "ACTIVE",
    }
    assert made["mainContact"] == {"lastName": "Roux"}
    assert made["mainAddress"] == {"country": "FR", "kind": "MAIN"}
    await api.done("contactCreate", {"clientId": made["id"], **contact})
    await api.done("addressCreate", {"clientId": made["id"], **address})

"""Rows B12 to B38 of the contract that are about the client record."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from clientgraph.testing import Api, Workspace
from tests.contract.answers import mistakes, names, shown

pytestmark = pytest.mark.anyio

PERSON = {
    "firstName": "Zoé",
    "lastName": "Peeters",
    "email": "zoe@example.org",
    "locale": "fr-BE",
}


@pytest.fixture
async def banqup(api: Api) -> Api:
    """The API of a workspace with the mandatory columns of a partner's import."""
    await api.done("organisationUpdate", {"requirements": "banqup"})
    return api


def record(**fields: Any) -> dict[str, Any]:
    """Everything mandatory, and what a test gives instead or besides."""
    return {"name": "Ganymède", "country": "BE", "contacts": [PERSON], **fields}


def without(field: str) -> dict[str, Any]:
    """A record whose contact lacks one field."""
    return record(contacts=[{name: value for name, value in PERSON.items() if name != field}])


async def identified(api: Api, kind: str, value: str) -> Any:
    """The identifier of a new client, or the code of its refusal."""
    payload = await api.do(
        "clientCreate",
        {"name": "Io", "validateOnly": True, "identifiers": [{"kind": kind, "value": value}]},
        f'client {{ identifier(kind: "{kind}") {{ value formatted }} }}',
    )
    if payload["userErrors"]:
        return [error["code"] for error in payload["userErrors"]]
    return payload["client"]["identifier"]


async def test_b17_the_company_name_is_mandatory(banqup: Api) -> None:
    """A row without Raison sociale is refused, and no other mistake is made up."""
    assert await mistakes(banqup, "clientCreate", record(name=None)) == [("name", "REQUIRED")]
    assert await mistakes(banqup, "clientCreate", record()) == []


async def test_b12_the_checkbox_makes_a_mandate(api: Api) -> None:
    """Ticked, the new client has a mandate that somebody states to hold; unticked, it has none."""
    chosen = "hasOne: mandate { evidence origin status scope }"
    ticked = await api.new_client("Io", chosen, channel="FORM", mandate={})
    assert ticked["hasOne"] == {
        "evidence": "STATED",
        "origin": "FORM",
        "status": "IN_FORCE",
        "scope": "E_INVOICING",
    }
    assert (await api.new_client("Leda", chosen, channel="FORM"))["hasOne"] is None
    nowhere = {"name": "Thebe", "mandate": {"evidence": "DOCUMENT"}}
    refused = await mistakes(api, "clientCreate", nowhere)
    assert refused == [("mandate.evidenceReference", "REQUIRED")]


@pytest.mark.parametrize("country", ["FRA", "France", "fr", "F", "UK", "EL", "EU", "ZZ"])
async def test_b18_the_country_is_a_two_letter_code(banqup: Api, country: str) -> None:
    """Only ISO 3166-1 alpha-2 codes in capitals are countries."""
    found = await mistakes(banqup, "clientCreate", record(country=country))
    assert found == [("country", "INVALID_COUNTRY")]


async def test_b18_every_country_of_the_standard_is_taken(banqup: Api) -> None:
    """Belgium, France, Greece, the United Kingdom, Réunion and Kosovo by their codes."""
    for code in ("BE", "FR", "GR", "GB", "RE", "XK"):
        given = {"name": "Io", "country": code, "isDraft": True}
        made = await banqup.done("clientCreate", given, "client { country countryOrigin }")
        assert made["client"] == {"country": code, "countryOrigin": "CLIENT"}


async def test_b18_an_import_must_name_the_country(banqup: Api) -> None:
    """The country is mandatory in an import, where a form takes the workspace's."""
    query = "query($by: Channel!) { requiredFields(channel: $by) { path } }"
    paths = {
        by: [field["path"] for field in (await banqup(query, {"by": by}))["requiredFields"]]
        for by in ("IMPORT", "FORM")
    }
    assert ["country"] in paths["IMPORT"]
    assert ["country"] not in paths["FORM"]


async def test_b19_the_contacts_email_is_mandatory(banqup: Api) -> None:
    """A row without Email de contact is refused there."""
    found = await mistakes(banqup, "clientCreate", without("email"))
    assert found == [("contacts.0.email", "REQUIRED")]


async def test_b20_the_contacts_first_name_is_mandatory(banqup: Api) -> None:
    """A row without Prénom du contact is refused there."""
    found = await mistakes(banqup, "clientCreate", without("firstName"))
    assert found == [("contacts.0.firstName", "REQUIRED")]


async def test_b21_the_contacts_last_name_is_mandatory(banqup: Api) -> None:
    """A row without Nom de famille du contact is refused there."""
    found = await mistakes(banqup, "clientCreate", without("lastName"))
    assert found == [("contacts.0.lastName", "REQUIRED")]


@pytest.mark.parametrize("field", ["email", "firstName", "lastName", "locale"])
async def test_b19_to_b22_what_is_mandatory_cannot_be_cleared(banqup: Api, field: str) -> None:
    """The main contact of an active client keeps every mandatory field."""
    made = await banqup.done("clientCreate", record(), "client { mainContact { id } }")
    cleared = {"id": made["client"]["mainContact"]["id"], field: None}
    assert await mistakes(banqup, "contactUpdate", cleared) == [(field, "REQUIRED")]


async def test_b22_the_contacts_language_is_mandatory(banqup: Api) -> None:
    """A row without Langue du contact is refused there."""
    found = await mistakes(banqup, "clientCreate", without("locale"))
    assert found == [("contacts.0.locale", "REQUIRED")]


@pytest.mark.parametrize("locale", ["fr", "BE", "fr-", "French", "fr-BEL", "xx-BE", "fr-XX"])
async def test_b22_a_language_alone_is_no_locale(banqup: Api, locale: str) -> None:
    """A locale is a language and a country, both of which exist."""
    given = record(contacts=[{**PERSON, "locale": locale}])
    found = await mistakes(banqup, "clientCreate", given)
    assert found == [("contacts.0.locale", "INVALID_LOCALE")]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("fr-BE", "fr-BE"),
        ("nl-BE", "nl-BE"),
        ("de-BE", "de-BE"),
        ("FR_be", "fr-BE"),
        ("en-BE", "en-BE"),
        ("pt-FR", "pt-FR"),
        ("zh-CN", "zh-CN"),
    ],
)
async def test_b22_a_language_with_a_country_is_kept(banqup: Api, typed: str, stored: str) -> None:
    """Any language in any country is a locale, stored as fr-BE is written."""
    given = record(contacts=[{**PERSON, "locale": typed}])
    made = await banqup.done("clientCreate", given, "client { mainContact { locale } }")
    assert made["client"]["mainContact"] == {"locale": stored}


@pytest.mark.parametrize(
    "typed", ["0403170701", "0403.170.701", "0403 170 701", "BE 0403.170.701", "403170701"]
)
async def test_b23_the_enterprise_number_is_ten_digits(api: Api, typed: str) -> None:
    """However it is typed, ten digits without dots and blanks are stored, the zero first."""
    found = await identified(api, "BE_ENTERPRISE", typed)
    assert found == {"value": "0403170701", "formatted": "0403.170.701"}


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("2403170701", "INVALID_COMPONENT"),
        ("04031707011", "INVALID_LENGTH"),
        ("040317070", "INVALID_CHECKSUM"),
        ("0403170702", "INVALID_CHECKSUM"),
        ("0123456789", "INVALID_CHECKSUM"),
        ("FR0403170701", "INVALID_FORMAT"),
    ],
)
async def test_b23_other_numbers_are_no_enterprise_number(api: Api, typed: str, code: str) -> None:
    """Another length, first digit or prefix and wrong check digits are refused."""
    assert await identified(api, "BE_ENTERPRISE", typed) == [code]


@pytest.mark.parametrize("typed", ["BE0403170701", "be 0403.170.701", "0403170701", "BE403170701"])
async def test_b24_the_vat_number_is_be_and_ten_digits(api: Api, typed: str) -> None:
    """However it is typed, BE and ten digits without dots and blanks are stored."""
    assert (await identified(api, "BE_VAT", typed))["value"] == "BE0403170701"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("FR0403170701", "INVALID_FORMAT"),
        ("BE04031707011", "INVALID_LENGTH"),
        ("BE0403170702", "INVALID_CHECKSUM"),
        ("BE2403170701", "INVALID_COMPONENT"),
    ],
)
async def test_b24_other_numbers_are_no_vat_number(api: Api, typed: str, code: str) -> None:
    """Another prefix, length or first digit and wrong check digits are refused."""
    assert await identified(api, "BE_VAT", typed) == [code]


async def test_b24_vat_and_enterprise_number_must_agree(api: Api) -> None:
    """The enterprise number follows from the VAT number; another one beside it is refused."""
    vat = {"kind": "BE_VAT", "value": "BE0403170701"}
    made = await api.new_client(
        identifiers=[vat], selection='identifier(kind: "BE_ENTERPRISE") { value derivedFrom }'
    )
    assert made["identifier"] == {"value": "0403170701", "derivedFrom": "BE_VAT"}
    other = {"kind": "BE_ENTERPRISE", "value": "0202.239.951"}
    found = await mistakes(api, "clientCreate", {"name": "Io", "identifiers": [vat, other]})
    assert ("identifiers.1.value", "CONTRADICTION") in found


async def test_b25_the_external_reference_is_unique(api: Api, other: Workspace) -> None:
    """A file number stands for one client of the workspace; the refusal names that client."""
    first = await api.new_client("Io", externalReference=" 40012 ", selection="externalReference")
    assert first["externalReference"] == "40012"
    payload = await api.do("clientCreate", {"name": "Europa", "externalReference": "40012"})
    assert [
        (error["path"], error["code"], error["recordId"]) for error in payload["userErrors"]
    ] == [(["input", "externalReference"], "TAKEN", first["id"])]
    second = await api.new_client("Europa")
    changed = {"id": second["id"], "externalReference": "40012"}
    assert await mistakes(api, "clientUpdate", changed) == [("externalReference", "TAKEN")]
    await other.api().new_client("Io", externalReference="40012")


async def test_b25_a_client_is_found_by_its_external_reference(api: Api, other: Workspace) -> None:
    """The accounting software's reference leads to the client, in its workspace alone."""
    await api.new_client("Io", externalReference="40012")
    query = '{ client(by: {externalReference: "40012"}) { name } }'
    assert await api(query) == {"client": {"name": "Io"}}
    assert await other.api()(query) == {"client": None}


async def test_b25_two_clients_at_once_do_not_share_a_reference(api: Api) -> None:
    """Of five clients sent at the same time with one reference, one is made."""
    answers = await asyncio.gather(
        *(
            mistakes(api, "clientCreate", {"name": f"Io {n}", "externalReference": "40012"})
            for n in range(5)
        )
    )
    assert sorted(answers) == [[], *[[("externalReference", "TAKEN")]] * 4]


async def test_b26_iban_and_address_are_six_columns(api: Api) -> None:
    """IBAN, street, number, box, postcode and town are kept apart and printed together."""
    address = {
        "line1": "Boulevard Simon Bolivar",
        "streetNumber": "36",
        "box": "4",
        "postalCode": "1000",
        "city": "Bruxelles",
    }
    french = Api(api.client, api.token, "fr")
    made = await french.new_client(
        country="BE",
        iban="be68 5390 0754 7034",
        addresses=[address],
        selection="iban mainAddress { line1 streetNumber box postalCode city formatted }",
    )
    assert made["iban"] == "BE68539007547034"
    printed = ["Boulevard Simon Bolivar 36 bte 4", "1000 Bruxelles"]
    assert made["mainAddress"] == {**address, "formatted": printed}


async def test_b26_a_wrong_iban_or_postcode_is_refused(api: Api) -> None:
    """An IBAN with wrong check digits and a postcode of another form are both named."""
    given = record(iban="BE68539007547035", addresses=[{"postalCode": "75009"}])
    assert sorted(await mistakes(api, "clientCreate", given)) == [
        ("addresses.0.postalCode", "INVALID_POSTAL_CODE"),
        ("iban", "INVALID_IBAN"),
    ]


async def test_b31_details_are_changed_and_saved(api: Api) -> None:
    """What is given changes, what is not given stays, and the version counts the change."""
    made = await api.new_client("Io", country="BE", website="https://io.example")
    changed = {"id": made["id"], "expectedVersion": made["version"], "name": "Io SA"}
    payload = await api.done("clientUpdate", changed, "client { name website version }")
    assert payload["client"] == {
        "name": "Io SA",
        "website": "https://io.example",
        "version": made["version"] + 1,
    }


async def test_b33_deleting_takes_two_steps(api: Api) -> None:
    """A front end asks first, tries without effect, and only then deletes."""
    made = await api.new_client("Io")
    asked = await shown(api, made["id"], "deletability { allowed reasons { code } }")
    assert asked == {"deletability": {"allowed": True, "reasons": []}}
    step = {"id": made["id"], "expectedVersion": made["version"]}
    tried = await api.done("clientDelete", {**step, "validateOnly": True}, "deletedId")
    assert tried["deletedId"] == made["id"]
    assert await names(api, "") == ["Io"]
    done = await api.done("clientDelete", step, "deletedId")
    assert done["deletedId"] == made["id"]
    assert await names(api, "") == []
    assert await mistakes(api, "clientDelete", step) == [("id", "NOT_FOUND")]


async def test_b33_a_client_that_changed_meanwhile_is_not_deleted(api: Api) -> None:
    """What was confirmed is what is deleted: a change in between ends it."""
    made = await api.new_client("Io")
    await api.done("clientUpdate", {"id": made["id"], "name": "Io SA"})
    step = {"id": made["id"], "expectedVersion": made["version"]}
    assert await mistakes(api, "clientDelete", step) == [("expectedVersion", "VERSION_CONFLICT")]
    assert await names(api, "") == ["Io SA"]


async def test_b33_what_stands_in_the_way_is_told_in_both_steps(api: Api) -> None:
    """A parent company says in advance, and again at deletion, why it stays."""
    parent = await api.new_client("Jupiter")
    await api.new_client("Io", parent=parent["id"])
    asked = await shown(api, parent["id"], "deletability { allowed reasons { code count } }")
    reason = {"code": "HAS_SUBSIDIARIES", "count": 1}
    assert asked["deletability"] == {"allowed": False, "reasons": [reason]}
    found = await mistakes(api, "clientDelete", {"id": parent["id"]})
    assert found == [("id", "HAS_SUBSIDIARIES")]


async def test_b34_clients_have_a_status_and_lists_split_by_it(api: Api) -> None:
    """Draft, active and inactive clients each have their list."""
    await api.new_client("Draft", isDraft=True)
    await api.new_client("Active")
    gone = await api.new_client("Inactive")
    await api.done("clientDeactivate", {"id": gone["id"]})
    for status in ("Draft", "Active", "Inactive"):
        assert await names(api, f"(filter: {{status: [{status.upper()}]}})") == [status]
    assert await names(api, "") == ["Active", "Draft"]


async def test_b35_a_client_has_any_number_of_contacts(banqup: Api) -> None:
    """Contacts are added one by one without end; only the main one must be complete."""
    made = await banqup.done("clientCreate", record(), "client { id }")
    client = made["client"]["id"]
    for n in range(10):
        await banqup.done("contactCreate", {"clientId": client, "lastName": f"Person {n}"})
    found = await shown(banqup, client, "contacts { totalCount } mainContact { lastName }")
    assert found == {"contacts": {"totalCount": 11}, "mainContact": {"lastName": "Peeters"}}


async def test_b36_basic_information_is_enough_for_a_draft(banqup: Api) -> None:
    """A draft needs a name; its activation names all that is missing, at once."""
    made = await banqup.new_client("Io", isDraft=True, selection="status")
    assert made["status"] == "DRAFT"
    given = {"clientId": made["id"], "lastName": "Peeters"}
    await banqup.done("contactCreate", given)
    assert await mistakes(banqup, "clientActivate", {"id": made["id"]}) == [
        ("contacts.0.email", "REQUIRED"),
        ("contacts.0.firstName", "REQUIRED"),
        ("contacts.0.locale", "REQUIRED"),
    ]
    assert await mistakes(banqup, "clientCreate", {"isDraft": True}) == [("name", "REQUIRED")]


async def test_b36_a_draft_is_still_checked_for_form(banqup: Api) -> None:
    """A draft may lack fields; what it has must be well-formed."""
    given = {"name": "Io", "isDraft": True, "iban": "BE00", "country": "Belgique"}
    assert sorted(await mistakes(banqup, "clientCreate", given)) == [
        ("country", "INVALID_COUNTRY"),
        ("iban", "INVALID_IBAN"),
    ]


async def test_b38_information_can_be_changed_at_any_time(banqup: Api) -> None:
    """Draft, active and inactive clients can all be changed."""
    made = await banqup.done("clientCreate", record(isDraft=True), "client { id }")
    client = made["client"]["id"]
    for step, name in (
        (None, "As a draft"),
        ("clientActivate", "In use"),
        ("clientDeactivate", "Put away"),
        ("clientActivate", "In use again"),
    ):
        if step:
            await banqup.done(step, {"id": client})
        await banqup.done("clientUpdate", {"id": client, "name": name})
        assert await shown(banqup, client, "name") == {"name": name}

"""Rows F1 to F18 and F31 to F33 of the contract: the client's own page."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from clientgraph.testing import Api, Workspace
from tests.contract.answers import mistakes, names, shown

pytestmark = pytest.mark.anyio

TERMS = "paymentTerms { days endOfMonth origin }"


async def test_f1_a_new_client_is_first_in_the_list_of_newest(api: Api) -> None:
    """A client is made with nothing but its name and heads the list by newest."""
    await api.new_client("Ganymède")
    await api.new_client("Callisto")
    assert await names(api, "(sort: [CREATED_AT_DESC])") == ["Callisto", "Ganymède"]


@pytest.mark.parametrize("given", [{}, {"name": None}, {"name": ""}, {"name": " \u00a0 "}])
async def test_f2_the_company_name_is_mandatory(api: Api, given: dict[str, Any]) -> None:
    """Without a name, or with a blank one, nothing is created."""
    assert await mistakes(api, "clientCreate", given) == [("name", "REQUIRED")]
    assert await names(api, "") == []


async def test_f2_the_company_name_cannot_be_cleared(api: Api) -> None:
    """A name can be changed and never taken away."""
    made = await api.new_client("Ganymède")
    changed = {"id": made["id"], "name": None}
    assert await mistakes(api, "clientUpdate", changed) == [("name", "REQUIRED")]
    assert await shown(api, made["id"], "name") == {"name": "Ganymède"}


async def test_f3_the_website_is_kept_as_an_address(api: Api) -> None:
    """A bare host becomes an https address, anything else is refused."""
    made = await api.new_client(website="www.Ganymede.example/fr", selection="website")
    assert made["website"] == "https://www.ganymede.example/fr"
    refused = {"name": "A", "website": "javascript:alert(1)"}
    assert await mistakes(api, "clientCreate", refused) == [("website", "INVALID_URL")]


async def test_f4_the_switchboard_is_kept_in_international_form(api: Api) -> None:
    """The company's phone is typed as at home and stored in E.164."""
    made = await api.new_client(phone="01 42 68 53 00", selection="phone")
    assert made["phone"] == "+33142685300"


async def test_f6_an_address_has_two_lines_postcode_and_city(api: Api) -> None:
    """Address, second line, postcode and city come back as they were given."""
    address = {
        "line1": "8 rue de Londres",
        "line2": "Bâtiment B",
        "postalCode": "75009",
        "city": "Paris",
    }
    made = await api.new_client(
        addresses=[address], selection="mainAddress { line1 line2 postalCode city }"
    )
    assert made["mainAddress"] == address


async def test_f7_the_country_is_france_unless_chosen(api: Api) -> None:
    """A French workspace's clients are French by default, and can be of any other country."""
    made = await api.new_client(selection="country countryOrigin")
    assert (made["country"], made["countryOrigin"]) == ("FR", "ORGANISATION")
    await api.done("clientUpdate", {"id": made["id"], "country": "BE"})
    now = await shown(api, made["id"], "country countryOrigin")
    assert now == {"country": "BE", "countryOrigin": "CLIENT"}


async def test_f7_the_default_country_is_stored_with_the_client(api: Api) -> None:
    """A later change of the workspace's default moves no existing client to another country."""
    before = await api.new_client(selection="country")
    await api.done("organisationUpdate", {"country": "BE"})
    after = await api.new_client(selection="country")
    assert (await shown(api, before["id"], "country"))["country"] == "FR"
    assert after["country"] == "BE"


async def test_f8_a_client_belongs_to_a_parent_company(api: Api) -> None:
    """Parent and subsidiaries show each other, and the link can be undone."""
    parent = await api.new_client("Jupiter")
    child = await api.new_client("Io", parent=parent["id"], selection="parent { name }")
    assert child["parent"] == {"name": "Jupiter"}
    below = "subsidiaries { totalCount nodes { name } }"
    found = (await shown(api, parent["id"], below))["subsidiaries"]
    assert found == {"totalCount": 1, "nodes": [{"name": "Io"}]}
    await api.done("clientUpdate", {"id": child["id"], "parent": None})
    assert await shown(api, child["id"], "parent { name }") == {"parent": None}


async def test_f8_parents_never_close_a_circle(api: Api) -> None:
    """A client cannot be its own parent, nor that of a company above it."""
    top = (await api.new_client("Sol"))["id"]
    middle = (await api.new_client("Jupiter", parent=top))["id"]
    low = (await api.new_client("Io", parent=middle))["id"]
    for parent in (top, middle, low):
        changed = {"id": top, "parent": parent}
        assert await mistakes(api, "clientUpdate", changed) == [("parent", "CYCLE")]
    assert await shown(api, top, "parent { name }") == {"parent": None}


async def test_f8_a_parent_is_in_the_same_workspace(api: Api, other: Workspace) -> None:
    """A company of another workspace is no parent: it does not exist here."""
    stranger = await other.api().new_client("Stranger")
    given = {"name": "Io", "parent": stranger["id"]}
    assert await mistakes(api, "clientCreate", given) == [("parent", "NOT_FOUND")]


async def test_f8_two_moves_at_once_never_close_a_circle(api: Api) -> None:
    """Of A under B and B under A, sent at the same time, exactly one is done."""
    for _ in range(5):
        a, b = [(await api.new_client(name))["id"] for name in ("A", "B")]
        answers = await asyncio.gather(
            mistakes(api, "clientUpdate", {"id": a, "parent": b}),
            mistakes(api, "clientUpdate", {"id": b, "parent": a}),
        )
        assert sorted(answers) == [[], [("parent", "CYCLE")]]
        parents = [await shown(api, each, "parent { id }") for each in (a, b)]
        assert sum(found["parent"] is not None for found in parents) == 1


async def test_f8_a_parent_that_is_deleted_meanwhile_is_no_parent(api: Api) -> None:
    """Of attaching to a company and deleting it, sent at the same time, exactly one is done."""
    for _ in range(5):
        parent, child = [(await api.new_client(name))["id"] for name in ("Jupiter", "Io")]
        answers = await asyncio.gather(
            mistakes(api, "clientUpdate", {"id": child, "parent": parent}),
            mistakes(api, "clientDelete", {"id": parent}),
        )
        assert answers in (
            [[], [("id", "HAS_SUBSIDIARIES")]],
            [[("parent", "NOT_FOUND")], []],
        )
        found = await shown(api, child, "parent { id }")
        assert found == {"parent": {"id": parent} if answers[0] == [] else None}


async def test_f9_the_vat_number_is_checked_and_kept(api: Api) -> None:
    """A VAT number is taken in any usual form; wrong check digits are refused."""
    typed = [{"kind": "FR_VAT", "value": "fr 27 552 032 534"}]
    made = await api.new_client(
        identifiers=typed, selection='identifier(kind: "FR_VAT") { value isValid }'
    )
    assert made["identifier"] == {"value": "FR27552032534", "isValid": True}
    wrong = {"name": "A", "identifiers": [{"kind": "FR_VAT", "value": "FR28552032534"}]}
    found = await mistakes(api, "clientCreate", wrong)
    assert found == [("identifiers.0.value", "INVALID_CHECKSUM")]


async def test_f10_the_accounting_account_is_kept(api: Api) -> None:
    """The ledger account is a text of the client, blanks at its ends removed."""
    made = await api.new_client(accountingCode=" 411GANYM ", selection="accountingCode")
    assert made["accountingCode"] == "411GANYM"


async def test_f11_the_siret_is_kept_and_gives_siren_and_vat(api: Api) -> None:
    """A SIRET brings the SIREN and the VAT number that follow from it."""
    made = await api.new_client(
        identifiers=[{"kind": "FR_SIRET", "value": "552 032 534 00646"}],
        selection="identifiers { kind { key } value formatted derivedFrom }",
    )
    found = {each["kind"]["key"]: each for each in made["identifiers"]}
    assert found["FR_SIRET"]["value"] == "55203253400646"
    assert found["FR_SIRET"]["formatted"] == "552 032 534 00646"
    assert found["FR_SIRET"]["derivedFrom"] is None
    assert (found["FR_SIREN"]["value"], found["FR_SIREN"]["derivedFrom"]) == (
        "552032534",
        "FR_SIRET",
    )
    assert (found["FR_VAT"]["value"], found["FR_VAT"]["derivedFrom"]) == (
        "FR27552032534",
        "FR_SIRET",
    )


async def test_f12_the_ape_code_is_kept(api: Api) -> None:
    """An APE code is stored in capitals; other texts are refused."""
    made = await api.new_client(activityCode="62.01z", selection="activityCode")
    assert made["activityCode"] == "62.01Z"
    refused = {"name": "A", "activityCode": "programming!"}
    found = await mistakes(api, "clientCreate", refused)
    assert found == [("activityCode", "INVALID_ACTIVITY_CODE")]


async def test_f13_a_negotiated_delay_goes_before_the_default(api: Api) -> None:
    """Terms are the client's where negotiated, else the workspace's, and say which."""
    await api.done("organisationUpdate", {"paymentTerms": {"days": 45, "endOfMonth": True}})
    made = await api.new_client(selection=TERMS)
    assert made["paymentTerms"] == {"days": 45, "endOfMonth": True, "origin": "ORGANISATION"}
    await api.done("clientUpdate", {"id": made["id"], "paymentTerms": {"days": 0}})
    negotiated = {"days": 0, "endOfMonth": False, "origin": "CLIENT"}
    assert (await shown(api, made["id"], TERMS))["paymentTerms"] == negotiated


async def test_f13_a_new_default_reaches_only_clients_without_terms(api: Api) -> None:
    """A client follows the workspace's terms until it has its own, and again without them."""
    free = await api.new_client("Free")
    bound = await api.new_client("Bound", paymentTerms={"days": 60})
    await api.done("organisationUpdate", {"paymentTerms": {"days": 14}})
    followed = {"days": 14, "endOfMonth": False, "origin": "ORGANISATION"}
    assert (await shown(api, free["id"], TERMS))["paymentTerms"] == followed
    assert (await shown(api, bound["id"], TERMS))["paymentTerms"]["days"] == 60
    await api.done("clientUpdate", {"id": bound["id"], "paymentTerms": None})
    assert (await shown(api, bound["id"], TERMS))["paymentTerms"] == followed


@pytest.mark.parametrize("days", [-1, 366])
async def test_f13_a_delay_is_a_year_at_most(api: Api, days: int) -> None:
    """A payment delay outside 0 to 365 days is refused at its place."""
    given = {"name": "A", "paymentTerms": {"days": days}}
    assert await mistakes(api, "clientCreate", given) == [("paymentTerms.days", "OUT_OF_RANGE")]


async def test_f14_the_vat_regime_is_one_of_three(api: Api) -> None:
    """Taxable by default; export or exempt, and intra-community can be chosen; nothing else."""
    made = await api.new_client(selection="vatRegime")
    assert made["vatRegime"] == "TAXABLE"
    for regime in ("EXPORT_OR_EXEMPT", "INTRA_COMMUNITY", "TAXABLE"):
        await api.done("clientUpdate", {"id": made["id"], "vatRegime": regime})
        assert await shown(api, made["id"], "vatRegime") == {"vatRegime": regime}
    unknown = 'mutation { clientCreate(input: {name: "A", vatRegime: FREE}) { client { id } } }'
    assert await api.codes(unknown) == ["GRAPHQL_VALIDATION_FAILED"]


async def test_f16_an_inactive_client_is_in_no_choice(api: Api) -> None:
    """Lists, searches, contacts and subsidiaries leave an inactive client out unless asked."""
    parent = await api.new_client("Jupiter")
    person = [{"lastName": "Galilei"}]
    gone = await api.new_client("Io", parent=parent["id"], contacts=person)
    await api.done("clientDeactivate", {"id": gone["id"]})
    assert await names(api, "") == ["Jupiter"]
    assert await names(api, '(search: "io")') == []
    assert await names(api, "(includeInactive: true)") == ["Io", "Jupiter"]
    assert await names(api, "(filter: {status: [INACTIVE]})") == ["Io"]
    contacts = await api(
        "{ hidden: contacts { totalCount } all: contacts(includeInactive: true) { totalCount } }"
    )
    assert contacts == {"hidden": {"totalCount": 0}, "all": {"totalCount": 1}}
    below = (
        "hidden: subsidiaries { totalCount } all: subsidiaries(includeInactive: true) {totalCount}"
    )
    found = await shown(api, parent["id"], below)
    assert found == {"hidden": {"totalCount": 0}, "all": {"totalCount": 1}}


async def test_f17_deactivation_deletes_nothing(api: Api) -> None:
    """An inactive client is still there with all its parts, by its id."""
    made = await api.new_client(
        "Io",
        contacts=[{"lastName": "Galilei"}],
        addresses=[{"city": "Paris"}],
        identifiers=[{"kind": "FR_SIREN", "value": "552032534"}],
    )
    parts = "name mainContact { lastName } mainAddress { city } identifiers { value }"
    before = await shown(api, made["id"], parts)
    await api.done("clientDeactivate", {"id": made["id"]})
    assert await shown(api, made["id"], parts) == before
    assert before["mainContact"] == {"lastName": "Galilei"}


async def test_f18_a_client_can_be_reactivated_at_any_time(api: Api) -> None:
    """Active and inactive can alternate as often as wanted; the lists follow."""
    made = await api.new_client("Io")
    for _ in range(2):
        await api.done("clientDeactivate", {"id": made["id"]})
        assert await names(api, "") == []
        payload = await api.done("clientActivate", {"id": made["id"]}, "client { status }")
        assert payload["client"] == {"status": "ACTIVE"}
        assert await names(api, "") == ["Io"]


async def test_f31_creating_validates_everything_at_once(api: Api) -> None:
    """One attempt names every mistake in the whole record and writes nothing."""
    given = {
        "name": "",
        "phone": "123",
        "email": "nobody",
        "contacts": [{"lastName": "Galilei", "email": "@"}],
        "addresses": [{"postalCode": "7500", "city": "Paris"}, {"postalCode": "ABCDE"}],
        "identifiers": [{"kind": "FR_SIRET", "value": "1"}],
    }
    assert sorted(await mistakes(api, "clientCreate", given)) == [
        ("addresses.1.postalCode", "INVALID_POSTAL_CODE"),
        ("contacts.0.email", "INVALID_EMAIL"),
        ("email", "INVALID_EMAIL"),
        ("identifiers.0.value", "INVALID_LENGTH"),
        ("name", "REQUIRED"),
        ("phone", "INVALID_PHONE"),
    ]
    assert await names(api, "") == []


async def test_f32_one_query_fills_the_saved_page(api: Api) -> None:
    """General information, addresses and contacts come in one query within the limits."""
    made = await api.new_client(
        "Ganymède",
        contacts=[{"lastName": "Galilei", "email": "galilei@example.org"}],
        addresses=[{"line1": "8 rue de Londres", "postalCode": "75009", "city": "Paris"}],
    )
    page = await shown(
        api,
        made["id"],
        "name status country vatRegime accountingCode activityCode website phone parent { name }"
        " identifiers { kind { key label } formatted } paymentTerms { days origin }"
        " addresses { kind formatted isDefaultForBilling }"
        " contacts(first: 25) { totalCount nodes { fullName email isMain isInvoiceRecipient } }"
        " deletability { allowed reasons { message } }",
    )
    assert page["name"] == "Ganymède"
    assert page["addresses"][0]["formatted"] == ["8 rue de Londres", "75009 Paris"]
    assert page["contacts"] == {
        "totalCount": 1,
        "nodes": [
            {
                "fullName": "Galilei",
                "email": "galilei@example.org",
                "isMain": True,
                "isInvoiceRecipient": False,
            }
        ],
    }
    assert page["deletability"] == {"allowed": True, "reasons": []}


async def test_f33_the_page_says_whether_a_client_is_active(api: Api) -> None:
    """The status is ACTIVE after creation and INACTIVE after deactivation."""
    made = await api.new_client(selection="status")
    assert made["status"] == "ACTIVE"
    await api.done("clientDeactivate", {"id": made["id"]})
    assert await shown(api, made["id"], "status") == {"status": "INACTIVE"}

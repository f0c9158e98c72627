"""Phone numbers as people of a country type them, stored in E.164."""

from __future__ import annotations

from typing import Any

import pytest

from clientgraph.testing import Api
from tests.contract.answers import mistakes

pytestmark = pytest.mark.anyio


async def stored(api: Api, typed: str, **given: Any) -> str:
    """The number of a client that would be made with it."""
    record = {"name": "Io", "phone": typed, "validateOnly": True, **given}
    payload = await api.done("clientCreate", record, "client { phone }")
    return payload["client"]["phone"]


@pytest.mark.parametrize(
    ("country", "typed", "e164"),
    [
        ("RE", "0262 90 12 34", "+262262901234"),
        ("RE", "0692 12 34 56", "+262692123456"),
        ("YT", "0269 61 12 34", "+262269611234"),
        ("GP", "0590 20 12 34", "+590590201234"),
        ("GP", "0690 30 12 34", "+590690301234"),
        ("MF", "0590 27 12 34", "+590590271234"),
        ("MQ", "0596 60 12 34", "+596596601234"),
        ("MQ", "0696 20 12 34", "+596696201234"),
        ("GF", "0594 30 12 34", "+594594301234"),
        ("NC", "28 12 34", "+687281234"),
    ],
)
async def test_overseas_numbers_are_read_with_the_records_country(
    api: Api, country: str, typed: str, e164: str
) -> None:
    """Réunion, Guadeloupe, Martinique and the others have prefixes of their own."""
    assert await stored(api, typed, country=country) == e164


@pytest.mark.parametrize(
    ("country", "typed", "e164"),
    [
        ("FR", "01 42 68 53 00", "+33142685300"),
        ("FR", "06.12.34.56.78", "+33612345678"),
        ("BE", "02 234 56 78", "+3222345678"),
        ("BE", "0470/12.34.56", "+32470123456"),
        ("LU", "27 12 34 56", "+35227123456"),
        ("NL", "020-624 1111", "+31206241111"),
        ("DE", "030 901820", "+4930901820"),
        ("CH", "044 668 18 00", "+41446681800"),
        ("GB", "020 7946 0958", "+442079460958"),
        ("ES", "91 123 45 67", "+34911234567"),
        ("IT", "06 698 1234", "+39066981234"),
        ("PT", "211 123 456", "+351211123456"),
        ("US", "(212) 736-5000", "+12127365000"),
    ],
)
async def test_national_numbers_are_read_with_the_records_country(
    api: Api, country: str, typed: str, e164: str
) -> None:
    """A number is typed as at home; Italy keeps its zero."""
    assert await stored(api, typed, country=country) == e164


@pytest.mark.parametrize(
    "typed",
    [
        "+33142685300",
        "+33 (0)1 42 68 53 00",
        "0033 1 42 68 53 00",
        "tel:+33142685300",
        "+33\u00a01\u00a042\u00a068\u00a053\u00a000",
    ],
)
async def test_international_numbers_need_no_country(api: Api, typed: str) -> None:
    """A number with its country's prefix is the same for a client of any country."""
    for country in ("FR", "BE", "RE"):
        assert await stored(api, typed, country=country) == "+33142685300"


async def test_the_workspaces_country_serves_clients_without_one(api: Api) -> None:
    """Where a client names no country, numbers are those of the workspace's."""
    assert await stored(api, "01 42 68 53 00") == "+33142685300"
    await api.done("organisationUpdate", {"country": "BE"})
    assert await stored(api, "02 234 56 78") == "+3222345678"


async def test_contacts_numbers_are_read_with_the_clients_country(api: Api) -> None:
    """Direct line, mobile and switchboard of a contact follow the client, also later."""
    person = {"phone": "0262 90 12 34", "mobile": "0692 12 34 56"}
    made = await api.new_client(
        country="RE", contacts=[person], selection="mainContact { id phone mobile }"
    )
    assert made["mainContact"]["phone"] == "+262262901234"
    assert made["mainContact"]["mobile"] == "+262692123456"
    changed = {"id": made["mainContact"]["id"], "switchboardPhone": "0262 90 00 00"}
    payload = await api.done("contactUpdate", changed, "contact { switchboardPhone }")
    assert payload["contact"] == {"switchboardPhone": "+262262900000"}


@pytest.mark.parametrize("typed", ["abc", "112", "01 42 68 53", "0262 90 12 34", "1" * 300])
async def test_other_texts_are_refused_with_advice(api: Api, typed: str) -> None:
    """What is no number of the client's country is refused, and the way out is named."""
    payload = await api.do("clientCreate", {"name": "Io", "phone": typed})
    assert [
        (error["path"], error["code"], error["message"]) for error in payload["userErrors"]
    ] == [
        (
            ["input", "phone"],
            "INVALID_PHONE",
            "This is not a phone number of this country (France). Begin with + and the country's "
            "prefix for another one.",
        )
    ]


async def test_every_number_of_a_record_is_named(api: Api) -> None:
    """Wrong numbers of the client and of its contacts are told together."""
    people = [{"lastName": "A", "phone": "1"}, {"lastName": "B", "mobile": "2"}]
    given = {"name": "Io", "phone": "0", "contacts": people}
    assert sorted(await mistakes(api, "clientCreate", given)) == [
        ("contacts.0.phone", "INVALID_PHONE"),
        ("contacts.1.mobile", "INVALID_PHONE"),
        ("phone", "INVALID_PHONE"),
    ]

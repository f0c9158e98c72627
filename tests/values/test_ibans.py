"""IBANs in the forms that people type, and what is none."""

from __future__ import annotations

import pytest

from clientgraph import values
from clientgraph.testing import Api
from tests.contract.answers import mistakes


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("BE68 5390 0754 7034", "BE68539007547034"),
        ("be68539007547034", "BE68539007547034"),
        ("BE68-5390-0754-7034", "BE68539007547034"),
        ("BE68\u00a05390\u00a00754\u00a07034", "BE68539007547034"),
        (" FR14 2004 1010 0505 0001 3M02 606 ", "FR1420041010050500013M02606"),
        ("fr1420041010050500013m02606", "FR1420041010050500013M02606"),
        ("XK05 1212 0123 4567 8906", "XK051212012345678906"),
    ],
)
def test_stored_form(typed: str, stored: str) -> None:
    """Capitals without blanks or hyphens; any bank of a country is fine."""
    assert values.iban(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "BE",
        "BE69539007547034",
        "BE6853900754703",
        "BE685390075470340",
        "BE68539007547O34",
        "GB2LABBY09012857201707",
        "GB00HLFX11016111455365",
        "GB01BARC20714583608387",
        "XX89370400440532013000",
        "IBAN BE68539007547034",
        "BE68539007547034\x00",
        "5" * 5000,
        "\u202eBE68539007547034",
    ],
)
def test_no_iban(typed: str) -> None:
    """Wrong check digits or letters in their place, lengths, countries and junk are refused."""
    with pytest.raises(values.ValueProblem) as refusal:
        values.iban(typed)
    assert refusal.value.code == "INVALID_IBAN"


@pytest.mark.anyio
async def test_the_iban_of_a_client_is_changed_and_cleared(api: Api) -> None:
    """A wrong IBAN leaves the former one; null takes it away."""
    made = await api.new_client(iban="BE68 5390 0754 7034", selection="iban")
    assert made["iban"] == "BE68539007547034"
    wrong = {"id": made["id"], "iban": "BE68 5390 0754 7035"}
    assert await mistakes(api, "clientUpdate", wrong) == [("iban", "INVALID_IBAN")]
    payload = await api.done("clientUpdate", {"id": made["id"], "iban": None}, "client { iban }")
    assert payload["client"] == {"iban": None}

"""Bank accounts of a workspace: its own, and those that are kept for one client."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from clientgraph.testing import Api, Workspace

pytestmark = pytest.mark.anyio

FRENCH = "FR76 3000 6000 0112 3456 7890 189"
BELGIAN = "BE68 5390 0754 7034"
DUTCH = "NL91 ABNA 0417 1643 00"
FIELDS = "bankAccount { id version label iban bic bank holder isDefault archivedAt client { id } }"
LIST = "{ bankAccounts { label isDefault } }"


async def add(api: Api, label: str, iban: str, **given: Any) -> Any:
    """A new account."""
    asked = {"label": label, "holder": "Observatoire SAS", "iban": iban, **given}
    return (await api.done("bankAccountCreate", asked, FIELDS))["bankAccount"]


async def mistakes(api: Api, mutation: str, given: dict[str, Any]) -> list[tuple[str, str]]:
    """Place and code of each mistake."""
    payload = await api.do(mutation, given, FIELDS)
    return sorted((".".join(each["path"][1:]), each["code"]) for each in payload["userErrors"])


async def test_an_account_is_kept_as_it_is_checked(api: Api) -> None:
    """IBAN and BIC without blanks; the first account is the default one."""
    made = await add(api, " Main  account ", FRENCH, bic="agri frpp", bank="Crédit Agricole")
    assert {**made, "id": "", "version": 0} == {
        "id": "",
        "version": 0,
        "label": "Main account",
        "iban": "FR7630006000011234567890189",
        "bic": "AGRIFRPP",
        "bank": "Crédit Agricole",
        "holder": "Observatoire SAS",
        "isDefault": True,
        "archivedAt": None,
        "client": None,
    }
    found = await api("query($id: ID!) { node(id: $id) { ... on BankAccount { label } } }", made)
    assert found["node"] == {"label": "Main account"}


async def test_every_mistake_is_told_at_once(api: Api) -> None:
    """What is missing, what is no IBAN or BIC, who is no client."""
    given = {"iban": "FR7630006000011234567890188", "bic": "AGRI", "clientId": "nobody"}
    assert await mistakes(api, "bankAccountCreate", given) == [
        ("bic", "INVALID_BIC"),
        ("clientId", "NOT_FOUND"),
        ("holder", "REQUIRED"),
        ("iban", "INVALID_IBAN"),
        ("label", "REQUIRED"),
    ]


async def test_there_is_one_default_at_most(api: Api) -> None:
    """A new default takes the former one's place; what is archived is none."""
    first = await add(api, "First", FRENCH)
    second = await add(api, "Second", BELGIAN)
    assert (first["isDefault"], second["isDefault"]) == (True, False)
    await api.done("bankAccountUpdate", {"id": second["id"], "isDefault": True})
    assert (await api(LIST))["bankAccounts"] == [
        {"label": "Second", "isDefault": True},
        {"label": "First", "isDefault": False},
    ]
    both = {"id": second["id"], "isArchived": True, "isDefault": True}
    assert await mistakes(api, "bankAccountUpdate", both) == [("isDefault", "ARCHIVED")]
    await api.done("bankAccountUpdate", {"id": second["id"], "isArchived": True})
    assert (await api(LIST))["bankAccounts"] == [{"label": "First", "isDefault": False}]
    whole = await api("{ bankAccounts(includeArchived: true) { label isDefault } }")
    assert [each["isDefault"] for each in whole["bankAccounts"]] == [False, False]


async def test_no_two_accounts_have_one_iban(api: Api) -> None:
    """Not even an archived one, and not by a change: what one client knows, no other learns."""
    first = await add(api, "First", FRENCH)
    await api.done("bankAccountUpdate", {"id": first["id"], "isArchived": True})
    second = await add(api, "Second", BELGIAN)
    client = await api.new_client("Io")
    again = {"label": "Again", "holder": "X", "iban": FRENCH.lower(), "clientId": client["id"]}
    payload = await api.do("bankAccountCreate", again)
    (error,) = payload["userErrors"]
    assert (error["code"], error["recordId"]) == ("TAKEN", first["id"])
    taken = {"id": second["id"], "iban": FRENCH}
    assert await mistakes(api, "bankAccountUpdate", taken) == [("iban", "TAKEN")]


async def test_an_account_is_kept_for_one_client_for_good(api: Api) -> None:
    """It is that client's alone, never the default, and in no list of the workspace's own."""
    io, leda = await api.new_client("Io"), await api.new_client("Leda")
    kept = await add(api, "For Io", FRENCH, clientId=io["id"])
    assert (kept["client"], kept["isDefault"]) == ({"id": io["id"]}, False)
    assert (await api(LIST))["bankAccounts"] == []
    shown = await api("{ clients { nodes { name bankAccount { label } } } }")
    assert shown["clients"]["nodes"] == [
        {"name": "Io", "bankAccount": {"label": "For Io"}},
        {"name": "Leda", "bankAccount": None},
    ]
    default = {"id": kept["id"], "isDefault": True}
    assert await mistakes(api, "bankAccountUpdate", default) == [("isDefault", "KEPT_FOR_CLIENT")]
    another = {"label": "B", "holder": "B", "iban": BELGIAN, "clientId": io["id"]}
    assert await mistakes(api, "bankAccountCreate", another) == [("clientId", "TAKEN")]
    await api.done("bankAccountUpdate", {"id": kept["id"], "isArchived": True})
    await add(api, "New", BELGIAN, clientId=io["id"])
    back = {"id": kept["id"], "isArchived": False}
    assert await mistakes(api, "bankAccountUpdate", back) == [("isArchived", "TAKEN")]
    await add(api, "For Leda", DUTCH, clientId=leda["id"])


async def test_an_account_goes_with_its_client(api: Api) -> None:
    """A deleted client takes it along: it never becomes anybody else's by itself."""
    client = await api.new_client("Io")
    kept = await add(api, "For Io", FRENCH, clientId=client["id"])
    await api.done("clientDelete", {"id": client["id"]})
    found = await api("query($id: ID!) { node(id: $id) { id } }", {"id": kept["id"]})
    assert found["node"] is None


async def test_what_was_kept_for_a_client_is_told_to_no_other(api: Api) -> None:
    """Also after the account has another IBAN, is deleted, or the client is: it may pay there."""
    io, leda = await api.new_client("Io"), await api.new_client("Leda")
    for_leda = {"label": "L", "holder": "H", "clientId": leda["id"]}
    kept = await add(api, "For Io", FRENCH, clientId=io["id"])
    await api.done("bankAccountUpdate", {"id": kept["id"], "iban": BELGIAN})
    refused = [("iban", "IBAN_OF_OTHER_CLIENT")]
    assert await mistakes(api, "bankAccountCreate", {**for_leda, "iban": FRENCH}) == refused
    await api.done("bankAccountDelete", {"id": kept["id"]})
    await add(api, "For Io again", FRENCH, clientId=io["id"])
    await api.done("clientDelete", {"id": io["id"]})
    for iban in (FRENCH, BELGIAN):
        assert await mistakes(api, "bankAccountCreate", {**for_leda, "iban": iban}) == refused
        for_all = {"label": "All", "holder": "H", "iban": iban}
        assert await mistakes(api, "bankAccountCreate", for_all) == refused
    made = await add(api, "For Leda", DUTCH, clientId=leda["id"])
    changed = {"id": made["id"], "iban": FRENCH}
    assert await mistakes(api, "bankAccountUpdate", changed) == refused


@pytest.mark.parametrize("country", ["FR", "RE", "BE", "CH", "GB", "NO", "RS"])
async def test_clients_in_the_sepa_area_can_have_one(api: Api, country: str) -> None:
    """Wherever a SEPA transfer begins."""
    client = await api.new_client("Io", country=country)
    assert (await add(api, "Kept", FRENCH, clientId=client["id"]))["client"] == {"id": client["id"]}


@pytest.mark.parametrize("country", ["US", "TR", "RU", "NC", "MA"])
async def test_clients_outside_of_it_cannot(api: Api, country: str) -> None:
    """Transfers from there do not reach such an account."""
    client = await api.new_client("Io", country=country)
    given = {"label": "K", "holder": "K", "iban": FRENCH, "clientId": client["id"]}
    assert await mistakes(api, "bankAccountCreate", given) == [("clientId", "OUTSIDE_SEPA")]


async def test_writers_at_the_same_time_leave_one_of_each(workspace: Workspace) -> None:
    """Of two that add one IBAN, or make two accounts the default, one goes first."""
    apis = [workspace.api("OWNER"), workspace.api("ADMIN")]
    given = {"label": "Race", "holder": "H", "iban": FRENCH}
    done = await asyncio.gather(*(api.do("bankAccountCreate", given) for api in apis))
    codes = sorted([error["code"] for error in each["userErrors"]] for each in done)
    assert codes == [[], ["TAKEN"]]
    others = [await add(apis[0], iban[:2], iban) for iban in (BELGIAN, DUTCH)]
    await asyncio.gather(
        *(
            api.done("bankAccountUpdate", {"id": each["id"], "isDefault": True})
            for api, each in zip(apis, others, strict=True)
        )
    )
    found = (await apis[0](LIST))["bankAccounts"]
    assert [each["isDefault"] for each in found] == [True, False, False]

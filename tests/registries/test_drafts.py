"""What a draft holds is what `clientCreate` takes, whatever the registry answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, GraphQLObjectType, get_named_type
from tests.invoicing import with_plugin
from tests.registries.declared import PLACE, plain, plugin, registry
from tests.registries.questions import company, search

from clientgraph import Company, CompanyAddress, CompanyCandidate
from clientgraph.config import Settings
from clientgraph.plugins import Plugins
from clientgraph.schema import Schema
from clientgraph.testing import Api, Workspace, running

pytestmark = pytest.mark.anyio

CREATE = """mutation($input: ClientCreateInput!) {
  clientCreate(input: $input) {
    client {
      name tradingName kind country activityCode website email phone
      identifiers { kind { key } value derivedFrom }
      addresses {
        label kind line1 line2 streetNumber box postalCode city region country
      }
    }
    userErrors { path code }
  }
}"""


def test_a_draft_has_the_names_and_types_of_the_input() -> None:
    """Each field of a draft is one of the input of the same type; nothing is renamed."""
    types = Schema.with_plugins(Plugins({})).core.type_map
    for draft, given in (
        ("ClientDraft", "ClientCreateInput"),
        ("AddressDraft", "AddressInput"),
        ("IdentifierDraft", "IdentifierInput"),
    ):
        shown, taken = types[draft], types[given]
        assert isinstance(shown, GraphQLObjectType)
        assert isinstance(taken, GraphQLInputObjectType)
        for name, item in shown.fields.items():
            inner = get_named_type(item.type).name
            assert get_named_type(taken.fields[name].type).name in (
                inner,
                inner.replace("Draft", "Input"),
            )


async def created(api: Api, draft: dict[str, Any]) -> Any:
    """The client that the draft makes, sent as it was answered."""
    payload = (await api(CREATE, {"input": draft}))["clientCreate"]
    assert payload["userErrors"] == []
    client = payload["client"]
    client["identifiers"] = [
        {"kind": each["kind"]["key"], "value": each["value"]}
        for each in client["identifiers"]
        if each["derivedFrom"] is None
    ]
    return client


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("FR_SIRET", "48744469700428"),
        ("FR_SIREN", "552032534"),
        ("FR_SIREN", "217500016"),
        ("FR_SIRET", "88087814500015"),
    ],
)
async def test_a_draft_sent_back_makes_exactly_that_client(
    asking: Api, kind: str, value: str
) -> None:
    """All fields selected and sent unchanged: the client equals the draft."""
    draft = (await company(asking, value, kind))["draft"]
    assert await created(asking, draft) == draft


async def test_two_establishments_of_one_company_become_two_clients(asking: Api) -> None:
    """What they have in common follows from their own numbers, and is in nobody's way."""
    draft = (await company(asking, "48744469700428"))["draft"]
    await created(asking, draft)
    other = {**draft, "identifiers": [{"kind": "FR_SIRET", "value": "48744469700014"}]}
    await created(asking, other)


BAD: dict[str, Any] = {
    "trading_name": "x" * 501,
    "kind": "ROBOT",
    "activity_code": "éé",
    "website": "not a host",
    "email": "a@@b",
    "phone": "12",
}


@pytest.mark.parametrize("name", sorted(BAD))
async def test_a_bad_value_is_left_out(settings: Settings, workspace: Workspace, name: str) -> None:
    """The others stand, and the draft makes a client."""
    good = {
        "trading_name": "Gany",
        "kind": "PUBLIC_BODY",
        "activity_code": "62.02a",
        "website": "ganymede.fr",
        "email": "a@GANYMEDE.fr",
        "phone": "01 42 68 53 00",
    }
    stored = {
        "tradingName": "Gany",
        "kind": "PUBLIC_BODY",
        "activityCode": "62.02A",
        "website": "https://ganymede.fr",
        "email": "a@ganymede.fr",
        "phone": "+33142685300",
    }
    answer = replace(plain(), **{**good, name: BAD[name]})
    draft = await drafted(settings, workspace, answer)
    shown = {"trading_name": "tradingName", "activity_code": "activityCode"}.get(name, name)
    assert {key: draft[key] for key in stored} == {**stored, shown: None}


async def drafted(settings: Settings, workspace: Workspace, answer: Company) -> Any:
    """The draft of an answer, after a client was made of it."""
    plugins = with_plugin("plain", plugin(registry(lookup=lambda _kind, _value: answer)))
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api()
        found = await company(api, "48744469700428")
        assert found["status"] == "FOUND"
        made = await created(api, found["draft"])
    assert made == {**found["draft"], "kind": found["draft"]["kind"] or "COMPANY"}
    return found["draft"]


@pytest.mark.parametrize(
    ("bad", "left"),
    [
        ({"postal_code": "ABC"}, {"postalCode": None}),
        ({"country": "ZZ"}, {"country": "FR"}),
        ({"line1": "x" * 501}, {"line1": None}),
        ({"city": "\x01"}, {"city": None}),
        ({"box": "x" * 41, "label": "\x01"}, {"box": None, "label": None}),
    ],
)
async def test_a_bad_part_of_an_address_is_left_out(
    settings: Settings, workspace: Workspace, bad: dict[str, Any], left: dict[str, Any]
) -> None:
    """The rest of the address stands."""
    answer = replace(plain(), addresses=[replace(PLACE, **bad)])
    (address,) = (await drafted(settings, workspace, answer))["addresses"]
    assert address == {
        "label": "Siège",
        "kind": "MAIN",
        "line1": "128 rue La Boétie",
        "line2": None,
        "streetNumber": None,
        "box": "4",
        "postalCode": "75008",
        "city": "Paris",
        "region": None,
        "country": "FR",
        **left,
    }


async def test_an_address_without_a_place_is_left_out(
    settings: Settings, workspace: Workspace
) -> None:
    """The next one is the main one then."""
    empty = CompanyAddress(label="Office", postal_code="ABC")
    elsewhere = CompanyAddress(line1="Rue Haute 1", postal_code="1000", city="X", country="BE")
    answer = replace(plain(), addresses=[empty, PLACE, elsewhere])
    found = (await drafted(settings, workspace, answer))["addresses"]
    assert [(each["kind"], each["country"]) for each in found] == [("MAIN", "FR"), ("OTHER", "BE")]


HOME = {
    "activity_code": "62.02A",
    "website": "ganymede.fr",
    "email": "a@ganymede.fr",
    "phone": "01 42 68 53 00",
}


async def test_the_home_of_a_natural_person_is_left_out(
    settings: Settings, workspace: Workspace
) -> None:
    """Of its address the town is left, and nothing to reach it by."""
    elsewhere = replace(PLACE, city="Lyon")
    answer = replace(plain(), kind="INDIVIDUAL", addresses=[PLACE, elsewhere], **HOME)
    draft = await drafted(settings, workspace, answer)
    (address,) = draft.pop("addresses")
    told = {name: value for name, value in address.items() if value is not None}
    assert told == {"kind": "MAIN", "city": "Paris", "country": "FR"}
    assert {name for name, value in draft.items() if value is not None} == {
        "name",
        "kind",
        "country",
        "activityCode",
        "identifiers",
    }


async def test_a_home_without_a_town_is_no_address(
    settings: Settings, workspace: Workspace
) -> None:
    """Nothing is left of it."""
    home = replace(PLACE, city=None)
    draft = await drafted(
        settings, workspace, replace(plain(), kind="INDIVIDUAL", addresses=[home])
    )
    assert draft["addresses"] == []


@pytest.mark.parametrize(
    ("kind", "shown"),
    [("INDIVIDUAL", (None, None, "Paris")), ("COMPANY", ("7 rue Haute", "75008", "Paris"))],
)
async def test_candidates_tell_no_home(
    settings: Settings, workspace: Workspace, kind: str, shown: tuple[str | None, ...]
) -> None:
    """The town is enough to tell persons of one name apart."""
    one = CompanyCandidate(
        name="Jeanne Martin",
        identifiers={"FR_SIREN": "552032534"},
        address="7 rue Haute",
        postal_code="75008",
        city="Paris",
        kind=kind,
    )
    known = registry(search=lambda _text, _country, _most: [one])
    async with running(settings, with_plugin("plain", plugin(known))) as client:
        found = await search(replace(workspace, client=client).api(), "martin")
    (told,) = found["results"]
    assert (told["address"], told["postalCode"], told["city"]) == shown


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({}, {"FR_SIRET": "48744469700428"}),
        ({"FR_SIREN": "487 444 697"}, {"FR_SIRET": "48744469700428"}),
        ({"BE_ENTERPRISE": "1", "NO_SUCH_KIND": "1"}, {"FR_SIRET": "48744469700428"}),
        (
            {"FR_SIRET": "48744469700428", "FR_VAT": "FR27552032534"},
            {"FR_SIRET": "48744469700428"},
        ),
        (
            {"FR_VAT": "FR59487444697", "FR_SIRET": "48744469700428"},
            {"FR_SIRET": "48744469700428"},
        ),
        (
            {"FR_SIRET": "48744469700428", "LEI": "923257KUD7LAJWSQ7D49"},
            {"FR_SIRET": "48744469700428", "LEI": "923257KUD7LAJWSQ7D49"},
        ),
    ],
)
async def test_identifiers_of_a_draft(
    settings: Settings, workspace: Workspace, given: dict[str, str], kept: dict[str, str]
) -> None:
    """Only those that their kinds take, none twice in another form, none against another."""
    draft = await drafted(settings, workspace, replace(plain(), identifiers=given))
    assert {each["kind"]: each["value"] for each in draft["identifiers"]} == kept


@pytest.mark.parametrize(
    "given",
    [
        {"FR_SIRET": ""},
        {"FR_SIRET": "1"},
        {"FR_SIRET": "55203253400703"},
        {"FR_SIREN": "552032534"},
        {"FR_VAT": "FR27552032534", "FR_SIRET": "55203253400703"},
    ],
)
async def test_another_company_is_no_answer(
    settings: Settings, workspace: Workspace, given: dict[str, str]
) -> None:
    """One whose number is another, cannot be read, or does not agree with the one asked for."""
    answer = replace(plain(), identifiers=given)
    known = registry(lookup=lambda _kind, _value: answer)
    async with running(settings, with_plugin("plain", plugin(known))) as client:
        found = await company(replace(workspace, client=client).api(), "48744469700428")
    assert (found["status"], found["draft"]) == ("UNAVAILABLE", None)
    assert found["source"]["registry"] == "FR_PLAIN"

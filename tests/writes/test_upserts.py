"""``clientsUpsert``: many clients made or changed in one call, by the rules of one at a time."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from clientgraph.testing import Api, Workspace

pytestmark = pytest.mark.anyio

BY_REFERENCE = {"field": "EXTERNAL_REFERENCE"}
RESULTS = (
    "created updated unchanged failed results { position action client { id name version }"
    " userErrors { path code message } warnings { path code } }"
)


def person(number: int) -> dict[str, Any]:
    """A record with parts."""
    return {
        "name": f"Firm {number}",
        "externalReference": f"X{number}",
        "email": f"info@{number}.example",
        "contacts": [{"lastName": "Doe", "email": f"doe@{number}.example"}],
        "addresses": [{"line1": "1 rue Haute", "postalCode": "75001", "city": "Paris"}],
    }


async def upsert(api: Api, *records: dict[str, Any], **given: Any) -> Any:
    """The payload of one call."""
    return await api.do(
        "clientsUpsert", {"matchBy": BY_REFERENCE, "records": list(records), **given}, RESULTS
    )


def actions(payload: Any) -> list[str]:
    """What became of each record."""
    return [each["action"] for each in payload["results"]]


def codes(payload: Any) -> list[tuple[str, str]]:
    """The mistakes: place and code."""
    return [(".".join(each["path"][1:]), each["code"]) for each in payload["userErrors"]]


async def clients(api: Api) -> list[str]:
    """The names of all clients."""
    found = await api("{ clients(first: 100, includeInactive: true) { nodes { name } } }")
    return [each["name"] for each in found["clients"]["nodes"]]


async def test_new_records_are_made_whole(api: Api) -> None:
    """With their parts, references of ours and custom fields, in the order of the input."""
    labels = [{"language": "en", "text": "Size"}]
    definition = {"on": "CLIENT", "key": "size", "type": "NUMBER", "labels": labels}
    await api.done("customFieldDefinitionCreate", definition)
    made = [{**person(n), "customFields": [{"key": "size", "value": n}]} for n in range(3)]
    payload = await upsert(api, *made)
    assert payload["userErrors"] == []
    assert actions(payload) == ["CREATED"] * 3
    assert (payload["created"], payload["failed"]) == (3, 0)
    found = await api(
        "{ clients { nodes { name reference mainContact { email } addresses { city }"
        " customFields { ... on NumberValue { number } } } } }"
    )
    assert found["clients"]["nodes"] == [
        {
            "name": f"Firm {n}",
            "reference": f"C0000{n + 1}",
            "mainContact": {"email": f"doe@{n}.example"},
            "addresses": [{"city": "Paris"}],
            "customFields": [{"number": n}],
        }
        for n in range(3)
    ]


async def test_a_call_again_changes_nothing(api: Api) -> None:
    """The same records again are unchanged, versions and all; what differs is updated."""
    records = [{key: person(n)[key] for key in ("name", "externalReference")} for n in range(3)]
    first = await upsert(api, *records)
    assert actions(await upsert(api, *records)) == ["UNCHANGED"] * 3
    records[1]["name"] = "Other"
    again = await upsert(api, *records)
    assert actions(again) == ["UNCHANGED", "UPDATED", "UNCHANGED"]
    versions = [each["client"]["version"] for each in again["results"]]
    assert versions == [1, 2, 1]
    assert [each["client"]["id"] for each in again["results"]] == [
        each["client"]["id"] for each in first["results"]
    ]


async def test_each_sort_of_value_is_compared(api: Api) -> None:
    """Categories, members, identifiers and custom fields count as changes, too."""
    labels = [{"language": "en", "text": "Size"}]
    definition = {"on": "CLIENT", "key": "size", "type": "NUMBER", "labels": labels}
    await api.done("customFieldDefinitionCreate", definition)
    category = await api.done("categoryCreate", {"name": "Moon"}, "category { id }")
    member = {"name": "Ada", "email": "ada@person.example", "role": "MEMBER"}
    ada = await api.done("memberCreate", member, "member { id }")
    plain = {"name": "Io", "externalReference": "X1"}
    await upsert(api, plain)
    for part in (
        {"categories": [category["category"]["id"]]},
        {"assignees": [ada["member"]["id"]]},
        {"identifiers": [{"kind": "FR_SIREN", "value": "732829320"}]},
        {"customFields": [{"key": "size", "value": 3}]},
        {"phone": "01 44 55 66 77"},
        {"country": "BE"},
    ):
        assert actions(await upsert(api, {**plain, **part})) == ["UPDATED"], part
        assert actions(await upsert(api, {**plain, **part})) == ["UNCHANGED"], part


async def test_one_mistake_stops_all(api: Api) -> None:
    """Every mistake is told at its place, with the record and with the call; nothing is written."""
    bad = {**person(1), "contacts": [{"lastName": "Doe", "email": "nowhere"}], "iban": "FR00"}
    payload = await upsert(api, person(0), bad, {"externalReference": "X2"})
    assert codes(payload) == [
        ("records.1.iban", "INVALID_IBAN"),
        ("records.1.contacts.0.email", "INVALID_EMAIL"),
        ("records.2.name", "REQUIRED"),
    ]
    assert actions(payload) == ["LEFT_OUT", "FAILED", "FAILED"]
    assert [each["path"][1:] for each in payload["results"][2]["userErrors"]] == [
        ["records", "2", "name"]
    ]
    assert [each["client"] for each in payload["results"]] == [None] * 3
    assert await clients(api) == []


async def test_bad_records_can_be_skipped(api: Api) -> None:
    """The others are written."""
    bad = {**person(1), "contacts": [{"lastName": "Doe", "email": "nowhere"}]}
    payload = await upsert(api, person(0), bad, person(2), skipInvalid=True)
    assert actions(payload) == ["CREATED", "FAILED", "CREATED"]
    assert codes(payload) == [("records.1.contacts.0.email", "INVALID_EMAIL")]
    assert await clients(api) == ["Firm 0", "Firm 2"]


async def test_mistakes_are_told_in_the_callers_language(workspace: Workspace) -> None:
    """As everywhere."""
    told = set()
    for language in ("en", "fr", "nl", "de"):
        same = {"name": "Io", "externalReference": "X"}
        payload = await upsert(workspace.api(language=language), same, same)
        told |= {each["message"] for each in payload["userErrors"]}
    assert len(told) == 8


async def test_a_key_stands_for_one_record(api: Api) -> None:
    """Each of several names another; a record without a key is a mistake."""
    same = {"name": "Io", "externalReference": "X"}
    payload = await upsert(api, same, person(1), same, {"name": "Leda"}, skipInvalid=True)
    assert codes(payload) == [
        ("records.0.externalReference", "DUPLICATE_IN_CALL"),
        ("records.2.externalReference", "DUPLICATE_IN_CALL"),
        ("records.3.externalReference", "REQUIRED"),
    ]
    messages = [each["message"] for each in payload["userErrors"]]
    assert "Record 2 " in messages[0]
    assert "Record 0 " in messages[1]
    assert await clients(api) == ["Firm 1"]


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ({"field": "REFERENCE"}, {"reference": "R1"}),
        ({"field": "EMAIL"}, {"email": "Io@firm.example"}),
        (
            {"identifier": "FR_SIRET"},
            {"identifiers": [{"kind": "FR_SIRET", "value": "73282932000074"}]},
        ),
    ],
)
async def test_any_key_finds_its_client(
    api: Api, key: dict[str, str], values: dict[str, Any]
) -> None:
    """By our reference, by the address of the company, by a number in any form."""
    made = await api.new_client("Io", **values)
    typed = {
        "reference": " R1 ",
        "email": "IO@FIRM.EXAMPLE",
        "identifiers": [{"kind": "FR_SIRET", "value": "732 829 320 00074"}],
    }
    (name,) = values
    payload = await upsert(api, {"name": "Leda", name: typed[name]}, matchBy=key)
    assert actions(payload) == ["UPDATED"]
    assert payload["results"][0]["client"] == {"id": made["id"], "name": "Leda", "version": 2}


async def test_a_key_must_be_one(api: Api) -> None:
    """Kinds that are unknown or shared, and addresses that several clients have."""
    for kind, code in (("XX_NONE", "UNKNOWN_IDENTIFIER_KIND"), ("FR_APE", None)):
        payload = await upsert(api, {"name": "Io"}, matchBy={"identifier": kind})
        if code:
            assert codes(payload) == [("matchBy.identifier", code)]
            assert payload["results"] is None
    await api.done("organisationUpdate", {"emailUniqueness": "WARN"})
    for name in ("Io", "Leda"):
        await api.new_client(name, email="info@firm.example")
    payload = await upsert(
        api, {"name": "Thebe", "email": "info@firm.example"}, matchBy={"field": "EMAIL"}
    )
    assert codes(payload) == [("records.0.email", "AMBIGUOUS_KEY")]


async def test_versions_hold_for_each_record(api: Api) -> None:
    """A client that has moved on fails alone, and is shown as it is."""
    await upsert(api, person(0), person(1))
    await upsert(api, {"externalReference": "X0", "name": "Moved"})
    payload = await upsert(
        api,
        {"externalReference": "X0", "name": "A", "expectedVersion": 1},
        {"externalReference": "X1", "name": "B", "expectedVersion": 1},
        {"externalReference": "X2", "name": "C", "expectedVersion": 1},
        skipInvalid=True,
    )
    assert actions(payload) == ["FAILED", "UPDATED", "FAILED"]
    assert codes(payload) == [
        ("records.0.expectedVersion", "VERSION_CONFLICT"),
        ("records.2.expectedVersion", "NOT_FOUND"),
    ]
    assert payload["results"][0]["client"]["name"] == "Moved"


async def test_records_do_not_take_from_each_other(api: Api) -> None:
    """What must be one's alone is so within the call, too: the later record fails."""
    labels = [{"language": "en", "text": "Badge"}]
    definition = {"on": "CLIENT", "key": "badge", "type": "TEXT", "labels": labels, "unique": True}
    await api.done("customFieldDefinitionCreate", definition)
    shared: dict[str, Any] = {
        "reference": "R",
        "email": "info@shared.example",
        "identifiers": [{"kind": "FR_SIREN", "value": "732829320"}],
        "customFields": [{"key": "badge", "value": "B"}],
    }
    first = {"externalReference": "X0", "name": "Io", **shared}
    payload = await upsert(
        api, first, {"externalReference": "X1", "name": "Leda", **shared}, skipInvalid=True
    )
    assert actions(payload) == ["CREATED", "FAILED"]
    assert sorted(codes(payload)) == [
        ("records.1.customFields.0.value", "DUPLICATE_IN_CALL"),
        ("records.1.email", "DUPLICATE_IN_CALL"),
        ("records.1.identifiers.0.value", "DUPLICATE_IN_CALL"),
        ("records.1.reference", "DUPLICATE_IN_CALL"),
    ]
    again = {"externalReference": "X1", "name": "Leda", **shared}
    assert {code for _, code in codes(await upsert(api, again))} == {"TAKEN", "IDENTIFIER_TAKEN"}


async def test_parents_of_one_call_make_no_circle(api: Api) -> None:
    """Each move must hold together with the others."""
    made = await upsert(api, person(0), person(1))
    ids = [each["client"]["id"] for each in made["results"]]
    payload = await upsert(
        api,
        {"externalReference": "X0", "parent": ids[1]},
        {"externalReference": "X1", "parent": ids[0]},
        skipInvalid=True,
    )
    assert actions(payload) == ["UPDATED", "FAILED"]
    assert codes(payload) == [("records.1.parent", "CYCLE")]


async def test_parts_of_known_clients_stay(api: Api) -> None:
    """They are changed by mutations of their own; the payload says so."""
    await upsert(api, person(0))
    other = {**person(0), "contacts": [{"lastName": "Roe"}]}
    payload = await upsert(api, other)
    assert actions(payload) == ["UNCHANGED"]
    assert payload["results"][0]["warnings"] == [
        {"path": ["input", "records", "0", name], "code": "PARTS_KEPT"}
        for name in ("contacts", "addresses")
    ]
    found = await api("{ contacts { nodes { lastName } } }")
    assert found["contacts"]["nodes"] == [{"lastName": "Doe"}]


async def test_templates_begin_new_records(api: Api) -> None:
    """The default one, a named one, or none; known clients are not begun anew."""
    defaults = {"currency": "CHF"}
    await api.done("clientTemplateCreate", {"name": "A", "isDefault": True, "defaults": defaults})
    given = {"name": "B", "defaults": {"currency": "USD"}}
    other = await api.done("clientTemplateCreate", given, "clientTemplate { id }")
    records = [
        {"name": "Io", "externalReference": "X0"},
        {"name": "Leda", "externalReference": "X1", "template": other["clientTemplate"]["id"]},
        {"name": "Thebe", "externalReference": "X2", "template": None},
        {"name": "Bad", "externalReference": "X3", "template": "nothing"},
    ]
    payload = await upsert(api, *records, skipInvalid=True)
    assert codes(payload) == [("records.3.template", "NOT_FOUND")]
    found = await api("{ clients { nodes { name currency } } }")
    assert found["clients"]["nodes"] == [
        {"name": "Io", "currency": "CHF"},
        {"name": "Leda", "currency": "USD"},
        {"name": "Thebe", "currency": "EUR"},
    ]


async def test_a_call_takes_a_thousand_records(api: Api) -> None:
    """And not one more."""
    records = [{"name": f"F{n}", "externalReference": f"X{n}"} for n in range(1_001)]
    payload = await upsert(api, *records)
    assert codes(payload) == [("records", "TOO_MANY")]
    payload = await upsert(api, *records[:1_000])
    assert (payload["created"], len(payload["results"])) == (1_000, 1_000)


async def test_two_calls_at_once_make_one_client(api: Api) -> None:
    """The later one finds what the earlier one made."""
    calls = await asyncio.gather(*(upsert(api, person(0), person(1)) for _ in range(4)))
    found = sorted(actions(each)[0] for each in calls)
    assert found == ["CREATED", "UNCHANGED", "UNCHANGED", "UNCHANGED"]
    assert await clients(api) == ["Firm 0", "Firm 1"]


async def test_the_same_key_answers_the_first_answer(api: Api) -> None:
    """Records that failed are part of it."""
    given = {"idempotencyKey": "import 1", "skipInvalid": True}
    first = await upsert(api, person(0), {"externalReference": "X1"}, **given)
    assert actions(first) == ["CREATED", "FAILED"]
    assert await upsert(api, person(0), {"externalReference": "X1"}, **given) == first


async def test_a_call_costs_by_its_records(api: Api) -> None:
    """Ten points and one for every two records, as variables or not; their clients are free."""
    kind = "ClientsUpsertInput"
    text = f"mutation($input: {kind}!) {{ clientsUpsert(input: $input) {{ {RESULTS} }} }}"
    for number, points in ((1, 11), (10, 15), (101, 61)):
        records = [{"name": "Io", "externalReference": f"X{n}"} for n in range(number)]
        given = {"matchBy": BY_REFERENCE, "records": records, "validateOnly": True}
        answer = await api.answer(text, {"input": given})
        assert answer["extensions"]["cost"]["requested"] == points
        assert answer["extensions"]["cost"]["nodes"] == 1 + 4 * number
    listed = '[{name: "A"}, {name: "B"}, {name: "C"}]'
    given_in_text = f"{{matchBy: {{field: EMAIL}}, records: {listed}}}"
    written = f"mutation {{ clientsUpsert(input: {given_in_text}) {{ failed }} }}"
    assert (await api.answer(written))["extensions"]["cost"]["requested"] == 12

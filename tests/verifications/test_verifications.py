"""Verifications are started at once, answered later, and kept."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from clientgraph import Unavailable, global_ids
from clientgraph.config import Settings
from clientgraph.storage.scope import Scope
from clientgraph.testing import Api, Workspace, Workspaces, running
from tests.invoicing import with_plugin
from tests.verifications.asking import FIELDS, SIREN, settled, start, verifications
from tests.verifications.oracle import BUSY, INVALID, VALID, Oracle, plugin

pytestmark = pytest.mark.anyio


async def test_what_is_started_is_answered(
    asking: Api, oracle: Oracle, workspace: Workspace
) -> None:
    """It is PENDING at once; the answer comes with its evidence, source and dates."""
    client = await asking.new_client(identifiers=SIREN)
    begun = await start(asking, client["id"])
    assert [(each["identifierKind"], each["status"], each["attempts"]) for each in begun] == [
        ("FR_SIREN", "PENDING", 0),
        ("FR_VAT", "PENDING", 0),
    ]
    vat, siren = await settled(asking, client["id"])
    assert (vat["identifierKind"], vat["identifierValue"]) == ("FR_VAT", "FR44732829320")
    assert (siren["status"], siren["result"], siren["code"]) == ("VALID", "VALID", "OK")
    assert siren["evidence"] == {"number": "W-1", "name": "Ganymède"}
    assert (siren["attribution"], siren["attempts"]) == ("Delphi", 1)
    assert siren["verifier"] == {
        "key": "ORACLE",
        "label": "Oracle",
        "identifierKinds": ["FR_SIREN", "FR_VAT"],
    }
    assert (siren["nextTryAt"], siren["replacedAt"]) == (None, None)
    checked, until = (datetime.fromisoformat(siren[each]) for each in ("checkedAt", "validUntil"))
    assert until - checked == timedelta(days=30)
    asked = oracle.subjects(workspace.id)
    assert sorted((each.kind, each.value, each.name, each.country) for each in asked) == [
        ("FR_SIREN", "732829320", "Ganymède", "FR"),
        ("FR_VAT", "FR44732829320", "Ganymède", "FR"),
    ]


async def test_one_kind_can_be_chosen(asking: Api) -> None:
    """Of the identifiers only that one, and by that verifier."""
    client = await asking.new_client(identifiers=SIREN)
    begun = await start(asking, client["id"], verifier="ORACLE", identifierKind="FR_VAT")
    assert [each["identifierKind"] for each in begun] == ["FR_VAT"]


@pytest.mark.parametrize(
    ("given", "path", "code"),
    [
        ({"verifier": "PYTHIA"}, ["input", "verifier"], "UNKNOWN_VERIFIER"),
        ({"identifierKind": "XX"}, ["input", "identifierKind"], "UNKNOWN_IDENTIFIER_KIND"),
        ({"identifierKind": "BE_VAT"}, ["input", "clientId"], "NOTHING_TO_VERIFY"),
        ({"clientId": "client_" + "0" * 32}, ["input", "clientId"], "NOT_FOUND"),
    ],
)
async def test_mistakes_are_told(
    asking: Api,
    oracle: Oracle,
    workspace: Workspace,
    given: dict[str, str],
    path: list[str],
    code: str,
) -> None:
    """Where and what; nothing is started."""
    client = await asking.new_client(identifiers=SIREN)
    payload = await asking.do("verificationStart", {"clientId": client["id"], **given})
    assert [(each["path"], each["code"]) for each in payload["userErrors"]] == [(path, code)]
    assert await verifications(asking, client["id"]) == []
    assert oracle.subjects(workspace.id) == []


async def test_an_answer_is_replaced_and_kept(asking: Api, oracle: Oracle) -> None:
    """The earlier one counts until the later one is there, and stays as evidence."""
    client = await asking.new_client(identifiers=SIREN)
    await start(asking, client["id"], identifierKind="FR_SIREN")
    (first,) = await settled(asking, client["id"])
    oracle.answer = BUSY
    await start(asking, client["id"], identifierKind="FR_SIREN")
    waiting, standing = await settled(asking, client["id"])
    assert (waiting["status"], waiting["code"], waiting["result"]) == ("PENDING", "BUSY", None)
    assert (standing["id"], standing["status"]) == (first["id"], "VALID")
    oracle.answer = INVALID
    again = await start(asking, client["id"], identifierKind="FR_SIREN")
    assert [each["id"] for each in again] == [waiting["id"]]
    (second,) = await settled(
        asking, client["id"], until=lambda found: all(each["result"] for each in found)
    )
    assert (second["id"], second["status"], second["attempts"]) == (waiting["id"], "INVALID", 2)
    kept = (await verifications(asking, client["id"], "(includeReplaced: true)"))[1]
    assert (kept["id"], kept["status"], kept["result"]) == (first["id"], "STALE", "VALID")
    assert kept["evidence"] == first["evidence"]
    assert kept["replacedAt"] == second["checkedAt"]


async def test_pending_ones_are_put_off(asking: Api, oracle: Oracle) -> None:
    """As long as the verifier asks for, or else longer each time."""
    oracle.answer = BUSY
    client = await asking.new_client(identifiers=SIREN)
    await start(asking, client["id"], identifierKind="FR_SIREN")
    (waiting,) = await settled(asking, client["id"])
    assert 3500 < _seconds_until(waiting["nextTryAt"]) < 3700
    oracle.answer = replace(BUSY, retry_after=None)
    pauses = []
    for attempts in (2, 3):
        await start(asking, client["id"], identifierKind="FR_SIREN")
        (waiting,) = await settled(
            asking,
            client["id"],
            until=lambda found: found[0]["attempts"] == attempts,  # noqa: B023
        )
        pauses.append(_seconds_until(waiting["nextTryAt"]))
    assert 40 < pauses[0] < 62
    assert 90 < pauses[1] < 122


def _seconds_until(moment: str) -> float:
    return (datetime.fromisoformat(moment) - datetime.now(UTC)).total_seconds()


async def test_it_is_asked_again_by_itself(
    asking: Api, oracle: Oracle, workspace: Workspace
) -> None:
    """As soon as the pause is over, without a word from anybody."""
    oracle.answer = replace(BUSY, retry_after=1)
    client = await asking.new_client(identifiers=SIREN)
    await start(asking, client["id"], identifierKind="FR_SIREN")
    await settled(asking, client["id"])
    oracle.answer = VALID
    (found,) = await settled(
        asking, client["id"], until=lambda found: all(each["result"] for each in found)
    )
    assert (found["status"], found["attempts"]) == ("VALID", len(oracle.subjects(workspace.id)))


async def test_a_changed_identifier_makes_it_stale(asking: Api) -> None:
    """The answer was about another one; put back, it counts again."""
    client = await asking.new_client(identifiers=SIREN)
    await start(asking, client["id"], identifierKind="FR_SIREN")
    (valid,) = await settled(asking, client["id"])
    assert valid["status"] == "VALID"
    for identifiers, status in (([], "STALE"), (SIREN, "VALID")):
        given = {"id": client["id"], "identifiers": identifiers}
        await asking.done("clientUpdate", given)
        (found,) = await verifications(asking, client["id"])
        assert (found["status"], found["result"]) == (status, "VALID")


async def test_time_makes_it_stale(settings: Settings, workspace: Workspace) -> None:
    """After what the verifier says that an answer is good for."""
    brief = Oracle().plugin(valid_for=timedelta(milliseconds=1))
    async with running(settings, with_plugin("oracle", brief)) as http:
        api = replace(workspace, client=http).api()
        client = await api.new_client(identifiers=SIREN)
        await start(api, client["id"], identifierKind="FR_SIREN")
        (found,) = await settled(api, client["id"])
    assert (found["status"], found["result"]) == ("STALE", "VALID")


async def test_what_nobody_needs_any_more_is_not_asked(asking: Api, oracle: Oracle) -> None:
    """A verification without an answer goes along with its identifier."""
    oracle.answer = BUSY
    client = await asking.new_client(identifiers=SIREN)
    await start(asking, client["id"], identifierKind="FR_SIREN")
    await settled(asking, client["id"])
    await asking.done("clientUpdate", {"id": client["id"], "identifiers": []})
    (left,) = await verifications(asking, client["id"])
    assert (left["status"], left["result"]) == ("STALE", None)


async def test_a_deleted_client_takes_them_along(
    asking: Api, workspaces: Workspaces, workspace: Workspace, oracle: Oracle
) -> None:
    """The queue too: nobody is asked about a client that is gone."""
    oracle.answer = replace(BUSY, retry_after=1)
    client = await asking.new_client(identifiers=SIREN)
    begun = await start(asking, client["id"])
    ids = {str(global_ids.decode("Verification", each["id"])) for each in begun}
    await settled(asking, client["id"])
    await asking.done("clientDelete", {"id": client["id"]})
    oracle.asked.clear()
    async with asyncio.timeout(20):
        while True:
            if not ids & await _queued(workspaces, workspace):
                break
            await asyncio.sleep(0.05)
    assert oracle.subjects(workspace.id) == []


async def _queued(workspaces: Workspaces, workspace: Workspace) -> set[str]:
    """What is to be asked."""
    async with workspaces.database.read(Scope(organisation=workspace.id)) as session:
        return {str(row["id"]) for row in await session.select("SELECT id FROM verification_due")}


@pytest.mark.parametrize(
    "instead",
    [
        pytest.param(lambda _: 1 / 0, id="raises"),
        pytest.param(lambda _: (_ for _ in ()).throw(SystemExit), id="exits"),
        pytest.param(lambda _: None, id="nothing"),
        pytest.param(lambda _: {}, id="no results"),
    ],
)
async def test_a_broken_verifier_leaves_it_pending(
    asking: Api, oracle: Oracle, instead: Any
) -> None:
    """Whatever is no answer says nothing of the identifier; it is asked again later."""
    oracle.instead = instead
    client = await asking.new_client(identifiers=SIREN)
    await start(asking, client["id"], identifierKind="FR_SIREN")
    (found,) = await settled(asking, client["id"])
    assert (found["status"], found["code"], found["result"]) == ("PENDING", "NO_ANSWER", None)
    oracle.instead = None
    await start(asking, client["id"], identifierKind="FR_SIREN")
    (found,) = await settled(
        asking, client["id"], until=lambda found: all(each["result"] for each in found)
    )
    assert found["status"] == "VALID"


async def test_an_unavailable_verifier_says_when(asking: Api, oracle: Oracle) -> None:
    """What it raises is no failure: it is asked again when it says."""

    def refuse(_: Any) -> Any:
        raise Unavailable("closed", retry_after=7200)

    oracle.instead = refuse
    client = await asking.new_client(identifiers=SIREN)
    await start(asking, client["id"], identifierKind="FR_SIREN")
    (found,) = await settled(asking, client["id"])
    assert (found["status"], found["code"]) == ("PENDING", "UNAVAILABLE")
    assert 7100 < _seconds_until(found["nextTryAt"]) < 7300
    last = (await asking("{ plugins { status lastErrors { hook error } } }"))["plugins"][-1]
    failure = {"hook": "verifiers ORACLE", "error": "Unavailable: closed"}
    assert last == {"status": "ACTIVE", "lastErrors": [failure]}


async def test_one_call_takes_many(settings: Settings, workspace: Workspace) -> None:
    """No more than the verifier takes, and all in the end."""
    oracle = Oracle()
    plugins = with_plugin("oracle", oracle.plugin(at_most=3))
    async with running(settings, plugins) as http:
        api = replace(workspace, client=http).api()
        numbers = ["552032534", "732829320", "775670417", "356000000"]
        clients = [
            await api.new_client(name, identifiers=[{"kind": "FR_SIREN", "value": name}])
            for name in numbers
        ]
        for client in clients:
            await start(api, client["id"])
        for client in clients:
            assert [each["status"] for each in await settled(api, client["id"])] == ["VALID"] * 2
    assert len(oracle.subjects(workspace.id)) == 8
    assert max(len(subjects) for _, subjects in oracle.asked) <= 3


async def test_two_services_share_the_work(settings: Settings, workspace: Workspace) -> None:
    """Nothing is asked twice, whoever was told to ask."""
    oracle = Oracle()
    numbers = ["552032534", "732829320", "775670417", "356000000"]
    async with (
        running(settings, with_plugin("oracle", oracle.plugin(at_most=1))) as one,
        running(settings, with_plugin("oracle", oracle.plugin(at_most=1))) as two,
    ):
        apis = [replace(workspace, client=each).api() for each in (one, two)]
        for place, number in enumerate(numbers):
            api = apis[place % 2]
            client = await api.new_client(
                number, identifiers=[{"kind": "FR_SIREN", "value": number}]
            )
            await start(api, client["id"])
            await settled(api, client["id"])
    asked = [each.id for each in oracle.subjects(workspace.id)]
    assert len(asked) == len(set(asked)) == 8


async def test_other_workspaces_see_nothing(asking: Api, other: Workspace, oracle: Oracle) -> None:
    """Neither a client's verifications nor one by its id, nor can they start any."""
    client = await asking.new_client(identifiers=SIREN)
    (begun, _) = await start(asking, client["id"])
    await settled(asking, client["id"])
    foreign = replace(other, client=asking.client).api()
    text = f"query($id: ID!) {{ node(id: $id) {{ ... on Verification {{ {FIELDS} }} }} }}"
    assert await foreign(text, {"id": begun["id"]}) == {"node": None}
    payload = await foreign.do("verificationStart", {"clientId": client["id"]})
    assert [each["code"] for each in payload["userErrors"]] == ["NOT_FOUND"]
    assert (await asking(text, {"id": begun["id"]}))["node"]["status"] == "VALID"


async def test_many_clients_are_read_together(asking: Api) -> None:
    """A page of clients with their verifications, each its own."""
    numbers = ["552032534", "732829320", "775670417"]
    for number in numbers:
        client = await asking.new_client(
            number, identifiers=[{"kind": "FR_SIREN", "value": number}]
        )
        await start(asking, client["id"], identifierKind="FR_SIREN")
        await settled(asking, client["id"])
    text = "{ clients { nodes { verifications { totalCount nodes { identifierValue status } } } } }"
    found = [each["verifications"] for each in (await asking(text))["clients"]["nodes"]]
    assert found == [
        {"totalCount": 1, "nodes": [{"identifierValue": number, "status": "VALID"}]}
        for number in sorted(numbers)
    ]


async def test_verifiers_are_told(asking: Api) -> None:
    """For a front end to offer them."""
    found = await replace(asking, language="fr")("{ verifiers { key label identifierKinds } }")
    assert {
        "key": "ORACLE",
        "label": "Oracle de Delphes",
        "identifierKinds": ["FR_SIREN", "FR_VAT"],
    } in found["verifiers"]


async def test_they_outlive_their_plugin(
    asking: Api, settings: Settings, workspace: Workspace
) -> None:
    """What is known stays readable, named by the verifier's key; nobody can be asked."""
    client = await asking.new_client(identifiers=SIREN)
    await start(asking, client["id"], identifierKind="FR_SIREN")
    await settled(asking, client["id"])
    async with running(settings, with_plugin("nobody", plugin())) as http:
        api = replace(workspace, client=http).api()
        (found,) = await verifications(api, client["id"])
        assert (found["status"], found["attribution"]) == ("VALID", "Delphi")
        assert found["verifier"] == {"key": "ORACLE", "label": "ORACLE", "identifierKinds": []}
        payload = await api.do("verificationStart", {"clientId": client["id"]})
        assert [each["code"] for each in payload["userErrors"]] == ["NOTHING_TO_VERIFY"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"key": "oracle"}, "ValueError: verifier 'oracle': the key must be in upper snake case"),
        ({"label": {"fr": "O"}}, "ValueError: verifier ORACLE: the label needs a text for 'en'"),
        ({"kinds": "FR_VAT"}, "ValueError: verifier ORACLE: the kinds must be keys"),
        ({"attribution": None}, "TypeError: verifier ORACLE: the attribution must be a text"),
        ({"verify": "ask"}, "TypeError: verifier ORACLE: verify must be a function"),
        ({"valid_for": timedelta()}, "ValueError: verifier ORACLE: valid_for must be"),
        ({"at_most": 0}, "ValueError: verifier ORACLE: at_most must be"),
    ],
)
def test_a_bad_verifier_leaves_its_plugin_out(changes: dict[str, Any], reason: str) -> None:
    """It is shown with what is wrong; others are not touched."""
    plugins = with_plugin("oracle", Oracle().plugin(**changes))
    info = plugins.infos["oracle"]
    assert info.status == "QUARANTINED"
    assert str(info.errors[0]).startswith(reason)
    assert plugins.infos["core"].status == "ACTIVE"


def test_hook_verifiers() -> None:
    """What a plugin declares is known by its key and its plugin; two of one key are refused."""
    plugins = with_plugin("oracle", Oracle().plugin())
    assert [(each.key, each.source) for each in plugins.verifiers] == [("ORACLE", "oracle")]
    twice = with_plugin("oracle", plugin(Oracle().verifier(), Oracle().verifier()))
    assert "verifier ORACLE is declared twice" in str(twice.infos["oracle"].errors[0])

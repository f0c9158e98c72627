"""Plugins look at changes before they are written: once, at all of them, and may refuse."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from clientgraph import Objection, PluginContext, RecordDraft
from clientgraph.config import Settings
from clientgraph.plugins import Plugins
from clientgraph.testing import Api, Workspace, running
from tests.invoicing import with_plugin
from tests.plugins.declared import plugin, serves

pytestmark = pytest.mark.anyio

TEXTS = {
    "TOO_DEAR": {"en": "{limit} at most.", "fr": "{limit} au plus."},
    "ODD": {"en": "Odd.", "fr": "Bizarre."},
}
LINE = {"line1": "1 rue A", "postalCode": "75001", "city": "Paris"}
Answer = Callable[..., Any]


def objecting(answer: Answer) -> Any:
    """A plugin that answers this, with its texts."""
    return with_plugin("judge", plugin(before_change=answer, messages=lambda: TEXTS))


def too_dear(*, refuses: bool = True) -> list[Objection]:
    """One objection to a name."""
    return [Objection(path=("name",), code="TOO_DEAR", params={"limit": 5}, refuses=refuses)]


async def test_hook_before_change(settings: Settings, workspace: Workspace) -> None:
    """What refuses is a user error in the caller's language, and nothing is written."""

    async def judge(context: PluginContext, drafts: Sequence[RecordDraft]) -> list[Objection]:
        found = await context.graphql("{ clients { nodes { name } } }", {})
        names = [node["name"] for node in found["clients"]["nodes"]]
        assert names == ["Cheap"] * len(names)
        return too_dear() if drafts[0].values.get("name") == "Dear" else []

    async with running(settings, objecting(judge)) as client:
        api = replace(workspace, client=client).api(language="fr")
        await api.new_client("Cheap")
        given = {"name": "Dear", "contacts": [{"lastName": "Doe"}]}
        refused = await api.do("clientCreate", given, "client { id }")
        left = await api("{ clients { totalCount } contacts { totalCount } }")
    assert refused == {
        "client": None,
        "userErrors": [
            {
                "path": ["input", "name"],
                "code": "TOO_DEAR",
                "message": "5 au plus.",
                "recordId": None,
            }
        ],
    }
    assert left == {"clients": {"totalCount": 1}, "contacts": {"totalCount": 0}}


async def test_what_does_not_refuse_warns(settings: Settings, workspace: Workspace) -> None:
    """The change is done, and the payload says what to look at; the same in a trial run."""
    warning = "client { name } warnings { path code message }"
    told = {"path": ["input", "name"], "code": "TOO_DEAR", "message": "5 at most."}
    async with running(settings, objecting(lambda: too_dear(refuses=False))) as client:
        api = replace(workspace, client=client).api()
        for trial in (True, False):
            given = {"name": "Dear", "validateOnly": trial}
            made = await api.done("clientCreate", given, warning)
            assert made == {"client": {"name": "Dear"}, "warnings": [told], "userErrors": []}
        left = await api("{ clients { totalCount } }")
    assert left == {"clients": {"totalCount": 1}}


class Recorder:
    """Notes what it is shown in each call."""

    def __init__(self) -> None:
        self.calls: list[list[RecordDraft]] = []

    def __call__(self, drafts: Sequence[RecordDraft]) -> None:
        """Note the drafts."""
        self.calls.append(list(drafts))

    def taken(self) -> list[tuple[str, str]]:
        """The one call since the last time, as types and actions."""
        (drafts,) = self.calls
        self.calls.clear()
        return [(draft.type, draft.action) for draft in drafts]


async def _change_everything(api: Api, seen: Recorder) -> None:
    parts = "contacts { nodes { id } } addresses { id }"
    made = await api.new_client(contacts=[{"lastName": "A"}], addresses=[LINE], selection=parts)
    assert seen.taken() == [("Client", "CREATED"), ("Contact", "CREATED"), ("Address", "CREATED")]
    own, client_id = {"clientId": made["id"]}, {"id": made["id"]}
    contact = await api.done("contactCreate", {**own, "lastName": "B"}, "contact { id }")
    assert seen.taken() == [("Contact", "CREATED")]
    contact_id = {"id": contact["contact"]["id"]}
    await api.done("contactUpdate", {**contact_id, "lastName": "C"})
    assert seen.taken() == [("Contact", "UPDATED")]
    await api.done("contactDelete", contact_id)
    assert seen.taken() == [("Contact", "DELETED")]
    address = await api.done("addressCreate", {**own, **LINE}, "address { id }")
    assert seen.taken() == [("Address", "CREATED")]
    address_id = {"id": address["address"]["id"]}
    await api.done("addressUpdate", {**address_id, "city": "Lyon", "postalCode": "69001"})
    assert seen.taken() == [("Address", "UPDATED")]
    await api.done("addressMakeDefaultForBilling", address_id)
    assert seen.taken() == [("Address", "UPDATED")]
    await api.done("addressDelete", {"id": made["addresses"][0]["id"]})
    assert seen.taken() == [("Address", "DELETED")]
    for mutation in ("clientDeactivate", "clientActivate"):
        await api.done(mutation, client_id)
        assert seen.taken() == [("Client", "UPDATED")]
    await api.done("clientDelete", client_id)
    assert seen.taken() == [("Client", "DELETED")]


async def test_every_mutation_asks_once(settings: Settings, workspace: Workspace) -> None:
    """A mutation shows all that it writes of clients, contacts and addresses in one call."""
    seen = Recorder()

    def look(drafts: Sequence[RecordDraft]) -> Any:
        seen(drafts)
        return ()

    async with running(settings, objecting(look)) as client:
        await _change_everything(replace(workspace, client=client).api(), seen)


async def test_a_draft_says_what_is_and_what_will_be(
    settings: Settings, workspace: Workspace
) -> None:
    """Columns by Python name; core's own rules have passed: what breaks them is not shown."""
    seen = Recorder()

    def look(drafts: Sequence[RecordDraft]) -> Any:
        seen(drafts)
        return ()

    async with running(settings, objecting(look)) as client:
        api = replace(workspace, client=client).api()
        made = await api.new_client("A")
        await api.do("clientUpdate", {"id": made["id"], "name": ""})
        await api.done("clientUpdate", {"id": made["id"], "name": " B ", "email": "x@y.fr"})
    (created,), (updated,) = seen.calls
    assert (created.id, created.client_id, created.before) == (None, None, None)
    assert (created.values["name"], created.values["status"]) == ("A", "ACTIVE")
    assert updated.id == updated.client_id
    assert updated.before is not None
    assert updated.before["name"] == "A"
    assert (updated.values["name"], updated.values["email"]) == ("B", "x@y.fr")


async def late(drafts: Any) -> Any:
    """Take longer than anybody waits."""
    await asyncio.sleep(3600)


async def blocks(drafts: Any) -> Any:
    """Hold up its loop."""
    time.sleep(1)  # noqa: ASYNC251 - what it must not do


def fails(drafts: Any) -> Any:
    """Break."""
    raise ConnectionError("secret address")


def refusal(**changes: Any) -> Answer:
    """Answers one objection that is not in order."""
    return lambda: [replace(too_dear()[0], **changes)]


@pytest.mark.parametrize(
    "answer",
    [
        late,
        blocks,
        fails,
        lambda: 5,
        lambda: ["no"],
        lambda: iter(lambda: too_dear()[0], None),
        lambda: too_dear() * 1_000_000,
        refusal(path="name"),
        refusal(path=(5,)),
        refusal(code="too dear"),
        refusal(params={"limit": object()}),
        refusal(params=None),
        refusal(refuses="yes"),
    ],
)
async def test_a_plugin_that_fails_refuses(
    settings: Settings,
    workspace: Workspace,
    answer: Answer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is written on an incomplete answer; what concerns no client is."""
    monkeypatch.setattr("clientgraph.deciding.DECIDE_SECONDS", 0.3)
    plugins = objecting(answer)
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api()
        refused = await api.do("clientCreate", {"name": "A"}, "client { id }")
        await serves(api)
        left = await api("{ clients { totalCount } }")
    assert [(each["path"], each["code"]) for each in refused["userErrors"]] == [
        (["input"], "PLUGIN_UNAVAILABLE")
    ]
    assert "secret" not in str(refused)
    assert left == {"clients": {"totalCount": 0}}
    (failure,) = plugins.infos["judge"].failures
    assert (failure.hook, failure.organisation_id) == ("before_change", workspace.id)


async def test_all_plugins_are_heard(settings: Settings, workspace: Workspace) -> None:
    """Objections of one and the failure of another are told together."""
    odd = [*too_dear(), Objection(path=("name",), code="ODD", params={})]
    judge = plugin(before_change=lambda: odd, messages=lambda: TEXTS)
    plugins = Plugins({"broken": plugin(before_change=fails), "judge": judge})
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api()
        refused = await api.do("clientCreate", {"name": "A"})
    codes = {each["code"] for each in refused["userErrors"]}
    assert codes == {"PLUGIN_UNAVAILABLE", "TOO_DEAR", "ODD"}


async def test_a_call_of_many_records_is_one_question(
    settings: Settings, workspace: Workspace
) -> None:
    """Plugins see all records at once; what they say of one draft is said of its record."""
    asked: list[int] = []

    def judge(drafts: Sequence[RecordDraft]) -> list[Objection]:
        asked.append(len(drafts))
        return [
            replace(too_dear()[0], draft=place, refuses=draft.values["name"] == "Dear")
            for place, draft in enumerate(drafts)
            if draft.values.get("name") in ("Dear", "Odd")
        ]

    records = [
        {"name": name, "externalReference": name, "contacts": [{"lastName": "Doe"}]}
        for name in ("Cheap", "Dear", "Odd")
    ]
    given = {"matchBy": {"field": "EXTERNAL_REFERENCE"}, "records": records, "skipInvalid": True}
    selection = "results { action warnings { path code } }"
    async with running(settings, objecting(judge)) as client:
        api = replace(workspace, client=client).api()
        payload = await api.do("clientsUpsert", given, selection)
    assert asked == [6]
    assert [each["action"] for each in payload["results"]] == ["CREATED", "FAILED", "CREATED"]
    (error,) = payload["userErrors"]
    assert (error["path"], error["code"]) == (["input", "records", "1", "name"], "TOO_DEAR")
    assert payload["results"][2]["warnings"] == [
        {"path": ["input", "records", "2", "name"], "code": "TOO_DEAR"}
    ]


async def test_an_objection_without_a_draft_is_about_all(
    settings: Settings, workspace: Workspace
) -> None:
    """Every record of the call is refused."""
    records = [{"name": name, "externalReference": name} for name in ("Io", "Leda")]
    given = {"matchBy": {"field": "EXTERNAL_REFERENCE"}, "records": records, "skipInvalid": True}
    async with running(settings, objecting(lambda: too_dear(refuses=True))) as client:
        api = replace(workspace, client=client).api()
        payload = await api.do("clientsUpsert", given, "failed")
    assert payload["failed"] == 2

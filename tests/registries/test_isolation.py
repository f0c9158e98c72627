"""A registry that breaks its contract is contained: nobody waits for it, nothing else fails."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.invoicing import with_plugin
from tests.registries.declared import PLACE, plain, plugin, registry
from tests.registries.questions import company, search
from tests.registries.recherche import Recherche, Server

import clientgraph_stdnum
from clientgraph import CompanyCandidate, FieldOrigin, NotFound, Unavailable
from clientgraph.config import Settings
from clientgraph.permissions import Permission, Role
from clientgraph.plugins import Plugins
from clientgraph.testing import Workspace, running

pytestmark = pytest.mark.anyio

SIRET = "48744469700428"
CANDIDATE = CompanyCandidate(name="Ganymède", identifiers={"FR_SIRET": SIRET})

NOW = datetime.now(UTC)


async def hangs(*_: Any) -> Any:
    """Never answer."""
    await asyncio.sleep(3600)


async def fails(*_: Any) -> Any:
    """Break."""
    raise KeyError("broken")


async def cancels(*_: Any) -> Any:
    """Give up."""
    raise asyncio.CancelledError


async def exits(*_: Any) -> Any:
    """End the whole process, so it thinks."""
    raise SystemExit(1)


def raises(*_: Any) -> Any:
    """Break in a thread."""
    raise SystemExit(1)


def answers(value: Any) -> Callable[..., Any]:
    """A function that answers this."""
    return lambda *_: value


@pytest.mark.parametrize(
    "lookup",
    [
        hangs,
        fails,
        cancels,
        exits,
        raises,
        answers(None),
        answers({"name": "Ganymède"}),
        answers(CANDIDATE),
        answers(replace(plain(), name="")),
        answers(replace(plain(), name=None)),
        answers(replace(plain(), country="France")),
        answers(replace(plain(), country=None)),
        answers(replace(plain(), identifiers=None)),
        answers(replace(plain(), identifiers={"FR_SIRET": 5})),
        answers(replace(plain(), addresses=[{"city": "Paris"}])),
        answers(replace(plain(), addresses=5)),
        answers(replace(plain(), addresses=[replace(PLACE, city=5)])),
        answers(replace(plain(), is_active=None)),
        answers(replace(plain(), origins=None)),
        answers(replace(plain(), origins={"name": "Insee"})),
        answers(
            replace(plain(), origins={"name": FieldOrigin(source="a", date=datetime.now(UTC))})
        ),
        answers(replace(plain(), trading_name="half a sign: \ud83d")),
        answers(replace(plain(), email=b"a@b.fr")),
    ],
)
async def test_a_useless_look_up_is_unavailable(
    settings: Settings,
    workspace: Workspace,
    lookup: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Raising, hanging and answering anything else: noted for the operator, never an error."""
    monkeypatch.setattr("clientgraph.asking.ASK_SECONDS", 0.2)
    plugins = with_plugin("useless", plugin(registry(lookup=lookup)))
    async with running(settings, plugins) as client:
        found = await company(replace(workspace, client=client).api(), SIRET)
    assert (found["status"], found["draft"]) == ("UNAVAILABLE", None)
    assert found["source"]["registry"] == "FR_PLAIN"
    assert len(plugins.infos["useless"].errors) == 1
    assert plugins.infos["useless"].status == "ACTIVE"


@pytest.mark.parametrize(
    "found",
    [
        None,
        {"ganymede": CANDIDATE},
        "ganymede",
        [plain()],
        [replace(CANDIDATE, name=" ")],
        [CANDIDATE, replace(CANDIDATE, identifiers=["FR_SIRET"])],
        [replace(CANDIDATE, is_active="A")],
        [replace(CANDIDATE, city=75)],
    ],
)
async def test_a_useless_search_is_unavailable(
    settings: Settings, workspace: Workspace, found: Any
) -> None:
    """One candidate that is none spoils the answer: nobody can tell what else is wrong."""
    plugins = with_plugin("useless", plugin(registry(search=answers(found))))
    async with running(settings, plugins) as client:
        asked = await search(replace(workspace, client=client).api(), "ganymede")
    assert (asked["status"], asked["results"]) == ("UNAVAILABLE", [])
    assert len(plugins.infos["useless"].errors) == 1


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ({"key": "plain"}, "ValueError: company registry 'plain': the key must be"),
        ({"label": {}}, "ValueError: company registry FR_PLAIN: the label needs a text"),
        ({"countries": frozenset({"France"})}, "ValueError: company registry FR_PLAIN: the count"),
        ({"countries": "FR"}, "ValueError: company registry FR_PLAIN: the countries must"),
        ({"kinds": "FR_SIRET"}, "ValueError: company registry FR_PLAIN: the kinds must"),
        ({"attribution": None}, "TypeError: company registry FR_PLAIN: the attribution must"),
        ({"lookup": None}, "TypeError: company registry FR_PLAIN: search or lookup"),
        ({"search": "x"}, "TypeError: company registry FR_PLAIN: search or lookup"),
    ],
)
def test_a_bad_declaration_leaves_its_plugin_out(bad: dict[str, Any], reason: str) -> None:
    """With the reason, and without anything else that it declares."""
    plugins = Plugins({"bad": plugin(registry(key="OTHER"), registry(**bad))})
    assert plugins.infos["bad"].status == "QUARANTINED"
    assert plugins.infos["bad"].errors[0].startswith(reason)
    assert plugins.registries == []


def test_two_plugins_cannot_claim_one_registry() -> None:
    """The second plugin is left out, with the name of the first."""
    plugins = Plugins({"first": plugin(registry()), "second": plugin(registry())})
    assert list(plugins.infos["second"].errors) == [
        "ValueError: company registry FR_PLAIN is claimed by first already"
    ]
    assert [each.key for each in plugins.registries] == ["FR_PLAIN"]


async def test_candidates_that_cannot_be_used_are_left_out(
    settings: Settings, workspace: Workspace
) -> None:
    """Those without a number; bad texts are null; more than were asked for are cut."""
    found = [
        replace(CANDIDATE, identifiers={"FR_SIRET": "1"}),
        replace(CANDIDATE, city="\x00", address="x" * 501, postal_code=" ", is_active=False),
        CANDIDATE,
        CANDIDATE,
    ]
    plugins = with_plugin("plain", plugin(registry(search=answers(found))))
    async with running(settings, plugins) as client:
        asked = await search(replace(workspace, client=client).api(), "ganymede", first=3)
    bare = {"name": "Ganymède", "address": None, "postalCode": None, "city": None, "client": None}
    bare["identifiers"] = [{"kind": "FR_SIRET", "value": SIRET}]
    assert asked["results"] == [{**bare, "isActive": False}, {**bare, "isActive": True}]


async def test_candidates_none_of_which_can_be_used(
    settings: Settings, workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    """Something was found, which nobody can look up: that is not "nothing found"."""
    found = [replace(CANDIDATE, identifiers=given) for given in ({"FR_SIRET": "1"}, {})]
    plugins = with_plugin("plain", plugin(registry(search=answers(found))))
    async with running(settings, plugins) as client:
        asked = await search(replace(workspace, client=client).api(), "ganymede")
    assert (asked["status"], asked["results"]) == ("UNAVAILABLE", [])
    (told,) = [each for each in caplog.records if "not available" in each.message]
    assert vars(told)["reason"] == "no candidate has a number"


@pytest.mark.parametrize(
    ("given", "told"), [(30, 30), (0, 0), (-1, None), ("30", None), (10**12, 86_400), (None, None)]
)
async def test_how_long_a_registry_rests(
    settings: Settings, workspace: Workspace, given: Any, told: int | None
) -> None:
    """In seconds, a day at most; what is no such number is not told."""

    async def rests(*_: Any) -> Any:
        raise Unavailable("it rests", retry_after=given)

    plugins = with_plugin("resting", plugin(registry(lookup=rests)))
    async with running(settings, plugins) as client:
        found = await company(replace(workspace, client=client).api(), SIRET)
    assert (found["status"], found["retryAfter"]) == ("UNAVAILABLE", told)
    assert plugins.infos["resting"].status == "ACTIVE"


async def test_why_a_registry_is_not_available(
    settings: Settings, workspace: Workspace, other: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    """The operator reads it in the log, the workspace among the plugin's failures."""

    async def rests(*_: Any) -> Any:
        raise Unavailable("closed for the holidays")

    plugins = with_plugin("resting", plugin(registry(lookup=rests)))
    last = "{ plugins { name status lastErrors { hook error } } }"
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api()
        await company(api, SIRET)
        ours = (await api(last))["plugins"][-1]
        theirs = (await replace(other, client=client).api()(last))["plugins"][-1]
    failure = {
        "hook": "company_registries FR_PLAIN",
        "error": "Unavailable: closed for the holidays",
    }
    assert ours == {"name": "resting", "status": "ACTIVE", "lastErrors": [failure]}
    assert theirs["lastErrors"] == []
    (told,) = [each for each in caplog.records if "not available" in each.message]
    assert (
        vars(told).items()
        >= {
            "plugin": "resting",
            "hook": "company_registries FR_PLAIN",
            "reason": "closed for the holidays",
        }.items()
    )


async def test_a_turn_ends_in_time(
    settings: Settings, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many registries that hang take no longer together than one turn."""
    monkeypatch.setattr("clientgraph.asking.ASK_SECONDS", 0.2)
    monkeypatch.setattr("clientgraph.registries.service.TURN_SECONDS", 0.5)
    many = [registry(key=f"FR_{n}", lookup=hangs) for n in range(9)]
    async with running(settings, with_plugin("hanging", plugin(*many))) as client:
        api = replace(workspace, client=client).api()
        started = time.monotonic()
        found = await company(api, SIRET)
    assert time.monotonic() - started < 1.5
    assert (found["status"], found["source"]["registry"]) == ("UNAVAILABLE", "FR_1")


async def test_a_plain_registry_that_hangs_holds_up_itself_alone(
    settings: Settings, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With all its threads stuck, other registries and other hooks are asked as before."""
    monkeypatch.setattr("clientgraph.asking.ASK_SECONDS", 0.2)
    stuck = threading.Event()

    def waits(*_: Any) -> Any:
        stuck.wait(20)
        raise NotFound

    bad = registry(key="FR_BAD", lookup=waits)
    named = {"stdnum": clientgraph_stdnum, "bad": plugin(bad), "good": plugin(registry())}
    plugins = Plugins(named)
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api()
        try:
            found = await asyncio.gather(*(company(api, SIRET) for _ in range(8)))
        finally:
            stuck.set()
    assert [each["status"] for each in found] == ["FOUND"] * 8
    assert {each["source"]["registry"] for each in found} == {"FR_PLAIN"}


async def test_no_connection_is_held_while_a_registry_is_asked(
    settings: Settings, workspace: Workspace
) -> None:
    """With one connection and many slow look-ups, reads and writes are served at once."""
    begun, go = threading.Event(), threading.Event()
    waiting = 0

    async def slow(*_: Any) -> Any:
        nonlocal waiting
        waiting += 1
        if waiting == 10:
            begun.set()
        await asyncio.to_thread(go.wait, 10)
        return plain()

    plugins = with_plugin("slow", plugin(registry(lookup=slow)))
    async with running(replace(settings, pool=1), plugins) as client:
        api = replace(workspace, client=client).api()
        asked = [asyncio.create_task(company(api, SIRET)) for _ in range(10)]
        assert await asyncio.to_thread(begun.wait, 4)
        made = await api.new_client("Ganymède", identifiers=[{"kind": "FR_SIRET", "value": SIRET}])
        assert (await api("{ clients { totalCount } }")) == {"clients": {"totalCount": 1}}
        go.set()
        found = await asyncio.gather(*asked)
    assert made["version"] == 1
    # The snapshot is opened after the registry has answered: it shows what was made meanwhile.
    assert [each["client"] for each in found] == [{"name": "Ganymède"}] * 10


async def test_registries_of_one_operation_are_asked_at_once(
    settings: Settings, workspace: Workspace
) -> None:
    """Two questions that wait for each other are both answered, under their own names."""
    both = asyncio.Barrier(2)

    async def lookup(_kind: str, value: str) -> Any:
        await both.wait()
        return replace(plain(), name=value)

    async def find(query: str, _country: str, _limit: int) -> Sequence[CompanyCandidate]:
        await both.wait()
        return [replace(CANDIDATE, name=query)]

    text = """query($no: Boolean = false) {
      one: company(kind: "FR_SIRET", value: "48744469700428") { draft { name } }
      ...Two
      left: company(kind: "FR_SIRET", value: "48744469700428") @include(if: $no) { status }
      clients { totalCount }
    }
    fragment Two on Query { two: companySearch(query: "x", country: "FR") { results { name } } }
    """
    plugins = with_plugin("both", plugin(registry(lookup=lookup, search=find)))
    async with running(settings, plugins) as client:
        assert await replace(workspace, client=client).api()(text) == {
            "one": {"draft": {"name": SIRET}},
            "two": {"results": [{"name": "x"}]},
            "clients": {"totalCount": 0},
        }


async def test_whoever_may_not_read_clients_asks_nobody(
    settings: Settings, workspace: Workspace, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A role without `clients:read` is refused before a registry hears of it."""
    plugins = with_plugin("recherche", Recherche(server.url))
    nothing = dict.fromkeys(Role, frozenset({Permission.PUBLIC}))
    monkeypatch.setattr("clientgraph.context.PERMISSIONS", nothing)
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api("VIEWER")
        text = '{ company(kind: "FR_SIRET", value: "48744469700428") { status } }'
        assert await api.codes(text) == ["FORBIDDEN"]
    assert server.asked == []


async def test_the_log_tells_fields_and_no_values(
    settings: Settings, workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    """What a registry answered wrong is named, never quoted."""
    answer = replace(
        plain(), email="a@@secret", phone="secret", addresses=[replace(PLACE, postal_code="SECRET")]
    )
    plugins = with_plugin("plain", plugin(registry(lookup=answers(answer))))
    async with running(settings, plugins) as client:
        with caplog.at_level(logging.INFO, "clientgraph"):
            await company(replace(workspace, client=client).api(), SIRET)
    reasons = [record.reason for record in caplog.records if hasattr(record, "reason")]
    assert reasons == ["left out: addresses.postal_code", "left out: email, phone"]
    assert "secret" not in caplog.text.lower()

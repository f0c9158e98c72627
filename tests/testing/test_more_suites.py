"""The suites of hooks around records and operation notice what is wrong, too."""

from __future__ import annotations

from pathlib import Path

from tests.testing.test_suites import HEAD, failures

CHANGES = """
from clientgraph import Objection, RecordDraft, PluginContext

TOLD = {"NOT_LOUD": dict.fromkeys(("en", "fr", "nl", "de"), "Not {name}.")}
ENGLISH = {"NOT_LOUD": {"en": "Not {name}."}}

def objections(drafts, path=("name",), params=None):
    loud = [each for each in drafts if each.values.get("name", "") == "LOUD"]
    return [
        Objection(path=path, code="NOT_LOUD", params={"name": "LOUD"} if params is None else params)
        for _ in loud[:1]
    ]

async def right(context, drafts):
    await context.select("SELECT 1 AS one", [])
    return objections(drafts)

async def each_apart(context, drafts):
    for _ in drafts:
        await context.select("SELECT 1 AS one", [])
    return objections(drafts)

async def open_when_stuck(context, drafts):
    try:
        await asyncio.wait_for(context.select("SELECT 1 AS one", []), 0.5)
    except TimeoutError:
        return []
    return objections(drafts)

PLUGINS = {
    "right": (right, TOLD),
    "elsewhere": (lambda drafts: objections(drafts, ("email",)), TOLD),
    "gap": (lambda drafts: objections(drafts, params={}), TOLD),
    "english": (lambda drafts: objections(drafts), ENGLISH),
    "apart": (each_apart, TOLD),
    "stuck": (open_when_stuck, TOLD),
}

class Loud(BeforeChangeConformance):
    plugin = "own"
    refused = (({"name": "LOUD"}, ["name"], "NOT_LOUD"),)
    answers = right, TOLD

    @pytest.fixture(scope="class")
    def clientgraph_plugins(self):
        function, messages = PLUGINS[self.name]
        own = SimpleNamespace(before_change=hookimpl(function), messages=hookimpl(lambda: messages))
        return {"own": own}

    @pytest.fixture(scope="class")
    async def workspaces(self, clientgraph_settings, clientgraph_plugins):
        async with begun(clientgraph_settings, plugins_for(clientgraph_plugins)) as made:
            yield made
"""
WRONG_CHANGES = {
    "elsewhere": "what_is_not_is_told",
    "gap": "what_is_not_is_told",
    "english": "what_is_not_is_told",
    "apart": "more_changes_take_no_more_statements",
    "stuck": "a_hang_refuses",
}
OPERATION = """
import typer
from starlette.responses import PlainTextResponse
from clientgraph import HealthCheck, HttpRoute, Permission, PluginSettings

app = typer.Typer()
KEPT = []

@app.command("silent")
def silent():
    pass

@app.command("other")
def other():
    '''Has help.'''

async def keeps(context, request):
    KEPT.append(request.query_params["text"])
    return PlainTextResponse(" ".join(KEPT))

def breaks(context):
    raise OSError("no disk")

def schema(**more):
    return {"type": "object", "properties": {"colour": {"type": "string", **more}}}

OWN = SimpleNamespace(
    commands=hookimpl(lambda: app),
    health_checks=hookimpl(lambda: [HealthCheck(key="disk", check=breaks)]),
    http_routes=hookimpl(
        lambda: [HttpRoute(path="/x", endpoint=keeps, permission=Permission.CLIENTS_WRITE)]
    ),
    messages=hookimpl(lambda: {"ODD": {"en": "{a}", "fr": "{a}", "nl": "{b}", "de": "{a}"}}),
    settings=hookimpl(lambda: PluginSettings(workspace=schema())),
)

@pytest.fixture(scope="session")
def clientgraph_plugins():
    return {"own": OWN}

class TestWhole(PluginConformance):
    plugin = "own"

class TestSettings(SettingsConformance):
    plugin = "own"
    taken = {"colour": "red"}
    refused = (({"colour": 5}, ["colour"], "WRONG_COLOUR"),)

class TestRoute(HttpRouteConformance):
    plugin = "own"

    async def path(self, api, text):
        return f"/x?text={text}"
"""
WRONG_OPERATION = {
    "Whole": {
        "its_sentences_speak_all_languages",
        "its_settings_can_be_filled_in",
        "its_health_checks_answer",
        "its_commands_have_help",
    },
    "Settings": {"what_does_not_fit_is_refused", "what_is_misspelt_is_refused"},
    "Route": {"roles_are_answered_or_refused", "another_workspace_is_told_nothing"},
}
OBSERVERS = """
from collections import Counter

from clientgraph import BatchField

HEARD = Counter()
SEEN = set()

async def counts(context, changes):
    HEARD[context.organisation_id] += 1

async def counts_once(context, changes):
    SEEN.update((context.organisation_id, each.id, each.version) for each in changes)

def heard(context, ids):
    workspace = context.organisation_id
    seen = sum(each[0] == workspace for each in SEEN)
    return dict.fromkeys(ids, HEARD[workspace] + seen)

def observing(function):
    field = BatchField(
        type_name="Client", name="heard", description="How often.", result=int, load=heard
    )
    return SimpleNamespace(
        after_commit=hookimpl(function), batch_fields=hookimpl(lambda: [field])
    )

class Base(AfterCommitConformance):
    plugin = "own"

    async def change(self, api):
        await api.new_client("Io")

    async def outcome(self, api):
        return (await api("{ clients { nodes { name heard } } }"))["clients"]["nodes"]

class TestRight(Base):
    @pytest.fixture(scope="module")
    def clientgraph_plugins(self):
        return {"own": observing(counts_once)}

class TestTwice(Base):
    @pytest.fixture(scope="module")
    def clientgraph_plugins(self):
        return {"own": observing(counts)}
"""


def test_mistakes_around_changes_are_noticed(tmp_path: Path) -> None:
    """Each fails its test, and the plugin without a mistake passes all."""
    classes = [
        f"class Test{name.title()}(Loud):\n    name = '{name}'\n"
        for name in ("right", *WRONG_CHANGES)
    ]
    watching = [f"Test{name.title()}::test_{test}" for name, test in WRONG_CHANGES.items()]
    text = "\n".join(["import asyncio", HEAD, CHANGES, *classes])
    found = failures(tmp_path, text, "TestRight", *watching)
    assert found == {name.title(): {test} for name, test in WRONG_CHANGES.items()}


def test_mistakes_of_observers_are_noticed(tmp_path: Path) -> None:
    """What acts twice fails, and what acts once passes."""
    found = failures(tmp_path, HEAD + OBSERVERS)
    assert found == {"Twice": {"it_acts_once_and_here_alone"}}


def test_mistakes_of_operation_are_noticed(tmp_path: Path) -> None:
    """Each fails its test; what is in order passes."""
    assert failures(tmp_path, HEAD + OPERATION) == WRONG_OPERATION

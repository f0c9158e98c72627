"""Any clients are exported and imported again, and nothing changes."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from clientgraph.testing import Api, Workspaces
from tests.exports import any_clients
from tests.exports.fetching import exported
from tests.imports.desk import ImportDesk, counts

pytestmark = pytest.mark.anyio

EXAMPLES = int(os.environ.get("CLIENTGRAPH_TEST_TRIPS", "6"))
# A sheet is large, and making a failing one smaller takes minutes.
NO_SHRINKING = (Phase.explicit, Phase.generate)
ACCOUNTS = itertools.count()
PREVIEWED = "rows(first: 20) { nodes { name action problems { header value code } } }"
STATE = """{ clients(first: 50, includeInactive: true, sort: [CREATED_AT_ASC]) { nodes {
  id version contacts(first: 10) { nodes { id version } } addresses { id version } } } }"""


async def keys_of_fields(api: Api) -> list[str]:
    """All that a column can be taken for."""
    return [each["key"] for each in (await api("{ importFields { key } }"))["importFields"]]


async def test_the_generator_has_every_field(desk: ImportDesk, workspaces: Workspaces) -> None:
    """A field or a type that is added later fails here, until clients of the tests have it."""
    types = sorted(workspaces.plugins.field_types)
    await any_clients.equip(desk.api(), types)
    virtual = {"contacts.fullName", "identifiers.VAT", "identifiers.COMPANY"}
    known = {
        each
        for each in await keys_of_fields(desk.api())
        if not each.startswith("identifiers.") or each.partition(".")[2] in any_clients.IDENTIFIERS
    }
    assert known - virtual == any_clients.covered(types)


@pytest.mark.parametrize(("kind", "ending"), [("XLSX", "xlsx"), ("CSV", "csv")])
async def test_any_clients_come_back(
    desk: ImportDesk, workspaces: Workspaces, kind: str, ending: str
) -> None:
    """Every record is shown as unchanged, and the run writes nothing."""
    types, loop = sorted(workspaces.plugins.field_types), asyncio.get_running_loop()
    ids = await any_clients.equip(desk.api(), types)

    @settings(
        max_examples=EXAMPLES,
        phases=NO_SHRINKING,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(any_clients.several(ids, types), some.sampled_from(["en", "fr", "nl", "de"]))
    def same(made: Sequence[Mapping[str, Any]], language: str) -> None:
        trip = _trip(desk, made, kind, f"export.{ending}", language)
        asyncio.run_coroutine_threadsafe(trip, loop).result()

    await asyncio.to_thread(same)


async def _trip(
    desk: ImportDesk, made: Sequence[Mapping[str, Any]], kind: str, name: str, language: str
) -> None:
    api = desk.api()
    clients: list[Any] = []
    try:
        for each in made:
            own = {"iban": any_clients.iban_of(next(ACCOUNTS))} if "iban" in each else {}
            clients.append(await api.new_client(**{**each, **own}))
        before = await api(STATE)
        _, content = await exported(desk, language, format=kind, includeInactive=True)
        found = await desk.previewed(content, name)
        text = f"query($i: ID!) {{ import(id: $i) {{ {PREVIEWED} }} }}"
        rows = (await api(text, {"i": found["id"]}))["import"]["rows"]["nodes"]
        assert [each for each in rows if each["action"] != "UNCHANGED"] == []
        done = await desk.run(found["id"])
        assert counts(done) == {"unchanged": len(made) + 2, "left": len(made) + 2}
        assert await api(STATE) == before
    finally:
        for each in clients:
            await api.done("clientDelete", {"id": each["id"]})

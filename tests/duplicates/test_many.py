"""Many candidates against many clients: in a bounded number of statements, and rightly."""

from __future__ import annotations

import pytest

from clientgraph.config import Settings
from clientgraph.duplicates.candidates import Candidate
from clientgraph.duplicates.service import MOST_MATCHES, find_duplicates
from clientgraph.duplicates.stored import PAGE
from clientgraph.testing import Workspaces
from tests.jobs.bench import Bench
from tests.plans.crowd import crowd, firm
from tests.storage.statements import recorded

pytestmark = pytest.mark.anyio

CLIENTS = 5_000


async def test_statements_do_not_depend_on_candidates(
    bench: Bench, settings: Settings, workspaces: Workspaces
) -> None:
    """Each page of clients takes four statements, be there one candidate or five hundred."""
    workspace = await workspaces.make()
    await crowd(settings, workspace, CLIENTS)
    context = bench.context(await bench.actor(workspace))
    counts = []
    for many in (1, 500):
        candidates = [
            Candidate(position=place, name=firm(place * 7)[0].swapcase()) for place in range(many)
        ]
        with recorded() as statements:
            found = await find_duplicates(context, candidates)
        reading = [text for text, _ in statements if " FROM client" in text]
        parts = [
            text
            for text, _ in statements
            if any(f" FROM {part} " in text for part in ("identifier", "address", "contact"))
        ]
        counts.append((len(reading), len(parts)))
        assert [found[place][0].name for place in range(many)] == [
            firm(place * 7)[0] for place in range(many)
        ]
    pages = CLIENTS // PAGE
    assert counts == [(pages + 1, 3 * pages)] * 2


async def test_one_row_many_times(bench: Bench, workspaces: Workspaces) -> None:
    """A file with one firm in all its rows ends, and each row is told three of the others."""
    context = bench.context(await bench.actor(await workspaces.make()))
    given = [
        Candidate(position=place, name="Menuiserie Castelnau", email="bois@castelnau.example")
        for place in range(300)
    ]
    found = await find_duplicates(context, given)
    assert sorted(found) == list(range(300))
    assert {len(matches) for matches in found.values()} == {MOST_MATCHES}
    assert [match.other for match in found[299]] == [0, 1, 2]


async def test_a_client_is_told_beside_rows(bench: Bench, workspaces: Workspaces) -> None:
    """However many rows are one firm, the client that it is already is told with each."""
    workspace = await workspaces.make()
    await workspace.api().new_client("Menuiseries Castelnau")
    context = bench.context(await bench.actor(workspace))
    given = [Candidate(position=place, name="Menuiserie Castelnau") for place in range(6)]
    found = await find_duplicates(context, given)
    told = [[(each.other, each.name) for each in found[place]] for place in range(6)]
    same = "Menuiserie Castelnau"
    assert told[0] == [(1, same), (2, same), (None, "Menuiseries Castelnau")]
    assert told[5] == [(0, same), (1, same), (None, "Menuiseries Castelnau")]


async def test_a_higher_threshold_tells_less(bench: Bench, workspaces: Workspaces) -> None:
    """What is less sure than the threshold is not told."""
    workspace = await workspaces.make()
    await workspace.api().new_client("Menuiserie Castelnau")
    context = bench.context(await bench.actor(workspace))
    given = [Candidate(position=4, name="Castelnau Menuiserie SARL")]
    (match,) = (await find_duplicates(context, given))[4]
    assert match.score == 0.818
    assert await find_duplicates(context, given, threshold=0.82) == {}

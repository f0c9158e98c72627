"""Candidates held against clients and each other: who is found, how surely, and why."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from clientgraph import global_ids
from clientgraph.duplicates.candidates import Candidate, Match
from clientgraph.duplicates.service import find_duplicates
from clientgraph.testing import Workspace
from tests.jobs.bench import Bench

pytestmark = pytest.mark.anyio


async def found(bench: Bench, workspace: Workspace, *given: Candidate) -> dict[int, list[Match]]:
    """What a member of the workspace is told."""
    context = bench.context(await bench.actor(workspace))
    return await find_duplicates(context, given)


async def client(workspace: Workspace, name: str, **fields: Any) -> UUID:
    """The id of a new client."""
    made = await workspace.api().new_client(name, **fields)
    found = global_ids.decode("Client", made["id"])
    assert found is not None
    return found


async def test_clients_are_told_with_their_reasons(bench: Bench, workspace: Workspace) -> None:
    """A number, a mailbox and a name with its address lead to the same client, each for itself."""
    own = await client(
        workspace,
        "Boulangerie Delattre SARL",
        email="pain@delattre.example",
        phone="+33142685300",
        identifiers=[{"kind": "FR_SIREN", "value": "732829320"}],
        addresses=[{"line1": "12 rue de la Paix", "postalCode": "75002", "city": "Paris"}],
    )
    await client(workspace, "Boulangerie Dupuis SARL")
    answer = await found(
        bench,
        workspace,
        Candidate(position=1, name="Du pain", identifiers={"FR_SIREN": "732829320"}),
        Candidate(position=2, name="Delattre", email="PAIN@delattre.example"),
        Candidate(
            position=3,
            name="Boulangerie Delatre",
            street="12, rue de la paix",
            postal_code="75002",
            city="PARIS",
        ),
        Candidate(position=7, name="Boulangerie Martin"),
    )
    told = {
        position: [(each.client_id, each.reasons) for each in matches if each.client_id]
        for position, matches in answer.items()
    }
    assert told == {
        1: [(own, ("IDENTIFIER",))],
        2: [(own, ("EMAIL", "NAME"))],
        3: [(own, ("ADDRESS", "NAME"))],
    }
    assert {each.name for matches in answer.values() for each in matches if each.client_id} == {
        "Boulangerie Delattre SARL"
    }


async def test_candidates_are_told_of_each_other(bench: Bench, workspace: Workspace) -> None:
    """Two rows of one firm find each other by their positions."""
    answer = await found(
        bench,
        workspace,
        Candidate(position=10, name="Menuiserie Castelnau SA", postal_code="33000"),
        Candidate(position=12, name="Plomberie Castelnau SA"),
        Candidate(position=15, name="S.A. Menuiserie Castelnau", postal_code="33000"),
    )
    assert {
        position: [(each.other, each.reasons, each.name) for each in matches]
        for position, matches in answer.items()
    } == {
        10: [(15, ("NAME", "ADDRESS"), "S.A. Menuiserie Castelnau")],
        15: [(10, ("NAME", "ADDRESS"), "Menuiserie Castelnau SA")],
    }


async def test_others_are_not_seen(bench: Bench, workspace: Workspace, other: Workspace) -> None:
    """A client of another workspace is nobody's duplicate."""
    given = Candidate(position=1, name="Menuiserie Castelnau", email="bois@castelnau.example")
    await client(other, "Menuiserie Castelnau", email="bois@castelnau.example")
    assert await found(bench, workspace, given) == {}
    own = await client(workspace, "Menuiserie Castelnau", email="bois@castelnau.example")
    (match,) = (await found(bench, workspace, given))[1]
    assert match == Match(
        position=1,
        client_id=own,
        other=None,
        score=match.score,
        reasons=("EMAIL", "NAME"),
        name="Menuiserie Castelnau",
    )
    assert match.score > 0.99


async def test_nothing_is_asked_for_nobody(bench: Bench, workspace: Workspace) -> None:
    """No candidates have no duplicates; one without anything finds nothing."""
    await client(workspace, "Menuiserie Castelnau")
    assert await found(bench, workspace) == {}
    assert await found(bench, workspace, Candidate(position=1)) == {}

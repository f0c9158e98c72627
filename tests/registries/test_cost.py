"""What asking registries costs: points, and statements."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.invoicing import with_plugin
from tests.registries.questions import search
from tests.registries.recherche import Recherche, Server

from clientgraph.config import Settings
from clientgraph.testing import Api, Statements, Workspace, running

pytestmark = pytest.mark.anyio

RUNS = 3


async def test_a_question_costs_a_hundred_points(asking: Api, server: Server) -> None:
    """Ten questions are the most that one operation can put; eleven are refused unasked."""

    def asked(number: int) -> str:
        names = (f"c{n}" for n in range(number))
        fields = (
            f'{name}: company(kind: "FR_SIREN", value: "{n}") {{ status }}'
            for n, name in enumerate(names)
        )
        return f"{{ {' '.join(fields)} }}"

    body = await asking.answer(asked(10))
    assert body["extensions"]["cost"]["requested"] == 1000
    assert await asking.codes(asked(11)) == ["COST_EXCEEDED"]
    text = '{ companySearch(query: "x", country: "FR") { results { name client { name } } } }'
    body = await asking.answer(text)
    assert body["extensions"]["cost"]["requested"] == 150
    assert server.asked == ["x"]


async def test_clients_of_all_results_are_read_together(
    settings: Settings, workspace: Workspace, server: Server, statements: Statements
) -> None:
    """Four results take as many statements as one, and nothing is read before the answer."""
    plugins = with_plugin("recherche", Recherche(server.url))
    async with running(settings, plugins) as client:
        api = replace(workspace, client=client).api()
        for siret in ("90172340300019", "98119546400012", "81788315000010", "44954444400010"):
            await api.new_client(identifiers=[{"kind": "FR_SIRET", "value": siret}])
        counts = {}
        for first in (1, 4):
            sent = []
            for _ in range(RUNS):  # a token is looked up anew now and then
                await statements.take()
                found = await search(api, "ganymede", first=first)
                names = [each["client"] for each in found["results"]]
                assert names == [{"name": "Ganymède"}] * first
                sent.append(len(await statements.take()))
            counts[first] = min(sent)
    assert counts[1] == counts[4] > 0

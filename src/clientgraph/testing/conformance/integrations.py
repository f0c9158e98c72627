"""What integrations must bear."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import pytest

from clientgraph.contract.integrations import Integration
from clientgraph.hookspecs import LANGUAGES
from clientgraph.testing.workspaces import Api, Workspace

_LINKED = "integrations { integration { key } template { name } }"


class IntegrationConformance:
    """Every one of ``integrations`` is listed, linked by hand and by templates, and ended.

    ``integrations``  as the plugin's hook answers them.
    ``languages``     in which labels are asked for.
    """

    pytestmark = pytest.mark.anyio

    integrations: ClassVar[Sequence[Integration]]
    languages: ClassVar[Sequence[str]] = LANGUAGES

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """One test for each integration."""
        if "integration" in metafunc.fixturenames:
            known = self.integrations
            metafunc.parametrize("integration", known, ids=[each.key for each in known])

    async def test_it_is_listed_in_each_language(
        self, integration: Integration, workspace: Workspace
    ) -> None:
        """With the label of the caller's language."""
        for language in self.languages:
            api = workspace.api(language=language)
            listed = (await api("{ integrations { key label isAvailable } }"))["integrations"]
            label = integration.label[language]
            assert {"key": integration.key, "label": label, "isAvailable": True} in listed

    async def test_a_template_links_new_clients(self, integration: Integration, api: Api) -> None:
        """From the template; the link can be ended afterwards."""
        given = {"name": "Standard", "integrations": [integration.key]}
        made = await api.done("clientTemplateCreate", given, "clientTemplate { id }")
        client = await api.new_client(selection=_LINKED, template=made["clientTemplate"]["id"])
        key = {"key": integration.key}
        assert client["integrations"] == [{"integration": key, "template": {"name": "Standard"}}]
        ended = {"id": client["id"], "integrations": []}
        after = await api.done("clientUpdate", ended, f"client {{ {_LINKED} }}")
        assert after["client"]["integrations"] == []

    async def test_single_clients_are_linked(self, integration: Integration, api: Api) -> None:
        """By hand, and are found by it; others are not."""
        chosen, other = await api.new_client("Chosen"), await api.new_client("Other")
        await api.done("clientUpdate", {"id": chosen["id"], "integrations": [integration.key]})
        await api.done("clientUpdate", {"id": other["id"], "integrations": []})
        found = await api(
            "query($f: ClientFilter) { clients(filter: $f) { nodes { name } } }",
            {"f": {"integration": integration.key}},
        )
        assert found["clients"]["nodes"] == [{"name": "Chosen"}]

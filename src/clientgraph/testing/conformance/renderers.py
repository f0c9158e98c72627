"""What renderers of documents must bear."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import pytest

from clientgraph.config import Settings
from clientgraph.contract.documents import (
    Composed,
    DocumentRenderer,
    DocumentRequest,
    DocumentTemplate,
)
from clientgraph.contract.records import PluginContext
from clientgraph.documents.making import BEGINNINGS
from clientgraph.hookspecs import LANGUAGES, hookimpl
from clientgraph.testing.workspaces import Api, Workspace, plugins_for, running

_MADE = "document { mediaType filename sha256 size url }"


@dataclass
class _Sample:
    """A plugin with a template that composes what a test puts there."""

    source: str
    target: str
    assets: Mapping[str, bytes]
    content: str = ""
    label: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(LANGUAGES, "Sample"))

    @hookimpl
    def document_templates(self) -> Sequence[DocumentTemplate]:
        """One template."""
        formats = (self.target,)
        return [
            DocumentTemplate(key="SAMPLE", label=self.label, compose=self._compose, formats=formats)
        ]

    def _compose(self, _context: PluginContext, request: DocumentRequest) -> Composed:
        return Composed(
            media_type=self.source,
            content=self.content,
            title="Sample",
            filename="sample",
            date=request.date,
            assets=self.assets,
        )


class DocumentRendererConformance:
    """A renderer makes the same file of the same, and answers whatever a template composed.

    ``renderer``  as the plugin's hook answers it.
    ``contents``  what templates compose for it, all different.
    ``broken``    what it cannot make a file of: a document of it is refused, in time.
    ``assets``    that the contents refer to.
    """

    pytestmark = pytest.mark.anyio

    renderer: ClassVar[DocumentRenderer]
    contents: ClassVar[Sequence[str]]
    broken: ClassVar[Sequence[str]] = ()
    assets: ClassVar[Mapping[str, bytes]] = {}

    @pytest.fixture
    def sample(self) -> _Sample:
        """Composes for the renderer."""
        return _Sample(self.renderer.source, self.renderer.target, self.assets)

    @pytest.fixture
    async def rendering(
        self,
        clientgraph_settings: Settings,
        clientgraph_plugins: Mapping[str, object] | None,
        workspace: Workspace,
        other: Workspace,
        sample: _Sample,
    ) -> AsyncIterator[tuple[Api, Api]]:
        """The APIs of two workspaces: neither is answered from what the other had made."""
        plugins = plugins_for(clientgraph_plugins, before={"sample": sample})
        asked = self.renderer.source, self.renderer.target
        first = next(each for _, each in plugins.renderers if (each.source, each.target) == asked)
        assert first.key == self.renderer.key, f"{first.key} makes such files before it does"
        async with running(clientgraph_settings, plugins) as client:
            yield replace(workspace, client=client).api(), replace(other, client=client).api()

    async def test_it_makes_a_file(self, rendering: tuple[Api, Api], sample: _Sample) -> None:
        """With the beginning and the name of its kind."""
        api, _ = rendering
        for sample.content in self.contents:
            made = await self._made(api)
            assert made["mediaType"] == self.renderer.target
            assert made["filename"] == f"sample{self.renderer.ending}"
            file = (await api.client.get(made["url"])).content
            assert len(file) == made["size"]
            assert file.startswith(BEGINNINGS.get(self.renderer.target, b""))

    async def test_the_same_makes_the_same(
        self, rendering: tuple[Api, Api], sample: _Sample
    ) -> None:
        """Byte for byte, and another content makes another file."""
        found = []
        for sample.content in self.contents:
            one, another = [(await self._made(api))["sha256"] for api in rendering]
            assert one == another
            found.append(one)
        assert len(set(found)) == len(found)

    async def test_what_is_broken_is_refused(
        self, rendering: tuple[Api, Api], sample: _Sample
    ) -> None:
        """And the next one is made again."""
        api, _ = rendering
        for content in self.broken:
            sample.content = content
            refused = await self._asked(api)
            assert refused["document"] is None
            assert [each["path"] for each in refused["userErrors"]] == [["input", "template"]]
            sample.content = self.contents[0]
            await self._made(api)

    async def _made(self, api: Api) -> Any:
        payload = await self._asked(api)
        assert payload["userErrors"] == []
        return payload["document"]

    async def _asked(self, api: Api) -> Any:
        """A document about a new client: none is answered from what was made before."""
        client = await api.new_client()
        asked = {"template": "SAMPLE", "clientIds": [client["id"]], "date": "2026-01-31"}
        return await api.do("documentRender", asked, _MADE)

"""What templates of documents must bear."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from html.parser import HTMLParser
from typing import Any, ClassVar, Final

import pytest

from clientgraph.config import Settings
from clientgraph.contract.documents import Composed, DocumentRenderer, DocumentTemplate
from clientgraph.contract.records import PluginContext
from clientgraph.documents.making import BEGINNINGS
from clientgraph.hookspecs import LANGUAGES, hookimpl
from clientgraph.plugins import Plugins
from clientgraph.testing.workspaces import Api, Workspace, plugins_for, running

MARKUP: Final = "<script src=//x.example></script>\"'><img src=x onerror=a()> &amp;"
PLAIN: Final = "Ganymède"
_TRACES: Final = ("<script src=//x.example", "<img src=x onerror")
_DAY: Final = "2026-01-31"
_SEVERAL: Final = 3
_FIELDS: Final = "document { template filename mediaType size sha256 url }"
_TEMPLATES: Final = "{ documentTemplates { key label formats mostClients } }"


@dataclass(frozen=True)
class Press:
    """A plugin whose files say what was composed: it is asked before other renderers."""

    source: str
    target: str

    @hookimpl
    def document_renderers(self) -> Sequence[DocumentRenderer]:
        """One renderer."""
        made = DocumentRenderer(
            key="PRESS",
            source=self.source,
            target=self.target,
            ending=".proof",
            render=self._render,
        )
        return [made]

    def _render(self, _context: PluginContext, composed: Composed) -> bytes:
        said = {**asdict(composed), "date": composed.date.isoformat()}
        said["assets"] = sorted(composed.assets)
        return BEGINNINGS.get(self.target, b"") + json.dumps(said).encode()

    def read(self, file: bytes) -> Any:
        """What such a file says: the fields of a `Composed`, its assets by name."""
        return json.loads(file.removeprefix(BEGINNINGS.get(self.target, b"")))


class DocumentTemplateConformance:
    """A template composes the same of the same, and takes no text of a record for markup.

    Documents are asked for through `documentRender`, about records made through the API, and
    fetched by their link.

    ``template``    as the plugin's hook answers it.
    ``options``     of the document.
    ``media_type``  of what it composes.
    ``languages``   in which documents and labels are asked for.
    """

    pytestmark = pytest.mark.anyio

    template: ClassVar[DocumentTemplate]
    options: ClassVar[Mapping[str, Any]] = {}
    media_type: ClassVar[str] = "text/html"
    languages: ClassVar[Sequence[str]] = LANGUAGES

    async def prepare(self, api: Api, text: str) -> None:
        """Give the workspace what else the template shows, with ``text`` where any may stand."""

    @pytest.fixture
    def press(self) -> Press:
        """Shows what was composed."""
        return Press(self.media_type, self.template.formats[0])

    @pytest.fixture
    async def pressing(
        self,
        clientgraph_settings: Settings,
        clientgraph_plugins: Mapping[str, object] | None,
        workspace: Workspace,
        press: Press,
    ) -> AsyncIterator[Workspace]:
        """The workspace, served by an application whose files say what was composed."""
        plugins = plugins_for(clientgraph_plugins, before={"press": press})
        async with running(clientgraph_settings, plugins) as client:
            yield replace(workspace, client=client)

    @pytest.fixture
    def plugins(self, clientgraph_plugins: Mapping[str, object] | None) -> Plugins:
        """Those that the tests run with."""
        return plugins_for(clientgraph_plugins)

    async def test_it_is_listed_in_each_language(self, workspace: Workspace) -> None:
        """English is what others fall back to; users expect their own."""
        for language in self.languages:
            listed = (await workspace.api(language=language)(_TEMPLATES))["documentTemplates"]
            assert {
                "key": self.template.key,
                "label": self.template.label[language],
                "formats": list(self.template.formats),
                "mostClients": self.template.most,
            } in listed

    async def test_it_is_composed_in_each_language(self, pressing: Workspace, press: Press) -> None:
        """With a title, for one client and for several where it takes them."""
        api = pressing.api()
        clients = await self.filled(api, PLAIN, min(_SEVERAL, self.template.most))
        for language in self.languages:
            for number in {1, len(clients)}:
                made = press.read(await self.file(api, clients[:number], language=language))
                assert made["title"].strip()
                assert made["content"].strip()
                assert made["date"] == _DAY

    async def test_the_same_makes_the_same(self, pressing: Workspace) -> None:
        """No clock and no chance: a document that is made again is the same one."""
        api = pressing.api()
        clients = await self.filled(api, PLAIN)
        first, second = [(await self.document(api, clients))["sha256"] for _ in range(2)]
        assert first == second

    async def test_no_text_is_markup(
        self, pressing: Workspace, press: Press, other: Workspace
    ) -> None:
        """Neither of the client nor of the workspace."""
        found = []
        for where, text in ((pressing, PLAIN), (replace(other, client=pressing.client), MARKUP)):
            api = where.api()
            clients = await self.filled(api, text)
            found.append(press.read(await self.file(api, clients))["content"])
        usual, hostile = found
        if self.media_type == "text/html":
            assert [trace for trace in _TRACES if trace in hostile] == []
            assert _elements(hostile) <= _elements(usual)
        assert usual != hostile

    async def test_it_becomes_a_file(self, plugins: Plugins, api: Api) -> None:
        """Whatever stands in the texts, by the renderer that takes it."""
        form = self.template.formats[0]
        takes = {(each.source, each.target) for _, each in plugins.renderers}
        if (self.media_type, form) not in takes:
            pytest.skip(f"none of the plugins makes {form} of {self.media_type}")
        clients = await self.filled(api, MARKUP, min(_SEVERAL, self.template.most))
        document = await self.document(api, clients)
        assert (document["template"], document["mediaType"]) == (self.template.key, form)
        file = (await api.client.get(document["url"])).content
        assert len(file) == document["size"]
        assert file.startswith(BEGINNINGS.get(form, b""))

    async def filled(self, api: Api, text: str, clients: int = 1) -> list[str]:
        """Fill a workspace, with ``text`` where any may stand; the ids of so many new clients."""
        await api.done("organisationUpdate", {"name": text})
        account = {"label": text, "holder": text, "bank": text}
        await api.done("bankAccountCreate", {**account, "iban": "FR7630006000011234567890189"})
        await self.prepare(api, text)
        place = {"line1": text, "line2": text, "postalCode": "75011", "city": text}
        person = {"firstName": text, "lastName": text, "position": text}
        fields: dict[str, Any] = {
            "tradingName": text,
            "country": "FR",
            "phone": "+33142685300",
            "website": "https://ganymede.example",
            "addresses": [place],
            "contacts": [person],
        }
        emails = [f"client-{number}@ganymede.example" for number in range(clients)]
        return [(await api.new_client(text, email=each, **fields))["id"] for each in emails]

    async def document(self, api: Api, client_ids: Sequence[str], **given: Any) -> Any:
        """The document about these clients, which must have been made."""
        asked = {"template": self.template.key, "clientIds": list(client_ids), "date": _DAY}
        options = {"options": dict(self.options)} if self.options else {}
        made = await api.done("documentRender", {**asked, **options, **given}, _FIELDS)
        return made["document"]

    async def file(self, api: Api, client_ids: Sequence[str], **given: Any) -> bytes:
        """The same, fetched by its link."""
        document = await self.document(api, client_ids, **given)
        answer = await api.client.get(document["url"])
        assert answer.status_code == 200
        return answer.content


class _Tags(HTMLParser):
    """Names of elements with those of their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[tuple[str, tuple[str, ...]]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add((tag, tuple(sorted(name for name, _ in attrs))))


def _elements(html: str) -> set[tuple[str, tuple[str, ...]]]:
    """Every element that a browser would see."""
    tags = _Tags()
    tags.feed(html)
    tags.close()
    return tags.found

"""The templates bear what every template must."""

from __future__ import annotations

import json

from clientgraph.testing import Api, DocumentRendererConformance, DocumentTemplateConformance
from clientgraph_documents import address_labels, bank_details, client_sheet, document_renderers

HTML_PDF, LABELS_PDF, LETTER_PDF = document_renderers()


def labels(name: str) -> str:
    """A sheet with one label, as the template composes it."""
    sheet = {"title": "Labels", "author": "Firm", "language": "en", "sheet": "L7160"}
    return json.dumps({**sheet, "start": 1, "borders": False, "labels": [[name, "1 rue A"]]})


class _Branded(DocumentTemplateConformance):
    async def prepare(self, api: Api, text: str) -> None:
        """Their pages bear the workspace's address and foot."""
        own = {"name": "documents", "settings": {"address": text, "footer": text}}
        await api.done("pluginConfigure", own)


class TestBankDetails(_Branded):
    """Where a client pays to."""

    template = bank_details.TEMPLATE


class TestClientSheet(_Branded):
    """What is known of a client."""

    template = client_sheet.TEMPLATE


class TestAddressLabels(_Branded):
    """Clients' addresses."""

    template = address_labels.TEMPLATE
    media_type = address_labels.MEDIA_TYPE


class TestPages(DocumentRendererConformance):
    """Of HTML, which is never broken."""

    renderer = HTML_PDF
    contents = ("<p>Ganymède</p>", "<p>Io & Europe <b>", "")


class TestLabels(DocumentRendererConformance):
    """Of what the template of labels composes."""

    renderer = LABELS_PDF
    contents = (labels("Ganymède"), labels("Io"))
    broken = ("", "no JSON", "{}")


class TestLetters(DocumentRendererConformance):
    """Of what other plugins write, on the workspace's page."""

    renderer = LETTER_PDF
    contents = ("<p>Ganymède</p>", "<p>Io & Europe <b>", "")

"""Letters that welcome new clients: composed, sent once, and noted in the history."""

from __future__ import annotations

import anyio
import pytest

from clientgraph.testing import (
    Api,
    DocumentTemplateConformance,
    IntegrationConformance,
    Press,
    Workspace,
)
from clientgraph_invoicing import letter, welcome

from .billing import of_client
from .serving import LETTER, TERMS, Serve, reached, serve

__all__ = ["serve"]

pytestmark = pytest.mark.anyio


class TestTemplate(DocumentTemplateConformance):
    """The letter bears whatever other documents bear."""

    template = letter.TEMPLATE
    media_type = letter.MEDIA_TYPE

    async def prepare(self, api: Api, text: str) -> None:
        """The message may hold any text."""
        said = {"welcome_message": f"{text} {{client}}", **TERMS}
        await api.done("pluginConfigure", {"name": "invoicing", "settings": said})

    async def test_d26_d27_d28_what_the_letter_says(
        self, pressing: Workspace, press: Press
    ) -> None:
        """The firm's message, payment preferences and reminders."""
        api = pressing.api()
        clients = await self.filled(api, "Ganymède")
        await api.done("organisationUpdate", {"name": "Atelier Nord"})
        message = {"welcome_message": "{firm} greets {client}\nand {contact}."}
        await api.done("pluginConfigure", {"name": "invoicing", "settings": message})
        made = press.read(await self.file(api, clients, language="en"))
        for text in (
            "Atelier Nord greets Ganymède<br>and Ganymède Ganymède.",
            "30 days net",
            "FR76 3000 6000 0112 3456 7890 189",
            "We send a reminder 7 days after the due date.",
        ):
            assert text in made["content"]
        assert (made["author"], made["locale"]) == ("Atelier Nord", "en-FR")

    async def test_d26_the_letter_has_the_look_of_other_documents(
        self, workspace: Workspace
    ) -> None:
        """Another colour of the workspace's documents makes another file, and so does a footer."""
        api = workspace.api()
        clients = await self.filled(api, "Ganymède")
        files = []
        for look in ({}, {"color": "#aa1122"}, {"color": "#aa1122", "footer": "SAS"}):
            await api.done("pluginConfigure", {"name": "documents", "settings": look})
            files.append((await self.document(api, clients))["sha256"])
        assert len(set(files)) == 3


class TestIntegration(IntegrationConformance):
    """Letters to chosen clients can be linked as anything can."""

    integrations = (welcome.INTEGRATION,)


async def test_those_alone_are_welcomed_that_their_template_links(serve: Serve) -> None:
    """Where a workspace wants it so; the others are left alone."""
    async with serve(welcome_linked_only=True) as served:
        given = {"name": "Welcomed", "integrations": ["WELCOME_LETTER"]}
        made = await served.api.done("clientTemplateCreate", given, "clientTemplate { id }")
        await served.api.new_client("Io", email="io@io.example")
        chosen = await served.api.new_client(
            "Europa", email="e@europa.example", template=made["clientTemplate"]["id"]
        )
        await reached(served.api, chosen["id"], "SENT")
    assert [each["To"] for each in served.post.letters] == ["e@europa.example"]


async def test_d25_a_new_client_is_sent_a_letter(serve: Serve) -> None:
    """In its language, as a PDF, with a note in its history."""
    async with serve(reply_to="hello@firm.example") as served:
        client = await served.api.new_client(
            "Ganymède", email="info@ganymede.example", locale="fr-FR"
        )
        found = await reached(served.api, client["id"], "SENT")
    assert found["welcomeLetter"]["recipient"] == "info@ganymede.example"
    assert found["welcomeLetter"]["attempts"] == 1
    assert found["events"]["nodes"] == [
        {
            "title": "Lettre de bienvenue envoyée",
            "body": "Elle a été envoyée à info@ganymede.example.",
            "kind": {"key": "EMAIL"},
        }
    ]
    (message,) = served.post.letters
    assert (message["To"], message["Reply-To"]) == ("info@ganymede.example", "hello@firm.example")
    assert message["From"] == "Firm <post@firm.example>"
    assert message["Subject"] == "Bienvenue chez Firm"
    (attached,) = message.iter_attachments()
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_content().startswith(b"%PDF-")


async def test_the_one_who_gets_invoices_gets_the_letter(serve: Serve) -> None:
    """Rather than the firm's general address."""
    async with serve() as served:
        contact = {"lastName": "Byron", "email": "ada@ganymede.example", "isInvoiceRecipient": True}
        client = await served.api.new_client(email="info@ganymede.example", contacts=[contact])
        await reached(served.api, client["id"], "SENT")
    assert [each["To"] for each in served.post.letters] == ["ada@ganymede.example"]


async def test_a_letter_is_sent_once_whatever_follows(serve: Serve) -> None:
    """Other changes of the client, and other clients: nothing more is sent."""
    async with serve() as served:
        client = await served.api.new_client(email="info@ganymede.example")
        await reached(served.api, client["id"], "SENT")
        for name in ("Io", "Europa"):
            await served.api.done("clientUpdate", {"id": client["id"], "name": name})
        second = await served.api.new_client("Second", email="two@ganymede.example")
        await reached(served.api, second["id"], "SENT")
    assert [each["To"] for each in served.post.letters] == [
        "info@ganymede.example",
        "two@ganymede.example",
    ]


async def test_without_a_mail_server_the_letter_is_ready(serve: Serve) -> None:
    """The history says so, and the document is there to be made."""
    async with serve(with_post=False) as served:
        client = await served.api.new_client(email="info@ganymede.example")
        found = await reached(served.api, client["id"], "READY")
        asked = {"template": "WELCOME", "clientId": client["id"]}
        made = await served.api.done("documentRender", asked, "document { mediaType }")
    assert [(each["title"], each["kind"]["key"]) for each in found["events"]["nodes"]] == [
        ("Lettre de bienvenue prête", "NOTE")
    ]
    assert made["document"] == {"mediaType": "application/pdf"}


async def test_a_draft_is_welcomed_when_it_is_active(serve: Serve) -> None:
    """Not before."""
    async with serve() as served:
        client = await served.api.new_client(email="info@ganymede.example", isDraft=True)
        await reached(served.api, client["id"], "WAITING")
        await served.api.done("clientActivate", {"id": client["id"]})
        await reached(served.api, client["id"], "SENT")
    assert len(served.post.letters) == 1


async def test_nobody_is_welcomed_unless_that_is_wanted(serve: Serve) -> None:
    """Neither where it is off, nor those that were there before it was switched on."""
    async with serve(welcome_enabled=False) as served:
        old = await served.api.new_client("Old", email="old@ganymede.example")
        await anyio.sleep(0.2)
        on = {"name": "invoicing", "settings": {"welcome_enabled": True}}
        await served.api.done("pluginConfigure", on)
        await served.api.done("clientUpdate", {"id": old["id"], "name": "Older"})
        new = await served.api.new_client("New", email="new@ganymede.example")
        await reached(served.api, new["id"], "SENT")
        found = await of_client(served.api, old["id"], LETTER)
    assert found == {"welcomeLetter": None}
    assert [each["To"] for each in served.post.letters] == ["new@ganymede.example"]

"""For operators: settings, the command that tries the mail server, and its health."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anyio
import pytest
from typer.testing import CliRunner

from clientgraph import HealthStatus, InstanceContext
from clientgraph.plugins import Plugins
from clientgraph_invoicing import mail
from clientgraph_invoicing.commands import app
from clientgraph_invoicing.options import SETTINGS
from clientgraph_invoicing.words import BLOCKERS, LABELS, LANGUAGES, MESSAGES, words

from .post import post_office

pytestmark = pytest.mark.anyio


def instance(**settings: Any) -> InstanceContext:
    """What a command and a check are handed."""
    usual = {"smtp_security": "none", "smtp_from": "post@firm.example"}
    return InstanceContext(
        plugin="invoicing",
        settings={**usual, **settings},
        folder=Path(),
        http=lambda _key: pytest.fail("nothing is asked over HTTP"),
    )


async def test_the_mail_server_is_tried(clientgraph_plugins: Any) -> None:
    """One letter to the address that is named; the check says that the server answers."""
    assert Plugins(dict(clientgraph_plugins)).infos["invoicing"].status == "ACTIVE"
    async with post_office() as post:
        context = instance(smtp_host="127.0.0.1", smtp_port=post.port)
        report = await mail.reach(context)
        assert (report.status, report.message) == (HealthStatus.OK, "the mail server answers")
        tried = await anyio.to_thread.run_sync(
            lambda: CliRunner().invoke(app, ["test-mail", "ada@firm.example"], obj=context)
        )
    assert (tried.exit_code, tried.output) == (0, "Handed to 127.0.0.1 for ada@firm.example.\n")
    assert [each["To"] for each in post.letters] == ["ada@firm.example"]


async def test_a_mail_server_that_is_away_is_told() -> None:
    """By the check and by the command, without any detail of a letter."""
    async with post_office() as post:
        port = post.port
    context = instance(smtp_host="127.0.0.1", smtp_port=port)
    assert (await mail.reach(context)).status is HealthStatus.DEGRADED
    tried = await anyio.to_thread.run_sync(
        lambda: CliRunner().invoke(app, ["test-mail", "ada@firm.example"], obj=context)
    )
    assert tried.exit_code == 1
    assert tried.output.startswith("The mail server did not take it: ")


async def test_without_a_mail_server_that_is_said() -> None:
    """It is no fault, and the command names the settings."""
    report = await mail.reach(instance())
    assert (report.status, report.message) == (HealthStatus.OK, "no mail server is set up")
    tried = CliRunner().invoke(app, ["test-mail", "ada@firm.example"], obj=instance())
    assert tried.exit_code == 1
    assert "smtp_host" in tried.output


def test_a_letter_cannot_smuggle_headers() -> None:
    """Line breaks in addresses are refused before any server is asked."""
    letter = mail.Letter(
        key="k",
        sender="Firm",
        recipient="ada@firm.example\r\nBcc: eve@x.example",
        reply_to=None,
        subject="s",
        body="b",
        filename="f.pdf",
        pdf=b"%PDF-",
    )
    with pytest.raises(mail.Refused):
        mail.message({"smtp_from": "post@firm.example"}, letter)


def test_the_password_is_a_secret() -> None:
    """It is never answered."""
    assert SETTINGS.instance["properties"]["smtp_password"]["writeOnly"] is True


def test_all_texts_are_there_in_all_languages() -> None:
    """With the same places for values."""
    for texts in (*MESSAGES.values(), *BLOCKERS.values(), *LABELS.values()):
        assert set(texts) == set(LANGUAGES)
    for language in LANGUAGES:
        assert words(language).keys() == words("en").keys()

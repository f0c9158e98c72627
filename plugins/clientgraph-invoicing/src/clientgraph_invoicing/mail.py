"""Hands letters to the operator's mail server."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any, Final

import aiosmtplib

from clientgraph import HealthReport, HealthStatus, InstanceContext

# Together less than an observer of the service has.
STEP_SECONDS: Final = 5.0
CONNECTING_SECONDS: Final = 8.0
HANDING_IN_SECONDS: Final = 12.0
_NOT_TAKEN: Final = (
    aiosmtplib.SMTPHeloError,
    aiosmtplib.SMTPSenderRefused,
    aiosmtplib.SMTPDataError,
    aiosmtplib.SMTPNotSupported,
)


class NotTaken(Exception):
    """The mail server has not taken the letter, which can be handed in again."""


class Refused(Exception):
    """The mail server will never take the letter."""


class Unclear(Exception):
    """The mail server broke off and did not say whether it took the letter."""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """An e-mail with a PDF. ``key`` names it for good: sent again, it is known to be the same."""

    key: str
    sender: str
    recipient: str
    reply_to: str | None
    subject: str
    body: str
    filename: str
    pdf: bytes


def is_set_up(settings: Mapping[str, Any]) -> bool:
    """Whether the operator named a mail server."""
    return bool(settings.get("smtp_host"))


def message(settings: Mapping[str, Any], letter: Letter) -> EmailMessage:
    """The letter as it is handed in; raises `Refused` where an address or a name is none."""
    sender = settings["smtp_from"]
    made = EmailMessage()
    try:
        made["From"] = Address(display_name=letter.sender, addr_spec=sender)
        made["To"] = Address(addr_spec=letter.recipient)
        if letter.reply_to:
            made["Reply-To"] = Address(addr_spec=letter.reply_to)
    except (ValueError, HeaderParseError):
        raise Refused("an address or a name is none") from None
    made["Message-ID"] = f"<{letter.key}@{sender.rpartition('@')[2]}>"
    made["Date"] = datetime.now(UTC)
    made["Subject"] = letter.subject
    made.set_content(letter.body)
    made.add_attachment(letter.pdf, maintype="application", subtype="pdf", filename=letter.filename)
    return made


async def send(settings: Mapping[str, Any], message: EmailMessage) -> None:
    """Hand in a letter; raises `NotTaken`, `Refused` or `Unclear`.

    They tell the kind of failure: what mail servers write may name the receiver.
    """
    server = _server(settings)
    try:
        async with asyncio.timeout(CONNECTING_SECONDS):
            await server.connect()
    except (aiosmtplib.SMTPException, OSError) as error:
        raise NotTaken(f"the mail server cannot be used: {_kind(error)}") from None
    try:
        async with server, asyncio.timeout(HANDING_IN_SECONDS):
            await server.send_message(message, timeout=HANDING_IN_SECONDS)
    except aiosmtplib.SMTPRecipientsRefused as error:
        for_good = all(500 <= each.code < 600 for each in error.recipients)
        raise (Refused if for_good else NotTaken)(_refused(error)) from None
    except _NOT_TAKEN as error:
        raise NotTaken(_refused(error)) from None
    except (aiosmtplib.SMTPException, OSError) as error:
        text = f"the mail server broke off and may have taken the letter: {_kind(error)}"
        raise Unclear(text) from None


def _refused(error: Exception) -> str:
    return f"the mail server did not take the letter: {_kind(error)}"


def _kind(error: Exception) -> str:
    """What class of failure it is, with the codes of the answer (RFC 5321), and no text of it."""
    answers = error.recipients if isinstance(error, aiosmtplib.SMTPRecipientsRefused) else [error]
    codes = {each.code for each in answers if isinstance(each, aiosmtplib.SMTPResponseException)}
    return " ".join([type(error).__name__, *map(str, sorted(codes))])


async def hand_in(settings: Mapping[str, Any], message: EmailMessage) -> None:
    """Hand in any message; raises what the mail server says against it."""
    async with _server(settings) as server:
        await server.send_message(message)


async def reach(context: InstanceContext) -> HealthReport:
    """Whether the mail server answers and knows us."""
    if not is_set_up(context.settings):
        return HealthReport(status=HealthStatus.OK, message="no mail server is set up")
    try:
        async with _server(context.settings) as server:
            await server.noop()
    except (aiosmtplib.SMTPException, OSError) as error:
        return HealthReport(
            status=HealthStatus.DEGRADED,
            message=f"the mail server cannot be used: {_kind(error)}",
        )
    return HealthReport(status=HealthStatus.OK, message="the mail server answers")


def _server(settings: Mapping[str, Any]) -> aiosmtplib.SMTP:
    security = settings["smtp_security"]
    return aiosmtplib.SMTP(
        hostname=settings["smtp_host"],
        port=settings["smtp_port"],
        username=settings.get("smtp_user"),
        password=settings.get("smtp_password"),
        use_tls=security == "tls",
        start_tls=security == "starttls",
        timeout=STEP_SECONDS,
    )

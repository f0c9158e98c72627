"""Sends each new client its welcome letter, once, whatever happens in between.

A row says how far a letter got. It is SENDING before the mail server is asked, so that a process
that dies there leaves a letter that is never sent twice: it becomes UNCLEAR. What the mail server
did not take is tried again, each time after a longer pause, and given up after about three days.
A letter that is due is looked at whenever something is committed in the workspace, as the note in
the client's history is, and by time.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from clientgraph import (
    ApiErrors,
    Integration,
    PeriodicTask,
    PluginContext,
    RecordChange,
    global_id,
)
from clientgraph_invoicing import letters, mail
from clientgraph_invoicing.letter import KEY
from clientgraph_invoicing.tables import WELCOMES, WelcomeRow, WelcomeState
from clientgraph_invoicing.words import LANGUAGES, words

INTEGRATION: Final = Integration(
    key="WELCOME_LETTER",
    label={
        "en": "Welcome letter",
        "fr": "Lettre de bienvenue",
        "nl": "Welkomstbrief",
        "de": "Begrüßungsschreiben",
    },
)
AT_ONCE: Final = 3
# As many as `nodes` takes.
MOST_NODES: Final = 100
# Seconds after which no further letter is begun: an observer has thirty.
ROUND_SECONDS: Final = 2.0
# How long a letter is left alone that somebody works at. No attempt takes as long.
LEASE: Final = timedelta(minutes=5)
PAUSES: Final = (
    timedelta(minutes=5),
    timedelta(minutes=20),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=8),
    timedelta(hours=12),
    timedelta(days=1),
    timedelta(days=1),
)
_CLIENT: Final = """query($id: ID!) {
  client(by: {id: $id}) {
    status locale email
    invoiceContact { email } mainContact { email }
  }
  organisation { name locale }
}"""
_LINKED: Final = """query($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Client { integrations { integration { key } } } }
}"""
_RENDER: Final = """mutation($input: DocumentRenderInput!) {
  documentRender(input: $input) { document { id filename } userErrors { code } }
}"""
_NOTE: Final = """mutation($input: EventCreateInput!) {
  eventCreate(input: $input) { event { id } userErrors { code } }
}"""
_TAKE: Final = (
    "UPDATE invoicing_welcome SET due_at = ?, version = version + 1 WHERE id = ? AND version = ?"
)
_DUE: Final = (
    "state IN ('PENDING', 'SENDING', 'SENT', 'READY', 'FAILED', 'UNCLEAR') AND settled_at IS NULL"
    " AND (due_at IS NULL OR due_at <= ?) ORDER BY attempts, id LIMIT ?"
)
_BEGIN: Final = (
    "INSERT INTO invoicing_welcome (id, organisation_id, version, created_at, updated_at,"
    " client_id, state, attempts) VALUES (?, ?, 1, ?, ?, ?, 'PENDING', 0)"
    " ON CONFLICT (organisation_id, client_id) DO NOTHING"
)


class NotMade(Exception):
    """The letter could not be made."""


class NotSent(Exception):
    """What kept letters from being sent: told to the operator, without anything of a client."""


async def welcome(context: PluginContext, changes: Sequence[RecordChange]) -> None:
    """Begin the letters of new clients, and send a few of those that are due.

    Raises `NotSent`, or what the API answered: nothing is lost by it, and nothing tried at once.
    """
    if not context.settings["welcome_enabled"]:
        return
    of_clients = [each for each in changes if each.type == "Client"]
    created = [each.id for each in of_clients if each.action == "CREATED"]
    for client_id in await _chosen(context, created):
        await _begin(context, client_id)
    await _release(context, [each.id for each in of_clients if each.action == "UPDATED"])
    await _send_due(context)


async def _chosen(context: PluginContext, client_ids: Sequence[UUID]) -> list[UUID]:
    """Those of new clients that are to be welcomed: all, or those that are linked."""
    if not context.settings["welcome_linked_only"]:
        return [*client_ids]
    chosen = []
    for start in range(0, len(client_ids), MOST_NODES):
        asked = client_ids[start : start + MOST_NODES]
        told = await context.graphql(_LINKED, {"ids": [global_id("Client", i) for i in asked]})
        for client_id, node in zip(asked, told["nodes"], strict=True):
            linked = node["integrations"] if node else ()
            if any(each["integration"]["key"] == INTEGRATION.key for each in linked):
                chosen.append(client_id)
    return chosen


async def _begin(context: PluginContext, client_id: UUID) -> None:
    """Note that a new client is to be welcomed, once however often that is told."""
    now = datetime.now(UTC)
    await context.execute(_BEGIN, [client_id, context.organisation_id, now, now, client_id])


async def _release(context: PluginContext, client_ids: Sequence[UUID]) -> None:
    """Have letters looked at again that wait for their clients to be active."""
    for rows in (await WELCOMES.by(context, "client_id", client_ids)).values():
        for row in rows:
            if row.state == WelcomeState.WAITING.value:
                await WELCOMES.update(context, row, state=WelcomeState.PENDING.value, due_at=None)


async def _look(context: PluginContext) -> None:
    """What no commit leads to."""
    await letters.count(context, len(PAUSES) + 1)
    if context.settings["welcome_enabled"]:
        await _send_due(context)


async def _send_due(context: PluginContext) -> None:
    """A few letters, each failure apart; raises the last one, so that it is noted."""
    begun = time.monotonic()
    failed: Exception | None = None
    for row in await WELCOMES.select(context, _DUE, [datetime.now(UTC), AT_ONCE]):
        if time.monotonic() - begun > ROUND_SECONDS:
            break
        try:
            await _go_on(context, row)
        except (NotSent, ApiErrors) as error:
            failed = error
    if failed is not None:
        raise failed


async def _go_on(context: PluginContext, row: WelcomeRow) -> None:
    """Bring a letter a step further, and note in the client's history how its way ended."""
    leased = datetime.now(UTC) + LEASE
    if not await context.execute(_TAKE, [leased, row.id, row.version]):
        return
    row.version, row.due_at = row.version + 1, leased
    told = await context.graphql(_CLIENT, {"id": global_id("Client", row.client_id)})
    client, firm = told["client"], told["organisation"]
    if client is None:
        await WELCOMES.delete(context, row)
        return
    ours, failure = _language(firm, LANGUAGES[0]), None
    if row.state == WelcomeState.SENDING.value:
        # Whoever asked the mail server did not live to note its answer.
        await WELCOMES.update(context, row, state=WelcomeState.UNCLEAR.value)
    elif row.state == WelcomeState.PENDING.value and client["status"] != "ACTIVE":
        await WELCOMES.update(context, row, state=WelcomeState.WAITING.value)
        return
    elif row.state == WelcomeState.PENDING.value:
        recipient = _recipient(client)
        if recipient is None or not mail.is_set_up(context.settings):
            await WELCOMES.update(context, row, state=WelcomeState.READY.value)
        else:
            language = _language(client, ours)
            failure = await _try(context, row, recipient, firm["name"], language)
    if row.state != WelcomeState.PENDING.value:
        await _note(context, row, ours)
    if failure is not None:
        raise NotSent(failure)


async def _try(
    context: PluginContext, row: WelcomeRow, recipient: str, firm: str, language: str
) -> str | None:
    """Make and hand in a letter; what kept it from being sent, if anything did."""
    attempts, failure = row.attempts + 1, None
    state, due_at = WelcomeState.SENT, row.due_at
    try:
        pdf, filename = await _document(context, row, language)
        message = mail.message(
            context.settings, _letter(context, row, recipient, firm, language, filename, pdf)
        )
        asked = {"state": WelcomeState.SENDING.value, "attempts": attempts, "recipient": recipient}
        await WELCOMES.update(context, row, **asked)
        await mail.send(context.settings, message)
    except mail.Refused as error:
        state, failure = WelcomeState.FAILED, str(error)
    except mail.Unclear as error:
        state, failure = WelcomeState.UNCLEAR, str(error)
    except (NotMade, mail.NotTaken) as error:
        state, failure = WelcomeState.FAILED, str(error)
        if attempts <= len(PAUSES):
            state, due_at = WelcomeState.PENDING, datetime.now(UTC) + PAUSES[attempts - 1]
    await WELCOMES.update(context, row, state=state.value, attempts=attempts, due_at=due_at)
    return failure


def _recipient(client: Mapping[str, Any]) -> str | None:
    """Whoever gets the invoices, the main contact, or the firm itself."""
    people = (client["invoiceContact"], client["mainContact"], client)
    return next((each["email"] for each in people if each and each["email"]), None)


def _language(party: Mapping[str, Any], otherwise: str) -> str:
    """That of a client or of the firm, where it is one of the service's."""
    spoken = (party["locale"] or "").partition("-")[0]
    return spoken if spoken in LANGUAGES else otherwise


async def _document(context: PluginContext, row: WelcomeRow, language: str) -> tuple[bytes, str]:
    """The letter as a PDF and the name of its file; raises `NotMade`."""
    asked = {
        "template": KEY,
        "clientId": global_id("Client", row.client_id),
        "language": language,
    }
    payload = (await context.graphql(_RENDER, {"input": asked}))["documentRender"]
    document = payload["document"]
    if document is None:
        codes = ", ".join(each["code"] for each in payload["userErrors"])
        raise NotMade(f"the letter could not be made: {codes}")
    return await context.document(document["id"]), document["filename"]


def _letter(
    context: PluginContext,
    row: WelcomeRow,
    recipient: str,
    firm: str,
    language: str,
    filename: str,
    pdf: bytes,
) -> mail.Letter:
    told = words(language)
    return mail.Letter(
        key=f"welcome-{row.id.hex}",
        sender=firm,
        recipient=recipient,
        reply_to=context.settings.get("reply_to"),
        subject=told["mail_subject"].format(firm=firm),
        body=told["mail_body"],
        filename=filename,
        pdf=pdf,
    )


async def _note(context: PluginContext, row: WelcomeRow, language: str) -> None:
    """How it ended, in the client's history: once, since the key of the note is the letter's."""
    told, key = words(language), row.state.lower()
    event = {
        "clientId": global_id("Client", row.client_id),
        "kind": "EMAIL" if row.state == WelcomeState.SENT.value else "NOTE",
        "title": told[key],
        "body": told[f"{key}_body"].format(recipient=row.recipient),
        "occurredAt": row.updated_at.isoformat(),
        "idempotencyKey": f"invoicing-welcome-{row.id.hex}",
    }
    await context.graphql(_NOTE, {"input": event})
    await WELCOMES.update(context, row, settled_at=row.updated_at)


UNSENT: Final = PeriodicTask(key="unsent_letters", run=_look, every=300.0)

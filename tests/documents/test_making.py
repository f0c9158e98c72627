"""Documents are made outside of any transaction, by whatever plugins bring, or not at all."""

from __future__ import annotations

import asyncio
import hashlib
import time
from threading import Event
from typing import Any

import pytest

from clientgraph.config import Settings
from clientgraph.testing import Workspace, Workspaces
from tests.documents.asking import fetched, made, refused, stored, writing
from tests.documents.stationery import OPTIONS, Stationery, printed
from tests.policies.switching import switch

pytestmark = pytest.mark.anyio

TEMPLATES = """{ documentTemplates {
    key label formats optionsSchema mostClients isAvailable reason } }"""
FAILED = "The document could not be made. Try again; if it fails again, tell who runs the service."


async def test_hook_document_templates(
    settings: Settings, workspace: Workspace, workspaces: Workspaces
) -> None:
    """Every template is shown, in the caller's language, and why one is not to be had."""
    await switch(workspaces, workspace, "INLINE_CLIENT_CREATE", "Not in your plan")
    async with writing(settings, workspace, Stationery()) as there:
        found = (await there.api("VIEWER", "fr")(TEMPLATES))["documentTemplates"]
    common = {"formats": ["text/plain"]}
    assert found == [
        {
            **common,
            "key": "FRAMED_LETTER",
            "label": "Framed letter",
            "optionsSchema": {"type": "object"},
            "mostClients": 1,
            "isAvailable": False,
            "reason": "Not in your plan",
        },
        {
            **common,
            "key": "LETTER",
            "label": "Lettre",
            "optionsSchema": OPTIONS,
            "mostClients": 2,
            "isAvailable": True,
            "reason": None,
        },
    ]


async def test_hook_document_renderers(settings: Settings, workspace: Workspace) -> None:
    """What a template composes is made a file by the renderer that takes it."""
    async with writing(settings, workspace, Stationery()) as there:
        api = there.api("VIEWER")
        client = await there.api().new_client("Io", locale="nl-BE")
        document = await made(api, "LETTER", client["id"], date="2026-01-31", options={"copies": 3})
        text = "Io × 3 (nl, 2026-01-31)".encode()
        assert (await fetched(api, document)).content == text
    expected = {
        "template": "LETTER",
        "filename": "Letter to Io.txt",
        "mediaType": "text/plain",
        "size": len(text),
        "sha256": hashlib.sha256(text).hexdigest(),
    }
    assert {name: document[name] for name in expected} == expected


async def test_every_mistake_is_told_at_its_place(settings: Settings, workspace: Workspace) -> None:
    """Language, format, clients and options at once; unknown clients and templates too."""
    async with writing(settings, workspace, Stationery()) as there:
        api = there.api()
        one = (await api.new_client("Io"))["id"]
        two = (await api.new_client("Leda"))["id"]
        three = (await api.new_client("Elara"))["id"]
        given: dict[str, Any] = {
            "template": "LETTER",
            "clientIds": [one, two, three],
            "language": "it",
            "format": "image/png",
            "options": {"copies": 0, "colour": "red"},
        }
        found = [(place, code) for place, code, _ in await refused(api, given)]
        assert sorted(found) == [
            ("clientIds", "TOO_MANY_CLIENTS"),
            ("format", "UNKNOWN_FORMAT"),
            ("language", "UNKNOWN_LANGUAGE"),
            ("options", "INVALID_DOCUMENT_OPTION"),
            ("options.copies", "INVALID_DOCUMENT_OPTION"),
        ]
        nobody = {"template": "LETTER", "clientIds": [one, one[:-1] + "z"]}
        assert [each[:2] for each in await refused(api, nobody)] == [("clientIds.1", "NOT_FOUND")]
        none = await refused(api, {"template": "LETTER", "options": "none"})
        assert [each[:2] for each in none] == [
            ("clientIds", "REQUIRED"),
            ("options", "INVALID_DOCUMENT_OPTION"),
        ]
        unknown = await refused(api, {"template": "SONNET", "clientId": one})
        assert [each[:2] for each in unknown] == [("template", "UNKNOWN_TEMPLATE")]


async def test_a_template_refuses_in_its_own_words(
    settings: Settings, workspace: Workspace, workspaces: Workspaces
) -> None:
    """Its code, its sentence, in the caller's language."""
    async with writing(settings, workspace, Stationery()) as there:
        client = await there.api().new_client("Nobody")
        given = {"template": "LETTER", "clientId": client["id"]}
        found = await refused(there.api("MEMBER", "fr"), given)
        assert found == [("template", "NO_LETTER", "Pas pour Nobody.")]
    assert await stored(workspaces, workspace) == 0


async def test_a_template_whose_feature_is_off_is_forbidden(
    settings: Settings, workspace: Workspace, workspaces: Workspaces
) -> None:
    """As everywhere: FORBIDDEN, with the feature and the operator's reason."""
    await switch(workspaces, workspace, "INLINE_CLIENT_CREATE", "Not in your plan")
    async with writing(settings, workspace, Stationery()) as there:
        client = await there.api().new_client("Io")
        body = await there.api().answer(
            "mutation($input: DocumentRenderInput!) {"
            " documentRender(input: $input) { document { id } } }",
            {"input": {"template": "FRAMED_LETTER", "clientId": client["id"]}},
        )
    (error,) = body["errors"]
    assert body["data"] == {"documentRender": None}
    assert error["extensions"] == {
        "code": "FORBIDDEN",
        "feature": "INLINE_CLIENT_CREATE",
        "reason": "Not in your plan",
    }


def _raises(*_: Any) -> Any:
    raise RuntimeError("secret of the plugin")


def _exits(*_: Any) -> Any:
    raise SystemExit(3)


async def _hangs(*_: Any) -> Any:
    await asyncio.sleep(3600)


def _composes_nothing(*_: Any) -> Any:
    return "a text"


BROKEN = {
    "compose raises": Stationery(compose=_raises),
    "compose exits": Stationery(compose=_exits),
    "compose answers garbage": Stationery(compose=_composes_nothing),
    "render raises": Stationery(render=_raises),
    "render hangs": Stationery(render=_hangs, seconds=0.2),
    "render answers a text": Stationery(render=lambda *_: "text"),
    "render answers nothing": Stationery(render=lambda *_: b""),
    "render answers too much": Stationery(render=lambda *_: bytes(20_000_001)),
    "render answers no PDF": Stationery(target="application/pdf"),
}


@pytest.mark.parametrize("how", BROKEN)
async def test_a_failing_plugin_makes_nothing(
    how: str, settings: Settings, workspace: Workspace, workspaces: Workspaces
) -> None:
    """A user error that tells nothing of the plugin, no file, and the service goes on."""
    async with writing(settings, workspace, BROKEN[how]) as there:
        client = await there.api().new_client("Io")
        given = {"template": "LETTER", "clientId": client["id"]}
        assert await refused(there.api(), given) == [("template", "DOCUMENT_FAILED", FAILED)]
        assert (await there.api()("{ viewer { role } }"))["viewer"]["role"] == "OWNER"
    assert await stored(workspaces, workspace) == 0


async def test_no_transaction_is_open_while_a_document_is_made(
    settings: Settings, workspace: Workspace
) -> None:
    """Others write meanwhile: were a transaction open, SQLite's one writer would be taken."""
    begun, go_on = Event(), Event()

    def render(context: Any, composed: Any) -> bytes:
        begun.set()
        assert go_on.wait(20)
        return printed(context, composed)

    async with writing(settings, workspace, Stationery(render=render, seconds=25.0)) as there:
        client = await there.api().new_client("Io")
        making = asyncio.create_task(made(there.api(), "LETTER", client["id"]))
        assert await asyncio.to_thread(begun.wait, 20)
        changed = {"id": client["id"], "name": "Europa"}
        await there.api("ADMIN").done("clientUpdate", changed)
        go_on.set()
        document = await making
        # What it is made of was read before: one moment of the workspace.
        assert (await fetched(there.api(), document)).text.startswith("Io × 1")


async def test_a_plain_function_that_hangs_holds_nobody(
    settings: Settings, workspace: Workspace
) -> None:
    """It runs in a thread; the caller is answered when its time is over."""

    def slow(*_: Any) -> bytes:
        time.sleep(1.5)
        return b"late"

    async with writing(settings, workspace, Stationery(render=slow, seconds=0.2)) as there:
        client = await there.api().new_client("Io")
        given = {"template": "LETTER", "clientId": client["id"]}
        asked = asyncio.create_task(refused(there.api(), given))
        assert (await there.api("VIEWER")("{ viewer { role } }"))["viewer"]["role"] == "VIEWER"
        assert [each[1] for each in await asked] == ["DOCUMENT_FAILED"]


async def test_a_recap_keeps_no_file(
    settings: Settings, workspace: Workspace, workspaces: Workspaces
) -> None:
    """`validateOnly` makes the document and forgets it; a key answers the same file again."""
    async with writing(settings, workspace, Stationery()) as there:
        api = there.api()
        client = (await api.new_client("Io"))["id"]
        tried = await made(api, "LETTER", client, validateOnly=True)
        assert (await fetched(api, tried)).status_code == 410
        assert await stored(workspaces, workspace) == 0
        first = await made(api, "LETTER", client, idempotencyKey="one letter")
        assert await made(api, "LETTER", client, idempotencyKey="one letter") == first
        assert await stored(workspaces, workspace) == 1

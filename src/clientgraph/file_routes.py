"""Files over HTTP: taken by ``POST /files``, and handed out to whoever has a link."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from email.message import Message
from typing import Final
from uuid import UUID

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from clientgraph import global_ids
from clientgraph.context import Actor, Context
from clientgraph.documents.download import HEADERS, attachment, told
from clientgraph.documents.links import read_link
from clientgraph.errors import Refusal, Unauthenticated, UserErrors
from clientgraph.files.models import File
from clientgraph.files.service import (
    LARGEST,
    PATH,
    file_name,
    keep_file,
    linked_file,
)
from clientgraph.files.sniffing import media_type_of
from clientgraph.files.storing import Storage, Stored, TooLarge
from clientgraph.operations import failures
from clientgraph.operations.service import Operations
from clientgraph.permissions import Permission
from clientgraph.signing import Signer
from clientgraph.storage.database import Database
from clientgraph.storage.ids import uuid7
from clientgraph.transport.answers import HEADERS as ANSWERS
from clientgraph.transport.answers import Refused, internal_error, respond, respond_refused
from clientgraph.transport.body import check_encoding, declared_length, hang_up
from clientgraph.transport.negotiation import JSON, accept_language
from clientgraph.transport.presented import presented

# In points, as a question to a registry.
COST: Final = 20
SILENT_SECONDS: Final = 30.0
WHOLE_SECONDS: Final = 600.0
NONE: Final = "There is no such file.\n"
GONE: Final = "This link has expired. Ask for the file's url again.\n"
UNAVAILABLE: Final = "The file cannot be read now. Try again.\n"


class Uploads:
    """The endpoint ``/files``: the body is the file, ``Content-Disposition`` names it."""

    def __init__(
        self, operations: Operations, storage: Storage, new_context: Callable[[Actor, str], Context]
    ) -> None:
        self._operations = operations
        self._storage = storage
        self._new_context = new_context

    async def take(self, request: Request) -> Response:
        """201 with what the file is; every failure is an error in JSON, as GraphQL has them."""
        try:
            row = await self._taken(request)
        except Refused as refused:
            return respond_refused(refused, JSON)
        except Refusal as refusal:
            return respond(failures.refused(refusal), JSON)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:  # noqa: BLE001 - internal_error logs it
            return respond(internal_error(error), JSON)
        shown = {
            "id": global_ids.encode("File", row.id),
            "filename": row.filename,
            "mediaType": row.media_type,
            "size": row.size,
            "sha256": row.sha256,
            "expiresAt": row.expires_at.isoformat(),
        }
        return JSONResponse({"data": shown}, 201, headers=dict(ANSWERS))

    async def _taken(self, request: Request) -> File:
        actor = await presented(self._operations, request)
        if actor is None:
            raise Unauthenticated
        language = accept_language(request.headers.get("accept-language"))
        context = self._new_context(actor, language)
        context.require(Permission.CLIENTS_WRITE)
        self._operations.charge(actor, COST)
        filename, file_id = _named(request), uuid7()
        check_encoding(request)
        if declared_length(request) > LARGEST:
            raise _too_large(request)
        try:
            stored = await self._storage.write(
                actor.organisation_id, file_id, _pieces(request), LARGEST
            )
        except TooLarge as error:
            raise _too_large(request) from error
        try:
            return await self._kept(context, actor, file_id, stored, filename)
        except BaseException:
            await self._storage.remove(actor.organisation_id, file_id)
            raise

    async def _kept(
        self, context: Context, actor: Actor, file_id: UUID, stored: Stored, filename: str
    ) -> File:
        media_type = media_type_of(stored.head, filename)
        if not stored.size:
            raise Refused("BAD_REQUEST", "The file is empty. Send its bytes as the body.")
        if media_type is None:
            taken = "PDF, PNG, JPEG, GIF, WebP, spreadsheets, documents, CSV, vCards and texts"
            raise Refused("content", f"Files of this type are not taken. These are: {taken}.")
        try:
            async with context.committing():
                return await keep_file(context, actor, file_id, stored, filename, media_type)
        except UserErrors as mistakes:
            text = context.messages.text(mistakes.errors[0], context.language)
            raise Refused("BAD_REQUEST", text) from mistakes


class FileDownloads:
    """The endpoint ``/files/{token}``."""

    def __init__(self, database: Database, signer: Signer, storage: Storage) -> None:
        self._database = database
        self._signer = signer
        self._storage = storage

    async def file(self, request: Request) -> Response:
        """The file; 404 for what is no link of ours, 410 for one that has expired."""
        link = read_link(self._signer, request.path_params["token"], PATH)
        if link is None:
            return told(NONE, 404)
        try:
            found = await linked_file(self._database, link)
            if found is None:
                return told(GONE, 410)
            pieces = await self._storage.read(found.organisation_id, found.id)
        except Refusal:
            return told(UNAVAILABLE, 503)
        if pieces is None:
            return told(GONE, 410)
        headers = {
            **HEADERS,
            "Content-Disposition": attachment(found.filename),
            "Content-Length": str(found.size),
            "Content-Type": found.media_type,
        }
        return StreamingResponse(pieces, headers=headers)


def _named(request: Request) -> str:
    """The name in ``Content-Disposition`` (RFC 6266), made harmless."""
    header = Message()
    header["content-disposition"] = request.headers.get("content-disposition", "")[:2000]
    found = None
    with suppress(LookupError, TypeError, ValueError):
        # What is no such header fails there in any of these ways.
        found = header.get_filename()
    if not found:
        text = "Name the file: 'Content-Disposition: attachment; filename=\"clients.xlsx\"'."
        raise Refused("BAD_REQUEST", text)
    return file_name(found)


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    """The body as it comes; raises `Refused` where it takes too long."""
    stream, until = aiter(request.stream()), time.monotonic() + WHOLE_SECONDS
    while True:
        try:
            async with asyncio.timeout(min(SILENT_SECONDS, until - time.monotonic())):
                piece = await anext(stream)
        except StopAsyncIteration:
            return
        except TimeoutError:
            text = (
                f"Nothing came for {SILENT_SECONDS:g} seconds, or not all of it within "
                f"{WHOLE_SECONDS:g}."
            )
            raise Refused("slow", text, hang_up(request)) from None
        yield piece


def _too_large(request: Request) -> Refused:
    return Refused("size", f"The file is larger than {LARGEST} bytes.", hang_up(request))

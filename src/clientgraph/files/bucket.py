"""Bytes of files in object storage that speaks S3, in parts while they come in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from clientgraph.errors import SettingsError, StorageUnavailable
from clientgraph.files.storing import PIECE, Counting, Storage, Stored

try:
    import obstore
    from obstore.exceptions import BaseError
    from obstore.store import S3Store
except ImportError:  # It comes with an extra.
    obstore = None  # type: ignore[assignment]

# S3 takes no smaller parts but the last.
_PART: Final = 5_242_880
_AT_ONCE: Final = 2
_WAITING: Final = 2
_ANSWER: Final = timedelta(seconds=20)
_CONNECT: Final = timedelta(seconds=5)
_AGAIN: Final = timedelta(seconds=10)


class _GivenUp(Exception):
    """Ends an upload from within: what is there of it is then taken back."""


class Bucket(Storage):
    """An object for each file, ``PREFIX/WORKSPACE/FILE``."""

    def __init__(self, url: str, config: Mapping[str, str]) -> None:
        """``url`` is ``s3://BUCKET/PREFIX``; raises `SettingsError` without the library."""
        if obstore is None:
            raise SettingsError(
                ["file_store: object storage needs an extra. Run: pip install 'clientgraph[s3]'."]
            )
        parts = urlsplit(url)
        given = {name: value for name, value in config.items() if value}
        # One at a time: not all that speak S3 know more.
        given["disable_bulk_delete"] = "true"
        plain = given.get("endpoint", "").startswith("http://")
        self._store = S3Store(
            parts.netloc,
            prefix=parts.path.strip("/") or None,
            config=given,  # type: ignore[arg-type] # it is a TypedDict
            client_options={"allow_http": plain, "connect_timeout": _CONNECT, "timeout": _ANSWER},
            retry_config={"max_retries": 3, "retry_timeout": _AGAIN},
        )

    async def write(
        self, workspace: UUID, file_id: UUID, pieces: AsyncIterable[bytes], most: int
    ) -> Stored:
        """In parts; the object is there when all of them are."""
        waiting: asyncio.Queue[bytes | _GivenUp | None] = asyncio.Queue(_WAITING)
        name, counting = _name(workspace, file_id.hex), Counting(most=most)
        upload = asyncio.ensure_future(self._put(name, _handed_on(waiting)))
        try:
            async for piece in pieces:
                counting.add(piece)
                await _unless_ended(upload, waiting.put(bytes(piece)))
            await _unless_ended(upload, waiting.put(None))
            await asyncio.shield(upload)
        except BaseException:
            # An upload that is cancelled from outside would leave its parts behind.
            if await _ended(upload, waiting):
                await self.discard(workspace, file_id.hex)
            raise
        return counting.done()

    async def _put(self, name: str, pieces: AsyncIterator[bytes]) -> None:
        with _reached():
            await obstore.put_async(
                self._store,
                name,
                pieces,
                use_multipart=True,
                chunk_size=_PART,
                max_concurrency=_AT_ONCE,
            )

    async def read(self, workspace: UUID, file_id: UUID) -> AsyncIterator[bytes] | None:
        """From the object as it comes."""
        with _reached():
            try:
                found = await obstore.get_async(self._store, _name(workspace, file_id.hex))
            except FileNotFoundError:
                return None
        return _streamed(found)

    async def discard(self, workspace: UUID, name: str) -> None:
        """S3 does not say whether it was there."""
        with _reached(), suppress(FileNotFoundError):
            await obstore.delete_async(self._store, _name(workspace, name))

    async def lying(self, seconds: float) -> AsyncIterator[tuple[UUID, list[str]]]:
        """In the order of names, some at a time; what is not ours is left out."""
        latest = datetime.now(UTC) - timedelta(seconds=seconds)
        with _reached():
            async for some in obstore.list(self._store, chunk_size=1000):
                old = [each["path"] for each in some if each["last_modified"] < latest]
                for folder, paths in groupby(old, lambda path: path.partition("/")[0]):
                    with suppress(ValueError):
                        yield UUID(hex=folder), [path.partition("/")[2] for path in paths]


def _name(workspace: UUID, name: str) -> str:
    return f"{workspace.hex}/{name}"


@contextmanager
def _reached() -> Iterator[None]:
    """Says in our words that the storage is not there, or does not let us in."""
    try:
        yield
    except (BaseError, FileNotFoundError, PermissionError, TimeoutError, ConnectionError) as error:
        raise StorageUnavailable from error


async def _handed_on(waiting: asyncio.Queue[bytes | _GivenUp | None]) -> AsyncIterator[bytes]:
    while (piece := await waiting.get()) is not None:
        if isinstance(piece, _GivenUp):
            raise piece
        yield piece


async def _unless_ended(upload: asyncio.Future[None], putting: Any) -> None:
    """Hand a piece to the upload; raises what ended it where it takes no more."""
    put = asyncio.ensure_future(putting)
    try:
        await asyncio.wait([put, upload], return_when=asyncio.FIRST_COMPLETED)
    finally:
        put.cancel()
    if upload.done():
        await upload


async def _ended(upload: asyncio.Future[None], waiting: asyncio.Queue[Any]) -> bool:
    """End the upload from within and wait for that; whether it came to its end all the same."""
    while not waiting.empty():
        waiting.get_nowait()
    waiting.put_nowait(_GivenUp())
    await asyncio.wait([upload])
    return upload.exception() is None


async def _streamed(found: Any) -> AsyncIterator[bytes]:
    with _reached():
        async for piece in found.stream(min_chunk_size=PIECE):
            yield bytes(piece)

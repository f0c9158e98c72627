"""Where the bytes of files are: a folder, in which names are made of ids alone."""

from __future__ import annotations

import asyncio
import hashlib
import os
import stat
import time
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final
from uuid import UUID

from clientgraph.files.sniffing import HEAD

PIECE: Final = 262_144
_BEGUN: Final = ".part"


class TooLarge(Exception):
    """There is more of it than may be."""


@dataclass(frozen=True, kw_only=True)
class Stored:
    """What was written: its length, its fingerprint and how it begins."""

    size: int
    sha256: str
    head: bytes


class Storage:
    """A folder for each workspace, a file for each file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def write(
        self, workspace: UUID, file_id: UUID, pieces: AsyncIterable[bytes], most: int
    ) -> Stored:
        """Write a new file piece by piece; there is none where anything fails.

        Raises `TooLarge` after more than ``most`` bytes, and whatever ``pieces`` raises.
        """
        path = self._path(workspace, file_id)
        begun = path.with_suffix(_BEGUN)
        try:
            with await asyncio.to_thread(_opened, begun) as file:
                stored = await _written(file, pieces, most)
                await asyncio.to_thread(_to_disk, file)
            await asyncio.to_thread(_renamed, begun, path)
        except BaseException:
            begun.unlink(missing_ok=True)
            raise
        return stored

    async def read(self, workspace: UUID, file_id: UUID) -> AsyncIterator[bytes] | None:
        """The bytes of a file, piece by piece; None where there is none."""
        try:
            file = await asyncio.to_thread(self._path(workspace, file_id).open, "rb")
        except FileNotFoundError:
            return None
        return _pieces(file)

    async def remove(self, workspace: UUID, file_id: UUID) -> None:
        """Remove a file, if it is there."""
        await asyncio.to_thread(_removed, self._path(workspace, file_id))

    def lying(self, seconds: float) -> Iterator[tuple[UUID, list[Path]]]:
        """What each workspace has in the folder that is older than so many seconds."""
        latest = time.time() - seconds
        for folder in sorted(self._folder.glob("*")):
            with suppress(ValueError):
                yield UUID(hex=folder.name), [*_untouched(folder, latest)]

    def _path(self, workspace: UUID, file_id: UUID) -> Path:
        return self._folder / workspace.hex / file_id.hex


async def _written(file: BinaryIO, pieces: AsyncIterable[bytes], most: int) -> Stored:
    digest, size, head = hashlib.sha256(), 0, b""
    async for piece in pieces:
        size += len(piece)
        if size > most:
            raise TooLarge
        head += piece[: HEAD - len(head)]
        digest.update(piece)
        await asyncio.to_thread(file.write, piece)
    return Stored(size=size, sha256=digest.hexdigest(), head=head)


async def _pieces(file: BinaryIO) -> AsyncIterator[bytes]:
    with file:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece


def _opened(path: Path) -> BinaryIO:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _to_disk(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _renamed(begun: Path, path: Path) -> None:
    """Give a file its name, on disk, too: without that, a power cut may take it back."""
    begun.replace(path)
    for folder in (path.parent, path.parent.parent):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _untouched(folder: Path, latest: float) -> Iterator[Path]:
    """The files in a folder that were written before that moment; others may remove some."""
    for each in folder.iterdir() if folder.is_dir() else ():
        with suppress(FileNotFoundError):
            found = each.lstat()
            if stat.S_ISREG(found.st_mode) and found.st_mtime < latest:
                yield each


def _removed(path: Path) -> None:
    path.unlink(missing_ok=True)

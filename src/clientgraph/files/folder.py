"""Bytes of files in a folder, in which names are made of ids alone."""

from __future__ import annotations

import asyncio
import os
import stat
import time
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final
from uuid import UUID

from clientgraph.files.storing import Counting, Storage, Stored, pieces_of

_BEGUN: Final = ".part"


class Folder(Storage):
    """A folder for each workspace, a file for each file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def write(
        self, workspace: UUID, file_id: UUID, pieces: AsyncIterable[bytes], most: int
    ) -> Stored:
        """Under a name that is not yet a file's, then brought to disk and renamed."""
        path = self._folder / workspace.hex / file_id.hex
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
        """From the file."""
        path = self._folder / workspace.hex / file_id.hex
        try:
            file = await asyncio.to_thread(path.open, "rb")
        except FileNotFoundError:
            return None
        return pieces_of(file)

    async def discard(self, workspace: UUID, name: str) -> None:
        """A file, or the half of one."""
        await asyncio.to_thread(_removed, self._folder / workspace.hex / name)

    async def lying(self, seconds: float) -> AsyncIterator[tuple[UUID, list[str]]]:
        """By the times of the files; what is not ours is left out."""
        for each in await asyncio.to_thread(lambda: [*self._found(time.time() - seconds)]):
            yield each

    def _found(self, latest: float) -> Iterator[tuple[UUID, list[str]]]:
        for folder in sorted(self._folder.glob("*")):
            with suppress(ValueError):
                if names := [*_untouched(folder, latest)]:
                    yield UUID(hex=folder.name), names


async def _written(file: BinaryIO, pieces: AsyncIterable[bytes], most: int) -> Stored:
    counting = Counting(most=most)
    async for piece in pieces:
        counting.add(piece)
        await asyncio.to_thread(file.write, piece)
    return counting.done()


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


def _untouched(folder: Path, latest: float) -> Iterator[str]:
    """The files in a folder that were written before that moment; others may remove some."""
    for each in folder.iterdir() if folder.is_dir() else ():
        with suppress(FileNotFoundError):
            found = each.lstat()
            if stat.S_ISREG(found.st_mode) and found.st_mtime < latest:
                yield each.name


def _removed(path: Path) -> None:
    path.unlink(missing_ok=True)

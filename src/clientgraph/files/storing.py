"""What keeps the bytes of files, wherever that is: in a folder, or in a bucket."""

from __future__ import annotations

import asyncio
import hashlib
import sys
from abc import ABC, abstractmethod
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final
from uuid import UUID

from clientgraph.files.sniffing import HEAD

PIECE: Final = 262_144


class TooLarge(Exception):
    """There is more of it than may be."""


@dataclass(frozen=True, kw_only=True)
class Stored:
    """What was written: its length, its fingerprint and how it begins."""

    size: int
    sha256: str
    head: bytes


@dataclass(kw_only=True)
class Counting:
    """What was written so far of a file that may have so many bytes."""

    most: int
    size: int = 0
    head: bytes = b""
    _digest: Any = field(default_factory=hashlib.sha256)

    def add(self, piece: bytes) -> None:
        """One more piece; raises `TooLarge`."""
        self.size += len(piece)
        if self.size > self.most:
            raise TooLarge
        self.head += piece[: HEAD - len(self.head)]
        self._digest.update(piece)

    def done(self) -> Stored:
        """All of it."""
        return Stored(size=self.size, sha256=self._digest.hexdigest(), head=self.head)


class Storage(ABC):
    """Files of workspaces by ids of ours. What cannot be reached raises `StorageUnavailable`."""

    @abstractmethod
    async def write(
        self, workspace: UUID, file_id: UUID, pieces: AsyncIterable[bytes], most: int
    ) -> Stored:
        """Write a new file piece by piece; there is none where anything fails.

        Raises `TooLarge` after more than ``most`` bytes, and whatever ``pieces`` raises.
        """

    @abstractmethod
    async def read(self, workspace: UUID, file_id: UUID) -> AsyncIterator[bytes] | None:
        """The bytes of a file, piece by piece; None where there is none."""

    @abstractmethod
    async def discard(self, workspace: UUID, name: str) -> None:
        """Remove what lies under a name, if it is there."""

    @abstractmethod
    def lying(self, seconds: float) -> AsyncIterator[tuple[UUID, list[str]]]:
        """The names of what each workspace has that is older than so many seconds."""

    async def remove(self, workspace: UUID, file_id: UUID) -> None:
        """Remove a file, if it is there."""
        await self.discard(workspace, file_id.hex)

    async def copy_to(self, workspace: UUID, file_id: UUID, path: Path) -> bool:
        """Write the bytes of a file to a path of this host; False where there is none.

        What is at the path is written over.
        """
        pieces = await self.read(workspace, file_id)
        if pieces is None:
            return False
        with await asyncio.to_thread(path.open, "wb") as file:
            async for piece in pieces:
                await asyncio.to_thread(file.write, piece)
        return True

    async def put(self, workspace: UUID, file_id: UUID, path: Path) -> Stored:
        """Write a new file with what is at a path of this host, which stays."""
        file = await asyncio.to_thread(path.open, "rb")
        return await self.write(workspace, file_id, pieces_of(file), sys.maxsize)


async def pieces_of(file: BinaryIO) -> AsyncIterator[bytes]:
    """What is in an open file, which is closed at its end."""
    with file:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece

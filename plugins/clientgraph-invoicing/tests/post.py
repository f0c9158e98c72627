"""A mail server on a local port: takes letters, and refuses them as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class Post:
    """What arrived, and how the server behaves. Its refusals name whoever a letter is for.

    ``busy``     how many letters are refused for now (451) before one is taken.
    ``unknown``  whether recipients are refused for good (550).
    ``cut``      whether the connection ends after a letter without saying that it was taken.
    ``silent``   whether nothing is said after a letter, for as long as anybody waits.
    """

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    offered: int = 0
    busy: int = 0
    unknown: bool = False
    cut: bool = False
    silent: bool = False
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection (RFC 5321, as far as it is needed)."""
        writer.write(b"220 post.example\r\n")
        recipient = b""
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                data = await reader.readuntil(b"\r\n.\r\n")
                if self.silent:
                    self.arrived.set()
                    await reader.read()
                    break
                if not self._take(data, recipient, writer):
                    break
            elif verb == b"QUIT":
                writer.write(b"221 bye\r\n")
                break
            elif verb == b"RCPT":
                recipient = line[8:].strip()
                writer.write(
                    b"550 no mailbox %b\r\n" % recipient if self.unknown else b"250 ok\r\n"
                )
            elif verb == b"EHLO":
                writer.write(b"250-post.example\r\n250 SMTPUTF8\r\n")
            else:
                writer.write(b"250 ok\r\n")
        writer.close()

    def _take(self, data: bytes, recipient: bytes, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection goes on."""
        self.offered += 1
        if self.busy:
            self.busy -= 1
            writer.write(b"451 later, %b\r\n" % recipient)
            return True
        letter = message_from_bytes(data[:-5].replace(b"\r\n..", b"\r\n."), policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.arrived.set()
        if self.cut:
            return False
        writer.write(b"250 taken\r\n")
        return True


@asynccontextmanager
async def post_office() -> AsyncIterator[Post]:
    """The server on a free port of this machine."""
    post = Post()
    server = await asyncio.start_server(post.serve, "127.0.0.1", 0, limit=2**24)
    post.port = server.sockets[0].getsockname()[1]
    async with server:
        yield post

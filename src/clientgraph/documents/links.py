"""Links to files: short-lived, bound to one of them, and nobody else can make one."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from clientgraph.signing import Signer

PATH: Final = "/documents"
_BODY: Final = 40
_MAC: Final = 24


@dataclass(frozen=True)
class Link:
    """Which file of which workspace, until when (whole seconds)."""

    organisation_id: UUID
    record_id: UUID
    expires_at: datetime

    def path(self, signer: Signer, root: str = PATH) -> str:
        """The path of the file on this service, below that of such files; good there alone."""
        seconds = int(self.expires_at.timestamp()).to_bytes(8, "big")
        body = self.organisation_id.bytes + self.record_id.bytes + seconds
        mac = signer.digest(_purpose(root), body)[:_MAC]
        return f"{root}/{base64.urlsafe_b64encode(body + mac).decode().rstrip('=')}"


def read_link(signer: Signer, token: str, root: str = PATH) -> Link | None:
    """The link that a token stands for, whether or not it has expired; None for any other text."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    body, mac = raw[:_BODY], raw[_BODY:]
    if len(mac) != _MAC or not signer.verify(_purpose(root), body, mac):
        return None
    seconds = int.from_bytes(body[32:], "big")
    return Link(
        UUID(bytes=body[:16]), UUID(bytes=body[16:32]), datetime.fromtimestamp(seconds, UTC)
    )


def _purpose(root: str) -> str:
    return f"link below {root}"

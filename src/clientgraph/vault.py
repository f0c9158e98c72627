"""Keeps secrets of others at rest: encrypted with keys derived from the installation's secret."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY_BYTES = 32


class Unreadable(Exception):
    """What was sealed with another secret, for another purpose, or was changed since."""


class Vault:
    """Fernet (AES-128 in CBC mode, HMAC-SHA256) with a key for each purpose (HKDF, RFC 5869)."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def seal(self, purpose: str, content: bytes) -> str:
        """The content as a text that only `open` can read, for the same purpose."""
        return self._fernet(purpose).encrypt(content).decode("ascii")

    def open(self, purpose: str, sealed: str) -> bytes:
        """What was sealed; raises `Unreadable`."""
        try:
            return self._fernet(purpose).decrypt(sealed.encode())
        except InvalidToken:
            raise Unreadable from None

    def _fernet(self, purpose: str) -> Fernet:
        derived = HKDF(SHA256(), _KEY_BYTES, salt=None, info=f"clientgraph {purpose}".encode())
        return Fernet(base64.urlsafe_b64encode(derived.derive(self._secret)))

"""Keyed hashes: what we hand out and must recognise, nobody else can make."""

from __future__ import annotations

import hashlib
import hmac


class Signer:
    """HMAC-SHA256 with one key per purpose, all derived from the installation's secret key."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._keys: dict[str, bytes] = {}

    def digest(self, purpose: str, message: bytes) -> bytes:
        """32 bytes that depend on the purpose, the message and the secret."""
        key = self._keys.get(purpose)
        if key is None:
            key = hmac.digest(self._secret, purpose.encode(), hashlib.sha256)
            self._keys[purpose] = key
        return hmac.digest(key, message, hashlib.sha256)

    def verify(self, purpose: str, message: bytes, mac: bytes) -> bool:
        """Whether ``mac`` is the beginning of the digest; in constant time."""
        return hmac.compare_digest(self.digest(purpose, message)[: len(mac)], mac)

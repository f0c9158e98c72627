"""API tokens: ``cgp_``, 30 random base-62 characters, 6 of checksum; kept as keyed hashes."""

from __future__ import annotations

import secrets
import zlib
from typing import Final

from clientgraph.signing import Signer

PREFIX: Final = "cgp_"
_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_RANDOM: Final = 30
_CHECK: Final = 6
_LENGTH: Final = len(PREFIX) + _RANDOM + _CHECK


def new_token() -> str:
    """A token that nobody can guess (178 bits) and a scanner can recognise offline."""
    body = "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM))
    return f"{PREFIX}{body}{_checksum(body)}"


def looks_like_token(text: str) -> bool:
    """Whether the form and the checksum fit; says nothing about whether it is known."""
    body = text[len(PREFIX) : -_CHECK]
    fits = len(text) == _LENGTH and text.startswith(PREFIX) and text.isascii()
    return fits and _checksum(body) == text[-_CHECK:]


def token_hash(signer: Signer, token: str) -> str:
    """What is stored and looked up: a hash that is useless without the installation's secret."""
    return signer.digest("api-token", token.encode()).hex()


def _checksum(body: str) -> str:
    number = zlib.crc32(body.encode())
    digits = []
    for _ in range(_CHECK):
        number, digit = divmod(number, len(_ALPHABET))
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))

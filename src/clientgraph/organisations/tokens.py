"""Tokens: a prefix, random base-62 characters, 6 of checksum; kept as keyed hashes."""

from __future__ import annotations

import secrets
import zlib
from dataclasses import dataclass
from typing import Final

from clientgraph.signing import Signer

_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECK: Final = 6


@dataclass(frozen=True)
class TokenKind:
    """What tokens of a kind look like, and what their hashes are for."""

    prefix: str
    random: int
    purpose: str


# Nobody can guess 178 bits; a link that is sent by mail has 256.
API_TOKEN: Final = TokenKind("cgp_", 30, "api-token")
INVITATION_TOKEN: Final = TokenKind("cgi_", 43, "invitation-token")
INVITATION_SESSION: Final = TokenKind("cgs_", 43, "invitation-session")


def new_token(kind: TokenKind = API_TOKEN) -> str:
    """A token that nobody can guess and a scanner can recognise offline."""
    body = "".join(secrets.choice(_ALPHABET) for _ in range(kind.random))
    return f"{kind.prefix}{body}{_checksum(body)}"


def looks_like_token(text: str, kind: TokenKind = API_TOKEN) -> bool:
    """Whether the form and the checksum fit; says nothing about whether it is known."""
    body = text[len(kind.prefix) : -_CHECK]
    length = len(kind.prefix) + kind.random + _CHECK
    fits = len(text) == length and text.startswith(kind.prefix) and text.isascii()
    return fits and _checksum(body) == text[-_CHECK:]


def token_hash(signer: Signer, token: str, kind: TokenKind = API_TOKEN) -> str:
    """What is stored and looked up: a hash that is useless without the installation's secret."""
    return signer.digest(kind.purpose, token.encode()).hex()


def _checksum(body: str) -> str:
    number = zlib.crc32(body.encode())
    digits = []
    for _ in range(_CHECK):
        number, digit = divmod(number, len(_ALPHABET))
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))

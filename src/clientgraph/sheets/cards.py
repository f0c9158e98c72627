"""vCards 2.1, 3.0 and 4.0 (RFC 2426, RFC 6350), as address books of all ages write them."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_BEGIN: Final = "BEGIN:VCARD"
_END: Final = "END:VCARD"
_AGENT: Final = "AGENT:"
_MARK: Final = 20
_PARAMETERS: Final = 100
_NAME: Final = re.compile(r"(?:[\w-]+\.)?([\w-]+)", re.ASCII)
_PARAMETER: Final = re.compile(r';((?:"[^"]*"|[^";:]++)*+)')
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_PART: Final = re.compile(r"((?:[^\\;]++|\\(?:.|\Z))*+)(?:;|\Z)", re.DOTALL)
_QUOTED_PRINTABLE: Final = "quoted-printable"


@dataclass(frozen=True)
class Property:
    """One line of a card: its name in capitals, its types in small letters, its raw value."""

    name: str
    types: frozenset[str]
    value: str

    @property
    def text(self) -> str:
        """The value as one text."""
        return unescaped(self.value)

    @property
    def parts(self) -> Sequence[str]:
        """The texts of a value that has several, such as a name or an address."""
        return [unescaped(part) for part in _PART.findall(self.value)]


def unescaped(text: str) -> str:
    """A text as it was before it was written to a card."""
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], text)


def cards(lines: Iterable[str]) -> Iterator[Sequence[Property] | None]:
    """The properties of each card; None for one that does not end."""
    found: list[Property] | None = None
    is_agent = False
    for line in _unfolded(lines):
        mark = line[:_MARK].strip().upper()
        if mark == _END:
            if found is not None and not is_agent:
                yield found
                found = None
            is_agent = False
        elif mark == _BEGIN and not is_agent:
            if found is not None:
                yield None
            found = []
        elif mark == _AGENT:
            # In version 2.1 the card of somebody's agent stands within the card.
            is_agent = True
        elif found is not None and not is_agent and (read := _property(line)):
            found.append(read)
    if found is not None:
        yield None


def _unfolded(lines: Iterable[str]) -> Iterator[str]:
    """Lines as they were before they were cut to fit: by a space, or by an equals sign (2.1)."""
    pieces: list[str] = []
    is_quoted = False
    for given in lines:
        line = given.rstrip("\r\n")
        if is_quoted and pieces[-1].endswith("="):
            pieces[-1] = pieces[-1][:-1]
            pieces.append(line)
        elif pieces and line[:1] in (" ", "\t"):
            pieces.append(line[1:])
        else:
            yield "".join(pieces)
            pieces = [line]
            is_quoted = _QUOTED_PRINTABLE in line.partition(":")[0].lower()
    yield "".join(pieces)


def _property(line: str) -> Property | None:
    named = _NAME.match(line)
    if named is None:
        return None
    at = named.end()
    given: list[tuple[str, str]] = []
    while len(given) < _PARAMETERS and (found := _PARAMETER.match(line, at)):
        key, equals, value = found[1].partition("=")
        # Version 2.1 has types without a name: TEL;WORK;VOICE.
        pair = (key.strip().lower(), value.replace('"', "")) if equals else ("type", key)
        given.append(pair)
        at = found.end()
    if line[at : at + 1] != ":":
        return None
    types = [each for key, value in given if key in ("type", "pref") for each in _types(key, value)]
    return Property(
        named[1].upper(), frozenset(types), _decoded(line[at + 1 :], dict(given), types)
    )


def _types(key: str, value: str) -> Sequence[str]:
    return ["pref"] if key == "pref" else [each.strip().lower() for each in value.split(",")]


def _decoded(value: str, given: dict[str, str], types: Sequence[str]) -> str:
    """The value without the encoding of version 2.1 that mail needed."""
    is_quoted = given.get("encoding", "").lower() == _QUOTED_PRINTABLE
    if not is_quoted and _QUOTED_PRINTABLE not in types:
        return value
    octets = quopri.decodestring(value.encode())
    try:
        return octets.decode(given.get("charset", "utf-8"))
    except (LookupError, UnicodeDecodeError):
        return octets.decode("cp1252", "replace")

"""What a file is, by its content: its name has no say."""

from __future__ import annotations

import mmap
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from clientgraph.sheets.archives import format_of_archive
from clientgraph.sheets.encodings import encoding_of
from clientgraph.sheets.limits import SheetLimits
from clientgraph.sheets.problems import SheetProblem

_HEAD: Final = 65_536
_ARCHIVE: Final = b"PK\x03\x04"
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS: Final[Mapping[bytes, str]] = {
    b"%PDF-": "PDF",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"RIFF": "WebP",
    b"{\\rtf": "RTF",
    b"Rar!": "RAR",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"\x1f\x8b": "gzip",
    b"PK\x05\x06": "ZIP",
}
_CONTROLS: Final = frozenset(map(chr, range(32))) - frozenset("\t\n\v\f\r\x1a\x1b")
# A stray one is a typing error, more of them are no text.
_FEW_CONTROLS: Final = 0.01


def format_of(source: Path, limits: SheetLimits) -> tuple[str, str | None]:
    """The format, and the encoding of a text. Raises `SheetProblem`."""
    with source.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(_ARCHIVE):
        return format_of_archive(source, limits), None
    if head.startswith(_COMPOUND):
        return _compound(source), None
    for beginning, found in _OTHERS.items():
        if head.startswith(beginning):
            raise SheetProblem("NOT_A_TABLE", found=found)
    if not head.strip(b"\0\t\r\n \x1a"):
        raise SheetProblem("EMPTY_FILE")
    encoding = encoding_of(source)
    return _text(head.decode(encoding, "replace")), encoding


def _compound(source: Path) -> str:
    """Of the older documents of Microsoft, by the names in their directories."""
    with (
        source.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        if content.find(_entry("EncryptedPackage")) >= 0:
            raise SheetProblem("ENCRYPTED_FILE")
        if any(content.find(_entry(name)) >= 0 for name in ("Workbook", "WORKBOOK", "Book")):
            return "xls"
        is_word = content.find(_entry("WordDocument")) >= 0
    raise SheetProblem("NOT_A_TABLE", found="Word" if is_word else "OLE")


def _entry(name: str) -> bytes:
    """The beginning of a directory's entry: a name on 64 bytes, and its length with its end."""
    return name.encode("utf-16-le").ljust(64, b"\0") + (len(name) * 2 + 2).to_bytes(2, "little")


def _text(head: str) -> str:
    begins = head.lstrip("\ufeff\0\t\r\n ")
    if sum(letter in _CONTROLS for letter in head.replace("\0", "")) > len(head) * _FEW_CONTROLS:
        raise SheetProblem("NOT_A_TABLE", found="binary")
    if begins.startswith("<"):
        raise SheetProblem("NOT_A_TABLE", found="HTML" if "<table" in begins.lower() else "XML")
    if begins.startswith(('{"', '[{"')):
        raise SheetProblem("NOT_A_TABLE", found="JSON")
    return "vcard" if begins[:11].upper() == "BEGIN:VCARD" else "csv"

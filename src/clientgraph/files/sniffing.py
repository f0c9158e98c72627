"""What a file is, by how it begins: what its sender says of it counts for its ending alone."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from typing import Final

HEAD: Final = 4096
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
XLSX: Final = f"{_OFFICE}spreadsheetml.sheet"
_OPEN: Final = "application/vnd.oasis.opendocument."
_BEGINNINGS: Final[Mapping[bytes, str]] = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
# Archives that are documents, by their endings.
_ZIPPED: Final[Mapping[str, str]] = {
    "xlsx": XLSX,
    "docx": f"{_OFFICE}wordprocessingml.document",
    "ods": f"{_OPEN}spreadsheet",
    "odt": f"{_OPEN}text",
}
_COMPOUND: Final[Mapping[str, str]] = {
    "xls": "application/vnd.ms-excel",
    "doc": "application/msword",
    "msg": "application/vnd.ms-outlook",
}
_TEXTS: Final[Mapping[str, str]] = {"csv": "text/csv", "vcf": "text/vcard"}
# The longer marks first, as one begins like another.
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)
_CONTROLS: Final = frozenset(map(chr, range(32))) - frozenset("\t\n\v\f\r\x1a\x1b")
_BEFORE: Final = "\ufeff" + "".join(map(chr, range(33)))
# A stray one is a slip; programs have many more.
_FEW_CONTROLS: Final = 0.01
_WIDE_SHARE: Final = 0.1


def media_type_of(head: bytes, filename: str) -> str | None:
    """The media type of what begins so; None for what is not taken, as are pages and programs."""
    ending = filename.rpartition(".")[2].lower()
    for beginning, found in _BEGINNINGS.items():
        if head.startswith(beginning):
            return found
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"PK\x03\x04"):
        return _ZIPPED.get(ending, "application/zip")
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _COMPOUND.get(ending, "application/x-ole-storage")
    return _TEXTS.get(ending, "text/plain") if _is_text(head) else None


def _is_text(head: bytes) -> bool:
    """Whether it reads as text in some encoding, and is no markup, which browsers would run."""
    text = _decoded(head)
    controls = sum(letter in _CONTROLS for letter in text)
    return controls <= len(text) * _FEW_CONTROLS and not text.lstrip(_BEFORE).startswith("<")


def _decoded(head: bytes) -> str:
    """As its mark says; without one UTF-16 where many bytes of every other are zero, else bytes."""
    marked = (encoding for mark, encoding in _MARKS if head.startswith(mark))
    low, high = head[::2].count(0), head[1::2].count(0)
    wide = "utf-16-le" if high > low else "utf-16-be"
    is_wide = max(low, high) > max(len(head) * _WIDE_SHARE, 4 * min(low, high))
    encoding = next(marked, wide if is_wide else "latin-1")
    return codecs.getincrementaldecoder(encoding)("replace").decode(head)

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
_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


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
    if head.startswith(_WIDE):
        plain = head[2:].replace(b"\0", b"")
    else:
        plain = head.removeprefix(codecs.BOM_UTF8)
    controls = set(plain) & (set(range(32)) - {9, 10, 11, 12, 13, 27})
    return not controls and not plain.lstrip().startswith(b"<")

"""Archives, looked at before anything in them is read: how large they get, and what they are."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Final
from zipfile import BadZipFile, ZipFile

from clientgraph.sheets.limits import SheetLimits
from clientgraph.sheets.problems import SheetProblem

# What is small may be packed as tightly as it likes.
_SMALL: Final = 16_000_000
_MEMBERS: Final = 10_000
_ENCRYPTED: Final = 0x1
_TYPES: Final = "[Content_Types].xml"
_MANIFEST: Final = "META-INF/manifest.xml"
_OPEN: Final = b"application/vnd.oasis.opendocument."
_HEAD: Final = 1_000_000


def format_of_archive(source: Path, limits: SheetLimits) -> str:
    """The format of a workbook that is an archive. Raises `SheetProblem`."""
    try:
        with ZipFile(source) as archive:
            _check(archive, limits)
            # Sizes are what the archive says of itself, and what is more is not read: it fails.
            if archive.testzip() is not None:
                raise SheetProblem("DAMAGED_FILE")
            return _format(archive)
    except (BadZipFile, EOFError, zlib.error, NotImplementedError, OSError, ValueError) as error:
        raise SheetProblem("DAMAGED_FILE") from error


def _check(archive: ZipFile, limits: SheetLimits) -> None:
    members = archive.infolist()
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise SheetProblem("ENCRYPTED_FILE")
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    is_tight = unpacked > _SMALL and unpacked > packed * limits.ratio
    if unpacked > limits.unpacked or is_tight or len(members) > _MEMBERS:
        raise SheetProblem("UNPACKED_TOO_LARGE", longest=limits.unpacked // 1_000_000)


def _format(archive: ZipFile) -> str:
    """By what the archive says of its parts: names of files differ from program to program."""
    said = _head(archive, _TYPES)
    if b"sheet.binary.macroEnabled.main" in said:
        return "xlsb"
    if b"spreadsheetml.sheet.main+xml" in said or b"spreadsheetml.template.main+xml" in said:
        return "xlsx"
    if b"ms-excel.sheet.macroEnabled.main" in said or b"ms-excel.template.macro" in said:
        return "xlsx"
    if b"wordprocessingml" in said:
        raise SheetProblem("NOT_A_TABLE", found="Word")
    if b"presentationml" in said:
        raise SheetProblem("NOT_A_TABLE", found="PowerPoint")
    media_type = _head(archive, "mimetype")
    if media_type.startswith(_OPEN + b"spreadsheet"):
        if b"encryption-data" in _head(archive, _MANIFEST):
            raise SheetProblem("ENCRYPTED_FILE")
        return "ods"
    raise SheetProblem("NOT_A_TABLE", found="OpenDocument" if _OPEN in media_type else "ZIP")


def _head(archive: ZipFile, name: str) -> bytes:
    if name not in archive.namelist():
        return b""
    with archive.open(name) as member:
        return member.read(_HEAD)

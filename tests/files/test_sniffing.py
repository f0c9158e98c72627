"""Which beginnings of files are texts, in any encoding, and which are pages or programs."""

from __future__ import annotations

import pytest

from clientgraph.files.sniffing import HEAD, media_type_of

TABLE = "nom;ville\nŒuvre l’Été;Łódź\n"


@pytest.mark.parametrize(
    "head",
    [
        *(TABLE.encode(name) for name in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le")),
        *(TABLE.encode(name) for name in ("utf-16-be", "utf-32")),
        (TABLE * HEAD).encode("utf-16")[: HEAD - 1],
        "имя;город\n".encode("utf-16"),
        b"nom;ville\nIo;Gent\n\x1a",
        b"nom;ville\n" + 100 * b"Io;Gent\n" + b"Eu\0ropa;Gent\n",
    ],
)
def test_tables_in_any_encoding_are_texts(head: bytes) -> None:
    """Also cut in the middle of a letter, ended as MS-DOS did, and with a stray zero."""
    assert media_type_of(head, "a.csv") == "text/csv"


@pytest.mark.parametrize(
    "head",
    [
        "<html>".encode("utf-16-le"),
        "\ufeff <svg>".encode("utf-32-be"),
        200 * b" " + b"\0\x01<html>",
        b"MZ" + bytes(range(256)) * 12,
        bytes(HEAD),
        b"\xff\xfe" + bytes(HEAD),
    ],
)
def test_pages_and_programs_are_no_texts(head: bytes) -> None:
    """In whatever encoding, and behind whatever blanks."""
    assert media_type_of(head, "a.csv") is None

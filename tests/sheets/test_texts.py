"""Texts with separated cells, as programs of all ages write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from clientgraph.sheets.cells import Row
from tests.sheets.tables import problem, read, rows

TABLE = "Nom;Ville\r\nCafé Léa;Besançon\r\n"
WANTED = [["Nom", "Ville"], ["Café Léa", "Besançon"]]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("cp1252", "cp1252"),
        ("mac_roman", "mac_roman"),
        ("cp850", "cp850"),
    ],
)
async def test_encodings(tmp_path: Path, written: str, said: str) -> None:
    """The letters are the same in every encoding that spreadsheet programs write."""
    table = await read(TABLE.encode(written), tmp_path)
    assert [list(row.cells) for row in table] == WANTED
    assert (table.format, table.rows, table.chosen, table.sheets) == ("csv", 2, None, [])
    assert (table.details.encoding, table.details.separator) == (said, ";")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Firma;Miasto\nSpółka Zażółć;Łódź\n", "cp1250"),
        ("Firma;Město\nŠtěpán a synové;Plzeň\n", "cp1250"),
        ("Navn;By\nSmørrebrød;Århus\n", "cp1252"),
        ("Name;Ort\nMüller & Söhne;Gießen\n", "cp1252"),
        ("NOM;VILLE\nÉLÈVES;BESANÇON\n", "cp1252"),
        ("Naam;Prijs\nL\u2019Oréal \u2013 België;5 €\n", "cp1252"),
        ("Nombre;Ciudad\nPeña;Cáceres\n", "cp1252"),
        ("Nome;Cidade\nJoão;São Paulo, Açores\n", "cp1252"),
    ],
)
async def test_letters_of_single_bytes(tmp_path: Path, text: str, encoding: str) -> None:
    """Of the encodings with a byte for each letter, the one is taken that makes a text."""
    table = await read(text.encode(encoding), tmp_path)
    assert table.details.encoding == encoding
    assert [";".join(map(str, row.cells)) for row in table] == text.splitlines()


async def test_letters_that_were_cut(tmp_path: Path) -> None:
    """One broken letter does not make another encoding of a text."""
    text = "Nom;Ville\n" + "Café Léa;Besançon\n" * 5
    cut = text.encode().replace(b"\xc3\xa7", b"\xc3", 1)
    table = await read(cut, tmp_path)
    assert [list(row.cells) for row in table][1:3] == [["Café Léa", "Besan\ufffdon"], WANTED[1]]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "^", "~"])
async def test_separators(tmp_path: Path, separator: str) -> None:
    """The separator is the one that cuts all rows alike, whatever else stands in them."""
    lines = [["Name", "Street", "Note"], ["Io", '"1, rue X; Y | Z"', "a, b"], ["Ío", "2", "c"]]
    if separator in ", ":
        lines[1][2] = "a b"
    text = "\n".join(separator.join(line) for line in lines)
    table = await read(text.encode(), tmp_path)
    assert table.details.separator == separator
    assert [len(row.cells) for row in table] == [3, 3, 3]
    assert list(table)[1].cells[1] == "1, rue X; Y | Z"


@pytest.mark.parametrize(
    ("text", "separator", "widths"),
    [
        ("Name:City\nIo:Lyon\n\nEuropa:Gent\n", ":", [2, 2, 2]),
        ("Website\nhttps://io.example\nhttps://europa.example\n", ",", [1, 1, 1]),
        ("Note: all of them\nIo\n", ",", [1, 1]),
        ("a:b", ",", [1]),
        ("Name,Time\nIo,10:15\nEuropa,11:30\n", ",", [2, 2, 2]),
    ],
)
async def test_colons(tmp_path: Path, text: str, separator: str, widths: list[int]) -> None:
    """They separate where nothing else does and all rows have them alike."""
    table = await read(text.encode(), tmp_path)
    assert table.details.separator == separator
    assert [len(row.cells) for row in table] == widths


@pytest.mark.parametrize("separator", ["^", "~", ":"])
async def test_others_that_are_said(tmp_path: Path, separator: str) -> None:
    """Whatever sign the first line says."""
    text = f"sep={separator}\nA{separator}B\n"
    assert await rows(text.encode(), tmp_path) == [["A", "B"]]


async def test_the_separator_that_is_said(tmp_path: Path) -> None:
    """A first line like Excel's says the separator, and is no row."""
    table = await read(b'sep=|\r\nA|B\r\n"1,2"|3,4', tmp_path)
    assert list(table) == [Row(1, ("A", "B")), Row(2, ("1,2", "3,4"))]


async def test_one_column(tmp_path: Path) -> None:
    """A text without a separator has one column."""
    assert await rows(b"Name\nIo\nLeda\n", tmp_path) == [["Name"], ["Io"], ["Leda"]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
async def test_ends_of_lines(tmp_path: Path, end: str) -> None:
    """Rows are counted as they are seen, whichever way lines end; line breaks in cells stay."""
    text = end.join(["A,B", "", '"x\n\r\ny",2', ",,", " ,\x1a"]) + end
    table = await read(text.encode(), tmp_path)
    assert list(table) == [Row(1, ("A", "B")), Row(3, ("x\n\r\ny", "2"))]
    assert table.rows == 2


async def test_banners_and_blanks(tmp_path: Path) -> None:
    """Banners above the header, empty columns at the end and a mark of DOS do no harm."""
    text = b'"Export v4.5, 2020","",""\n"","",""\nName,City,\nIo,,\n,Paris\n\x1a'
    assert await rows(text, tmp_path) == [
        ["Export v4.5, 2020"],
        ["Name", "City"],
        ["Io"],
        [None, "Paris"],
    ]


async def test_cells_are_as_written(tmp_path: Path) -> None:
    """Numbers and days of texts are texts: zeros stay, and nothing is guessed."""
    text = b'a,00123,1.50,2026-01-31,TRUE, x ,"say ""hi""",5\'2\n'
    assert await rows(text, tmp_path) == [
        ["a", "00123", "1.50", "2026-01-31", "TRUE", " x ", 'say "hi"', "5'2"]
    ]


async def test_nuls_are_dropped(tmp_path: Path) -> None:
    """What no database keeps is not in a cell."""
    assert await rows(b"a,b\x00c\nd,\x00\ne,f\n", tmp_path) == [["a", "bc"], ["d"], ["e", "f"]]


async def test_guards_of_formulas_are_taken_away(tmp_path: Path) -> None:
    """An apostrophe before a sign is what exports put there; other ones are the text's."""
    text = b"a\n'+32 2 555\n'=1+1\n''=x\n'tis\n'\n"
    assert await rows(text, tmp_path) == [["a"], ["+32 2 555"], ["=1+1"], ["'=x"], ["'tis"], ["'"]]


async def test_quotes_that_never_close(tmp_path: Path) -> None:
    """A quotation mark that would swallow the rest of the file is told with its row."""
    text = b'Name,City\nIo,Paris\n"Leda,Rome\nEuropa,Oslo\n'
    assert await problem(text, tmp_path) == ("BROKEN_QUOTES", {"row": 3})


async def test_quotes_within_texts(tmp_path: Path) -> None:
    """Quotation marks within a cell are letters."""
    text = b'Name,City\nChez "Paul",Paris\n"Chez" Paul,Rome\n'
    assert await rows(text, tmp_path) == [
        ["Name", "City"],
        ['Chez "Paul"', "Paris"],
        ["Chez Paul", "Rome"],
    ]


async def test_a_header_alone(tmp_path: Path) -> None:
    """A file that has no more than its header has one row."""
    assert await rows(b"Name,City", tmp_path) == [["Name", "City"]]

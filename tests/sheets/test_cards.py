"""vCards, as address books of all ages write them."""

from __future__ import annotations

from pathlib import Path

from clientgraph.sheets.card_columns import values_of
from clientgraph.sheets.cards import cards
from clientgraph.sheets.cells import Row
from tests.sheets.tables import problem, read, rows

CARD = "BEGIN:VCARD\r\nVERSION:{version}\r\n{lines}\r\nEND:VCARD\r\n"
TODAY = (
    "KIND:individual",
    "FN:Dr. Ana Núñez",
    "N:Núñez;Ana;María,José;Dr.;",
    "ORG:Ganymede\\, SA;Sales;West",
    "TITLE:Buyer",
    'TEL;TYPE="voice,work";VALUE=uri:tel:+32-2-555-0100',
    "TEL;TYPE=cell:+32 470 00 00 00",
    "TEL;TYPE=work;PREF=1:+32 2 555 01 01",
    "item1.TEL;TYPE=HOME,FAX:+32 2 555 01 02",
    "TEL:112",
    "EMAIL;TYPE=work:ana@work.example",
    "EMAIL;PREF=1:mailto:ana@home.example",
    'ADR;LABEL="Rue: 1";TYPE=work:;;Rue de la Loi 1\\nBox 2;Bruxelles;;1000;Belgique',
    "ADR;TYPE=home:PO 5;;;Gent;;9000;",
    "NOTE:Likes tea\\; and\\, biscuits\\\\",
    "  very much",
    "X-OWN:no column",
    "PHOTO;ENCODING=b:AAAA",
    "UID:urn:uuid:1",
)
FOUND = {
    "KIND": "individual",
    "FN": "Dr. Ana Núñez",
    "N.family": "Núñez",
    "N.given": "Ana",
    "N.additional": "María,José",
    "N.prefix": "Dr.",
    "ORG": "Ganymede, SA",
    "ORG.unit": "Sales, West",
    "TITLE": "Buyer",
    "EMAIL": "ana@home.example",
    "EMAIL.2": "ana@work.example",
    "TEL": "112",
    "TEL.work": "+32 2 555 01 01",
    "TEL.work.2": "+32-2-555-0100",
    "TEL.cell": "+32 470 00 00 00",
    "TEL.fax": "+32 2 555 01 02",
    "ADR.street": "Rue de la Loi 1\nBox 2",
    "ADR.city": "Bruxelles",
    "ADR.postal_code": "1000",
    "ADR.country": "Belgique",
    "ADR.po_box.2": "PO 5",
    "ADR.city.2": "Gent",
    "ADR.postal_code.2": "9000",
    "NOTE": "Likes tea; and, biscuits\\ very much",
    "UID": "urn:uuid:1",
}


def card(*lines: str, version: str = "3.0") -> str:
    """A card with these lines."""
    return CARD.format(version=version, lines="\r\n".join(lines))


async def by_column(text: str | bytes, folder: Path) -> dict[str, object]:
    """The columns and cells of the first card."""
    header, first = (await rows(text.encode() if isinstance(text, str) else text, folder))[:2]
    return dict(zip(map(str, header), first, strict=True))


async def test_a_card_of_today(tmp_path: Path) -> None:
    """All that is known of somebody stands in columns of fixed names, the preferred first."""
    assert await by_column(card(*TODAY, version="4.0"), tmp_path) == FOUND


async def test_a_card_of_a_telephone(tmp_path: Path) -> None:
    """Version 2.1 has types without names, encodings of mail, and a card within a card."""
    text = card(
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:N=C3=BA=C3=B1ez;Ana;;;",
        "FN;CHARSET=ISO-8859-1;QUOTED-PRINTABLE:Ana N=FA=F1ez of=",
        " the long name",
        "TEL;CELL;PREF:0470 00 00 00",
        "TEL;WORK;VOICE:02 555 01 00",
        "PHOTO;JPEG;ENCODING=BASE64:",
        " AAAA",
        "",
        "AGENT:",
        "BEGIN:VCARD",
        "FN:Somebody else",
        "END:VCARD",
        "NOTE;ENCODING=QUOTED-PRINTABLE:one=0Atwo",
        version="2.1",
    )
    assert await by_column(text, tmp_path) == {
        "FN": "Ana Núñez of the long name",
        "N.family": "Núñez",
        "N.given": "Ana",
        "TEL.work": "02 555 01 00",
        "TEL.cell": "0470 00 00 00",
        "NOTE": "one\ntwo",
    }


async def test_cards_that_cannot_be_read(tmp_path: Path) -> None:
    """What does not end, or names nobody, is told by its number; the others are read."""
    text = (
        card("FN:Io")
        + "BEGIN:VCARD\r\nFN:Without an end\r\n"
        + card("NOTE:Of nobody", "no line")
        + card("EMAIL:leda@example.org")
        + "BEGIN:VCARD\r\nFN:Cut"
    )
    table = await read(text.encode(), tmp_path)
    assert (table.format, table.rows) == ("vcard", 3)
    assert list(table) == [
        Row(1, ("FN", "EMAIL")),
        Row(2, ("Io",)),
        Row(5, (None, "leda@example.org")),
    ]
    assert table.details.unread_cards == [2, 3, 5]


async def test_cards_in_other_encodings(tmp_path: Path) -> None:
    """Cards are in any encoding that texts are in."""
    text = card("FN:Léa Čapek", "N:Čapek;Léa")
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le"):
        assert (await by_column(text.encode(encoding), tmp_path))["FN"] == "Léa Čapek"
    assert (await by_column(card("FN:Léa").encode("cp1252"), tmp_path))["FN"] == "Léa"


async def test_no_card_at_all(tmp_path: Path) -> None:
    """A file of which no card can be read is damaged."""
    assert await problem(b"BEGIN:VCARD\nFN:Cut", tmp_path) == ("DAMAGED_FILE", {})


async def test_cards_in_any_lines(tmp_path: Path) -> None:
    """Small letters, blanks around, lone carriage returns and backslashes at the end."""
    text = "begin:vcard\rversion:3.0\rfn:Io\\\rn:Inachis;Io\\;\rend:vcard \r"
    assert await by_column(text, tmp_path) == {
        "FN": "Io\\",
        "N.family": "Inachis",
        "N.given": "Io;",
    }


def test_cards_of_organisations() -> None:
    """What stands on them is the organisation's, not a person's."""
    lines = ["BEGIN:VCARD", "KIND:ORG", "FN:Io", "EMAIL:a@io.example", "TEL;TYPE=work:+3225551212"]
    (card,) = cards([*lines, "END:VCARD"])
    assert card is not None
    assert values_of(card) == {
        "KIND": "ORG",
        "ORG": "Io",
        "EMAIL.client": "a@io.example",
        "TEL": "+3225551212",
    }

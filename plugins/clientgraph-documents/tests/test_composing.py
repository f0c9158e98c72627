"""What the templates compose: whose account, which words, which look."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from uuid import UUID

import pytest
import segno
from PIL import Image

from clientgraph import DocumentRefused
from clientgraph_documents import address_labels, bank_details, client_sheet
from clientgraph_documents.branding import branding
from clientgraph_documents.rendering import Renderer
from clientgraph_documents.sheets import SHEETS
from clientgraph_documents.words import LANGUAGES, words

from .requests import ACCOUNT, CLIENT, context, request

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20">%s'
    b'<circle cx="10" cy="10" r="8" fill="#123456"/></svg>'
)


def refusal(*arguments: object) -> str:
    """The code with which bank details are refused."""
    with pytest.raises(DocumentRefused) as refused:
        bank_details.chosen(*arguments)  # type: ignore[arg-type]
    return refused.value.code


def test_the_account_is_the_clients_own_or_a_general_one() -> None:
    """First what is kept for it, then the default, then any; never another client's."""
    second = replace(ACCOUNT, iban="BE68539007547034", is_default=False)
    kept = replace(second, iban="NL91ABNA0417164300", client_id=CLIENT.id)
    foreign = replace(second, iban="DE89370400440532013000", client_id=UUID(int=9))
    assert bank_details.chosen([second, ACCOUNT, foreign, kept], CLIENT, None) == kept
    assert bank_details.chosen([second, ACCOUNT, foreign], CLIENT, None) == ACCOUNT
    assert bank_details.chosen([second, foreign], CLIENT, None) == second
    assert bank_details.chosen([second, ACCOUNT], CLIENT, "be68 5390 0754 7034") == second
    assert refusal([foreign], CLIENT, None) == "NO_BANK_ACCOUNT"
    assert refusal([ACCOUNT, foreign], CLIENT, foreign.iban) == "UNKNOWN_BANK_ACCOUNT"


def test_the_code_says_what_the_standard_wants() -> None:
    """EPC069-12: each line in its place, the amount left open."""
    assert bank_details.payment(ACCOUNT, CLIENT).decode().split("\n") == [
        "BCD",
        "002",
        "1",
        "SCT",
        "PSSTFRPPPAR",
        "Observatoire SAS",
        "FR1420041010050500013M02606",
        "",
        "",
        "",
        "C00001",
    ]
    longest = replace(ACCOUNT, holder="Ω" * 70)
    assert len(bank_details.payment(longest, replace(CLIENT, reference="R" * 60))) <= 331


@pytest.mark.parametrize("letter", ["e", "Ж", "Ω", "字", "🦉"])
def test_the_code_is_as_large_as_the_standard_allows(letter: str) -> None:
    """331 bytes, version 13 (EPC069-12): a longer note ends earlier, in whole characters."""
    account = replace(ACCOUNT, holder=letter * 70, iban="MT84MALT011000012345MTLCAST001S")
    said = bank_details.payment(account, replace(CLIENT, reference=None, name=letter * 140))
    assert len(said) <= 331
    rows = said.decode().split("\n")
    assert rows[6:10] == [account.iban, "", "", ""]
    assert letter in rows[5]
    assert set(rows[5] + rows[10]) == {letter}
    assert segno.make_qr(said, error="m", boost_error=False).version <= 13


def test_a_french_iban_has_four_parts() -> None:
    """Bank, branch, account and key; other countries have others."""
    parts = ("20041", "01005", "0500013M026", "06")
    assert bank_details.french_parts(ACCOUNT.iban) == parts
    assert bank_details.french_parts("BE68539007547034") is None
    assert bank_details.grouped("BE68539007547034") == "BE68 5390 0754 7034"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_word(language: str) -> None:
    """And documents speak it."""
    assert set(words(language)) == set(words("en"))
    made = bank_details.compose(context(), request(language=language))
    assert words(language)["holder"] in made.content.replace("&#x27;", "'")
    assert f'lang="{language}"' in made.content


def test_a_label_needs_an_address_and_a_place() -> None:
    """Both are refused by name."""
    nowhere = replace(CLIENT, address=())
    with pytest.raises(DocumentRefused) as refused:
        address_labels.compose(context(), request([nowhere]))
    assert (refused.value.code, refused.value.params) == (
        "CLIENT_WITHOUT_ADDRESS",
        {"client": "Ganymède"},
    )
    with pytest.raises(DocumentRefused) as refused:
        address_labels.compose(context(), request(options={"sheet": "L7163", "start": 15}))
    assert (refused.value.code, refused.value.params) == ("NO_SUCH_LABEL", {"labels": 14})


@pytest.mark.parametrize("name", SHEETS)
def test_labels_lie_on_the_paper(name: str) -> None:
    """None beside A4, none on another."""
    sheet = SHEETS[name]
    corners = [sheet.corner(place) for place in range(sheet.labels)]
    assert len(set(corners)) == sheet.labels
    for x, y in corners:
        assert 0 < x < x + sheet.width < 210
        assert 0 < y < y + sheet.height < 297
    assert sheet.step_x >= sheet.width
    assert sheet.step_y >= sheet.height


def data(kind: str, content: bytes) -> str:
    """A picture as it is set."""
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def png(width: int, height: int) -> bytes:
    """A picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#1f4e79").save(out, "png")
    return out.getvalue()


@pytest.mark.parametrize("logo", [data("png", png(300, 80)), data("svg+xml", SVG % b"")])
def test_a_logo_is_on_the_page(logo: str) -> None:
    """With colour, address and footer; the document is still rendered whole."""
    settings = {"logo": logo, "color": "#aa3300", "address": "A\nB", "footer": "F <1>"}
    for template in (bank_details, client_sheet):
        composed = template.compose(context(**settings), request())
        assert "#aa3300" in composed.content
        assert "F &lt;1&gt;" in composed.content
        assert Renderer().render(context(), composed).startswith(b"%PDF-")


@pytest.mark.parametrize(
    "logo",
    [
        "https://example.com/logo.png",
        data("png", b"no picture"),
        data("png", png(4001, 1)),
        data("gif", png(1, 1)),
        data("png", SVG % b""),
        data("svg+xml", SVG % b"<script>x</script>"),
        data("svg+xml", SVG % b'<image href="http://127.0.0.1/x.png"/>'),
        data("svg+xml", SVG % b'<use href="http://127.0.0.1/x.svg#a"/>'),
        data("svg+xml", SVG % b'<rect style="fill: url(http://127.0.0.1/x)"/>'),
        data("svg+xml", SVG % b'<rect onclick="x()"/>'),
        data("svg+xml", SVG % b"<foreignObject/>"),
        data("svg+xml", b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG % b"&a;"),
        data("svg+xml", SVG % (b"<g>" * 40 + b"</g>" * 40)),
        "data:image/png;base64,%%%",
    ],
)
def test_what_is_no_plain_picture_is_refused(logo: str) -> None:
    """A logo holds shapes or points, and nothing that fetches or runs anything."""
    with pytest.raises(DocumentRefused) as refused:
        branding({"logo": logo})
    assert refused.value.code == "LOGO_NOT_USABLE"

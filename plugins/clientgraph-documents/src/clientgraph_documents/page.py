"""What the pages have in common: paper, fonts, head and foot."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from clientgraph import Composed, DocumentRequest
from clientgraph_documents.branding import Branding
from clientgraph_documents.markup import Html, element, joined, lines
from clientgraph_documents.words import day, language_of, words

MEDIA_TYPE: Final = "text/html"
# Names of the fonts' files, which the process that renders finds by itself.
FONTS: Final = {400: "OpenSans-Regular.ttf", 600: "OpenSans-Semibold.ttf"}
_STYLE: Final = """
@font-face { font-family: Text; src: url(OpenSans-Regular.ttf); }
@font-face { font-family: Strong; src: url(OpenSans-Semibold.ttf); }
@page {
    size: a4 portrait;
    margin: 42mm 20mm 28mm 20mm;
    @frame head { -pdf-frame-content: head; top: 14mm; left: 20mm; width: 170mm; height: 24mm; }
    @frame foot { -pdf-frame-content: foot; bottom: 8mm; left: 20mm; width: 170mm; height: 16mm; }
}
html { font-family: Text; }
body { font-family: Text; font-size: 10pt; line-height: 1.45; color: #222222; }
h1 { font-family: Strong; font-size: 19pt; line-height: 1.25; font-weight: normal;
    color: COLOR; margin: 0 0 1mm 0; }
h2 { font-family: Strong; font-size: 10.5pt; font-weight: normal; color: COLOR;
    margin: 8mm 0 2mm 0; }
p { margin: 0; }
td { vertical-align: top; padding: 0; }
.quiet { color: #667077; font-size: 8.5pt; }
.label { color: #667077; font-size: 8pt; }
.strong { font-family: Strong; }
.right { text-align: right; }
.head td { border-bottom: 1.2pt solid COLOR; padding-bottom: 3mm; }
.foot { color: #667077; font-size: 7.5pt; line-height: 1.35; }
.foot td { border-top: 0.6pt solid #d5d9de; padding-top: 2mm; }
.facts td { padding: 1.1mm 3mm 1.1mm 0; }
.grid th { font-family: Strong; font-weight: normal; font-size: 8pt; color: #667077;
    text-align: left; padding: 1mm 2mm; border-bottom: 0.8pt solid COLOR; }
.grid td { padding: 1.4mm 2mm; border-bottom: 0.4pt solid #d5d9de; }
"""


def composed(
    request: DocumentRequest,
    look: Branding,
    body: Html,
    *,
    title: str,
    filename: str,
    style: str = "",
    assets: dict[str, bytes] | None = None,
) -> Composed:
    """A document of these contents, with head and foot on each page."""
    bare = Composed(
        media_type=MEDIA_TYPE,
        content=body.text,
        title=title,
        filename=filename,
        date=request.date,
        assets=assets or {},
        author=request.organisation.name,
        locale=request.locale,
    )
    return framed(bare, look, style)


def framed(bare: Composed, look: Branding, style: str = "") -> Composed:
    """The content of a document as a whole page, with the workspace's head and foot."""
    logo = {look.logo[0]: look.logo[1]} if look.logo else {}
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("title", bare.title),
        element("meta", name="author", content=bare.author),
        Html(f"<style>{(_STYLE + style).replace('COLOR', look.color)}</style>"),
    )
    whole = element(
        "html",
        head,
        element("body", _head(bare, look), _foot(bare, look), Html(bare.content)),
        lang=language_of(bare.locale),
    )
    return replace(
        bare,
        media_type=MEDIA_TYPE,
        content=f"<!DOCTYPE html>{whole.text}",
        assets={**logo, **bare.assets},
    )


def fact(label: str, value: str | Html | None) -> Html | None:
    """A row of a table of facts; None where there is nothing to tell."""
    if not value:
        return None
    return element("tr", element("td", label, class_="quiet", width="26%"), element("td", value))


def facts(*rows: Html | None) -> Html:
    """A table of facts."""
    return element("table", *rows, class_="facts", width="100%")


def _head(bare: Composed, look: Branding) -> Html:
    firm = element("span", bare.author, class_="strong")
    mark = (
        element("img", src=look.logo[0], style="height: 15mm")
        if look.logo
        else element("p", firm, style="font-size: 13pt")
    )
    below = firm if look.logo else None
    sender = element("p", lines(below, *look.address), class_="quiet right")
    table = element(
        "table",
        element("tr", element("td", mark, width="50%"), element("td", sender, width="50%")),
        class_="head",
        width="100%",
    )
    return element("div", table, id="head")


def _foot(bare: Composed, look: Branding) -> Html:
    told = words(language_of(bare.locale))
    left = lines(*look.footer) if look.footer else joined(bare.author)
    page = Html("<pdf:pagenumber></pdf:pagenumber> / <pdf:pagecount></pdf:pagecount>")
    right = lines(day(bare.date, bare.locale), joined(told["page"], " ", page))
    table = element(
        "table",
        element(
            "tr",
            element("td", left, width="75%"),
            element("td", right, width="25%", class_="right"),
        ),
        class_="foot",
        width="100%",
    )
    return element("div", table, id="foot")

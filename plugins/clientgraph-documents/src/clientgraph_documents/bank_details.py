"""Bank details: where a client pays to, on a page to hand over, with a code to scan."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Final

import segno

from clientgraph import (
    Composed,
    DocumentAccount,
    DocumentParty,
    DocumentRefused,
    DocumentRequest,
    DocumentTemplate,
    PluginContext,
)
from clientgraph_documents.branding import branding
from clientgraph_documents.markup import Html, element, joined, lines
from clientgraph_documents.page import composed, fact, facts
from clientgraph_documents.words import LABELS, words

LARGEST_CODE: Final = 331
"""Bytes that an EPC QR code can hold: version 13 with error correction M (EPC069-12)."""
_STYLE: Final = """
.box { background-color: #f3f6f9; border: 0.6pt solid #d5d9de; padding: 5mm; }
.number { font-family: Strong; font-size: 12.5pt; line-height: 1.3; }
.rib td { text-align: center; }
.rib th { text-align: center; }
"""
_OPTIONS: Final = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "iban": {
            "type": "string",
            "title": "Account",
            "description": "The IBAN of one of the workspace's accounts, in place of the usual "
            "one: that which is kept for the client, or else the default.",
            "maxLength": 50,
        },
        "showCode": {
            "type": "boolean",
            "title": "Payment code",
            "description": "A code (EPC QR) that fills in a transfer on a phone.",
            "default": True,
        },
    },
}


def compose(context: PluginContext, request: DocumentRequest) -> Composed:
    """One page for one client; raises `DocumentRefused` where there is no such account."""
    client = request.clients[0]
    account = chosen(request.accounts, client, request.options.get("iban"))
    look, told = branding(context.settings), words(request.language)
    code = _code(account, client) if request.options.get("showCode", True) else None
    body = joined(
        element("h1", told["bank_details"]),
        element("p", told["bank_details_for"], class_="label", style="margin-top: 4mm"),
        element("p", lines(element("span", client.name, class_="strong"), *client.address)),
        element("p", joined(told["reference"], " ", client.reference), class_="quiet")
        if client.reference
        else None,
        element("h2", told["account"]),
        _account(account, told, has_code=code is not None),
        _french(account.iban, told),
        element("p", told["kept"], class_="quiet", style="margin-top: 6mm")
        if account.client_id
        else None,
    )
    return composed(
        request,
        look,
        body,
        title=f"{told['bank_details']} · {request.organisation.name}",
        filename=f"{told['bank_details_file']} {request.organisation.name} {client.name}",
        style=_STYLE,
        assets={"code.png": code} if code else {},
    )


def chosen(
    accounts: Sequence[DocumentAccount], client: DocumentParty, iban: str | None
) -> DocumentAccount:
    """The account that this client is told of, never one that is kept for another."""
    known = [each for each in accounts if each.client_id in (None, client.id)]
    if iban is not None:
        plain = "".join(iban.split()).upper()
        known = [each for each in known if each.iban == plain]
        if not known:
            raise DocumentRefused("UNKNOWN_BANK_ACCOUNT")
    if not known:
        raise DocumentRefused("NO_BANK_ACCOUNT")
    return min(known, key=lambda each: (each.client_id is None, not each.is_default))


def grouped(iban: str) -> str:
    """An IBAN as it is printed (ISO 13616): in groups of four."""
    return " ".join(iban[place : place + 4] for place in range(0, len(iban), 4))


def french_parts(iban: str) -> tuple[str, str, str, str] | None:
    """Bank, branch, account and key of a French (or Monegasque) IBAN; None for any other."""
    if iban[:2] not in ("FR", "MC") or len(iban) != 27:
        return None
    return iban[4:9], iban[9:14], iban[14:25], iban[25:27]


def _account(account: DocumentAccount, told: Any, *, has_code: bool) -> Html:
    left = facts(
        fact(told["holder"], element("span", account.holder, class_="strong")),
        fact(told["bank"], account.bank),
        fact("IBAN", element("span", grouped(account.iban), class_="number")),
        fact("BIC", account.bic and element("span", account.bic, class_="strong")),
    )
    if not has_code:
        return element("div", left, class_="box")
    code = element(
        "td",
        element("img", src="code.png", style="width: 28mm; height: 28mm"),
        element("p", told["scan"], class_="label", style="text-align: center"),
        width="24%",
        style="text-align: center",
    )
    row = element("tr", element("td", left, width="76%"), code)
    return element("div", element("table", row, width="100%"), class_="box")


def _french(iban: str, told: Any) -> Html | None:
    parts = french_parts(iban)
    if parts is None:
        return None
    names = ("bank_code", "branch_code", "account_number", "rib_key")
    return joined(
        element("h2", told["domestic"]),
        element(
            "table",
            element("tr", *(element("th", told[name]) for name in names)),
            element("tr", *(element("td", each) for each in parts)),
            class_="grid rib",
            width="100%",
        ),
    )


def payment(account: DocumentAccount, client: DocumentParty) -> bytes:
    """What an EPC QR code says (EPC069-12, version 002): a transfer whose amount is left open."""
    head = "\n".join(("BCD", "002", "1", "SCT", account.bic or "", "")).encode()
    number = f"\n{account.iban}\n\n\n\n".encode()
    room = LARGEST_CODE - len(head) - len(number)
    holder = _cut(account.holder[:70], room)
    note = _cut((client.reference or client.name)[:140], room - len(holder))
    return head + holder + number + note


def _cut(text: str, room: int) -> bytes:
    """As much of the beginning, in whole characters, as fits so many bytes."""
    return text.encode()[:room].decode(errors="ignore").rstrip().encode()


def _code(account: DocumentAccount, client: DocumentParty) -> bytes:
    """The code as a picture."""
    out = io.BytesIO()
    made = segno.make_qr(payment(account, client), error="m", boost_error=False)
    made.save(out, kind="png", scale=8, border=2)
    return out.getvalue()


TEMPLATE: Final = DocumentTemplate(
    key="BANK_DETAILS",
    label=LABELS["BANK_DETAILS"],
    compose=compose,
    options=_OPTIONS,
    feature="BANK_DETAILS_DOCUMENT",
)

"""The welcome letter: a message of the firm, how to pay, and when reminders come (D25 to D28)."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, Final

from clientgraph import Composed, DocumentRequest, DocumentTemplate, PluginContext
from clientgraph_invoicing.words import LABELS, words

KEY: Final = "WELCOME"
# What the plugin `documents` sets on the workspace's page.
MEDIA_TYPE: Final = "application/vnd.clientgraph.letter+html"


def compose(context: PluginContext, request: DocumentRequest) -> Composed:
    """What is said on one page, which is set in the look of the workspace's other documents."""
    told = words(request.language)
    (client,) = request.clients
    title = f"{told['welcome']} · {client.name}"
    body = (
        f"<p>{_lines(client.name, *client.address)}</p>"
        f'<h1 style="margin-top: 12mm">{escape(told["welcome"])}</h1>'
        f"<p>{escape(told['greeting'].format(name=_addressee(request)))}</p>"
        f'<p style="margin-top: 3mm">{_message(context.settings, request, told)}</p>'
        f"{_payment(context.settings, request, told)}"
    )
    return Composed(
        media_type=MEDIA_TYPE,
        content=body,
        title=title,
        filename=title,
        date=request.date,
        author=request.organisation.name,
        locale=request.locale,
    )


def _lines(*texts: str) -> str:
    """Texts one below the other, as HTML."""
    return "<br>".join(escape(text) for text in texts if text)


def _addressee(request: DocumentRequest) -> str:
    """The main contact, or else the client."""
    (client,) = request.clients
    named = (contact["name"] for contact in client.contacts)
    return next((name for name in named if name), client.name)


def _message(settings: Mapping[str, Any], request: DocumentRequest, told: Mapping[str, str]) -> str:
    text = str(settings.get("welcome_message") or told["default_message"])
    names = {
        "{client}": request.clients[0].name,
        "{contact}": _addressee(request),
        "{firm}": request.organisation.name,
    }
    for variable, name in names.items():
        text = text.replace(variable, name)
    return _lines(*text.splitlines())


def _payment(settings: Mapping[str, Any], request: DocumentRequest, told: Mapping[str, str]) -> str:
    """Terms, account and reminders; the account that is kept for the client goes first."""
    own = (each for each in request.accounts if each.client_id is not None)
    usual = (each for each in request.accounts if each.is_default)
    account = next(own, None) or next(usual, None)
    days = settings.get("payment_reminder_days")
    terms = str(settings.get("payment_terms") or "")
    facts = {
        told["terms"]: _lines(*terms.splitlines()),
        told["holder"]: _lines(account.holder) if account else "",
        told["iban"]: _lines(_grouped(account.iban)) if account else "",
        told["bic"]: _lines(account.bic or "") if account else "",
        told["reminders"]: _lines(told["reminder"].format(days=days)) if days else "",
        told["reference"]: _lines(request.clients[0].reference or ""),
    }
    rows = "".join(_fact(label, shown) for label, shown in facts.items() if shown)
    return f'<h2>{escape(told["payment"])}</h2><table class="facts" width="100%">{rows}</table>'


def _fact(label: str, shown: str) -> str:
    return f'<tr><td class="quiet" width="26%">{escape(label)}</td><td>{shown}</td></tr>'


def _grouped(iban: str) -> str:
    """An IBAN as it is printed, in groups of four."""
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))


TEMPLATE: Final = DocumentTemplate(key=KEY, label=LABELS[KEY], compose=compose)

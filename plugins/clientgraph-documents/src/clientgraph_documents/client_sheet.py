"""A client on a page: who it is, where, by which numbers, and whom one speaks to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from clientgraph import (
    Composed,
    DocumentParty,
    DocumentRequest,
    DocumentTemplate,
    PluginContext,
)
from clientgraph_documents.branding import branding
from clientgraph_documents.markup import Html, Part, element, joined, lines
from clientgraph_documents.page import composed, fact, facts
from clientgraph_documents.words import LABELS, country_name, words

MOST: Final = 50
_WIDTHS: Final = {"name": "26%", "job_title": "22%", "email": "31%", "phone": "21%"}
_OPTIONS: Final = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "showContacts": {
            "type": "boolean",
            "title": "Contacts",
            "description": "Whether the people at the client are on it.",
            "default": True,
        },
    },
}


def compose(context: PluginContext, request: DocumentRequest) -> Composed:
    """A page for each client."""
    told = words(request.language)
    pages: list[Part] = []
    for client in request.clients:
        if pages:
            pages.append(Html("<pdf:nextpage>"))
        pages.append(_sheet(client, request, told))
    named = request.clients[0].name if len(request.clients) == 1 else request.organisation.name
    return composed(
        request,
        branding(context.settings),
        joined(*pages),
        title=f"{told['client_sheet']} · {named}",
        filename=f"{told['client_sheet']} {named}",
    )


def _sheet(client: DocumentParty, request: DocumentRequest, told: Mapping[str, str]) -> Html:
    trading = client.trading_name if client.trading_name != client.name else None
    return joined(
        element("p", told["client_sheet"], class_="label"),
        element("h1", client.name),
        element("p", trading, class_="quiet") if trading else None,
        element("h2", told["master_data"]),
        facts(
            fact(told["reference"], client.reference),
            fact(told["address"], lines(*client.address) if client.address else None),
            fact(told["country"], country_name(client.country, request.language)),
            fact(told["email"], client.email),
            fact(told["phone"], client.phone),
            fact(told["website"], client.website),
        ),
        _identifiers(client, told),
        _contacts(client, told) if request.options.get("showContacts", True) else None,
    )


def _identifiers(client: DocumentParty, told: Mapping[str, str]) -> Html | None:
    if not client.identifiers:
        return None
    known = (
        fact(client.labels.get(key, key), element("span", value, class_="strong"))
        for key, value in client.identifiers.items()
    )
    return joined(element("h2", told["identifiers"]), facts(*known))


def _contacts(client: DocumentParty, told: Mapping[str, str]) -> Html | None:
    if not client.contacts:
        return None
    names = ("name", "job_title", "email", "phone")
    head = element("tr", *(element("th", told[each], width=_WIDTHS[each]) for each in names))
    people = (
        element("tr", *(element("td", person.get(each) or "") for each in names))
        for person in client.contacts
    )
    table = element("table", head, *people, class_="grid", width="100%", repeat="1")
    return joined(element("h2", told["contacts"]), table)


TEMPLATE: Final = DocumentTemplate(
    key="CLIENT_SHEET",
    label=LABELS["CLIENT_SHEET"],
    compose=compose,
    options=_OPTIONS,
    most=MOST,
)

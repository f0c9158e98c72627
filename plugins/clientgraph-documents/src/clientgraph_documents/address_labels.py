"""Address labels: many clients on sheets to be cut, or to be peeled off."""

from __future__ import annotations

import json
from typing import Final

from clientgraph import (
    Composed,
    DocumentRefused,
    DocumentRequest,
    DocumentTemplate,
    PluginContext,
)
from clientgraph_documents.sheets import SHEETS
from clientgraph_documents.words import LABELS, words

# What is composed is no page but a list of texts: they are drawn where they belong.
MEDIA_TYPE: Final = "application/vnd.clientgraph.labels+json"
MOST: Final = 500
_USUAL: Final = "L7160"
_OPTIONS: Final = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "sheet": {
            "enum": sorted(SHEETS),
            "title": "Sheet",
            "description": "L7160: 3 by 7 labels of 63.5 by 38.1 mm. L7159: 3 by 8 of 63.5 by 33.9 "
            "mm. L7163: 2 by 7 of 99.1 by 38.1 mm.",
            "default": _USUAL,
        },
        "start": {
            "type": "integer",
            "title": "First label",
            "description": "Where to begin on the first sheet, counted from 1, line by line.",
            "minimum": 1,
            "maximum": max(sheet.labels for sheet in SHEETS.values()),
            "default": 1,
        },
        "showBorders": {
            "type": "boolean",
            "title": "Borders",
            "description": "Fine lines to cut along, for plain paper.",
            "default": False,
        },
    },
}


def compose(_context: PluginContext, request: DocumentRequest) -> Composed:
    """A label for each client; raises `DocumentRefused` where one has no address."""
    for client in request.clients:
        if not client.address:
            raise DocumentRefused("CLIENT_WITHOUT_ADDRESS", client=client.name)
    chosen, start = request.options.get("sheet", _USUAL), request.options.get("start", 1)
    if start > SHEETS[chosen].labels:
        raise DocumentRefused("NO_SUCH_LABEL", labels=SHEETS[chosen].labels)
    told = words(request.language)
    content = {
        "title": told["address_labels"],
        "author": request.organisation.name,
        "language": request.language,
        "sheet": chosen,
        "start": start,
        "borders": request.options.get("showBorders", False),
        "labels": [[client.name, *client.address] for client in request.clients],
    }
    return Composed(
        media_type=MEDIA_TYPE,
        content=json.dumps(content, ensure_ascii=False),
        title=told["address_labels"],
        filename=f"{told['address_labels']} {request.organisation.name}",
        date=request.date,
    )


TEMPLATE: Final = DocumentTemplate(
    key="ADDRESS_LABELS",
    label=LABELS["ADDRESS_LABELS"],
    compose=compose,
    options=_OPTIONS,
    most=MOST,
)

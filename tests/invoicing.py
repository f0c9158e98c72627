"""An invoicing product beside the service: a plugin that keeps invoiced clients from deletion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

import clientgraph_stdnum
from clientgraph import core, global_ids
from clientgraph.contract.records import DeletionBlocker
from clientgraph.hookspecs import hookimpl
from clientgraph.plugins import Plugins

_TEXT = {
    "en": "Invoices were issued to this client. Deactivate it instead.",
    "fr": "Des factures ont été émises à ce client. Désactivez-le plutôt.",
}


class Invoicing:
    """A plugin that knows how many invoices each client was sent."""

    def __init__(self) -> None:
        self._issued: Counter[UUID] = Counter()

    def issue(self, client_id: str, invoices: int = 1) -> None:
        """Send invoices to a client, named by its global id."""
        row_id = global_ids.decode("Client", client_id)
        assert row_id is not None
        self._issued[row_id] += invoices

    @hookimpl
    def deletion_blockers(
        self, client_ids: Sequence[UUID]
    ) -> Mapping[UUID, Sequence[DeletionBlocker]]:
        """A client that has an invoice stays."""
        return {
            client_id: [DeletionBlocker(code="HAS_INVOICES", count=count, message=_TEXT)]
            for client_id in client_ids
            if (count := self._issued[client_id])
        }


def with_plugin(name: str, plugin: object) -> Plugins:
    """The plugins that are always there, and one more."""
    return Plugins({"core": core, "stdnum": clientgraph_stdnum, name: plugin})

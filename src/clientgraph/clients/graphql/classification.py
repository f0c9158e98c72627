"""A client's type and categories as the API shows them."""

from __future__ import annotations

from typing import Any, Final

from clientgraph.clients.categories import categories_by_client
from clientgraph.graphql.fields import Info, computed
from clientgraph.nomenclature.graphql import Category, ClientType
from clientgraph.nomenclature.lists import CLIENT_TYPES


@computed("Its type.")
async def client_type(self: Any, info: Info) -> ClientType | None:
    """Loaded with those of the other clients."""
    if self.type_id is None:
        return None
    return await info.context.load(CLIENT_TYPES.entries_by_id, self.type_id)


client_type.python_name = "type"


@computed("Its categories, in the order of the list.", size=5)
async def categories(self: Any, info: Info) -> list[Category]:
    """Loaded with those of the other clients."""
    return await info.context.load(categories_by_client, self.id) or []


CLASSIFICATION: Final = [client_type, categories]

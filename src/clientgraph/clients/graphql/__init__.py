"""The public face of clients."""

from clientgraph.clients.graphql.address_mutations import ADDRESS_MUTATIONS
from clientgraph.clients.graphql.client_mutations import CLIENT_MUTATIONS
from clientgraph.clients.graphql.contact_mutations import CONTACT_MUTATIONS
from clientgraph.clients.graphql.fields import EXTENSIONS, QUERIES
from clientgraph.clients.graphql.subscriptions import SUBSCRIPTIONS

MUTATIONS = [*CLIENT_MUTATIONS, *CONTACT_MUTATIONS, *ADDRESS_MUTATIONS]

__all__ = ["EXTENSIONS", "MUTATIONS", "QUERIES", "SUBSCRIPTIONS"]

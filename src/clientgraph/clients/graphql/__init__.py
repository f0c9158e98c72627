"""The public face of clients."""

from clientgraph.clients.graphql.address_mutations import ADDRESS_MUTATIONS
from clientgraph.clients.graphql.client_mutations import CLIENT_MUTATIONS
from clientgraph.clients.graphql.consent_mutations import CONSENT_MUTATIONS
from clientgraph.clients.graphql.contact_mutations import CONTACT_MUTATIONS
from clientgraph.clients.graphql.event_mutations import EVENT_MUTATIONS
from clientgraph.clients.graphql.fields import EXTENSIONS
from clientgraph.clients.graphql.fields import QUERIES as CLIENT_QUERIES
from clientgraph.clients.graphql.mandate_mutations import MANDATE_MUTATIONS
from clientgraph.clients.graphql.statistics import STATISTICS
from clientgraph.clients.graphql.subscriptions import SUBSCRIPTIONS
from clientgraph.clients.graphql.view_mutations import VIEW_MUTATIONS

QUERIES = [*CLIENT_QUERIES, *STATISTICS]
MUTATIONS = [
    *CLIENT_MUTATIONS,
    *CONTACT_MUTATIONS,
    *ADDRESS_MUTATIONS,
    *EVENT_MUTATIONS,
    *CONSENT_MUTATIONS,
    *MANDATE_MUTATIONS,
    *VIEW_MUTATIONS,
]

__all__ = ["EXTENSIONS", "MUTATIONS", "QUERIES", "SUBSCRIPTIONS"]

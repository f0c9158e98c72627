"""GraphQL over HTTP, server-sent events and WebSocket: bytes in, bytes out, no rules."""

from clientgraph.transport.endpoint import GraphQLEndpoint
from clientgraph.transport.limits import TransportLimits
from clientgraph.transport.negotiation import Language, accept_language
from clientgraph.transport.throttle import Throttle

__all__ = ["GraphQLEndpoint", "Language", "Throttle", "TransportLimits", "accept_language"]

"""The public face of custom fields."""

from clientgraph.fields.graphql.mutations import MUTATIONS
from clientgraph.fields.graphql.queries import EXTENSIONS, QUERIES

__all__ = ["EXTENSIONS", "MUTATIONS", "QUERIES"]

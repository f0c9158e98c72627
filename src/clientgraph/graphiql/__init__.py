"""The GraphiQL page, served from the product's own host: HTML, its policy, its files."""

from clientgraph.graphiql.files import assets_app
from clientgraph.graphiql.page import Example, GraphiQLPage, content_security_policy

__all__ = ["Example", "GraphiQLPage", "assets_app", "content_security_policy"]

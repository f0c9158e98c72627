"""The types that hooks speak in. Plugins import them from ``clientgraph`` itself."""

"""People at a client."""

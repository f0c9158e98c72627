"""Documents about clients: composed and rendered by plugins, kept for a short while."""

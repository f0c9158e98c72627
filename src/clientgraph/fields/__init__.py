"""Custom fields: what a workspace adds to its clients, contacts, addresses and events."""

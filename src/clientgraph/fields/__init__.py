"""Custom fields: what a workspace adds to its clients, contacts and addresses."""
